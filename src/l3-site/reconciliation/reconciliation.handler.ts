import type { SignatureInput, SignatureRecord } from "../../contract/shapes.ts";
import type { Reconciliation } from "../../contract/site-api.ts";
import { must, type Result } from "../../kernel/base/result.ts";
import type { Sql } from "../../runtime/machine.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import { sign, verifySignatures } from "../../gxp/signature/signature.handler.ts";
import { type BatchFacts, findingsOf, integrityView } from "../integrity/integrity.ts";
import { emptyBatch } from "../lines/batch-fold.ts";
import { type BatchRow, readBatch } from "../lines/batch.store.ts";
import { readFindings } from "../lines/finding.store.ts";
import { returnUnused } from "../number-buffer/number-return.handler.ts";
import { type By, knownOrder } from "../orders/order.handler.ts";
import type { Order } from "../orders/order.ts";
import { nextState } from "../orders/order-state.ts";
import { saveState } from "../orders/order.store.ts";
import { allocatedCounts } from "../orders/order-message.store.ts";
import type { Reads, Site } from "../site.ts";
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
