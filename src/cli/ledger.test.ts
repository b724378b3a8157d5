import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documentOf, palletEvents } from "../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../test/support/scratch-database.ts";
import { checkDigit } from "../kernel/gs1/check-digit.ts";
import { must } from "../kernel/base/result.ts";
import { markets } from "../kernel/markets/market.ts";
import { capture } from "../l4-enterprise/epcis-repository/capture.handler.ts";
import { migrations } from "../l4-enterprise/migrations.ts";
import { allocate } from "../l4-enterprise/serial-numbers/allocation.handler.ts";
import { createSerialPool } from "../l4-enterprise/serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../l4-enterprise/serial-numbers/pool-keys.ts";
import { silentLog } from "../runtime/log.ts";
import { realMachine } from "../runtime/machine.real.ts";
import { maker } from "./demo/demonstration.ts";
import { ledgerCommand, type LedgerVerified } from "./ledger.ts";

const machine = realMachine({ log: silentLog });
const folder = mkdtempSync(join(tmpdir(), "packtrail-ledger-"));
const config = join(folder, "enterprise.json");
const gtin = "04012345123456";
const sscc = (body: string) => body + checkDigit(body);
const ctx = { owner: maker.gln, environment: "production", keys: openPoolKeys(new Uint8Array(32).fill(9)) } as const;
let scratch: ScratchDatabase;

beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  writeFileSync(
    config,
    JSON.stringify({
      instance: "maker",
      environment: "production",
      listen: { host: "127.0.0.1", port: 4103 },
      databaseUrlFile: file("database", scratch.url),
      keyFile: file("key", "09".repeat(32)),
      company: maker,
      credentials: [],
      sites: [],
    }),
  );
  const serials = await scratch.database.transaction(async (sql) => {
    must(await createSerialPool(sql, ctx, machine.random, { gtin }, markets.eu.serial, 1));
    const of = { level: "pack", gtin, lot: "L", site: maker.gln, quantity: 96, at: 1 } as const;
    const ids = { allocationId: machine.random.uuid7(), workOrderId: machine.random.uuid7() };
    return must(await allocate(sql, ctx, { ...of, ...ids })).numbers;
  });
  const plan = { gtin, lot: "L", expiry: "2028-12-31", gln: maker.gln, at: 1_790_000_000_000 };
  const containers = {
    cases: [sscc("34012345000000001"), sscc("34012345000000002")],
    pallet: sscc("34012345000000003"),
  };
  const ours = palletEvents({ ...plan, serials, ...containers });
  const theirs = palletEvents({
    ...plan,
    gtin: "00614141123452",
    serials: ["a", "B", "c-d"],
    cases: [sscc("10614141000000001")],
    pallet: sscc("10614141000000002"),
  });
  const contentType = "application/ld+json";
  await capture(machine, scratch.database, ctx, { document: documentOf(ours), contentType, source: "own" });
  const shared = { contentType, source: "shared", partner: "0614141000005" } as const;
  await capture(machine, scratch.database, ctx, { document: documentOf(theirs), ...shared });
});
afterAll(async () => {
  await scratch.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const [out, err, shown]: [string[], string[], string[]] = [[], [], []];
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const code = await ledgerCommand(args, { ...io, progress: (line) => shown.push(line) });
  return { code, out, err, shown };
}

const verify = () => run("verify", "--config", config, "--json");
const answer = ({ out }: { out: string[] }) => JSON.parse(out[0] as string) as LedgerVerified;

test("what is derived anew is what is kept [REQ-LED-02]", async () => {
  const told = await run("verify", "--config", config);
  expect(told).toMatchObject({ code: 0, err: [] });
  expect(told.out).toEqual([expect.stringMatching(/^2 documents, 9 events, 104 objects in [\d.]+ s: all as derived$/)]);
  expect(told.shown.find((line) => line.startsWith("replaying"))).toMatch(/\[#{24}\] 9 of 9$/);
  expect(answer(await verify())).toMatchObject({ verified: true, events: 9, differences: [], more: false });
});

test.each([
  ["an event that was altered", "update event set event_time = event_time + 1 where n = 96", "event"],
  [
    "a document that was altered",
    "update capture_document set document = set_byte(document, 60, 255 - get_byte(document, 60))",
    "document",
  ],
  [
    "packs that no event tells of",
    "update chunk set chunk_no = chunk_no + 9 where version > 0",
    "ledger.chunk-damaged",
  ],
  ["state that no event leads to", "update container set disp = 0 where parent is null", "container"],
])("%s is found [REQ-LED-02]", async (_, text, what) => {
  const tables = ["event", "capture_document", "chunk", "container"];
  for (const table of tables) await scratch.database.run({ text: `create table kept_${table} as table ${table}` });
  await scratch.database.run({ text });
  const found = await verify();
  for (const table of tables)
    await scratch.database.run({
      text: `truncate ${table}; insert into ${table} table kept_${table}; drop table kept_${table}`,
    });
  expect(found.code).toBe(1);
  const named =
    found.out.length === 0
      ? found.err.join()
      : answer(found)
          .differences.map((each) => each.what)
          .join();
  expect(named).toContain(what);
  expect((await verify()).code).toBe(0);
});

test("what is not understood, and what is not there", async () => {
  await expect(run("prove", "--config", config)).rejects.toThrow("ledger verify");
  await expect(run("verify")).rejects.toThrow("--config");
  expect(await run("verify", "--config", join(folder, "none.json"))).toMatchObject({ code: 3 });
});
