import type { Environment } from "../../contract/envelope.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { must, refuse } from "../../kernel/base/result.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { Sql } from "../machine.ts";
import { OUTBOX_ENQUEUE } from "./outbox.store.ts";

/** A message for another level, written in the transaction of what it tells. */
export type OutboxMessage = {
  /** UUIDv7 of `machine.random.uuid7()`: the idempotency key. */
  readonly messageId: string;
  /** A name that `destinations` of `startOutbox` knows: `enterprise`, `line-1`. */
  readonly destination: string;
  /** Messages with the same destination and key arrive in order: an order's, a lot's, a line's id. */
  readonly orderKey: string;
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its parameters filled in: `/v1/orders/12/submission`. */
  readonly path: string;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly owner: string;
  readonly environment: Environment;
  /** 32 hexadecimal digits, W3C Trace Context. */
  readonly traceId: string;
  readonly at: Instant;
};

/** Past this many a lane takes no more: what should have been told is then refused, not silently postponed. */
export const laneWaitingMax = 100_000;

/**
 * Adds the message to its lane; it goes out after the transaction commits, and never if it does not. Throws
 * `RefusalError` with `seam.backlog` when the lane is full, so that the transaction rolls back.
 */
export async function enqueue(
  sql: Sql,
  message: OutboxMessage,
  limits: { readonly laneWaitingMax: number } = { laneWaitingMax },
): Promise<void> {
  invariant(message.path.startsWith("/"), `a path starts with a slash: ${message.path}`);
  const rows = await sql.run(OUTBOX_ENQUEUE, [
    message.messageId,
    laneOf(message),
    message.destination,
    message.method,
    message.path,
    message.contentType,
    message.owner,
    message.environment,
    message.traceId,
    message.at,
    typeof message.body === "string" ? Buffer.from(message.body) : message.body,
    limits.laneWaitingMax,
  ]);
  if (rows.length === 0)
    must(refuse("seam.backlog", message.destination, `${limits.laneWaitingMax} messages wait in ${laneOf(message)}`));
}

/** One that is JSON. */
export function jsonMessage(
  message: Omit<OutboxMessage, "contentType" | "body"> & { readonly json: unknown },
): OutboxMessage {
  const { json, ...rest } = message;
  return { ...rest, contentType: "application/json", body: JSON.stringify(json) };
}

export function laneOf(message: { readonly destination: string; readonly orderKey: string }): string {
  invariant(!message.destination.includes("/"), `a destination's name has no slash: ${message.destination}`);
  return `${message.destination}/${message.orderKey}`;
}
