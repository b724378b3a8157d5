import type { Sql, Statement } from "../../runtime/machine.ts";

export const LOT_COUNTS: Statement = {
  name: "ledger_lot_counts",
  text: "select disp, sum(n) as n from lot_stat where lot_id = $1 group by disp having sum(n) <> 0",
};

export async function loadLotCounts(sql: Sql, lot: number): Promise<{ status: number; n: number }[]> {
  const rows = await sql.run<{ disp: number; n: string }>(LOT_COUNTS, [lot]);
  return rows.map(({ disp, n }) => ({ status: disp, n: Number(n) }));
}
