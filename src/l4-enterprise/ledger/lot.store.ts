import type { Sql, Statement } from "../../runtime/machine.ts";

const UPSERT_LOTS: Statement = {
  name: "ledger_upsert_lots",
  text: `insert into lot (class_id, lot_no, expiry) select * from unnest($1::int[], $2::text[], $3::text[]) as l(class_id, lot_no, expiry)
order by 1, 2 on conflict (class_id, lot_no) do update set expiry = coalesce(lot.expiry, excluded.expiry)
returning lot_id, class_id, lot_no, expiry`,
};
const LOTS: Statement = {
  name: "ledger_lots",
  text: "select lot_id, class_id, lot_no, expiry from lot where class_id = any($1) and lot_no = any($2)",
};
const LOTS_BY_ID: Statement = {
  name: "ledger_lots_by_id",
  text: "select lot_id, class_id, lot_no, expiry from lot where lot_id = any($1)",
};

export type LotRow = {
  readonly lot: number;
  readonly classId: number;
  readonly lotNumber: string;
  readonly expiry: string | undefined;
};
type StoredLot = { lot_id: number; class_id: number; lot_no: string; expiry: string | null };

const readLot = (row: StoredLot): LotRow => ({
  lot: row.lot_id,
  classId: row.class_id,
  lotNumber: row.lot_no,
  expiry: row.expiry ?? undefined,
});

/** Lots by class and number; reads first, because an upsert of a known lot would lock its row. */
export async function keepLots(
  sql: Sql,
  lots: readonly { classId: number; lotNumber: string; expiry: string | undefined }[],
): Promise<LotRow[]> {
  if (lots.length === 0) return [];
  const known = await findLots(sql, lots);
  const settled = lots.every((lot) =>
    known.some(
      (row) =>
        row.classId === lot.classId &&
        row.lotNumber === lot.lotNumber &&
        (row.expiry !== undefined || lot.expiry === undefined),
    ),
  );
  if (settled) return known;
  return (
    await sql.run<StoredLot>(UPSERT_LOTS, [
      lots.map(({ classId }) => classId),
      lots.map(({ lotNumber }) => lotNumber),
      lots.map(({ expiry }) => expiry ?? null),
    ])
  ).map(readLot);
}

export async function findLots(sql: Sql, lots: readonly { classId: number; lotNumber: string }[]): Promise<LotRow[]> {
  return (
    await sql.run<StoredLot>(LOTS, [lots.map(({ classId }) => classId), lots.map(({ lotNumber }) => lotNumber)])
  ).map(readLot);
}

export async function loadLots(sql: Sql, ids: readonly number[]): Promise<Map<number, LotRow>> {
  if (ids.length === 0) return new Map();
  return new Map((await sql.run<StoredLot>(LOTS_BY_ID, [ids])).map((row) => [row.lot_id, readLot(row)]));
}

const LOT_NAMES: Statement = {
  name: "ledger_lot_names",
  text: "select c.name as gtin, l.lot_no as lot from lot l join epc_class c using (class_id) where l.lot_id = any($1) order by 1, 2",
};

export type LotName = { readonly gtin: string; readonly lot: string };

export async function loadLotNames(sql: Sql, ids: readonly number[]): Promise<LotName[]> {
  return ids.length === 0 ? [] : sql.run<LotName>(LOT_NAMES, [ids]);
}

export const LOT_COUNTS: Statement = {
  name: "ledger_lot_counts",
  text: "select disp, sum(n) as n from lot_stat where lot_id = $1 group by disp having sum(n) <> 0 order by disp",
};

export async function loadLotCounts(sql: Sql, lot: number): Promise<{ status: number; n: number }[]> {
  const rows = await sql.run<{ disp: number; n: string }>(LOT_COUNTS, [lot]);
  return rows.map(({ disp, n }) => ({ status: disp, n: Number(n) }));
}
