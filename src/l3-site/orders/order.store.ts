import type { Recipe } from "../../contract/line-api.ts";
import type { SignatureRecord } from "../../contract/shapes.ts";
import type { OrderState, WorkOrder } from "../../contract/site-api.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Reads } from "../site.ts";
import type { Assignment, Order } from "./order.ts";

/** A page of orders shows at most as many. */
const ordersShownMax = 200;

const columns = `work_order as "workOrder", state, trace_id as "traceId", received_at as "receivedAt", line_id as "lineId", run_id as "runId",
  recipe, recipe_approval as "approval", assigned_at as "assignedAt", batch_record_hash as "batchRecordHash"`;

const INSERT: Statement = {
  name: "order-insert",
  text: `insert into work_order (work_order_id, owner, environment, state, work_order, trace_id, received_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict (work_order_id) do nothing returning work_order_id`,
};
const SELECT: Statement = { name: "order-select", text: `select ${columns} from work_order where work_order_id = $1` };
const SELECT_LOCKED: Statement = {
  name: "order-lock",
  text: `select ${columns} from work_order where work_order_id = $1 for update`,
};
export const ORDERS: Statement = {
  name: "orders",
  text: `select ${columns} from work_order order by received_at desc, work_order_id desc limit ${ordersShownMax}`,
};
export const ORDER_OF_RUN: Statement = {
  name: "order-of-run",
  text: `select ${columns} from work_order where run_id = $1`,
};
const SET_STATE: Statement = {
  name: "order-set-state",
  text: "update work_order set state = $2 where work_order_id = $1",
};
const ASSIGN: Statement = {
  name: "order-assign",
  text: "update work_order set state = $2, line_id = $3, run_id = $4, recipe = $5, recipe_approval = $6, assigned_at = $7 where work_order_id = $1",
};
const SEAL: Statement = {
  name: "order-seal",
  text: "update work_order set state = $2, batch_record = $3, batch_record_hash = $4 where work_order_id = $1",
};
const BATCH_RECORD: Statement = {
  name: "order-batch-record",
  text: `select batch_record as "batchRecord" from work_order where work_order_id = $1`,
};
const OF_LINES: Statement = {
  name: "orders-of-lines",
  text: `select line_id as "lineId", work_order_id as "workOrderId" from work_order
where line_id is not null and state in ('on-line', 'completed') order by assigned_at desc limit ${ordersShownMax}`,
};
const STATE_COUNTS: Statement = {
  name: "order-state-counts",
  text: "select state, count(*)::int as count from work_order where ($1::text is null or owner = $1) group by state",
};

type StoredOrder = {
  workOrder: string;
  state: OrderState;
  traceId: string;
  receivedAt: string;
  lineId: string | null;
  runId: string | null;
  recipe: string | null;
  approval: string | null;
  assignedAt: string | null;
  batchRecordHash: string | null;
};

function orderOf(row: StoredOrder): Order {
  const { lineId, runId, recipe, approval, assignedAt } = row;
  const assigned = lineId !== null && runId !== null && recipe !== null && approval !== null && assignedAt !== null;
  return {
    workOrder: JSON.parse(row.workOrder) as WorkOrder,
    state: row.state,
    traceId: row.traceId,
    receivedAt: Number(row.receivedAt),
    assignment: assigned
      ? {
          lineId,
          runId,
          recipe: JSON.parse(recipe) as Recipe,
          approval: JSON.parse(approval) as SignatureRecord,
          at: Number(assignedAt),
        }
      : null,
    batchRecordHash: row.batchRecordHash,
  };
}

/** False: there is one of this id. */
export async function insertOrder(
  sql: Sql,
  order: { workOrder: WorkOrder; state: OrderState; traceId: string; receivedAt: Instant },
): Promise<boolean> {
  const { workOrder, state, traceId, receivedAt } = order;
  const { workOrderId, owner, environment } = workOrder;
  const rows = await sql.run(INSERT, [
    workOrderId,
    owner,
    environment,
    state,
    JSON.stringify(workOrder),
    traceId,
    receivedAt,
  ]);
  return rows.length > 0;
}

export async function readOrder(sql: Reads, workOrderId: string): Promise<Order | undefined> {
  const [row] = await sql.run<StoredOrder>(SELECT, [workOrderId]);
  return row && orderOf(row);
}

/** The order, held until the transaction ends: everything that changes it comes through here. */
export async function lockOrder(sql: Sql, workOrderId: string): Promise<Order | undefined> {
  const [row] = await sql.run<StoredOrder>(SELECT_LOCKED, [workOrderId]);
  return row && orderOf(row);
}

export async function orderOfRun(sql: Reads, runId: string): Promise<Order | undefined> {
  const [row] = await sql.run<StoredOrder>(ORDER_OF_RUN, [runId]);
  return row && orderOf(row);
}

/** Newest first. */
export async function readOrders(sql: Reads): Promise<Order[]> {
  return (await sql.run<StoredOrder>(ORDERS)).map(orderOf);
}

export async function saveState(sql: Sql, workOrderId: string, state: OrderState): Promise<void> {
  await sql.run(SET_STATE, [workOrderId, state]);
}

export async function saveAssignment(
  sql: Sql,
  workOrderId: string,
  state: OrderState,
  assignment: Assignment,
): Promise<void> {
  const { lineId, runId, recipe, approval, at } = assignment;
  await sql.run(ASSIGN, [workOrderId, state, lineId, runId, JSON.stringify(recipe), JSON.stringify(approval), at]);
}

export async function saveBatchRecord(
  sql: Sql,
  workOrderId: string,
  state: OrderState,
  record: { json: string; hash: string },
): Promise<void> {
  await sql.run(SEAL, [workOrderId, state, record.json, record.hash]);
}

export async function readBatchRecord(sql: Reads, workOrderId: string): Promise<string | undefined> {
  const [row] = await sql.run<{ batchRecord: string | null }>(BATCH_RECORD, [workOrderId]);
  return row?.batchRecord ?? undefined;
}

/** Orders that a line has or had last, by line. */
export async function ordersOfLines(sql: Reads): Promise<Map<string, string[]>> {
  const rows = await sql.run<{ lineId: string; workOrderId: string }>(OF_LINES);
  const grouped = Map.groupBy(rows, ({ lineId }) => lineId);
  return new Map([...grouped].map(([lineId, orders]) => [lineId, orders.map(({ workOrderId }) => workOrderId)]));
}

export async function orderStateCounts(sql: Reads, owner?: string): Promise<ReadonlyMap<OrderState, number>> {
  const rows = await sql.run<{ state: OrderState; count: number }>(STATE_COUNTS, [owner ?? null]);
  return new Map(rows.map(({ state, count }) => [state, count]));
}
