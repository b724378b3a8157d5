import type { Envelope } from "../../contract/envelope.ts";
import type { WorkOrder } from "../../contract/site-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { expiryToDate } from "../../kernel/gs1/date.ts";
import { lgtinDigitalLink } from "../../kernel/gs1/digital-link.ts";
import { parseGtin } from "../../kernel/gs1/key.ts";
import { markets } from "../../kernel/markets/market.ts";
import type { Actor } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import { enqueue, jsonMessage } from "../../runtime/messages/outbox.ts";
import { checkSite, type Company, siteDestination } from "../company-scope.ts";
import { identifierOf, ssccClass } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { statesOf } from "../ledger/ledger.ts";
import { addLot, lockLot, pinnedVersions } from "../lots/lot.store.ts";
import { loadProduct, loadProductVersion } from "../master-data/master-data.store.ts";
import { allocate, returnNumbers } from "../serial-numbers/allocation.handler.ts";
import { allocatedOfOrders } from "./allocated.store.ts";
import { allocationMax } from "./work-order.ts";
import { addOrder, lockOrder, ordersOfLot, setOrderState, type StoredOrder } from "./work-order.store.ts";

export type NewOrder = {
  readonly gtin: string;
  readonly lot: string;
  readonly expiry: string;
  readonly quantity: number;
  readonly site: string;
};
export type Done = { readonly actor: Actor; readonly traceId: string };

/** The lot's subject, as signatures and segregation of duties name it. */
export const lotSubject = (gtin: string, lot: string): string => `lot/${gtin}/${lot}`;

/** A work order with its versions pinned, its lot, and the message to its site: one transaction. */
export async function createOrder(
  sql: Sql,
  company: Company,
  wanted: NewOrder,
  { actor, traceId }: Done,
): Promise<StoredOrder> {
  const { machine, owner, environment, sites } = company;
  const at = machine.clock.now();
  const gtin = must(parseGtin(wanted.gtin));
  must(lgtinDigitalLink(gtin, wanted.lot));
  if (must(expiryToDate(wanted.expiry)) < new Date(at).toISOString().slice(0, 10)) deny("lot.expired", "/expiry");
  if (!sites.some((site) => site.gln === wanted.site)) deny("work-order.site", "/site");
  const { product, market, marketRulesVersion } = await openLot(sql, company, { ...wanted, gtin }, at);
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

/** The lot of a new order, locked, with the versions that it was started with. */
async function openLot(sql: Sql, company: Company, { gtin, lot, expiry, quantity, site }: NewOrder, at: number) {
  const newest = (await loadProduct(sql, company, gtin)) ?? deny("product.unknown", "/gtin");
  const { market } = newest;
  await addLot(
    sql,
    company,
    { gtin, lot, expiry, market, status: "in-production" },
    { productVersion: newest.version, marketRulesVersion: Number(markets[market].version) },
    at,
  );
  const kept = await lockLot(sql, company, gtin, lot);
  if (kept?.expiry !== expiry || kept.market !== market || kept.status !== "in-production")
    deny("work-order.lot-taken", "/lot");
  const waiting = (await ordersOfLot(sql, company, gtin, lot)).filter(({ state }) => state === "released");
  if (waiting.some(({ order }) => order.site === site && order.quantity === quantity))
    deny("work-order.doubled", "/lot");
  const { productVersion, marketRulesVersion } = await pinnedVersions(sql, company, gtin, lot);
  const product = (await loadProductVersion(sql, company, gtin, productVersion)) ?? deny("product.unknown", "/gtin");
  return { product, market, marketRulesVersion };
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
  const { order, state } = await openOrder(sql, company, wanted.workOrderId, actor);
  const given = (await allocatedOfOrders(sql, [order.workOrderId])).get(order.workOrderId)?.[wanted.level] ?? 0;
  const max = allocationMax(order, wanted.level);
  if (given + wanted.quantity > max)
    deny("work-order.numbers", "/quantity", `${given} given, ${wanted.quantity} more asked for, at most ${max}`);
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
  const { order } = await openOrder(sql, company, message.workOrderId, actor);
  const at = machine.clock.now();
  const { retired } = must(await returnNumbers(sql, ctx, { ...message, at }));
  const className = message.level === "pack" ? order.gtin : ssccClass;
  const ids = [...message.returned, ...message.deactivated].map((number) => identifierOf(className, number));
  for (const { id, standing } of (await statesOf(sql, ctx, ids)).values())
    if (standing !== "unknown" && standing !== "voided") deny("numbers.in-use", id, standing);
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

/** The order, locked, when it is the caller's and not at its end. */
export async function openOrder(sql: Sql, company: Company, workOrderId: string, actor: Actor): Promise<StoredOrder> {
  const stored = await lockOrder(sql, company, workOrderId);
  if (!stored) return deny("work-order.unknown", "/workOrderId");
  must(checkSite(company, actor, stored.order.site));
  if (stored.state === "submitted" || stored.state === "cancelled") return deny("work-order.state", stored.state);
  return stored;
}
