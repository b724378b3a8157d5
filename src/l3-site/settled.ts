import type { Sql } from "../runtime/machine.ts";
import type { Settled } from "../runtime/messages/lane.ts";
import type { OutboxRow } from "../runtime/messages/outbox.store.ts";
import { takeAcceptance } from "./closing/closing.handler.ts";
import { takeNumbers } from "./number-buffer/number-request.handler.ts";
import { readOrderMessage, settleOrderMessage } from "./orders/order-message.store.ts";
import type { Site } from "./site.ts";
import { saveReported } from "./warehouse/delivery.store.ts";

/** What the site concludes from an answer, in the transaction that records it: exactly once, however often it was sent. */
export async function settle(site: Site, sql: Sql, row: Pick<OutboxRow, "messageId">, outcome: Settled): Promise<void> {
  const message = await readOrderMessage(sql, row.messageId);
  if (message === undefined) {
    if (outcome.state === "sent") await saveReported(sql, row.messageId);
    return;
  }
  if (outcome.state === "refused") return settleOrderMessage(sql, message.messageId, "refused", outcome.error);
  switch (message.purpose) {
    case "allocation":
      return takeNumbers(site, sql, message, outcome.reply.body);
    case "submission":
      return takeAcceptance(site, sql, message);
    default:
      return settleOrderMessage(sql, message.messageId, "sent", null);
  }
}
