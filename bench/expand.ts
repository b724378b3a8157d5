import { packsIn, statesOf } from "../src/l4-enterprise/ledger/ledger.ts";
import { documentOf, type PalletPlan, ssccId } from "../test/support/pallet-document.ts";
import { palletPacks, take } from "./enterprise/floor.ts";
import { callAtOnce, onStock, shipping, type Stocked } from "./enterprise/stocked.ts";
import { type Bench, type BenchRow, benchRow, bySize, resultHash } from "./harness.ts";

const unit = "packs";

/** What a pallet holds, and each pack's state; and shipping it. */
export const bench: Bench = {
  name: "expand",
  unit,
  summary: "a pallet's 1,920 packs with each one's state, beside as many bare rows read by key; and shipping it",
  needs: "postgres",
  async *rows(size) {
    const pallets = bySize(size, { small: 3, normal: 60, full: 5_209 });
    const calls = bySize(size, { small: 4, normal: 80, full: 2_000 });
    const options = { pallets, calls, callers: 1, rowsPerRead: palletPacks };
    yield* await onStock(options, async (stocked, limitRate) => [
      await expand(stocked, calls, limitRate * palletPacks, true),
      await expand(stocked, calls, limitRate * palletPacks, false),
      await ship(stocked, Math.floor(pallets / 2), limitRate * palletPacks),
    ]);
  },
};

async function expand(
  { floor, plans }: Stocked,
  calls: number,
  limitRate: number,
  withStates: boolean,
): Promise<BenchRow> {
  const { database, ctx } = floor;
  const hash = resultHash();
  const { results, ...timed } = await callAtOnce(calls, 1, (index) =>
    database.transaction(async (sql) => {
      const { packs } = await packsIn(sql, ctx, [ssccId((plans[index % plans.length] as PalletPlan).pallet)]);
      const states = withStates ? await statesOf(sql, ctx, packs) : undefined;
      return {
        packs: packs.length,
        good: [...(states?.values() ?? [])].filter(({ standing }) => standing === "good").length,
      };
    }),
  );
  for (const result of results) hash.add(JSON.stringify(result));
  const row = { ...timed, rate: timed.rate * palletPacks };
  return benchRow(withStates ? "expand" : "expand-names", unit, row, limitRate, hash.hex());
}

/** The pallets that are here still leave: one event on one identifier, whatever is inside. */
async function ship({ floor, plans }: Stocked, calls: number, limitRate: number): Promise<BenchRow> {
  const here = plans.filter((_, index) => index % 2 === 1);
  const hash = resultHash();
  const { results, ...timed } = await callAtOnce(Math.min(calls, here.length), 1, (index) =>
    take(floor, documentOf([shipping(here[index] as PalletPlan)])),
  );
  for (const { captured, exceptions } of results) hash.add(`${captured}/${exceptions}`);
  return benchRow("expand-ship", unit, { ...timed, rate: timed.rate * palletPacks }, limitRate, hash.hex());
}
