import { endpointPath } from "../../contract/endpoint.ts";
import { lineApi, type RunOrder } from "../../contract/line-api.ts";
import type { Envelope } from "../../contract/envelope.ts";
import type { WorkOrder } from "../../contract/site-api.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { deny, must, ok, refuse, type Result } from "../../kernel/base/result.ts";
import { moveNumber } from "../../kernel/serials/states.ts";
import type { PersonActor } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import { audit, auditActor, systemActor } from "../../gxp/audit/audit.ts";
import { moveAll, untouchedNumbers } from "../number-buffer/number.store.ts";
import { askAgain, requestNumbers } from "../number-buffer/number-request.handler.ts";
import { returnUnused } from "../number-buffer/number-return.handler.ts";
import { approvedVersion } from "../recipes/recipe.store.ts";
import { hasLine, lineDestination, servesOwner, type Site } from "../site.ts";
import { type Assignment, checkRecipeFits, checkSameOrder, checkWorkOrder, type Order } from "./order.ts";
import { nextState } from "./order-state.ts";
import { orderMessages } from "./order-message.store.ts";
import { insertOrder, lockOrder, saveAssignment, saveState } from "./order.store.ts";
import { tell } from "./tell.ts";

/**
 * Takes a work order of the owner's level 4 and asks there for its numbers, in the message's transaction. The same
 * order again changes nothing. Refuses as `checkWorkOrder` and `checkSameOrder` do.
 */
export async function receiveOrder(
  site: Site,
  sql: Sql,
  workOrder: WorkOrder,
  envelope: Envelope,
): Promise<Result<{ accepted: true }>> {
  const { config, machine } = site;
  const here = {
    site: config.site.gln,
    environment: config.environment,
    servesOwner: (owner: string) => servesOwner(config, owner),
  };
  must(checkWorkOrder(workOrder, envelope, here));
  const receivedAt = machine.clock.now();
  const { traceId } = envelope;
  if (!(await insertOrder(sql, { workOrder, state: "received", traceId, receivedAt }))) {
    const held = await lockOrder(sql, workOrder.workOrderId);
    invariant(held !== undefined, "an order conflicts and cannot be read");
    must(checkSameOrder(held.workOrder, workOrder));
    return ok({ accepted: true });
  }
  await requestNumbers(site, sql, { workOrder, traceId });
  await audit(sql, {
    actor: systemActor(`enterprise/${workOrder.owner}`),
    action: "order.receive",
    subject: `order/${workOrder.workOrderId}`,
    after: { state: "received", workOrder },
    at: receivedAt,
    traceId,
    owner: workOrder.owner,
  });
  return ok({ accepted: true });
}

export type By = { readonly person: PersonActor; readonly traceId: string };

/** The order, held until the transaction ends, or `site.order-unknown`. */
export async function knownOrder(sql: Sql, workOrderId: string): Promise<Order> {
  const order = await lockOrder(sql, workOrderId);
  return must(order === undefined ? refuse("site.order-unknown", workOrderId) : ok(order));
}

/** Asks level 4 again for numbers it did not give. Refuses `site.order-numbered` and `site.nothing-refused`. */
export async function askNumbers(site: Site, sql: Sql, workOrderId: string, reason: string, by: By): Promise<void> {
  const order = await knownOrder(sql, workOrderId);
  must(nextState(order.state, "ask"));
  const before = await refusedRequests(sql, workOrderId);
  const requests = await askAgain(site, sql, order);
  if (requests === 0) deny("site.nothing-refused", workOrderId);
  await audit(sql, {
    actor: auditActor(by.person),
    action: "order.ask-numbers",
    subject: `order/${workOrderId}`,
    at: site.machine.clock.now(),
    reason,
    traceId: order.traceId,
    owner: order.workOrder.owner,
    before: { state: order.state, refused: before },
    after: { state: order.state, requests },
  });
}

async function refusedRequests(sql: Sql, workOrderId: string): Promise<object[]> {
  const asked = await orderMessages(sql, workOrderId, "allocation");
  return asked
    .filter(({ state }) => state === "refused")
    .map(({ messageId, level, detail }) => ({ messageId, level, detail }));
}

