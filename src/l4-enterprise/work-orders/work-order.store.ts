import type { Submission, WorkOrderView } from "../../contract/enterprise-api.ts";
import type { WorkOrder } from "../../contract/site-api.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";

type Scope = Pick<Company, "owner" | "environment">;
type Reading = Pick<Sql, "run">;
export type OrderState = WorkOrderView["state"];
export type StoredOrder = { readonly order: WorkOrder; readonly state: OrderState; readonly createdAt: number };
type OrderRow = { readonly body: WorkOrder; readonly state: OrderState; readonly created_at: string };

const columns = "body, state, created_at";
const ORDERS: Statement = {
  name: "work_orders",
  text: `select ${columns} from work_order where owner = $1 and environment = $2 order by created_at desc limit $3`,
};
const ORDER_LOCKED: Statement = {
  name: "work_order_locked",
  text: `select ${columns} from work_order where owner = $1 and environment = $2 and work_order_id = $3 for update`,
};
const ORDERS_OF_LOT: Statement = {
  name: "work_orders_of_lot",
  text: `select ${columns} from work_order where owner = $1 and environment = $2 and gtin = $3 and lot = $4 order by created_at`,
};
const ORDER_ADD: Statement = {
  text: "insert into work_order (work_order_id, owner, environment, gtin, lot, body, state, created_at) values ($1, $2, $3, $4, $5, $6, 'released', $7)",
};
const ORDER_STATE: Statement = {
  name: "work_order_state",
  text: "update work_order set state = $2 where work_order_id = $1",
};
const SUBMISSION_ADD: Statement = {
  text: "insert into submission (work_order_id, owner, environment, body, received_at) values ($1, $2, $3, $4, $5)",
};
const SUBMISSIONS_OF_LOT: Statement = {
  name: "submissions_of_lot",
  text: `select s.body from submission s join work_order w using (work_order_id)
    where w.owner = $1 and w.environment = $2 and w.gtin = $3 and w.lot = $4 order by s.received_at`,
};

const stored = (row: OrderRow): StoredOrder => ({
  order: row.body,
  state: row.state,
  createdAt: Number(row.created_at),
});

export async function loadOrders(sql: Reading, { owner, environment }: Scope, limit: number): Promise<StoredOrder[]> {
  return (await sql.run<OrderRow>(ORDERS, [owner, environment, limit])).map(stored);
}

export async function lockOrder(
  sql: Sql,
  { owner, environment }: Scope,
  workOrderId: string,
): Promise<StoredOrder | undefined> {
  const [row] = await sql.run<OrderRow>(ORDER_LOCKED, [owner, environment, workOrderId]);
  return row && stored(row);
}

export async function ordersOfLot(
  sql: Reading,
  { owner, environment }: Scope,
  gtin: string,
  lot: string,
): Promise<StoredOrder[]> {
  return (await sql.run<OrderRow>(ORDERS_OF_LOT, [owner, environment, gtin, lot])).map(stored);
}

export async function addOrder(sql: Sql, order: WorkOrder, at: number): Promise<void> {
  await sql.run(ORDER_ADD, [
    order.workOrderId,
    order.owner,
    order.environment,
    order.gtin,
    order.lot,
    JSON.stringify(order),
    at,
  ]);
}

/** Numbers may still be used for it. */
export function isOpen({ state }: Pick<StoredOrder, "state">): boolean {
  return state === "released" || state === "in-progress";
}

export async function setOrderState(sql: Sql, workOrderId: string, state: OrderState): Promise<void> {
  await sql.run(ORDER_STATE, [workOrderId, state]);
}

export async function addSubmission(sql: Sql, submission: Submission, at: number): Promise<void> {
  await sql.run(SUBMISSION_ADD, [
    submission.workOrderId,
    submission.owner,
    submission.environment,
    JSON.stringify(submission),
    at,
  ]);
}

export async function submissionsOfLot(
  sql: Reading,
  { owner, environment }: Scope,
  gtin: string,
  lot: string,
): Promise<Submission[]> {
  return (await sql.run<{ body: Submission }>(SUBMISSIONS_OF_LOT, [owner, environment, gtin, lot])).map(
    ({ body }) => body,
  );
}
