import type { Sql } from "../machine.ts";

const rowsAtOnceUsual = 500;

/** Rows of a query in a transaction, some at a time, without holding all of them. `cursor`: a name that is free. */
export async function* readThrough<R>(
  sql: Sql,
  cursor: string,
  query: string,
  rowsAtOnce: number = rowsAtOnceUsual,
): AsyncGenerator<R[]> {
  await sql.run({ text: `declare ${cursor} no scroll cursor for ${query}` });
  for (;;) {
    const rows = await sql.run<R>({ text: `fetch forward ${rowsAtOnce} from ${cursor}` });
    if (rows.length === 0) break;
    yield rows;
  }
  await sql.run({ text: `close ${cursor}` });
}
