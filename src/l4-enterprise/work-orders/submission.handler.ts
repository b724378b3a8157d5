import type { Submission } from "../../contract/enterprise-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { rolesOf } from "../../gxp/people/people.store.ts";
import { recordDuty } from "../../gxp/signature/duty.ts";
import { deny, must } from "../../kernel/base/result.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { lotCounts } from "../ledger/ledger.ts";
import { lotAllows } from "../lots/lot.ts";
import { lockLot, setLotStatus } from "../lots/lot.store.ts";
import { generateReports } from "../reports/report.handler.ts";
import { allocatedOfOrders, capturedMessages } from "./allocated.store.ts";
import { checkBalance, checkClosing, checkCounts } from "./submission.ts";
import { type Done, lotSubject, openOrder } from "./work-order.handler.ts";
import { addSubmission, isOpen, ordersOfLot, setOrderState, submissionsOfLot } from "./work-order.store.ts";

/**
 * Takes over a closed order from its site: the balance, the signatures, who ran it. Every document must be captured
 * and the ledger must agree with the balance. With the last order of its lot the lot is in quarantine.
 */
export async function submitOrder(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  submission: Submission,
  { actor, traceId }: Done,
): Promise<void> {
  const { machine, owner } = company;
  const { order } = await openOrder(sql, company, submission.workOrderId, actor);
  checkSubject(company, submission, order);
  must(checkBalance(submission.reconciliation));
  must(
    checkClosing(
      submission.signatures,
      await rolesOf(
        sql,
        submission.signatures.map(({ userId }) => userId),
      ),
    ),
  );
  await checkNumbers(sql, submission);
  await checkDocuments(sql, company, submission);
  const lot = await lockLot(sql, company, order.gtin, order.lot);
  if (!lot) return deny("lot.unknown", order.lot);
  must(lotAllows(lot, "submit"));
  const others = (await ordersOfLot(sql, company, order.gtin, order.lot)).filter(
    (each) => each.order.workOrderId !== order.workOrderId,
  );
  const last = !others.some(isOpen);
  const before = await submissionsOfLot(sql, company, order.gtin, order.lot);
  const balances = [...before, submission].map(({ reconciliation }) => reconciliation);
  must(checkCounts(await lotCounts(sql, ctx, order.gtin, order.lot), balances, last));
  const at = machine.clock.now();
  await addSubmission(sql, submission, at);
  await setOrderState(sql, order.workOrderId, "submitted");
  const subject = lotSubject(order.gtin, order.lot);
  for (const userId of submission.operatedBy) await recordDuty(sql, { subject, right: "run.operate", userId, at });
  if (last) {
    await setLotStatus(sql, company, lot, "quarantine", at);
    await generateReports(sql, company, ctx, lot, at);
  }
  await audit(sql, {
    actor: auditActor(actor),
    chain: subject,
    action: "order.submit",
    subject: `work-order/${order.workOrderId}`,
    before: { lot: lot.status },
    after: { lot: last ? "quarantine" : lot.status, batchRecordHash: submission.batchRecordHash },
    at,
    traceId,
    owner,
  });
}

/** It is about this order, of this company, and about nothing else. */
function checkSubject(
  { owner, environment }: Company,
  submission: Submission,
  order: { lot: string; gtin: string },
): void {
  if (submission.owner !== owner) deny("http.invalid", "/owner", "another company's");
  if (submission.environment !== environment) deny("http.invalid", "/environment", "of the other environment");
  if (order.lot !== submission.lot || order.gtin !== submission.gtin)
    deny("http.invalid", "/lot", "another lot than the order's");
  if (submission.reconciliation.workOrderId !== submission.workOrderId)
    deny("http.invalid", "/reconciliation/workOrderId", "another order's balance");
}

/** A site cannot have used more numbers than it was given. */
async function checkNumbers(sql: Sql, { workOrderId, reconciliation }: Submission): Promise<void> {
  const given = (await allocatedOfOrders(sql, [workOrderId])).get(workOrderId);
  for (const [index, { level, allocated }] of reconciliation.levels.entries()) {
    const here = given?.[level] ?? 0;
    if (allocated > here)
      deny("submission.count", `/reconciliation/levels/${index}/allocated`, `${here} ${level} numbers were given`);
  }
}

async function checkDocuments(sql: Sql, company: Company, { documents, events }: Submission): Promise<void> {
  const captured = await capturedMessages(sql, company, documents);
  if (captured.messages !== documents.length) deny("submission.documents-missing", "/documents");
  if (captured.events !== events)
    deny("submission.count", "/events", `${captured.events} events in the documents, ${events} in the submission`);
}
