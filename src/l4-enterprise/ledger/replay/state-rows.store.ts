import { chunkNumbers } from "../../../kernel/serials/pool.ts";
import { readThrough } from "../../../runtime/postgres/read-through.ts";
import type { Sql } from "../../../runtime/machine.ts";
import { hexOfUuid } from "../encoding/epc-key.ts";
import { readSingle, type SingleRow, type StoredSingle } from "../state.store.ts";

// Everything there is, for those that hash or compare all of it.

/** Where own packs have state, in order. */
export async function* readPackPlaces(sql: Sql): AsyncGenerator<{ pool: number; chunkNo: number }[]> {
  const query = `select pool, chunk_no from chunk union select pool, counter / ${chunkNumbers} from pack_delta order by 1, 2`;
  for await (const rows of readThrough<{ pool: number; chunk_no: string }>(sql, "pack_places", query))
    yield rows.map(({ pool, chunk_no }) => ({ pool, chunkNo: Number(chunk_no) }));
}

type KeyedRow = SingleRow & { readonly key: string };

export const readItems = (sql: Sql): AsyncGenerator<KeyedRow[]> => readRows(sql, "item");
export const readContainers = (sql: Sql): AsyncGenerator<KeyedRow[]> => readRows(sql, "container");

async function* readRows(sql: Sql, table: "item" | "container"): AsyncGenerator<KeyedRow[]> {
  const query = `select epc, parent, lot_id, disp, version, hist from ${table} order by epc`;
  for await (const rows of readThrough<StoredSingle & { epc: string }>(sql, `every_${table}`, query))
    yield rows.map((row) => ({ ...readSingle(row), key: hexOfUuid(row.epc) }));
}
