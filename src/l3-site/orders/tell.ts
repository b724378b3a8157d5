import type { Sql } from "../../runtime/machine.ts";
import { enqueue, type OutboxMessage } from "../../runtime/messages/outbox.ts";
import type { PackagingLevel } from "../number-buffer/packaging-level.ts";
import type { Site } from "../site.ts";
import type { Order } from "./order.ts";
import { insertOrderMessage, type MessagePurpose } from "./order-message.store.ts";

export type Telling = {
  readonly purpose: MessagePurpose;
  readonly position: number;
  readonly level?: PackagingLevel;
  readonly quantity?: number;
  readonly destination: string;
  /** Messages to one destination of one key arrive in order; the order's own unless told. */
  readonly orderKey?: string;
  readonly method: OutboxMessage["method"];
  readonly path: string;
  readonly contentType?: string;
  readonly body: string | Uint8Array;
};

/**
 * Puts a message about an order into the outbox, in the transaction of what it tells, under the order's own owner
 * and trace. Its id is kept, so that the answer finds the order again; returns it.
 */
export async function tell(
  site: Site,
  sql: Sql,
  order: Pick<Order, "workOrder" | "traceId">,
  telling: Telling,
): Promise<string> {
  const { workOrderId, owner, environment } = order.workOrder;
  const messageId = site.machine.random.uuid7();
  const { purpose, position, level = null, quantity = 0, destination, method, path, body } = telling;
  await insertOrderMessage(sql, { messageId, workOrderId, owner, environment, purpose, position, level, quantity });
  await enqueue(sql, {
    messageId,
    destination,
    orderKey: telling.orderKey ?? workOrderId,
    method,
    path,
    contentType: telling.contentType ?? "application/json",
    body,
    owner,
    environment,
    traceId: order.traceId,
    at: site.machine.clock.now(),
  });
  return messageId;
}
