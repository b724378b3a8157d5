import type { WorkOrder } from "../../contract/site-api.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { type ContainerLevel, levelOfCode } from "../number-buffer/packaging-level.ts";
import { expiryDate } from "../orders/order.ts";
import type { Reads } from "../site.ts";
import type { Scanned, StockContainer } from "./loading.ts";

/** More than any customer's delivery; what is beyond shows when the first are loaded. */
const candidatesMax = 2_000;

const columns = `sscc, owner, level, gtin, lot, expiry, expires_on as "expiresOn", packs, delivery_id as "deliveryId"`;

const TAKE_IN: Statement = {
  name: "stock-take-in",
  // Released, closed and inside nothing: the top of each hierarchy. Packs are counted through its cases.
  text: `insert into stock (sscc, owner, environment, work_order_id, level, gtin, lot, expiry, expires_on, packs)
select top.number, top.owner, top.environment, top.work_order_id, top.level, $2, $3, $4, $5,
  case top.level when 1 then top.children else (
    select sum(inner_case.children) from number inner_case where inner_case.parent = top.number and inner_case.level = 1
  ) end
from number top
where top.work_order_id = $1 and top.level in (1, 2) and top.state = 11 and top.parent is null and top.closed_seq is not null and top.children > 0
on conflict (sscc) do nothing`,
};
export const CANDIDATES: Statement = {
  name: "stock-candidates",
  text: `select ${columns} from stock
where delivery_id is null and owner = $1 and (gtin, lot) in (select * from unnest($2::text[], $3::text[]))
order by expires_on, sscc limit ${candidatesMax}`,
};
const BY_SSCC: Statement = {
  name: "stock-by-sscc",
  text: `select ${columns} from stock where sscc = any($1) for update`,
};
const NUMBERS: Statement = {
  name: "stock-numbers",
  text: `select n.number, n.parent, o.state = 'submitted' as submitted from number n join work_order o using (work_order_id)
where n.level in (1, 2) and n.item = '' and n.number = any($1)`,
};
const LOAD: Statement = {
  name: "stock-load",
  text: "update stock set delivery_id = $2, loaded_at = $3 where sscc = any($1)",
};
export const OF_DELIVERIES: Statement = {
  name: "stock-of-deliveries",
  text: `select delivery_id as "deliveryId", sscc from stock where delivery_id = any($1) order by expires_on, sscc`,
};
const COUNT: Statement = {
  name: "stock-count",
  text: "select count(*)::int as count from stock where delivery_id is null and ($1::text is null or owner = $1)",
};

type StoredStock = Omit<StockContainer, "level"> & { level: number };

function containerOf(row: StoredStock): StockContainer {
  return { ...row, level: levelOfCode(row.level) as ContainerLevel };
}

/** Every closed top-level container of a submitted order. */
export async function takeIntoStock(sql: Sql, order: WorkOrder): Promise<void> {
  await sql.run(TAKE_IN, [order.workOrderId, order.gtin, order.lot, order.expiry, expiryDate(order)]);
}

/** What stands here of these products and lots, first expired first. */
export async function stockOf(
  sql: Reads,
  owner: string,
  lots: readonly { readonly gtin: string; readonly lot: string }[],
): Promise<StockContainer[]> {
  const rows = await sql.run<StoredStock>(CANDIDATES, [
    owner,
    lots.map(({ gtin }) => gtin),
    lots.map(({ lot }) => lot),
  ]);
  return rows.map(containerOf);
}

/** What the site knows of these SSCCs; stock is held until the transaction ends. */
export async function scannedContainers(sql: Sql, ssccs: readonly string[]): Promise<Map<string, Scanned>> {
  const numbers = await sql.run<{ number: string; parent: string | null; submitted: boolean }>(NUMBERS, [ssccs]);
  const stock = await sql.run<StoredStock>(BY_SSCC, [ssccs]);
  return new Map<string, Scanned>([
    ...numbers.map(({ number, parent, submitted }) => [number, { kind: "number", parent, submitted }] as const),
    ...stock.map((row) => [row.sscc, { kind: "stock", container: containerOf(row) }] as const),
  ]);
}

export async function loadContainers(
  sql: Sql,
  ssccs: readonly string[],
  deliveryId: string,
  at: number,
): Promise<void> {
  await sql.run(LOAD, [ssccs, deliveryId, at]);
}

export async function loadedFor(sql: Reads, deliveryIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await sql.run<{ deliveryId: string; sscc: string }>(OF_DELIVERIES, [deliveryIds]);
  return new Map(
    [...Map.groupBy(rows, ({ deliveryId }) => deliveryId)].map(([deliveryId, loaded]) => [
      deliveryId,
      loaded.map(({ sscc }) => sscc),
    ]),
  );
}

export async function stockCount(sql: Reads, owner?: string): Promise<number> {
  const [row] = await sql.run<{ count: number }>(COUNT, [owner ?? null]);
  return row?.count ?? 0;
}
