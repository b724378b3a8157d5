import type { Submission } from "../../contract/enterprise-api.ts";
import type { Envelope } from "../../contract/envelope.ts";
import type { WorkOrder } from "../../contract/site-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { recordDuty } from "../../gxp/signature/duty.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { parseGtin } from "../../kernel/gs1/key.ts";
import { markets } from "../../kernel/markets/market.ts";
import type { Actor } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import { enqueue, jsonMessage } from "../../runtime/messages/outbox.ts";
import { type Company, siteDestination } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { lotCounts } from "../ledger/ledger.ts";
import { lotAllows } from "../lots/lot.ts";
import { addLot, lockLot, setLotStatus } from "../lots/lot.store.ts";
import { loadProduct } from "../master-data/master-data.store.ts";
import { generateReports } from "../reports/report.handler.ts";
import { allocate, returnNumbers } from "../serial-numbers/allocation.handler.ts";
import { addOrder, addSubmission, lockOrder, setOrderState, type StoredOrder } from "./work-order.store.ts";

export type NewOrder = {
  readonly gtin: string;
  readonly lot: string;
  readonly expiry: string;
  readonly quantity: number;
  readonly site: string;
};
type Done = { readonly actor: Actor; readonly traceId: string };

/** The lot's subject, as signatures and segregation of duties name it. */
export const lotSubject = (gtin: string, lot: string): string => `lot/${gtin}/${lot}`;

/** A work order with its versions pinned, its lot, and the message to its site: one transaction. */
export async function createOrder(
  sql: Sql,
  company: Company,
  sites: readonly string[],
  wanted: NewOrder,
  { actor, traceId }: Done,
): Promise<StoredOrder> {
  const { machine, owner, environment } = company;
  const gtin = must(parseGtin(wanted.gtin));
  const product = await loadProduct(sql, company, gtin);
  if (!product) return deny("product.unknown", "/gtin");
  if (!sites.includes(wanted.site)) deny("work-order.site", "/site");
  const at = machine.clock.now();
  const { market } = product;
  const marketRulesVersion = Number(markets[market].version);
  const order: WorkOrder = {
    workOrderId: machine.random.uuid7(),
    owner,
    environment,
    market,
    marketRulesVersion,
    gtin,
    productName: product.name,
    productVersion: product.version,
    companyPrefixLength: product.companyPrefixLength,
    lot: wanted.lot,
    expiry: wanted.expiry,
    quantity: wanted.quantity,
    packsPerCase: product.packsPerCase,
    casesPerPallet: product.casesPerPallet,
    site: wanted.site,
  };
  await addLot(
    sql,
    company,
    { gtin, lot: order.lot, expiry: order.expiry, market, status: "in-production" },
    { productVersion: product.version, marketRulesVersion },
    at,
  );
  const lot = await lockLot(sql, company, gtin, order.lot);
  if (lot?.expiry !== order.expiry || lot.status !== "in-production") deny("work-order.lot-taken", "/lot");
  await addOrder(sql, order, at);
  await audit(sql, {
    actor: auditActor(actor),
    action: "work-order.create",
    subject: `work-order/${order.workOrderId}`,
    after: order,
    at,
    traceId,
    owner,
  });
  await enqueue(
    sql,
    jsonMessage({
      messageId: machine.random.uuid7(),
      destination: siteDestination(order.site),
      orderKey: "work-orders",
      method: "PUT",
      path: `/v1/work-orders/${order.workOrderId}`,
      owner,
      environment,
      traceId,
      at,
      json: order,
    }),
  );
  return { order, state: "released", createdAt: at };
}

export type Allocation = {
  readonly workOrderId: string;
  readonly level: "pack" | "case" | "pallet";
  readonly quantity: number;
};

