import type { Database, Statement } from "../../src/runtime/machine.ts";

const LEDGER_BYTES: Statement = {
  text: `select coalesce(sum(pg_total_relation_size(c.oid)), 0) as bytes from pg_class c
where c.relkind in ('r', 'm') and c.relnamespace = 'public'::regnamespace and c.relname not like 'capture%'`,
};

/** Bytes of everything that the ledger keeps, indexes and free space included, the documents as received left out. */
export async function bytesKept(database: Database): Promise<number> {
  const [row] = await database.run<{ bytes: string }>(LEDGER_BYTES);
  return Number(row?.bytes);
}
