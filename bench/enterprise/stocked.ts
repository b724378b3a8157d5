import { migrations } from "../../src/l4-enterprise/migrations.ts";
import type { Database } from "../../src/runtime/machine.ts";
import { documentOf, eventAt, type PalletPlan, ssccId } from "../../test/support/pallet-document.ts";
import { scratchDatabase } from "../../test/support/scratch-database.ts";
import { itemCopyRate } from "../limit/item-copy.ts";
import { rowByKeyRate } from "../limit/row-by-key.ts";
import { quantile } from "../harness.ts";
import { type Floor, makeDocuments, openFloor, take, type Wanted } from "./floor.ts";

/** Documents that are made at a time; all at once would not fit in memory. */
const batchPallets = 60;
const callers = 4;
const limitRows = 76_800;

export type Stocked = { readonly floor: Floor; readonly plans: readonly PalletPlan[]; readonly url: string };

/** A ledger with this many pallets, every other one shipped. */
export async function stock(
  floor: Floor,
  pallets: number,
  wanted: Omit<Wanted, "pallets" | "lot">,
): Promise<PalletPlan[]> {
  const kept: PalletPlan[] = [];
  for (let done = 0; done < pallets; done += batchPallets) {
    const size = Math.min(batchPallets, pallets - done);
    const { documents, plans } = await makeDocuments(floor, {
      ...wanted,
      pallets: size,
      lot: `S${Math.floor(done / 600)}`,
    });
    let next = 0;
    const line = async () => {
      for (let index = next++; index < size; index = next++) {
        await take(floor, documents[index] as string);
        if (index % 2 === 0) await take(floor, documentOf([shipping(plans[index] as PalletPlan)]));
      }
    };
    await Promise.all(Array.from({ length: callers }, line));
    kept.push(...plans);
  }
  return kept;
}

export function shipping(plan: PalletPlan): Record<string, unknown> {
  return eventAt(plan, plan.at + 80_000, {
    type: "ObjectEvent",
    action: "OBSERVE",
    bizStep: "shipping",
    disposition: "in_transit",
    epcList: [ssccId(plan.pallet)],
  });
}

/** Work on a stocked ledger, and the limit of reading `rowsPerRead` bare rows by key with as many callers. */
export async function onStock<T>(
  options: {
    readonly pallets: number;
    readonly wanted?: Omit<Wanted, "pallets" | "lot">;
    readonly calls: number;
    readonly callers: number;
    readonly rowsPerRead: number;
  },
  work: (stocked: Stocked, limitRate: number) => Promise<T>,
): Promise<T> {
  const scratch = await scratchDatabase(migrations);
  try {
    await itemCopyRate(scratch.database, limitRows);
    await scratch.database.run({ text: "analyze item" });
    const limitRate = await rowByKeyRate(scratch.database, options.calls, options.callers, options.rowsPerRead);
    await scratch.database.run({ text: "truncate item" });
    const floor = await openFloor(scratch.database);
    const plans = await stock(floor, options.pallets, options.wanted ?? {});
    await settled(scratch.database);
    return await work({ floor, plans, url: scratch.url }, limitRate);
  } finally {
    await scratch.drop();
  }
}

/** What autovacuum does within the minute. */
async function settled(database: Database): Promise<void> {
  await database.run({ text: "vacuum analyze" });
}

/** Calls from several callers at the same time. */
export async function callAtOnce<T>(
  calls: number,
  atOnce: number,
  call: (index: number) => Promise<T>,
): Promise<{ rate: number; p50Ms: number; p99Ms: number; results: T[] }> {
  const results: T[] = [];
  const durations: number[] = [];
  let next = 0;
  const line = async () => {
    for (let index = next++; index < calls; index = next++) {
      const from = performance.now();
      results[index] = await call(index);
      durations.push(performance.now() - from);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, line));
  const rate = (calls * 1_000) / (performance.now() - began);
  return { rate, p50Ms: quantile(durations, 0.5), p99Ms: quantile(durations, 0.99), results };
}

/** Any pack, the same on every run. */
export function anyPack(plans: readonly PalletPlan[], index: number): { plan: PalletPlan; serial: string } {
  const random = (Math.imul(index + 1, 2_654_435_761) >>> 0) / 2 ** 32;
  const plan = plans[Math.floor(random * plans.length)] as PalletPlan;
  return { plan, serial: plan.serials[(index * 577) % plan.serials.length] as string };
}
