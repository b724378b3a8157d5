import { type LedgerContext, lotCounts, stateOf } from "../src/l4-enterprise/ledger/ledger.ts";
import { migrations } from "../src/l4-enterprise/migrations.ts";
import type { Database } from "../src/runtime/machine.ts";
import { documentOf, packId, type PalletPlan } from "../test/support/pallet-document.ts";
import { scratchDatabase } from "../test/support/scratch-database.ts";
import { captureHttp } from "./enterprise/capture-http.ts";
import {
  type Floor,
  makeDocuments,
  openFloor,
  palletPacks,
  take,
  touchEvent,
  type Wanted,
} from "./enterprise/floor.ts";
import { bytesKept } from "./enterprise/kept.ts";
import { type Bench, type BenchRow, benchRow, type BenchSize, bySize, resultHash, timedOf } from "./harness.ts";
import { itemCopyRate } from "./limit/item-copy.ts";

const unit = "packs";
/** Lines, or partners, that send at the same time. */
const callersUsual = 4;
const warmPallets = 10;

/** Documents of whole pallets captured, each in a durable transaction of its own: 1,920 packs, 43 events, the ledger kept. */
export const bench: Bench = {
  name: "capture",
  unit,
  summary: "EPCIS documents of pallets captured with their ledger, beside a bare COPY of one indexed row a pack",
  needs: "postgres",
  async *rows(size) {
    const pallets = bySize(size, { small: 4, normal: 120, full: 5_000 });
    const limitRate = await freshly(({ database }) => itemCopyRate(database, limitRows(size)));
    for (const row of captures) yield await freshly(({ database }) => measure(database, row, pallets, limitRate));
    yield* captureHttp(bySize(size, { small: 2, normal: 80, full: 3_000 }), limitRate);
  },
};

const limitRows = (size: BenchSize) => bySize(size, { small: 38_400, normal: 288_000, full: 3_840_000 });

/** Every row starts with nothing kept, so that none pays for the one before. */
async function freshly<T>(work: (scratch: { readonly database: Database }) => Promise<T>): Promise<T> {
  const scratch = await scratchDatabase(migrations);
  try {
    return await work(scratch);
  } finally {
    await scratch.drop();
  }
}

type Row = {
  readonly name: string;
  /** How the lots are packed; one lot a caller, unless they share one. */
  readonly wanted: Omit<Wanted, "pallets" | "lot">;
  readonly callers?: number;
  /** Of the pallets that the headline gets, the share of this row. */
  readonly share: number;
  /** Callers take turns on the pallets of one lot, so that two of them write one chunk. */
  readonly shared?: boolean;
  /** `shared`: another company's word, judged object by object. */
  readonly source?: "own" | "shared";
  /** What is timed instead of capturing the pallets, which come before. */
  readonly timed?: "again" | "touch";
};

const captures: readonly Row[] = [
  { name: "capture", wanted: {}, share: 1 },
  { name: "capture-one-caller", wanted: {}, callers: 1, share: 1 },
  { name: "capture-foreign", wanted: { foreign: true }, share: 0.5 },
  { name: "capture-partner", wanted: { foreign: true }, share: 0.25, source: "shared" },
  { name: "capture-mixed-case", wanted: { foreign: true, mixedCasePercent: 30 }, share: 0.5 },
  { name: "capture-shuffled", wanted: { shuffled: true }, share: 0.25 },
  { name: "capture-two-lines", wanted: {}, callers: 2, share: 0.5, shared: true },
  { name: "capture-touched", wanted: {}, share: 0.05, timed: "touch" },
  { name: "capture-duplicate", wanted: {}, share: 0.25, timed: "again" },
];

type Call = { readonly document: string; readonly packs: number };

