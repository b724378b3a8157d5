import { createHash } from "node:crypto";
import type { Envelope } from "../../contract/envelope.ts";
import { deny, must } from "../../kernel/base/result.ts";
import type { Machine, Sql } from "../../runtime/machine.ts";
import type { Settled as OutboxSettled } from "../../runtime/messages/lane.ts";
import { enqueue, jsonMessage } from "../../runtime/messages/outbox.ts";
import type { OutboxRow } from "../../runtime/messages/outbox.store.ts";
import { activeCompany, mayUseConnection } from "../companies/company.ts";
import { loadCompany, loadConnection } from "../companies/company.store.ts";
import { saveMessage, settleMessage, type Settlement } from "./document.store.ts";

/** The outbox's name of a company's level 4. */
export const destinationOf = (gln: string): string => `enterprise-${gln}`;

export type Relayed = {
  readonly to: string;
  readonly kind: string;
  readonly mediaType: string;
  readonly body: Uint8Array;
};

/**
 * Takes a company's document for a partner: kept as received, and on its way in the same transaction, under the
 * sender's own message id from end to end.
 */
export async function relayDocument(sql: Sql, machine: Machine, envelope: Envelope, document: Relayed): Promise<void> {
  const { messageId, owner, environment, traceId } = envelope;
  must(activeCompany(await loadCompany(sql, owner, environment), owner));
  must(activeCompany(await loadCompany(sql, document.to, environment), document.to));
  must(mayUseConnection(await loadConnection(sql, owner, document.to, environment), "documents"));
  if (document.body.length === 0) deny("http.invalid", "", "an empty document");
  const at = machine.clock.now();
  const sha256 = createHash("sha256").update(document.body).digest("hex");
  await saveMessage(sql, {
    messageId,
    owner,
    environment,
    traceId,
    at,
    sha256,
    receiver: document.to,
    kind: document.kind,
    contentType: document.mediaType,
    body: document.body,
  });
  await enqueue(sql, {
    messageId,
    environment,
    traceId,
    at,
    // The receiver's matters from here on: its level 4 takes documents for itself only.
    owner: document.to,
    destination: destinationOf(document.to),
    orderKey: owner,
    method: "POST",
    path: `/v1/documents?from=${owner}&kind=${document.kind}`,
    contentType: document.mediaType,
    body: document.body,
  });
}

/** A message's end, and the receipt for the company that sent it, in one transaction with the outbox's own record. */
export async function settle(sql: Sql, machine: Machine, messageId: string, settlement: Settlement): Promise<void> {
  const at = machine.clock.now();
  const message = await settleMessage(sql, messageId, settlement, at);
  if (!message) return;
  await enqueue(
    sql,
    jsonMessage({
      messageId: machine.random.uuid7(),
      destination: destinationOf(message.owner),
      orderKey: "receipts",
      method: "POST",
      path: "/v1/delivery-receipts",
      owner: message.owner,
      environment: message.environment,
      traceId: message.traceId,
      at,
      json: {
        messageId,
        state: settlement.state,
        detail: settlement.detail.slice(0, 1000),
        simulated: settlement.simulated,
        at,
      },
    }),
  );
}

/** What the outbox's outcome of a relayed document says to its sender. */
export function settlementOf(outcome: OutboxSettled): Settlement {
  if (outcome.state === "sent")
    return { state: "delivered", detail: `accepted by the receiver, HTTP ${outcome.status}`, simulated: false };
  return { state: "refused", detail: outcome.error, simulated: false };
}

export function isRelayed(row: Pick<OutboxRow, "path">): boolean {
  return row.path.startsWith("/v1/documents?");
}
