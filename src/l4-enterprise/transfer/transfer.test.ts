import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RefusalError, must } from "../../kernel/base/result.ts";
import { audit, systemActor, verifyAllChains } from "../../gxp/audit/audit.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Database } from "../../runtime/machine.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import {
  documentOf,
  eventAt,
  packId,
  palletEvents,
  type PalletPlan,
  ssccId,
} from "../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { capture } from "../epcis-repository/capture.handler.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { stateOf } from "../ledger/ledger.ts";
import { stateHash } from "../ledger/replay/state-hash.ts";
import { verifyLedger } from "../ledger/replay/verify.ts";
import { migrations } from "../migrations.ts";
import { allocate } from "../serial-numbers/allocation.handler.ts";
import { createSerialPool, createSsccPool } from "../serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../serial-numbers/pool-keys.ts";
import { businessFiles, foundationFiles, notExported, otherFiles } from "./company-files.ts";
import { exportCompany } from "./export.handler.ts";
import { importCompany } from "./import.handler.ts";
import { type Manifest, makeManifest, readManifest } from "./manifest.ts";

const gtin = "04012345123456";
const gln = "4012345000009";
const machine = realMachine({ log: silentLog });
const ctx: LedgerContext = { owner: gln, environment: "production", keys: openPoolKeys(new Uint8Array(32).fill(7)) };
const rule = {
  lengthMin: 6,
  lengthMax: 20,
  lengthUsual: 14,
  allowed: "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ",
  alphabetUsual: "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ",
  spaceRatioMin: 10_000,
};
const company = { gln, name: "Maker" } as Parameters<typeof exportCompany>[3];
const at = 1_790_000_000_000;

let scratch: ScratchDatabase;
let plan: PalletPlan;
const empties: ScratchDatabase[] = [];

const own = (events: Parameters<typeof documentOf>[0]) =>
  capture(machine, scratch.database, ctx, {
    document: documentOf(events),
    contentType: "application/ld+json",
    source: "own",
  });

/** One row in each table that nothing here writes by itself. */
const fill = `
insert into trade_item values ('${gln}', 'production', '${gtin}', 1, '{"name": "Tablets ü", "n": 1.50}', 1);
insert into party values ('${gln}', 'production', '${gln}', '{}', 1);
insert into capture_job (job_id, owner, environment, name, content_type, by_actor, trace_id, state, created_at, changed_at)
  values ('0193c7e0-0000-7000-8000-0000000000c1', '${gln}', 'production', 'a.xml', 'application/xml', '{}', 't', 'refused', 1, 1);
insert into capture_part values ('0193c7e0-0000-7000-8000-0000000000c1', 0, '\\x28b5');
insert into work_order values ('0193c7e0-0000-7000-8000-000000000001', '${gln}', 'production', '${gtin}', 'L1', '{}', 'submitted', 1);
insert into submission values ('0193c7e0-0000-7000-8000-000000000001', '${gln}', 'production', '{"signatures": []}', 1);
insert into lot_record values ('${gln}', 'production', '${gtin}', 'L1', '2027-06-30', 'us', 1, 1, 'released', 1);
insert into market_report (report_id, owner, environment, market, kind, subject, gtin, lot, state, packs, body, created_at)
  values (gen_random_uuid(), '${gln}', 'production', 'eu', 'k', 's', '${gtin}', 'L1', 'accepted', 3, '{}', 1);
insert into shipment (delivery_id, owner, environment, direction, partner, purchase_order, lines, state, contents, created_at)
  values (gen_random_uuid(), '${gln}', 'production', 'outbound', 'p', 'PO "1"', '[]', 'open', array['a', 'b,c'], 1);
insert into user_account (user_id, user_name, user_key, full_name, roles, state, password_hash, pin_hash, created_at)
  values ('0193c7e0-0000-7000-8000-00000000000a', 'Ann', 'ann', 'Ann Q', array['qa'], 'active', 'a secret', 'a pin', 1);
insert into people_revision values ('here', 3, 1);
insert into signature values (gen_random_uuid(), 'lot/x/release', 'h', '0193c7e0-0000-7000-8000-00000000000a', 'Ann', 'Ann Q', 'm', 'lot.release', null, 1, 'hash');
insert into duty values ('lot/x', 'lot.release', '0193c7e0-0000-7000-8000-00000000000a', 1);
insert into inbox values (gen_random_uuid(), 'site', '${gln}', 'production', 'h', 1, 200, 'application/json', '\\x00ff');
insert into outbox_lane values ('site/x', 'site', 1, 1, false, 0, gen_random_uuid(), 99);
insert into outbox (message_id, lane, seq, destination, method, path, content_type, owner, environment, trace_id, created_at, body)
  values (gen_random_uuid(), 'site/x', 1, 'site', 'PUT', '/v1/x', 'application/json', '${gln}', 'production', repeat('0', 32), 1, '{}');
`;

beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
  const [serials, cases, pallets] = await scratch.database.transaction(async (sql) => {
    must(await createSerialPool(sql, ctx, machine.random, { gtin }, rule, at));
    must(await createSsccPool(sql, ctx, { level: "case", companyPrefix: "4012345", extensionDigit: 0 }, at));
    must(await createSsccPool(sql, ctx, { level: "pallet", companyPrefix: "4012345", extensionDigit: 1 }, at));
    const numbers = async (level: "pack" | "case" | "pallet", quantity: number) =>
      must(
        await allocate(sql, ctx, {
          allocationId: machine.random.uuid7(),
          level,
          gtin,
          lot: "L1",
          site: gln,
          workOrderId: "0193c7e0-0000-7000-8000-000000000001",
          quantity,
          at,
        }),
      ).numbers;
    return [await numbers("pack", 1200), await numbers("case", 25), await numbers("pallet", 1)] as const;
  });
  plan = { gtin, lot: "L1", expiry: "2027-06-30", serials, cases, pallet: pallets[0] as string, gln, at };
  await scratch.database.transaction(async (sql) => {
    await sql.run({ text: fill });
    await audit(sql, { actor: systemActor("test"), action: "a", subject: "lot/x", after: { n: 1.5 }, at });
  });
  await captureLife();
  await scratch.database.run({
    text: "insert into exception_note select exception_id, 1, exception_id, 'Ann', 'comment', 'asked' from ledger_exception",
  });
});
afterAll(async () => {
  for (const { drop } of [scratch, ...empties]) await drop();
});

/** Packs packed, one touched alone, one dispensed and that taken back, strangers' numbers, what a partner tells. */
async function captureLife(): Promise<void> {
  await own(palletEvents(plan));
  const [first, second] = plan.serials as [string, string];
  const wrong = {
    ...eventAt(plan, at + 90_000, {
      type: "ObjectEvent",
      action: "OBSERVE",
      bizStep: "dispensing",
      disposition: "dispensed",
      epcList: [packId(gtin, second)],
    }),
    eventID: "urn:uuid:0193c7e0-0000-4000-8000-00000000000e",
  };
  await own([
    eventAt(plan, at + 80_000, {
      type: "AggregationEvent",
      action: "DELETE",
      bizStep: "unpacking",
      parentID: ssccId(plan.cases[0] as string),
      childEPCs: [packId(gtin, first)],
    }),
    wrong,
  ]);
  await own([
    { ...wrong, errorDeclaration: { declarationTime: new Date(at + 95_000).toISOString(), reason: "did_not_occur" } },
  ]);
  await own([
    eventAt(plan, at + 91_000, {
      type: "ObjectEvent",
      action: "OBSERVE",
      bizStep: "https://example.com/step",
      epcList: [packId(gtin, "a%2Fb"), packId("09521234543213", "X1"), "https://example.com/thing/1"],
      "example:note": { "example:deep": ["1", "2"] },
      "@context": [{ example: "https://example.com/ns/" }],
      quantityList: [{ epcClass: "https://id.gs1.org/01/09521234543213/10/L9", quantity: 3 }],
    }),
  ]);
  await capture(machine, scratch.database, ctx, {
    document: documentOf([
      eventAt(plan, at + 99_000, {
        type: "ObjectEvent",
        action: "OBSERVE",
        bizStep: "receiving",
        disposition: "in_progress",
        epcList: [ssccId(plan.pallet), packId(gtin, second)],
      }),
    ]),
    contentType: "application/ld+json",
    source: "shared",
    partner: "0399999000023",
  });
}

type Copied = { readonly manifest: Manifest; readonly files: Map<string, string[]> };

async function exported(database: Database): Promise<Copied> {
  const files = new Map<string, string[]>();
  const manifest = await exportCompany(machine, database, ctx, company, async (file, lines) => {
    const kept = files.get(file) ?? [];
    kept.push(...lines);
    files.set(file, kept);
  });
  return { manifest, files };
}

async function emptyDatabase(): Promise<Database> {
  const made = await scratchDatabase(migrations);
  empties.push(made);
  return made.database;
}

const importing = (database: Database, { manifest, files }: Copied, as: LedgerContext = ctx) =>
  importCompany(machine, database, as, {
    manifest: must(readManifest(JSON.stringify(manifest))),
    lines: async function* (file) {
      yield* files.get(file) ?? [];
    },
  });

const refusalOf = async (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof RefusalError ? error.refusal.code : String(error)),
  );

