import { enterpriseApi, type Submission } from "../../contract/enterprise-api.ts";
import type { JournalBody } from "../../contract/journal.ts";
import type { SignatureInput } from "../../contract/shapes.ts";
import type { BatchRecord, Waiver } from "../../contract/site-api.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { must, ok, refuse } from "../../kernel/base/result.ts";
import { moveNumber } from "../../kernel/serials/states.ts";
import type { Sql } from "../../runtime/machine.ts";
import { sha256 } from "../../runtime/sha256.ts";
import { audit, auditActor, systemActor } from "../../gxp/audit/audit.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import { sign } from "../../gxp/signature/signature.handler.ts";
import { checkIntegrity, checkWaivers, findingsOf, integrityView } from "../integrity/integrity.ts";
import { checkJournal } from "../integrity/journal-check.ts";
import type { BatchRow } from "../lines/batch.store.ts";
import { eventPage } from "../lines/journal.store.ts";
import { moveAll } from "../number-buffer/number.store.ts";
import { type By, knownOrder } from "../orders/order.handler.ts";
import type { Assignment, Order } from "../orders/order.ts";
import { nextState } from "../orders/order-state.ts";
import { lockOrder, readBatchRecord, saveBatchRecord, saveState } from "../orders/order.store.ts";
import { type OrderMessage, settleOrderMessage } from "../orders/order-message.store.ts";
import { tell } from "../orders/tell.ts";
import { readBalance, readFacts, reconciliationSignatures } from "../reconciliation/reconciliation.handler.ts";
import { enterpriseDestination, type Reads, type Site } from "../site.ts";
import { takeIntoStock } from "../warehouse/stock.store.ts";
import { batchContent, operators, sealed } from "./batch-record.ts";
import { documentsOf, type MadeDocument } from "./epcis-documents.ts";
import type { Happening } from "./epcis-events.ts";

/** What QA's signature under the batch record means. */
export const closingMeaning = "batch record reviewed, order closed";

const eventPageEntries = 5_000;

export function batchRecordSubject(workOrderId: string): string {
  return `order/${workOrderId}/batch-record`;
}

export type Closing = { readonly signature: SignatureInput; readonly waivers?: readonly Waiver[] };

/**
 * QA closes the order: the integrity rules are asked of everything, the batch record is signed and sealed, and its
 * events and the submission go into the order's lane to level 4, all in one transaction. Refuses
 * `site.order-not-reconciled`, `site.integrity` and `site.not-waived`.
 */
export async function closeOrder(
  site: Site,
  sql: Sql,
  workOrderId: string,
  { signature: input, waivers = [] }: Closing,
  by: By,
): Promise<Order> {
  const order = await knownOrder(sql, workOrderId);
  const next = must(nextState(order.state, "close"));
  const state = await readBalance(sql, order);
  const { row } = state;
  const { assignment, traceId } = order;
  invariant(row !== undefined && assignment !== null, "a reconciled order has a journal and a line");
  const journalWhole = await checkJournal(sql, assignment.lineId, workOrderId, row);
  const findings = findingsOf({ ...(await readFacts(site, sql, order, state)), journalWhole });
  must(checkIntegrity(findings));
  const waived = must(checkWaivers(findings, waivers));
  const { owner } = order.workOrder;
  const content = batchContent({
    workOrder: order.workOrder,
    assignment,
    row,
    waivers: waived,
    sealedAt: site.machine.clock.now(),
    reconciliation: { ...state.balance, integrity: integrityView(findings) },
    reconciled: must(await reconciliationSignatures(sql, state.balance)),
  });
  const closing = must(
    await sign(site.gxp, sql, {
      record: batchRecordSubject(workOrderId),
      recordHash: canonicalHash(content),
      meaning: closingMeaning,
      input,
      right: "order.close",
      mustBe: by.person.name,
      owner,
      traceId,
    }),
  );
  const record = sealed(content, closing, canonicalHash);
  await saveBatchRecord(sql, workOrderId, next, { json: JSON.stringify(record), hash: record.hash });
  const told = await tellEvents(site, sql, order, assignment);
  await tellSubmission(site, sql, order, submissionOf(record, row, told));
  await audit(sql, {
    actor: auditActor(by.person),
    action: "order.close",
    subject: `order/${workOrderId}`,
    at: record.sealedAt,
    traceId,
    owner,
    before: { state: order.state },
    after: {
      state: next,
      batchRecordHash: record.hash,
      waivers: waived,
      documents: told.documents.length,
      events: told.events,
    },
  });
  return { ...order, state: next, batchRecordHash: record.hash };
}