/**
 * Ends an order that no line has been given: the numbers it has go back to level 4, and those still on their way as soon
 * as they come. Refuses `site.order-run`.
 */
export async function cancelOrder(site: Site, sql: Sql, workOrderId: string, reason: string, by: By): Promise<void> {
  const order = await knownOrder(sql, workOrderId);
  const next = must(nextState(order.state, "cancel"));
  await saveState(sql, workOrderId, next);
  const returned = await returnUnused(site, sql, order);
  await audit(sql, {
    actor: auditActor(by.person),
    action: "order.cancel",
    subject: `order/${workOrderId}`,
    at: site.machine.clock.now(),
    reason,
    traceId: order.traceId,
    owner: order.workOrder.owner,
    before: { state: order.state },
    after: { state: next, returned },
  });
}

/**
 * Gives a numbered order to a line with an approved recipe: its whole block of numbers goes to the line. Refuses
 * `site.order-…`, `site.line-unknown`, `site.recipe-not-approved` and `site.recipe-pattern`.
 */
export async function assign(
  site: Site,
  sql: Sql,
  which: { workOrderId: string; lineId: string; recipeId: string },
  by: By,
): Promise<void> {
  const { config, machine } = site;
  const order = await knownOrder(sql, which.workOrderId);
  const next = must(nextState(order.state, "assign"));
  if (!hasLine(config, which.lineId)) must(refuse("site.line-unknown", which.lineId));
  const version = await approvedVersion(sql, which.recipeId);
  if (version === undefined || version.approval === null)
    return void must(refuse("site.recipe-not-approved", which.recipeId));
  const { workOrder, traceId } = order;
  const recipe = must(checkRecipeFits(workOrder, version.recipe));
  const at = machine.clock.now();
  const assignment: Assignment = {
    lineId: which.lineId,
    runId: machine.random.uuid7(),
    recipe,
    approval: version.approval,
    at,
  };
  await saveAssignment(sql, workOrder.workOrderId, next, assignment);
  const cause = "allocated-to-run";
  must(moveNumber("Unallocated", "Allocated", { by: 3, cause }));
  await moveAll(sql, workOrder.workOrderId, { from: ["Unallocated"], to: "Allocated", cause, untouched: true });
  await tell(site, sql, order, {
    purpose: "run",
    position: 0,
    destination: lineDestination(assignment.lineId),
    orderKey: "runs",
    method: "PUT",
    path: endpointPath(lineApi.prepareRun, { runId: assignment.runId }),
    body: JSON.stringify(await runOrder(sql, order.workOrder, assignment)),
  });
  await audit(sql, {
    actor: auditActor(by.person),
    action: "order.assign",
    subject: `order/${workOrder.workOrderId}`,
    at,
    traceId,
    owner: workOrder.owner,
    before: { state: order.state },
    after: {
      state: next,
      lineId: assignment.lineId,
      runId: assignment.runId,
      recipe: `${recipe.recipeId}/${recipe.version}`,
    },
  });
}

/** Everything that the line needs to finish the order with the site gone. */
async function runOrder(sql: Sql, workOrder: WorkOrder, { lineId, runId, recipe }: Assignment): Promise<RunOrder> {
  const {
    workOrderId,
    owner,
    environment,
    market,
    marketRulesVersion,
    gtin,
    productName,
    productVersion,
    companyPrefixLength,
    lot,
    expiry,
    quantity,
  } = workOrder;
  const block = (level: "pack" | "case" | "pallet") => untouchedNumbers(sql, workOrderId, level, "Allocated");
  return {
    runId,
    workOrderId,
    owner,
    environment,
    lineId,
    market,
    marketRulesVersion,
    gtin,
    productName,
    productVersion,
    companyPrefixLength,
    lot,
    expiry,
    quantity,
    recipe,
    numbers: { pack: await block("pack"), case: await block("case"), pallet: await block("pallet") },
  };
}
