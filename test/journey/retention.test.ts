import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSecret } from "../../src/cli/all/files.ts";
import { demonstration } from "../../src/cli/demo/demonstration.ts";
import { claimAccount, hire, type Person } from "../../src/cli/demo/people.ts";
import { type Client, ProblemError } from "../../src/contract/client.ts";
import { enterpriseApi } from "../../src/contract/enterprise-api.ts";
import { cheapHashCost } from "../../src/gxp/people/password-hasher.ts";
import { silentLog } from "../../src/runtime/log.ts";
import type { Machine } from "../../src/runtime/machine.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { documentOf, eventAt, packId, palletEvents, ssccId } from "../support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../support/scratch-database.ts";
import { capture } from "../../src/l4-enterprise/epcis-repository/capture.handler.ts";
import type { LedgerContext } from "../../src/l4-enterprise/ledger/identity.ts";
import { stateOf } from "../../src/l4-enterprise/ledger/ledger.ts";
import { stateHash } from "../../src/l4-enterprise/ledger/replay/state-hash.ts";
import { verifyLedger } from "../../src/l4-enterprise/ledger/replay/verify.ts";
import { migrations } from "../../src/l4-enterprise/migrations.ts";
import { openPoolKeys } from "../../src/l4-enterprise/serial-numbers/pool-keys.ts";
import { start } from "../../src/l4-enterprise/start.ts";

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const gtin = "04012345123456";
const { maker } = demonstration;
const gln = maker.gln;

// One company's level 4 with people who sign: what is past its retention goes, and nothing else.

