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
import { ancestorsOf } from "../ledger/ledger.ts";
import { mayShip } from "../lots/lot.ts";
import { loadLot } from "../lots/lot.store.ts";
import { loadParty, loadProduct } from "../master-data/master-data.store.ts";
import { reportsOfLot } from "../reports/report.store.ts";
import { captureOwn, newEventId } from "./capture-own.ts";
import { areHere, contentsOf, gtinOf, type LotContent, wereOrdered } from "./contents.ts";
import { shippingEvent, unpackingEvent, type When } from "./own-events.ts";
import { printPartnerDocument } from "./partner-document.ts";
import { markShipped, type Shipment } from "./shipment.store.ts";

export type Dispatch = {
  readonly shipment: Shipment;
  /** Canonical ids of what goes: containers at the top, or packs. */
  readonly ids: readonly string[];
  readonly when: When;
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
  { shipment, ids, when, shipFrom, by }: Dispatch,
): Promise<{ packs: number }> {
  const { machine, owner, environment, self } = company;
  const to = (await loadParty(sql, company, shipment.partner)) ?? deny("party.unknown", shipment.partner);
  const contents = await contentsOf(sql, ctx, ids);
  must(areHere(ids, contents.states));
  must(wereOrdered(contents.lots, shipment.lines));
  for (const lot of contents.lots) await checkLot(sql, company, lot);

  const unpackings: EpcisEvent[] = [];
  for (const id of ids) {
    const [parent] = await ancestorsOf(sql, ctx, id);
    if (parent)
      unpackings.push(
        unpackingEvent({ when, eventId: newEventId(company), parent: parent.id, child: id, place: shipFrom }),
      );
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

  const products = await productsOf(sql, company, contents.lots);
  const market = products[0]?.market ?? deny("product.unknown", gtinOf(ids[0] ?? ""));
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
  await markShipped(sql, company, shipment, {
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

/** Our own lots by their status; a lot made by others may go on until it expires. */
async function checkLot(sql: Sql, company: Company, content: LotContent): Promise<void> {
  const today = new Date(company.machine.clock.now()).toISOString().slice(0, 10);
  const lot = await loadLot(sql, company, content.gtin, content.lot);
  if (lot) {
    must(mayShip(lot, await reportsOfLot(sql, company, lot.gtin, lot.lot), must(expiryToDate(lot.expiry)), today));
    return;
  }
  if (content.lot === "" || content.expiry === "")
    deny("lot.unknown", content.gtin, "packs without a lot or an expiry date");
  if (today > content.expiry) deny("lot.expired", content.lot, `expired after ${content.expiry}`);
}

async function productsOf(sql: Sql, company: Company, lots: readonly LotContent[]): Promise<Product[]> {
  const products: Product[] = [];
  for (const gtin of new Set(lots.map((lot) => lot.gtin))) {
    products.push((await loadProduct(sql, company, gtin)) ?? deny("product.unknown", gtin));
  }
  return products;
}
