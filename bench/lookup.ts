import { enterpriseApi } from "../src/contract/enterprise-api.ts";
import { statesTogether } from "../src/l4-enterprise/ledger/ledger.ts";
import { addLot } from "../src/l4-enterprise/lots/lot.store.ts";
import { addProductVersion } from "../src/l4-enterprise/master-data/master-data.store.ts";
import { packId } from "../test/support/pallet-document.ts";
import { expiry, type Floor, gtin } from "./enterprise/floor.ts";
import { callFromThread, startLevel, tokenOf } from "./enterprise/level.ts";
import { anyPack, callAtOnce, onStock, type Stocked } from "./enterprise/stocked.ts";
import { type Bench, type BenchRow, benchRow, bySize, resultHash, timedOf } from "./harness.ts";

const unit = "packs";
const callers = 8;
const pacePerSecond = 500;

/** The state of any one pack, and its verification over HTTP. */
export const bench: Bench = {
  name: "lookup",
  unit,
  summary: "the state of one pack with 8 callers at once, beside a bare row read by its primary key",
  needs: "postgres",
  async *rows(size) {
    // 5,209 pallets are ten million packs.
    const pallets = bySize(size, { small: 3, normal: 90, full: 5_209 });
    const calls = bySize(size, { small: 100, normal: 4_000, full: 80_000 });
    yield* await onStock({ pallets, calls, callers, rowsPerRead: 1 }, async (stocked, limitRate) => [
      await lookups("lookup", stocked, calls, limitRate),
      await verifications(stocked, bySize(size, { small: 20, normal: 2_500, full: 30_000 }), limitRate),
    ]);
    const mixed = { foreign: true, mixedCasePercent: 30 } as const;
    const some = Math.max(2, Math.ceil(pallets / 4));
    yield await onStock({ pallets: some, wanted: mixed, calls, callers, rowsPerRead: 1 }, (stocked, limitRate) =>
      lookups("lookup-mixed-case", stocked, calls, limitRate),
    );
  },
};

async function lookups(name: string, { floor, plans }: Stocked, calls: number, limitRate: number): Promise<BenchRow> {
  const states = statesTogether(floor.database, floor.ctx);
  const { results, ...timed } = await callAtOnce(calls, callers, (index) => {
    const { plan, serial } = anyPack(plans, index);
    return states(packId(plan.gtin, serial));
  });
  const hash = resultHash();
  for (const state of results) hash.add(`${state?.standing} ${state?.disposition} ${state?.lot} ${state?.parent}`);
  return benchRow(name, unit, timed, limitRate, hash.hex());
}

/** `POST /v1/verifications` of packs of our own, as many a second whether the last was answered or not. */
async function verifications({ floor, plans, url }: Stocked, calls: number, limitRate: number): Promise<BenchRow> {
  await release(floor, [...new Set(plans.map(({ lot }) => lot))]);
  const level = await startLevel(url);
  try {
    const answers = await callFromThread({
      url: level.url,
      path: enterpriseApi.verify.path,
      callers: 32,
      pacePerSecond,
      headers: { authorization: `Bearer ${tokenOf("warehouse")}`, "content-type": "application/json" },
      bodies: Array.from({ length: calls }, (_, index) => {
        const { plan, serial } = anyPack(plans, index);
        return JSON.stringify({
          scan: `01${gtin}17${expiry.replaceAll("-", "").slice(2)}10${plan.lot}\u001d21${serial}`,
        });
      }),
    });
    const hash = resultHash();
    for (const { status, body } of answers) {
      const { verified, reason } = JSON.parse(body) as { verified: boolean; reason: string | null };
      hash.add(`${status} ${verified} ${reason}`);
    }
    const timed = timedOf(
      answers.map(({ ms }) => ms),
      1,
    );
    const first = Math.min(...answers.map(({ at, ms }) => at - ms));
    const seconds = (Math.max(...answers.map(({ at }) => at)) - first) / 1_000;
    return benchRow("lookup-http", "verifications", { ...timed, rate: calls / seconds }, limitRate, hash.hex());
  } finally {
    await level.stop();
  }
}
/** Its lots are on the market, where we answer for them ourselves. */
async function release({ database, ctx }: Floor, lots: readonly string[]): Promise<void> {
  const product = {
    gtin,
    version: 1,
    companyPrefixLength: 7,
    name: "Benchol 20 mg",
    commonName: "benchol",
    dosageForm: "Tablet",
    strength: "20 mg",
    packSize: "30",
    manufacturerName: "Bench",
    market: "us",
    packsPerCase: 48,
    casesPerPallet: 40,
  } as const;
  await database.transaction(async (sql) => {
    await addProductVersion(sql, ctx, product, 0);
    for (const lot of lots) {
      const record = { gtin, lot, expiry, market: "us", status: "released" } as const;
      await addLot(sql, ctx, record, { productVersion: 1, marketRulesVersion: 1 }, 0);
    }
  });
}
