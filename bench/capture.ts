import { createHash } from "node:crypto";
import { markets } from "../src/kernel/markets/market.ts";
import { must } from "../src/kernel/base/result.ts";
import { capture, type Captured } from "../src/l4-enterprise/epcis-repository/capture.handler.ts";
import { type LedgerContext, lotCounts, stateOf } from "../src/l4-enterprise/ledger/ledger.ts";
import { migrations } from "../src/l4-enterprise/migrations.ts";
import { allocate } from "../src/l4-enterprise/serial-numbers/allocation.handler.ts";
import { createSerialPool, createSsccPool } from "../src/l4-enterprise/serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../src/l4-enterprise/serial-numbers/pool-keys.ts";
import { silentLog } from "../src/runtime/log.ts";
import type { Database, Machine, Random } from "../src/runtime/machine.ts";
import { realMachine } from "../src/runtime/machine.real.ts";
import { documentOf, packId, palletEvents, type PalletPlan } from "../test/support/pallet-document.ts";
import { scratchDatabase } from "../test/support/scratch-database.ts";
import { type Bench, type BenchRow, benchRow, bySize, resultHash, timeCalls, timedOf } from "./harness.ts";
import { itemCopyRate } from "./limit/item-copy.ts";

const unit = "packs";
const gtin = "09501101530003";
const gln = "9501101530003";
const palletPacks = 1_920;
const palletCases = 40;
const start = 1_790_000_000_000;
const clients = 4;

/** Documents of whole pallets captured, each in a durable transaction of its own: 1,920 packs, 43 events, the ledger kept. */
export const bench: Bench = {
  name: "capture",
  unit,
  summary: "EPCIS documents of pallets captured with their ledger, beside a bare COPY of one indexed row a pack",
  needs: "postgres",
  async *rows(size) {
    const pallets = bySize(size, { small: 4, normal: 200, full: 5_000 });
    const scratch = await scratchDatabase(migrations);
    try {
      const limitRate = await itemCopyRate(
        scratch.database,
        bySize(size, { small: 38_400, normal: 576_000, full: 3_840_000 }),
      );
      await scratch.database.run({ text: "truncate item" });
      const floor = await setUp(scratch.database);
      yield await oneClient(floor, pallets, limitRate);
      yield await severalClients(floor, pallets, limitRate);
      yield await duplicates(floor, Math.ceil(pallets / 4), limitRate);
      yield await ofOthers(floor, Math.ceil(pallets / 8), limitRate);
    } finally {
      await scratch.drop();
    }
  },
};

type Floor = { readonly machine: Machine; readonly database: Database; readonly ctx: LedgerContext; made: number };

async function setUp(database: Database): Promise<Floor> {
  const real = realMachine({ log: silentLog });
  const machine: Machine = { ...real, random: countingRandom() };
  const ctx: LedgerContext = { owner: gln, environment: "validation", keys: openPoolKeys(new Uint8Array(32).fill(3)) };
  await database.transaction(async (sql) => {
    must(await createSerialPool(sql, ctx, machine.random, { gtin }, markets.eu.serial, start));
    must(await createSsccPool(sql, ctx, { level: "case", companyPrefix: "9501101", extensionDigit: 0 }, start));
    must(await createSsccPool(sql, ctx, { level: "pallet", companyPrefix: "9501101", extensionDigit: 1 }, start));
  });
  return { machine, database, ctx, made: 0 };
}

/** The same bytes on every run: hashes must not differ. */
function countingRandom(): Random {
  let count = 0;
  const bytes = (length: number) =>
    new Uint8Array(
      createHash("shake256", { outputLength: Math.max(1, length) })
        .update(`${count++}`)
        .digest(),
    ).subarray(0, length);
  const uuid7 = () =>
    Buffer.from(bytes(16))
      .toString("hex")
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { bytes, uuid7 };
}

/** Documents of pallets that follow one another on a line, of a lot of its own. */
async function makeDocuments(
  floor: Floor,
  count: number,
  lot: string,
): Promise<{ documents: string[]; plans: PalletPlan[] }> {
  const { database, ctx, machine } = floor;
  const plans: PalletPlan[] = [];
  const numbers = (level: "pack" | "case" | "pallet", quantity: number) =>
    database.transaction(
      async (sql) =>
        must(
          await allocate(sql, ctx, {
            allocationId: machine.random.uuid7(),
            level,
            gtin,
            lot,
            site: gln,
            workOrderId: machine.random.uuid7(),
            quantity,
            at: start,
          }),
        ).numbers,
    );
  // Two of a hundred numbers are rejects and never commissioned.
  const serials = (await numbers("pack", Math.ceil(count * palletPacks * 1.03))).filter(
    (_, index) => index % 50 !== 17,
  );
  const cases = await numbers("case", count * palletCases);
  const ssccs = await numbers("pallet", count);
  for (let n = 0; n < count; n++) {
    plans.push({
      gtin,
      lot,
      expiry: "2028-12-31",
      gln,
      at: start + floor.made++ * 100_000,
      pallet: ssccs[n] as string,
      serials: serials.slice(n * palletPacks, (n + 1) * palletPacks),
      cases: cases.slice(n * palletCases, (n + 1) * palletCases),
    });
  }
  return { plans, documents: plans.map((plan) => documentOf(palletEvents(plan))) };
}