async function measure(database: Database, row: Row, palletsWanted: number, limitRate: number): Promise<BenchRow> {
  const { wanted, callers = callersUsual, shared = false, source = "own" } = row;
  const floor = await openFloor(database);
  const each = Math.max(1, Math.ceil((palletsWanted * row.share) / callers));
  const lines: { documents: string[]; plans: PalletPlan[] }[] = [];
  if (shared)
    lines.push(...takingTurns(await makeDocuments(floor, { ...wanted, pallets: each * callers, lot: "L0" }), callers));
  else
    for (let n = 0; n < callers; n++)
      lines.push(await makeDocuments(floor, { ...wanted, pallets: each, lot: `L${n}` }));
  // The compiler is warm before the clock runs.
  const warm = await makeDocuments(floor, { ...wanted, pallets: Math.min(warmPallets, each), lot: "WARM" });
  for (const document of warm.documents) await take(floor, document, source);
  const before = await bytesKept(database);
  const pallets = lines.map(({ documents }) => documents.map((document) => ({ document, packs: palletPacks })));
  const hash = resultHash();
  if (row.timed !== undefined) await inLines(floor, pallets, source);
  const calls = row.timed === "touch" ? lines.map(({ plans }) => touches(plans)) : pallets;
  const { durations, seconds, outcomes } = await inLines(floor, calls, source);
  const packs = calls.flat().reduce((sum, call) => sum + call.packs, 0);
  for (const outcome of outcomes.sort()) hash.add(outcome);
  await addOutcome(
    floor,
    lines.flatMap(({ plans }) => plans),
    hash,
  );
  const timed = { ...timedOf(durations, packs / durations.length), rate: packs / seconds };
  const kept = (await bytesKept(database)) - before;
  const made = lines.flatMap(({ plans }) => plans).length * palletPacks;
  return {
    ...benchRow(row.name, unit, timed, limitRate, hash.hex()),
    bytesPerUnit: Number((kept / made).toPrecision(4)),
  };
}

/** Each caller sends its documents one after the other; all of them at the same time. */
async function inLines(floor: Floor, lines: readonly (readonly Call[])[], source: "own" | "shared") {
  const durations: number[] = [];
  const outcomes: string[] = [];
  const began = performance.now();
  await Promise.all(
    lines.map(async (calls) => {
      for (const { document } of calls) {
        const from = performance.now();
        const { captured, duplicate, exceptions } = await take(floor, document, source);
        durations.push(performance.now() - from);
        outcomes.push(`${captured}/${duplicate}/${exceptions}`);
      }
    }),
  );
  return { durations, outcomes, seconds: (performance.now() - began) / 1_000 };
}

function takingTurns(made: { documents: string[]; plans: PalletPlan[] }, callers: number) {
  return Array.from({ length: callers }, (_, n) => ({
    documents: made.documents.filter((_document, index) => index % callers === n),
    plans: made.plans.filter((_plan, index) => index % callers === n),
  }));
}

/** One event a document, on one pack: every fifth pack of the last cases is dispensed, every tenth comes back. */
function touches(plans: readonly PalletPlan[]): Call[] {
  return plans.flatMap((plan) =>
    plan.serials
      .filter((_, index) => index % 40 === 0)
      .flatMap((serial, index) => {
        const events = [touchEvent(plan, serial, index, "dispensed")];
        if (index % 2 === 0) events.push(touchEvent(plan, serial, index, "returned"));
        return events.map((event) => ({ document: documentOf([event]), packs: 1 }));
      }),
  );
}

async function addOutcome(
  { database, ctx }: { readonly database: Database; readonly ctx: LedgerContext },
  plans: readonly PalletPlan[],
  hash: ReturnType<typeof resultHash>,
): Promise<void> {
  const last = plans.at(-1) as PalletPlan;
  await database.transaction(async (sql) => {
    for (const lot of new Set(plans.map((plan) => plan.lot)))
      hash.add(JSON.stringify(await lotCounts(sql, ctx, last.gtin, lot)));
    const state = await stateOf(sql, ctx, packId(last.gtin, last.serials[760] as string));
    hash.add(JSON.stringify({ ...state, lastEventId: undefined }));
  });
}
