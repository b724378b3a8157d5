import type { Environment } from "../../contract/envelope.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { levelCode, type PackagingLevel, packagingLevels } from "../number-buffer/packaging-level.ts";
import type { Reads } from "../site.ts";

export type MessagePurpose = "allocation" | "run" | "return" | "document" | "submission";

/** What the site told about an order to another level, beside the outbox row that carries it. */
export type OrderMessage = {
  readonly messageId: string;
  readonly workOrderId: string;
  readonly purpose: MessagePurpose;
  /** Place among those of the same purpose. */
  readonly position: number;
  readonly level: PackagingLevel | null;
  /** Numbers asked for or returned, events of a document, else 0. */
  readonly quantity: number;
  readonly state: "waiting" | "sent" | "refused";
  /** Why it was refused. */
  readonly detail: string | null;
};

const columns = `message_id as "messageId", work_order_id as "workOrderId", purpose, position, level, quantity, state, detail`;

const INSERT: Statement = {
  name: "order-message-insert",
  text: `insert into order_message (message_id, work_order_id, owner, environment, purpose, position, level, quantity)
values ($1, $2, $3, $4, $5, $6, $7, $8)`,
};
const SELECT: Statement = { name: "order-message", text: `select ${columns} from order_message where message_id = $1` };
export const OF_ORDER: Statement = {
  name: "order-messages",
  text: `select ${columns} from order_message where work_order_id = $1 and purpose = $2 order by position`,
};
const SETTLE: Statement = {
  name: "order-message-settle",
  text: "update order_message set state = $2, detail = $3 where message_id = $1",
};
export const OPEN_COUNT: Statement = {
  name: "order-messages-open",
  text: "select count(*)::int as count from order_message where work_order_id = $1 and purpose = $2 and state <> 'sent'",
};

type StoredMessage = Omit<OrderMessage, "level"> & { level: number | null };

function messageOf({ level, ...row }: StoredMessage): OrderMessage {
  return { ...row, level: level === null ? null : (packagingLevels[level] as PackagingLevel) };
}

export async function insertOrderMessage(
  sql: Sql,
  message: Omit<OrderMessage, "state" | "detail"> & { readonly owner: string; readonly environment: Environment },
): Promise<void> {
  const { messageId, workOrderId, owner, environment, purpose, position, level, quantity } = message;
  await sql.run(INSERT, [
    messageId,
    workOrderId,
    owner,
    environment,
    purpose,
    position,
    level === null ? null : levelCode(level),
    quantity,
  ]);
}

export async function readOrderMessage(sql: Reads, messageId: string): Promise<OrderMessage | undefined> {
  const [row] = await sql.run<StoredMessage>(SELECT, [messageId]);
  return row && messageOf(row);
}

export async function orderMessages(sql: Reads, workOrderId: string, purpose: MessagePurpose): Promise<OrderMessage[]> {
  return (await sql.run<StoredMessage>(OF_ORDER, [workOrderId, purpose])).map(messageOf);
}

export async function settleOrderMessage(
  sql: Sql,
  messageId: string,
  state: "sent" | "refused",
  detail: string | null,
): Promise<void> {
  await sql.run(SETTLE, [messageId, state, detail]);
}

const DROP: Statement = { name: "order-message-drop", text: "delete from order_message where message_id = $1" };
const WAIT: Statement = {
  name: "order-message-wait",
  text: "update order_message set state = 'waiting', detail = null where message_id = $1",
};

/** Its place is free for another of the same purpose: what its answer says has no effect any more. */
export async function dropOrderMessage(sql: Sql, messageId: string): Promise<void> {
  await sql.run(DROP, [messageId]);
}

/** It is sent again under its own id. */
export async function awaitOrderMessage(sql: Sql, messageId: string): Promise<void> {
  await sql.run(WAIT, [messageId]);
}

/** How many of a purpose the receiver has not taken yet. */
export async function openMessages(sql: Reads, workOrderId: string, purpose: MessagePurpose): Promise<number> {
  const [row] = await sql.run<{ count: number }>(OPEN_COUNT, [workOrderId, purpose]);
  return row?.count ?? 0;
}

const ALLOCATED: Statement = {
  name: "order-allocated",
  text: `select level, sum(quantity)::int as quantity from order_message
where work_order_id = $1 and purpose = 'allocation' and state = 'sent' group by level`,
};

/** How many numbers level 4 has given for the order, by level. */
export async function allocatedCounts(sql: Reads, workOrderId: string): Promise<Record<PackagingLevel, number>> {
  const rows = await sql.run<{ level: number; quantity: number }>(ALLOCATED, [workOrderId]);
  const counts: Record<PackagingLevel, number> = { pack: 0, case: 0, pallet: 0 };
  for (const { level, quantity } of rows) counts[packagingLevels[level] as PackagingLevel] = quantity;
  return counts;
}

export type MessageCounts = Pick<OrderMessage, "purpose" | "level" | "state"> & {
  readonly count: number;
  readonly quantity: number;
  readonly detail: string | null;
};

export const COUNTS: Statement = {
  name: "order-message-counts",
  text: `select work_order_id as "workOrderId", purpose, level, state, count(*)::int as count, sum(quantity)::int as quantity, max(detail) as detail
from order_message where work_order_id = any($1) group by work_order_id, purpose, level, state`,
};

/** What was told about each order, counted by purpose, level and what became of it. */
export async function messageCounts(
  sql: Reads,
  workOrderIds: readonly string[],
): Promise<Map<string, MessageCounts[]>> {
  type Row = Omit<MessageCounts, "level"> & { workOrderId: string; level: number | null };
  const rows = await sql.run<Row>(COUNTS, [workOrderIds]);
  const counts = rows.map(({ level, ...row }) => ({
    ...row,
    level: level === null ? null : (packagingLevels[level] as PackagingLevel),
  }));
  return Map.groupBy(counts, ({ workOrderId }) => workOrderId);
}