type Told = { readonly documents: string[]; readonly events: number };

async function tellEvents(site: Site, sql: Sql, order: Order, { lineId }: Assignment): Promise<Told> {
  const { workOrder } = order;
  const source = { order: workOrder, siteGln: site.config.site.gln, lineId, sha256 };
  const documents: string[] = [];
  let events = 0;
  for await (const document of documentsOf(source, happenings(sql, workOrder.workOrderId), site.machine.clock.now())) {
    documents.push(await tellDocument(site, sql, order, document, documents.length));
    events += document.events;
  }
  return { documents, events };
}

function tellDocument(site: Site, sql: Sql, order: Order, document: MadeDocument, position: number): Promise<string> {
  return tell(site, sql, order, {
    purpose: "document",
    position,
    quantity: document.events,
    destination: enterpriseDestination(order.workOrder.owner),
    method: "POST",
    path: enterpriseApi.capture.path,
    contentType: "application/ld+json",
    body: document.json,
  });
}

/** The order's journal, page by page, as far as events are made of it. */
async function* happenings(sql: Sql, workOrderId: string): AsyncGenerator<Happening> {
  for (let after = 0; ; ) {
    const page = await eventPage(sql, { workOrderId, after, limit: eventPageEntries });
    for (const { at, offsetMinutes, body } of page) yield { at, offsetMinutes, body: JSON.parse(body) as JournalBody };
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

function submissionOf(record: BatchRecord, row: BatchRow, { documents, events }: Told): Submission {
  const { workOrderId, order, reconciliation, signatures, hash } = record;
  const { owner, environment, lot, gtin } = order;
  return {
    workOrderId,
    owner,
    environment,
    lot,
    gtin,
    reconciliation,
    signatures,
    batchRecordHash: hash,
    documents,
    events,
    operatedBy: operators(row, record),
  };
}

async function tellSubmission(site: Site, sql: Sql, order: Order, submission: Submission): Promise<void> {
  await tell(site, sql, order, {
    purpose: "submission",
    position: 0,
    destination: enterpriseDestination(order.workOrder.owner),
    method: "POST",
    path: enterpriseApi.submit.path,
    body: JSON.stringify(submission),
  });
}

/**
 * Level 4 has accepted the submission, in the transaction that records its answer: from now on level 4 writes the
 * numbers' states, and what was closed stands in the warehouse.
 */
export async function takeAcceptance(site: Site, sql: Sql, message: OrderMessage): Promise<void> {
  const order = await lockOrder(sql, message.workOrderId);
  invariant(order !== undefined, `submission ${message.messageId} is of an order`);
  await settleOrderMessage(sql, message.messageId, "sent", null);
  const next = nextState(order.state, "submit");
  if (!next.ok) return;
  const { workOrder } = order;
  const cause = "submission-accepted";
  must(moveNumber("Commissioned", "Released", { by: 3, cause }));
  await moveAll(sql, workOrder.workOrderId, { from: ["Commissioned"], to: "Released", cause, untouched: false });
  await takeIntoStock(sql, workOrder);
  await saveState(sql, workOrder.workOrderId, next.value);
  await audit(sql, {
    actor: systemActor(`enterprise/${workOrder.owner}`),
    action: "order.submit",
    subject: `order/${workOrder.workOrderId}`,
    at: site.machine.clock.now(),
    before: { state: order.state },
    after: { state: next.value },
    traceId: order.traceId,
    owner: workOrder.owner,
  });
}

/** The sealed record. Refuses `site.order-unknown` and `site.not-closed`. */
export async function sealedRecord(sql: Reads, workOrderId: string): Promise<BatchRecord> {
  const json = await readBatchRecord(sql, workOrderId);
  return must(json === undefined ? refuse("site.not-closed", workOrderId) : ok(JSON.parse(json) as BatchRecord));
}
