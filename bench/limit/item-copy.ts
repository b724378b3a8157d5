import type { Database } from "../../src/runtime/machine.ts";
import { copyText } from "../../src/runtime/postgres/copy-text.ts";
import { timeCalls } from "../harness.ts";

// A store that keeps a row for each pack cannot take packs in faster than PostgreSQL takes the bare rows with their
// primary key, and COPY is its fastest way in (documentation, 14.4.2). Nothing is parsed, checked or derived here.

/** Rows a transaction: ten pallets, so that the commit costs little. */
const batchRows = 19_200;

/** `item` rows a second: packs as keys and one event of history each, all of one lot. */
export async function itemCopyRate(database: Database, rows: number): Promise<number> {
  const hist = Buffer.alloc(32, 5);
  const batches = Math.max(2, Math.ceil(rows / batchRows));
  // Lines are made off the clock; serials of a lot are scattered over the index as random ones are.
  const lines = Array.from({ length: batches + 1 }, (_, batch) =>
    Array.from({ length: batchRows }, (_, row) =>
      copyText([scattered(batch * batchRows + row), null, 1, 1, 7, 78, hist]),
    ),
  );
  const timed = await timeCalls({
    calls: batches,
    unitsPerCall: batchRows,
    warmupCalls: 1,
    call: (index) =>
      database.transaction((sql) =>
        sql.copyIn(
          "copy item (epc, parent, lot_id, version, bucket, disp, hist) from stdin",
          lines[index + 1] as string[],
        ),
      ),
  });
  return timed.rate;
}

function scattered(n: number): string {
  const low = (Math.imul(n + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
  return `000001000000${low}${n.toString(16).padStart(12, "0")}`;
}