describe("a retention run [REQ-RET-02]", () => {
  const folder = mkdtempSync(join(tmpdir(), "packtrail-retention-"));
  const real = realMachine({ log: silentLog });
  const machine: Machine = { ...real, clock: { ...real.clock, now: () => real.clock.now() } };
  const ctx: LedgerContext = {
    owner: gln,
    environment: "production",
    keys: openPoolKeys(new Uint8Array(32).fill(0xab)),
  };
  let scratch: ScratchDatabase;
  let running: Awaited<ReturnType<typeof start>>;
  let qa: Person;
  let client: Client;

  const secret = (name: string, text: string) => {
    writeSecret(join(folder, name), text);
    return join(folder, name);
  };
  const took = (document: string) =>
    capture(machine, scratch.database, ctx, { document, contentType: "application/ld+json", source: "own" });
  const serials = (lot: string) => Array.from({ length: 60 }, (_, n) => `${lot}${n}`);
  const packing = (lot: string, expiry: string, sscc: string) => ({
    gtin,
    lot,
    expiry,
    serials: serials(lot),
    cases: [`${sscc}1`, `${sscc}2`],
    pallet: `${sscc}9`,
    gln,
    at: day("2010-01-01"),
  });
  const sscc = (n: number) => `0401234500000${String(n).padStart(4, "0")}`;
  const check = (body: string) => {
    const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
    return `${body}${(10 - (sum % 10)) % 10}`;
  };
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => "done",
      (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
    );

  const plans = ["OLD", "TIED", "YOUNG"].map((lot, index) => ({
    ...packing(lot, lot === "YOUNG" ? "2090-06-30" : "2012-06-30", ""),
    cases: [check(sscc(index * 10 + 1)), check(sscc(index * 10 + 2))],
    pallet: check(sscc(index * 10 + 9)),
  }));
  const [old, tied, young] = plans as [(typeof plans)[0], (typeof plans)[0], (typeof plans)[0]];
  const everything = () => scratch.database.transaction(stateHash);
  const known = (lot: string) => scratch.database.transaction((sql) => stateOf(sql, ctx, packId(gtin, `${lot}0`)));

  beforeAll(async () => {
    scratch = await scratchDatabase(migrations);
    running = await start(
      {
        instance: "retention",
        environment: "production",
        listen: { host: "127.0.0.1", port: 0 },
        databaseUrlFile: secret("database", scratch.url),
        credentials: [],
        company: maker,
        keyFile: secret("key", "ab".repeat(32)),
        sites: [],
      },
      machine,
      { hashCost: cheapHashCost },
    );
    const { fetch } = machine.network;
    const first = running.firstAdministrator as NonNullable<typeof running.firstAdministrator>;
    const admin = await claimAccount(fetch, running.url, first.userName, first.password);
    qa = await hire(fetch, admin, running.url, { userName: "qa", fullName: "Q A", roles: ["qa"] });
    client = await qa.at(running.url);
    for (const plan of plans) await took(documentOf(palletEvents(plan)));
    // A pack of a lot that is past its retention lies on the pallet of one that is not.
    await took(
      documentOf([
        eventAt(tied, day("2010-02-01"), {
          type: "AggregationEvent",
          action: "ADD",
          bizStep: "packing",
          parentID: ssccId(young.pallet),
          childEPCs: [packId(gtin, "TIED0")],
        }),
      ]),
    );
  });
  afterAll(async () => {
    await running.stop();
    await scratch.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const plan = () => client.call(enterpriseApi.retention, {});
  const run = (planSha256: string) =>
    client.call(enterpriseApi.runRetention, { body: { planSha256, signature: qa.sign() } });

  test("shows what may go, and what keeps the rest", async () => {
    const { groups } = await plan();
    expect(groups.map(({ lots, keptBy }) => [lots.map(({ lot }) => lot), keptBy])).toEqual([
      [["OLD"], null],
      [["TIED", "YOUNG"], { code: "retention", subject: `${gtin}/YOUNG` }],
    ]);
    expect(groups[0]).toMatchObject({ events: 5, objects: 63 });
  });

  test("deletes nothing that is held, and nothing that was not shown", async () => {
    const free = await plan();
    const placed = await client.call(enterpriseApi.placeHold, {
      body: { kind: "product", subject: gtin, reason: "a law suit", signature: qa.sign() },
    });
    const held = await plan();
    expect(held.groups.map(({ keptBy }) => keptBy?.code)).toEqual(["legal-hold", "legal-hold"]);
    expect(await codeOf(run(free.planSha256))).toBe("retention.plan-changed");
    expect(await codeOf(run(held.planSha256))).toBe("retention.nothing");
    expect(await known("OLD")).toMatchObject({ lot: "OLD" });
    const params = { holdId: placed.holdId };
    const lift = () =>
      client.call(enterpriseApi.liftHold, { params, body: { reason: "it is over", signature: qa.sign() } });
    expect((await lift()).liftedAt).not.toBeNull();
    expect(await codeOf(lift())).toBe("legal-hold.unknown");
    expect((await client.call(enterpriseApi.legalHolds, {})).map(({ liftedAt }) => liftedAt === null)).toEqual([false]);
  });

  test("deletes what may go, leaves the rest as it was, and says in the trail what went [REQ-RET-03]", async () => {
    const before = await known("YOUNG");
    const { planSha256 } = await plan();
    const wrong = { ...qa.sign(), password: "not mine" };
    expect(await codeOf(client.call(enterpriseApi.runRetention, { body: { planSha256, signature: wrong } }))).toBe(
      "gxp.signature-refused",
    );
    expect(await known("OLD")).toBeDefined();
    expect(await run(planSha256)).toEqual({ lots: 1, events: 5, objects: 63, documents: 1 });
    expect(await known("OLD")).toBeUndefined();
    expect(await known("YOUNG")).toEqual(before);
    expect(await known("TIED")).toMatchObject({ lot: "TIED", parent: ssccId(young.pallet) });
    expect((await everything()).objects).toBe(2 * 63);
    expect(await scratch.database.transaction((sql) => verifyLedger(sql, ctx))).toMatchObject({ differences: [] });
    const left =
      "select (select count(*) from capture_document)::int as documents, (select count(*) from lot)::int as lots";
    expect(await scratch.database.run({ text: left })).toEqual([{ documents: 3, lots: 2 }]);
    const [entry] = await scratch.database.run<{ after_json: string }>({
      text: "select after_json from audit_entry where action = 'retention.run'",
    });
    expect(JSON.parse(entry?.after_json ?? "")).toMatchObject({
      lots: 1,
      events: 5,
      groups: [{ lots: [{ gtin, lot: old.lot }], eventsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      documentsSha256: [expect.stringMatching(/^[0-9a-f]{64}$/)],
    });
    expect((await plan()).groups.map(({ keptBy }) => keptBy?.code)).toEqual(["retention"]);
  });
});
