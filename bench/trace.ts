import { tracesTogether } from "../src/l4-enterprise/tracing/trace.handler.ts";
import { packId } from "../test/support/pallet-document.ts";
import { companyOf } from "./enterprise/floor.ts";
import { anyPack, callAtOnce, onStock, type Stocked } from "./enterprise/stocked.ts";
import { type Bench, type BenchRow, benchRow, bySize, resultHash } from "./harness.ts";

const callers = 8;

/** All that happened to one pack and to what it stood in, with its hierarchy: what its page shows. */
export const bench: Bench = {
  name: "trace",
  unit: "traces",
  summary: "the whole trace of one pack with 8 callers at once, beside a bare row read by its primary key",
  needs: "postgres",
  async *rows(size) {
    const pallets = bySize(size, { small: 3, normal: 90, full: 5_209 });
    const calls = bySize(size, { small: 40, normal: 1_500, full: 40_000 });
    const options = { calls, callers, rowsPerRead: 1 };
    yield await onStock({ ...options, pallets }, (stocked, limitRate) => traces("trace", stocked, calls, limitRate));
    const wanted = { foreign: true, mixedCasePercent: 30 } as const;
    yield await onStock({ ...options, pallets: Math.max(2, Math.ceil(pallets / 4)), wanted }, (stocked, limitRate) =>
      traces("trace-mixed-case", stocked, calls, limitRate),
    );
  },
};

async function traces(name: string, { floor, plans }: Stocked, calls: number, limitRate: number): Promise<BenchRow> {
  const trace = tracesTogether(companyOf(floor), floor.ctx);
  const { results, ...timed } = await callAtOnce(calls, callers, (index) => {
    const { plan, serial } = anyPack(plans, index);
    const { gtin, lot } = plan;
    return trace({ kind: "pack", id: packId(gtin, serial), gtin, serial, lot, expiry: undefined });
  });
  const hash = resultHash();
  for (const { hops, hierarchy, state } of results)
    hash.add(JSON.stringify([hops.map(({ bizStep, through }) => [bizStep, through]), hierarchy, state]));
  return benchRow(name, "traces", timed, limitRate, hash.hex());
}