/** Numbers for an order that is not submitted yet; the allocation's id is the message's. */
export async function allocateForOrder(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  envelope: Envelope,
  wanted: Allocation,
  { actor, traceId }: Done,
) {
  const { owner, machine } = company;
  const { order, state } = await openOrder(sql, company, wanted.workOrderId);
  const at = machine.clock.now();
  const allocated = must(
    await allocate(sql, ctx, {
      allocationId: envelope.messageId,
      level: wanted.level,
      gtin: order.gtin,
      lot: order.lot,
      site: order.site,
      workOrderId: order.workOrderId,
      quantity: wanted.quantity,
      at,
    }),
  );
  if (state === "released") await setOrderState(sql, order.workOrderId, "in-progress");
  await audit(sql, {
    actor: auditActor(actor),
    action: "number.allocate",
    subject: `work-order/${order.workOrderId}`,
    after: {
      allocationId: allocated.allocationId,
      poolId: allocated.poolId,
      level: wanted.level,
      quantity: wanted.quantity,
    },
    at,
    traceId,
    owner,
  });
  return { ...allocated, numbers: [...allocated.numbers] };
}

export type Returned = {
  readonly workOrderId: string;
  readonly level: Allocation["level"];
  readonly returned: readonly string[];
  readonly deactivated: readonly string[];
};

export async function takeBackNumbers(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  message: Returned,
  { actor, traceId }: Done,
): Promise<{ retired: number }> {
  const { owner, machine } = company;
  const { order } = await openOrder(sql, company, message.workOrderId);
  const at = machine.clock.now();
  const { retired } = must(await returnNumbers(sql, ctx, { ...message, at }));
  await audit(sql, {
    actor: auditActor(actor),
    action: "number.return",
    subject: `work-order/${order.workOrderId}`,
    after: {
      level: message.level,
      returned: message.returned.length,
      deactivated: message.deactivated.length,
      retired,
    },
    at,
    traceId,
    owner,
  });
  return { retired };
}

async function openOrder(sql: Sql, company: Company, workOrderId: string): Promise<StoredOrder> {
  const stored = await lockOrder(sql, company, workOrderId);
  if (!stored) return deny("work-order.unknown", "/workOrderId");
  if (stored.state === "submitted" || stored.state === "cancelled") return deny("work-order.state", stored.state);
  return stored;
}

/**
 * Takes over a closed order from its site: the balance, the signatures, who ran it. Every document must be captured
 * and the ledger must hold as many packs as the balance says; then the lot is in quarantine.
 */
export async function submitOrder(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  submission: Submission,
  captured: (messageIds: readonly string[]) => Promise<number>,
  { actor, traceId }: Done,
): Promise<void> {
  const { machine, owner } = company;
  const { order } = await openOrder(sql, company, submission.workOrderId);
  if (order.lot !== submission.lot || order.gtin !== submission.gtin)
    deny("http.invalid", "/lot", "another lot than the order's");
  const packs = submission.reconciliation.levels.find((each) => each.level === "pack");
  if (!submission.reconciliation.balanced || packs?.unaccounted !== 0)
    return deny("submission.unbalanced", "/reconciliation");
  if ((await captured(submission.documents)) !== submission.documents.length)
    deny("submission.documents-missing", "/documents");
  const lot = await lockLot(sql, company, order.gtin, order.lot);
  if (!lot) return deny("lot.unknown", order.lot);
  must(lotAllows(lot, "submit"));
  const counts = await lotCounts(sql, ctx, order.gtin, order.lot);
  if (counts.commissioned < packs.everCommissioned) {
    deny(
      "submission.count",
      "/reconciliation/levels",
      `${counts.commissioned} packs in the ledger, ${packs.everCommissioned} in the balance`,
    );
  }
  const at = machine.clock.now();
  await addSubmission(sql, submission, at);
  await setOrderState(sql, order.workOrderId, "submitted");
  const subject = lotSubject(order.gtin, order.lot);
  for (const userId of submission.operatedBy) await recordDuty(sql, { subject, right: "run.operate", userId, at });
  await setLotStatus(sql, company, lot, "quarantine", at);
  await generateReports(sql, company, ctx, lot, at);
  await audit(sql, {
    actor: auditActor(actor),
    chain: subject,
    action: "order.submit",
    subject: `work-order/${order.workOrderId}`,
    before: { lot: lot.status },
    after: { lot: "quarantine", batchRecordHash: submission.batchRecordHash },
    at,
    traceId,
    owner,
  });
}