function take(floor: Floor, document: string, source: "own" | "shared" = "own"): Promise<Captured> {
  return capture(floor.machine, floor.database, floor.ctx, {
    document,
    contentType: "application/ld+json",
    source,
    ...(source === "shared" ? { partner: "0614141000005" } : {}),
  });
}

async function oneClient(floor: Floor, pallets: number, limitRate: number): Promise<BenchRow> {
  const warmup = Math.min(20, pallets);
  const { documents, plans } = await makeDocuments(floor, pallets + warmup, "ONE");
  const hash = resultHash();
  const timed = await timeCalls({
    calls: pallets,
    unitsPerCall: palletPacks,
    warmupCalls: warmup,
    call: (index) => take(floor, documents[index + warmup] as string),
    settle: ({ captured, duplicate, exceptions }) => hash.add(`${captured}/${duplicate}/${exceptions}`),
  });
  await addOutcome(floor, plans, "ONE", hash);
  return benchRow("capture", unit, timed, limitRate, hash.hex());
}

async function addOutcome(
  { database, ctx }: Floor,
  plans: readonly PalletPlan[],
  lot: string,
  hash: ReturnType<typeof resultHash>,
): Promise<void> {
  const last = plans.at(-1) as PalletPlan;
  await database.transaction(async (sql) => {
    hash.add(JSON.stringify(await lotCounts(sql, ctx, gtin, lot)));
    hash.add(JSON.stringify(await stateOf(sql, ctx, packId(gtin, last.serials[777] as string))));
  });
}

/** Four lines at once, each on a block of its own. */
async function severalClients(floor: Floor, pallets: number, limitRate: number): Promise<BenchRow> {
  const each = Math.ceil(pallets / clients);
  const lines: string[][] = [];
  const hash = resultHash();
  for (let line = 0; line < clients; line++) lines.push((await makeDocuments(floor, each, "FOUR")).documents);
  const durations: number[] = [];
  const began = performance.now();
  await Promise.all(
    lines.map(async (documents) => {
      for (const document of documents) {
        const from = performance.now();
        await take(floor, document);
        durations.push(performance.now() - from);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  await floor.database.transaction(async (sql) =>
    hash.add(JSON.stringify(await lotCounts(sql, floor.ctx, gtin, "FOUR"))),
  );
  return benchRow(
    "capture.clients-4",
    unit,
    { ...timedOf(durations, palletPacks), rate: (each * clients * palletPacks) / seconds },
    limitRate,
    hash.hex(),
  );
}

async function duplicates(floor: Floor, count: number, limitRate: number): Promise<BenchRow> {
  const { documents } = await makeDocuments(floor, 1, "TWICE");
  const hash = resultHash();
  const document = documents[0] as string;
  await take(floor, document);
  const timed = await timeCalls({
    calls: count,
    unitsPerCall: palletPacks,
    call: () => take(floor, document),
    settle: ({ captured, duplicate }) => hash.add(`${captured}/${duplicate}`),
  });
  return benchRow("capture.duplicate", unit, timed, limitRate, hash.hex());
}

/** The same of a company whose numbers are not computed: a row a pack. */
async function ofOthers(floor: Floor, count: number, limitRate: number): Promise<BenchRow> {
  const { plans } = await makeDocuments(floor, count, "OTHER");
  const other = "00614141123452";
  const documents = plans.map((plan) =>
    documentOf(palletEvents({ ...plan, gtin: other, serials: plan.serials.map((serial) => `${serial}X`) })),
  );
  const hash = resultHash();
  const timed = await timeCalls({
    calls: count,
    unitsPerCall: palletPacks,
    call: (index) => take(floor, documents[index] as string, "shared"),
    settle: ({ captured, duplicate, exceptions }) => hash.add(`${captured}/${duplicate}/${exceptions}`),
  });
  await floor.database.transaction(async (sql) =>
    hash.add(JSON.stringify(await lotCounts(sql, floor.ctx, other, "OTHER"))),
  );
  return benchRow("capture.of-others", unit, timed, limitRate, hash.hex());
}
