import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import type { Sql } from "../../runtime/machine.ts";
import { resend } from "../../runtime/messages/messages-status.ts";
import { audit, systemActor } from "../../gxp/audit/audit.ts";
import type { Order } from "../orders/order.ts";
import { nextState } from "../orders/order-state.ts";
import { lockOrder, saveState } from "../orders/order.store.ts";
import {
  allocatedCounts,
  awaitOrderMessage,
  dropOrderMessage,
  openMessages,
  orderMessages,
  type OrderMessage,
  settleOrderMessage,
} from "../orders/order-message.store.ts";
import { tell } from "../orders/tell.ts";
import { approvedRecipes } from "../recipes/recipe.store.ts";
import { enterpriseDestination, type Site } from "../site.ts";
import {
  checkNumbers,
  type NumberRequest,
  numberRequests,
  numbersNeeded,
  overageDefault,
  overageFor,
} from "./number-request.ts";
import { returnUnused } from "./number-return.handler.ts";
import { heldNumber, insertNumbers } from "./number.store.ts";

/** Asks the owner's level 4 for every number that the order will need, in the transaction that received it. */
export async function requestNumbers(site: Site, sql: Sql, order: Pick<Order, "workOrder" | "traceId">): Promise<void> {
  const { workOrder } = order;
  const recipes = (await approvedRecipes(sql)).filter(
    (recipe) => recipe.packsPerCase === workOrder.packsPerCase && recipe.casesPerPallet === workOrder.casesPerPallet,
  );
  const needed = numbersNeeded(workOrder, overageFor(recipes, site.config.overage ?? overageDefault));
  for (const [position, { level, quantity }] of numberRequests(needed).entries()) {
    await requestLevel(site, sql, order, { position, level, quantity });
  }
}

async function requestLevel(
  site: Site,
  sql: Sql,
  order: Pick<Order, "workOrder" | "traceId">,
  request: NumberRequest & { readonly position: number },
): Promise<void> {
  const { workOrderId, owner } = order.workOrder;
  const { level, quantity } = request;
  await tell(site, sql, order, {
    purpose: "allocation",
    ...request,
    destination: enterpriseDestination(owner),
    method: "POST",
    path: enterpriseApi.allocate.path,
    body: JSON.stringify({ workOrderId, level, quantity }),
  });
}

/**
 * Asks again for what level 4 refused or answered uselessly; answers how many requests that were. One that was refused is
 * sent again as it is, because level 4 has no answer to it on record; one that was answered is asked anew, because the same
 * message would get the same answer.
 */
export async function askAgain(site: Site, sql: Sql, order: Order): Promise<number> {
  const { workOrder } = order;
  const asked = await orderMessages(sql, workOrder.workOrderId, "allocation");
  const refused = asked.filter(({ state }) => state === "refused");
  for (const message of refused) {
    if ((await resend(sql, message.messageId)).ok) {
      await awaitOrderMessage(sql, message.messageId);
      continue;
    }
    const { position, level, quantity } = message;
    invariant(level !== null, "a request for numbers names its level");
    await dropOrderMessage(sql, message.messageId);
    await requestLevel(site, sql, order, { position, level, quantity });
  }
  return refused.length;
}

/**
 * Level 4's answer, in the transaction that records it: the numbers go into the buffer, and with the last of them
 * the order is numbered. An answer that cannot be kept is noted at the request, and the order waits for a person.
 */
export async function takeNumbers(site: Site, sql: Sql, message: OrderMessage, reply: Uint8Array): Promise<void> {
  const order = await lockOrder(sql, message.workOrderId);
  invariant(order !== undefined && message.level !== null, `message ${message.messageId} asks for numbers of an order`);
  if (message.state === "sent") return;
  const { level, quantity } = message;
  const { workOrderId, owner, environment, gtin } = order.workOrder;
  const checked = checkNumbers({ level, quantity }, numbersOf(reply));
  if (!checked.ok)
    return settleOrderMessage(sql, message.messageId, "refused", checked.refusal.message ?? checked.refusal.code);
  const held = await heldNumber(sql, { level, gtin }, checked.value);
  if (held !== undefined)
    return settleOrderMessage(
      sql,
      message.messageId,
      "refused",
      `${level} number ${held} was given to this site before`,
    );
  await insertNumbers(sql, { workOrderId, owner, environment, gtin, level, state: "Unallocated" }, checked.value);
  await settleOrderMessage(sql, message.messageId, "sent", null);
  if (order.state === "cancelled") return void (await returnUnused(site, sql, order));
  if ((await openMessages(sql, workOrderId, "allocation")) > 0) return;
  const next = nextState(order.state, "number");
  if (!next.ok) return;
  await saveState(sql, workOrderId, next.value);
  await audit(sql, {
    actor: systemActor("number-buffer"),
    action: "order.number",
    subject: `order/${workOrderId}`,
    at: site.machine.clock.now(),
    before: { state: order.state },
    after: { state: next.value, numbers: await allocatedCounts(sql, workOrderId) },
    traceId: order.traceId,
    owner,
  });
}

/** The numbers of the reply; none when it is not the reply of this endpoint, which `checkNumbers` then refuses. */
function numbersOf(reply: Uint8Array): readonly string[] {
  try {
    const { numbers } = JSON.parse(new TextDecoder().decode(reply)) as { numbers?: unknown };
    return Array.isArray(numbers) && numbers.every((number) => typeof number === "string") ? numbers : [];
  } catch {
    return [];
  }
}
