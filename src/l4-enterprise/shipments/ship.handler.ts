import type { Party, Product } from "../../contract/enterprise-api.ts";
import { audit, type auditActor } from "../../gxp/audit/audit.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { expiryToDate } from "../../kernel/gs1/date.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import type { Sql } from "../../runtime/machine.ts";
import { enqueue } from "../../runtime/messages/outbox.ts";
import { type Company, networkDestination } from "../company-scope.ts";
import { eventsForShipment } from "../epcis-repository/shipment-events.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { lockObjects } from "../ledger/ledger.ts";
import { mayShip } from "../lots/lot.ts";
import { lockLot, statusSince } from "../lots/lot.store.ts";
import { loadParty, loadProduct } from "../master-data/master-data.store.ts";
import { reportsOfLot } from "../reports/report.store.ts";
import { captureOwn, newEventId } from "./capture-own.ts";
import { afterAll, areHere, type Contents, contentsOf, gtinOf, type LotContent, wereOrdered } from "./contents.ts";
import { shippingEvent, unpackingEvent, type When } from "./own-events.ts";
import { printPartnerDocument } from "./partner-document.ts";
import { markShipped, type Shipment } from "./shipment.store.ts";

export type Dispatch = {
  readonly shipment: Shipment;
  /** Canonical ids of what goes: containers at the top, or packs. */
  readonly ids: readonly string[];
  /** Told by a site that loaded it; else it leaves now. */
  readonly loaded: When | undefined;
  readonly shipFrom: Party;
  readonly by: { readonly actor: ReturnType<typeof auditActor>; readonly traceId: string };
};

/**
 * Ships: every gate first (invariant 8), then in one transaction the unpacking of what stood in something that stays,
 * the shipping event, the partner's document on its way, and the audit entry. Throws the refusals of the gates.
 */
export async function dispatch(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  { shipment, ids, loaded, shipFrom, by }: Dispatch,
): Promise<{ packs: number }> {
  const { machine, owner, environment, self } = company;
  const to = (await loadParty(sql, company, shipment.partner)) ?? deny("party.unknown", shipment.partner);
  await lockObjects(sql, ctx, ids);
  const contents = await contentsOf(sql, ctx, ids);
  if (contents.nested.length > 0) deny("shipment.inside", contents.nested[0]);
  must(areHere(ids, contents.states));
  must(wereOrdered(contents.lots, shipment.lines));
  // A site may load before the lot is released: what stood loaded leaves once it may, never before.
  let { at, offsetMinutes } = leavingAt(contents.states, loaded, machine.clock.now());
  for (const lot of contents.lots) at = Math.max(at, await checkLot(sql, company, lot));
  const when = { at, offsetMinutes };
  const products = await productsOf(sql, company, contents.lots);
  const market = products[0]?.market ?? deny("product.unknown", gtinOf(ids[0] ?? ""));

  const unpackings: EpcisEvent[] = [];
  for (const id of ids) {
    const parent = contents.states.get(id)?.parent;
    if (parent !== undefined)
      unpackings.push(unpackingEvent({ when, eventId: newEventId(company), parent, child: id, place: shipFrom }));
  }
  // What leaves its container leaves it first: one millisecond before it leaves the building.
  const shippedAt = unpackings.length > 0 ? { ...when, at: when.at + 1 } : when;
  const eventId = newEventId(company);
  const shipping = shippingEvent({
    when: shippedAt,
    eventId,
    ids,
    from: self,
    shipFrom,
    to,
    purchaseOrder: shipment.purchaseOrder,
    deliveryId: shipment.deliveryId,
  });
  const inside = await eventsForShipment(sql, ctx, ids);
  await captureOwn(sql, company, ctx, [...unpackings, shipping]);

  const messageId = machine.random.uuid7();
  const { mediaType, text } = printPartnerDocument({
    market,
    documentId: messageId,
    at: shippedAt.at,
    events: [...inside, shipping],
    products,
    parties: { seller: self, buyer: to, places: [shipFrom] },
  });
  await enqueue(sql, {
    messageId,
    owner,
    environment,
    traceId: by.traceId,
    at: machine.clock.now(),
    destination: networkDestination,
    orderKey: `documents-${to.gln}`,
    method: "POST",
    path: `/v1/documents?to=${to.gln}&kind=epcis`,
    contentType: mediaType,
    body: text,
  });
  await markShipped(sql, shipment.deliveryId, {
    contents: ids,
    packs: contents.packs,
    at: shippedAt.at,
    eventId,
    messageId,
  });
  await audit(sql, {
    ...by,
    action: "shipment.ship",
    subject: `shipment/${shipment.deliveryId}`,
    before: { state: shipment.state },
    after: { state: "shipped", contents: ids, packs: contents.packs, eventId, messageId },
    at: machine.clock.now(),
    owner,
  });
  return { packs: contents.packs };
}

/** A site's clock that says it left before the last that was done to it is not believed, and a person looks. */
function leavingAt(states: Contents["states"], loaded: When | undefined, now: number): When {
  const at = afterAll(states, loaded?.at ?? now);
  if (loaded !== undefined && at > loaded.at + 1) return deny("shipment.time", "/loadedAt");
  return { at, offsetMinutes: loaded?.offsetMinutes ?? 0 };
}

/**
 * Our own lots by their status, locked so that a hold that comes meanwhile waits; a lot made by others may go on until
 * it expires. Answers since when it may ship, ms UTC.
 */
async function checkLot(sql: Sql, company: Company, content: LotContent): Promise<number> {
  const today = new Date(company.machine.clock.now()).toISOString().slice(0, 10);
  const lot = await lockLot(sql, company, content.gtin, content.lot);
  if (lot) {
    must(mayShip(lot, await reportsOfLot(sql, company, lot.gtin, lot.lot), must(expiryToDate(lot.expiry)), today));
    return statusSince(sql, company, lot.gtin, lot.lot);
  }
  if (content.lot === "" || content.expiry === "")
    deny("lot.unknown", content.gtin, "packs without a lot or an expiry date");
  if (today > content.expiry) deny("lot.expired", content.lot, `expired after ${content.expiry}`);
  return 0;
}

async function productsOf(sql: Sql, company: Company, lots: readonly LotContent[]): Promise<Product[]> {
  const products: Product[] = [];
  for (const gtin of new Set(lots.map((lot) => lot.gtin))) {
    products.push((await loadProduct(sql, company, gtin)) ?? deny("product.unknown", gtin));
  }
  return products;
}
