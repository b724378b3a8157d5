import { enterpriseApi } from "../../contract/enterprise-api.ts";
import type { SignatureInput, SignatureRecord } from "../../contract/shapes.ts";
import type { Reconciliation } from "../../contract/site-api.ts";
import { must, type Result } from "../../kernel/base/result.ts";
import { moveNumber } from "../../kernel/serials/states.ts";
import type { Sql } from "../../runtime/machine.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import { sign, verifySignatures } from "../../gxp/signature/signature.handler.ts";
import { type BatchFacts, findingsOf, integrityView } from "../integrity/integrity.ts";
import { emptyBatch } from "../lines/batch-fold.ts";
import { type BatchRow, readBatch } from "../lines/batch.store.ts";
import { readFindings } from "../lines/finding.store.ts";
import { numbersPerRequestMax } from "../number-buffer/number-request.ts";
import { moveAll, untouchedNumbers } from "../number-buffer/number.store.ts";
import { packagingLevels } from "../number-buffer/packaging-level.ts";
import { type By, knownOrder } from "../orders/order.handler.ts";
import type { Order } from "../orders/order.ts";
import { nextState } from "../orders/order-state.ts";
import { saveState } from "../orders/order.store.ts";
import { allocatedCounts } from "../orders/order-message.store.ts";
import { tell } from "../orders/tell.ts";
import { enterpriseDestination, type Reads, type Site } from "../site.ts";
import { type Balance, balanceOf, checkBalance } from "./reconciliation.ts";
import { countNumbers } from "./reconciliation.store.ts";

/** What the signature under the balance means. */
export const reconciliationMeaning = "reconciled";

export function reconciliationRecord(workOrderId: string): string {
  return `order/${workOrderId}/reconciliation`;
}

export type BatchState = { readonly row: BatchRow | undefined; readonly balance: Balance };

/** The order's balance as of now. */
export async function readBalance(sql: Reads, order: Order): Promise<BatchState> {
  const { workOrderId } = order.workOrder;
  const row = await readBatch(sql, workOrderId);
  const numbers = await countNumbers(sql, workOrderId, await allocatedCounts(sql, workOrderId));
  return { row, balance: balanceOf(workOrderId, numbers, row?.batch ?? emptyBatch) };
}

/** Everything that the integrity rules look at, but the journal's hashes. */
export async function readFacts(
  site: Site,
  sql: Reads,
  order: Order,
  { row, balance }: BatchState,
): Promise<BatchFacts> {
  const { workOrderId } = order.workOrder;
  const due = order.state === "reconciled" || order.state === "closed" || order.state === "submitted";
  return {
    order,
    batch: row?.batch ?? emptyBatch,
    balance,
    findings: await readFindings(sql, workOrderId),
    recipeHash: order.assignment === null ? null : canonicalHash(order.assignment.recipe),
    now: site.machine.clock.now(),
    ...(due ? { reconciliationSigned: await reconciliationSignatures(sql, balance) } : {}),
  };
}

export function reconciliationSignatures(sql: Reads, balance: Balance): Promise<Result<SignatureRecord[]>> {
  return verifySignatures(sql, reconciliationRecord(balance.workOrderId), canonicalHash(balance));
}

export async function readReconciliation(site: Site, sql: Reads, order: Order): Promise<Reconciliation> {
  const state = await readBalance(sql, order);
  const findings = findingsOf(await readFacts(site, sql, order, state));
  return { ...state.balance, integrity: integrityView(findings) };
}

/**
 * Signs the balance and gives the numbers that were never used back to level 4. Refuses `site.order-not-completed`,
 * and what `checkBalance` refuses.
 */
export async function reconcileOrder(
  site: Site,
  sql: Sql,
  workOrderId: string,
  input: SignatureInput,
  by: By,
): Promise<Order> {
  const order = await knownOrder(sql, workOrderId);
  const next = must(nextState(order.state, "reconcile"));
  const { row, balance } = await readBalance(sql, order);
  must(checkBalance(balance, row?.batch ?? emptyBatch));
  const { owner } = order.workOrder;
  const { traceId } = order;
  must(
    await sign(site.gxp, sql, {
      record: reconciliationRecord(workOrderId),
      recordHash: canonicalHash(balance),
      meaning: reconciliationMeaning,
      input,
      right: "order.reconcile",
      mustBe: by.person.name,
      owner,
      traceId,
    }),
  );
  const returned = await returnUnused(site, sql, order);
  await saveState(sql, workOrderId, next);
  await audit(sql, {
    actor: auditActor(by.person),
    action: "order.reconcile",
    subject: `order/${workOrderId}`,
    at: site.machine.clock.now(),
    traceId,
    owner,
    before: { state: order.state },
    after: { state: next, returned, levels: balance.levels },
  });
  return { ...order, state: next };
}

/** Numbers that never left for a device, as the line's journal proves, leave this site's buffer for good. */
async function returnUnused(site: Site, sql: Sql, order: Order): Promise<Record<string, number>> {
  const { workOrderId, owner } = order.workOrder;
  const cause = "returned-unused";
  const evidence = ["never-sent"] as const;
  must(moveNumber("Allocated", "Unallocated", { by: 3, cause, evidence }));
  must(moveNumber("Unallocated", "Unassigned", { by: 3, cause, evidence }));
  const counts: Record<string, number> = {};
  let position = 0;
  for (const level of packagingLevels) {
    const unused = [
      ...(await untouchedNumbers(sql, workOrderId, level, "Allocated")),
      ...(await untouchedNumbers(sql, workOrderId, level, "Unallocated")),
    ];
    counts[level] = unused.length;
    for (let from = 0; from < unused.length; from += numbersPerRequestMax) {
      const returned = unused.slice(from, from + numbersPerRequestMax);
      await tell(site, sql, order, {
        purpose: "return",
        position: position++,
        level,
        quantity: returned.length,
        destination: enterpriseDestination(owner),
        method: "POST",
        path: enterpriseApi.returnNumbers.path,
        body: JSON.stringify({ workOrderId, level, returned, deactivated: [] }),
      });
    }
  }
  await moveAll(sql, workOrderId, { from: ["Allocated", "Unallocated"], to: "Unassigned", cause, untouched: true });
  return counts;
}
