import type { Database, Statement } from "../../src/runtime/machine.ts";
import { uuidArray } from "../../src/runtime/postgres/binary-array.ts";
import { timedOf } from "../harness.ts";

// Whoever keeps a row a pack cannot answer anything about one sooner than PostgreSQL finds that row by its primary key
// and sends it; about a pallet's packs, than it finds as many rows in one statement.

const ROW: Statement = {
  name: "bench_row_by_key",
  text: "select epc, parent, lot_id, disp, version, hist from item where epc = $1 and bucket = 7",
};
const ROWS: Statement = {
  text: "select epc, parent, lot_id, disp, version, hist from item where epc = any($1) and bucket = 7",
};

/** Rows that `itemCopyRate` left; answers reads a second, each of `rowsPerRead` rows, with this many callers. */
export async function rowByKeyRate(
  database: Database,
  calls: number,
  callers: number,
  rowsPerRead: number,
): Promise<number> {
  const keys = (
    await database.run<{ epc: string }>({ text: "select epc from item limit $1" }, [Math.max(rowsPerRead, 4_096)])
  ).map(({ epc }) => epc.replaceAll("-", ""));
  const durations: number[] = [];
  const line = async (caller: number) => {
    for (let call = caller; call < calls; call += callers) {
      const from = performance.now();
      if (rowsPerRead === 1) await database.run(ROW, [keys[(call * 7) % keys.length]]);
      else await database.run(ROWS, [uuidArray(keys.slice(0, rowsPerRead))]);
      durations.push(performance.now() - from);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, (_, caller) => line(caller)));
  return (timedOf(durations, 1).rate * durations.reduce((sum, ms) => sum + ms, 0)) / (performance.now() - began);
}