describe("a company out and in again [REQ-OUT-01]", () => {
  test("every table has a file, or a reason to have none", async () => {
    const tables = await scratch.database.run<{ name: string }>({
      text: `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    });
    const told = [...foundationFiles, ...businessFiles].map(({ table }) => table);
    expect(tables.map(({ name }) => name)).toEqual(
      [...told, ...Object.keys(otherFiles), ...Object.keys(notExported)].sort(),
    );
  });

  test("an empty system is the same afterwards, hash by hash [REQ-OUT-02]", async () => {
    const copied = await exported(scratch.database);
    expect(copied.manifest.files.filter(({ rows }) => rows === 0).map(({ file }) => file)).toEqual([
      "numbers-retired.jsonl",
      "numbers-registered.jsonl",
      "numbers-of-former-system.jsonl",
      "history-files.jsonl",
      "legal-holds.jsonl",
    ]);
    expect(copied.manifest.state.objects).toBe(1200 + 26 + 3);
    expect([...copied.files.values()].flat().join("\n")).not.toContain("a secret");
    const database = await emptyDatabase();
    await importing(database, copied);
    const again = await exported(database);
    expect(again.manifest).toEqual({
      ...copied.manifest,
      exportedAt: again.manifest.exportedAt,
      transfers: again.manifest.transfers,
    });
    const [verified, asked] = await database.transaction(async (sql) => [
      await verifyLedger(sql, ctx),
      await stateOf(sql, ctx, packId(gtin, plan.serials[0] as string)),
    ]);
    expect(verified).toMatchObject({ differences: [], more: false });
    expect(asked).toMatchObject({ lot: "L1", parent: undefined });
    for await (const chain of verifyAllChains(database)) expect(chain).toMatchObject({ intact: true });
    // The copy goes on where the first one stopped: the next number is nobody's.
    const next = (sql: Parameters<Parameters<Database["transaction"]>[0]>[0]) =>
      allocate(sql, ctx, {
        allocationId: machine.random.uuid7(),
        level: "pack",
        gtin,
        lot: "L2",
        site: gln,
        workOrderId: machine.random.uuid7(),
        quantity: 1,
        at,
      });
    const [there, here] = [await scratch.database.transaction(next), await database.transaction(next)];
    expect(must(here).numbers).toEqual(must(there).numbers);
  });

  test("the trail of both says so", async () => {
    const actions = async (database: Database) =>
      (
        await database.run<{ action: string }>({ text: "select action from audit_entry where chain = 'transfers'" })
      ).map(({ action }) => action);
    expect(await actions(scratch.database)).toEqual(["company.export"]);
    expect(await actions(empties[0]?.database as Database)).toEqual(["company.import", "company.export"]);
  });

  test("the hash of the state changes with any state", async () => {
    const { database } = scratch;
    const before = await database.transaction(stateHash);
    await own([
      eventAt(plan, at + 100_000, {
        type: "ObjectEvent",
        action: "OBSERVE",
        bizStep: "inspecting",
        epcList: [packId(gtin, plan.serials[700] as string)],
      }),
    ]);
    expect(await database.transaction(stateHash)).not.toEqual(before);
  });
});

describe("an import is refused [REQ-OUT-03]", () => {
  test("into a system that holds anything; and leaves nothing when it fails", async () => {
    const copied = await exported(scratch.database);
    expect(await refusalOf(importing(scratch.database, copied))).toBe("transfer.not-empty");
    const database = await emptyDatabase();
    const damaged = new Map(copied.files);
    damaged.set("lots.jsonl", ["{}"]);
    expect(await refusalOf(importing(database, { ...copied, files: damaged }))).toBe("transfer.damaged");
    const other = { ...ctx, keys: openPoolKeys(new Uint8Array(32).fill(8)) };
    expect(await refusalOf(importing(database, copied, other))).toBe("transfer.other-key");
    expect(await refusalOf(importing(database, copied, { ...ctx, owner: "x" }))).toBe("transfer.other-company");
    const { format: _format, version: _version, contentSha256: _content, ...said } = copied.manifest;
    const promised = makeManifest({ ...said, state: { ...said.state, sha256: "0".repeat(64) } });
    expect(await refusalOf(importing(database, { ...copied, manifest: promised }))).toBe("transfer.differs");
    expect(await database.run({ text: "select 1 from epc_class union select 1 from audit_entry" })).toEqual([]);
  });

  test.each([
    ["{", "transfer.manifest"],
    ['{"format":"packtrail-company","version":2}', "transfer.version"],
    ["{}", "transfer.manifest"],
  ])("with the manifest %s", (text, code) => {
    const read = readManifest(text);
    expect(read.ok ? "read" : read.refusal.code).toBe(code);
  });
});
