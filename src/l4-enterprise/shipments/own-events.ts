import type { Party } from "../../contract/enterprise-api.ts";
import { type AggregationEvent, type EpcisEvent, type ObjectEvent } from "../../kernel/epcis/model.ts";
import { placeOf } from "../company-scope.ts";

// The events that level 4 captures itself: what people report here of goods on their way. Pure; CBV 2.0 words.

export type When = { readonly at: number; readonly offsetMinutes: number };
export type Told = { readonly when: When; readonly eventId: string };

const purchaseOrder = (buyer: string, order: string) => ({
  type: "po",
  bizTransaction: `urn:epcglobal:cbv:bt:${buyer}:${encodeURIComponent(order)}`,
});
const despatchAdvice = (seller: string, delivery: string) => ({
  type: "desadv",
  bizTransaction: `urn:epcglobal:cbv:bt:${seller}:${delivery}`,
});

export type Shipping = Told & {
  readonly ids: readonly string[];
  readonly from: Party;
  readonly shipFrom: Party;
  readonly to: Party;
  readonly purchaseOrder: string;
  readonly deliveryId: string;
};

/** The whole shipment in one event that names its top-level containers only; what is inside follows from the hierarchy. */
export function shippingEvent({
  when,
  eventId,
  ids,
  from,
  shipFrom,
  to,
  purchaseOrder: order,
  deliveryId,
}: Shipping): ObjectEvent {
  return {
    type: "ObjectEvent",
    action: "OBSERVE",
    eventTime: when,
    eventID: eventId,
    bizStep: "shipping",
    disposition: "in_transit",
    epcList: ids,
    readPoint: { id: placeOf(shipFrom) },
    bizTransactionList: [purchaseOrder(to.gln, order), despatchAdvice(from.gln, deliveryId)],
    // Owner and place apart: who owns the goods, and where they physically are (CBV 2.0 §7.4).
    sourceList: [
      { type: "owning_party", source: placeOf(from) },
      { type: "location", source: placeOf(shipFrom) },
    ],
    destinationList: [
      { type: "owning_party", destination: placeOf(to) },
      { type: "location", destination: placeOf(to) },
    ],
  };
}

export type Receiving = Told & {
  readonly ids: readonly string[];
  readonly by: Party;
  readonly from: Party;
  readonly purchaseOrder: string;
};

export function receivingEvent({ when, eventId, ids, by, from, purchaseOrder: order }: Receiving): ObjectEvent {
  return {
    type: "ObjectEvent",
    action: "OBSERVE",
    eventTime: when,
    eventID: eventId,
    bizStep: "receiving",
    disposition: "in_progress",
    epcList: ids,
    readPoint: { id: placeOf(by) },
    bizLocation: { id: placeOf(by) },
    bizTransactionList: [purchaseOrder(by.gln, order)],
    sourceList: [{ type: "owning_party", source: placeOf(from) }],
    destinationList: [{ type: "owning_party", destination: placeOf(by) }],
  };
}

export function unpackingEvent({
  when,
  eventId,
  parent,
  child,
  place,
}: Told & { readonly parent: string; readonly child: string; readonly place: Party }): AggregationEvent {
  return {
    type: "AggregationEvent",
    action: "DELETE",
    eventTime: when,
    eventID: eventId,
    bizStep: "unpacking",
    disposition: "in_progress",
    parentID: parent,
    childEPCs: [child],
    readPoint: { id: placeOf(place) },
    bizLocation: { id: placeOf(place) },
  };
}

export function dispensingEvent({
  when,
  eventId,
  id,
  place,
}: Told & { readonly id: string; readonly place: Party }): ObjectEvent {
  return {
    type: "ObjectEvent",
    action: "OBSERVE",
    eventTime: when,
    eventID: eventId,
    bizStep: "dispensing",
    disposition: "dispensed",
    epcList: [id],
    readPoint: { id: placeOf(place) },
    bizLocation: { id: placeOf(place) },
  };
}

/** A shipping event to us: who sent it, under which order, what. */
export type Announcement = {
  readonly eventId: string;
  readonly ids: readonly string[];
  readonly purchaseOrder: string;
};

/**
 * Shipments that a partner's document announces; those to somebody else are not ours to receive. `eventIds`: how the
 * ledger names the events, in their order.
 */
export function announcements(
  events: readonly EpcisEvent[],
  eventIds: readonly string[],
  isUs: (party: string) => boolean,
): Announcement[] {
  return events.flatMap((event, index): Announcement[] => {
    if (event.type !== "ObjectEvent" || event.bizStep !== "shipping" || event.errorDeclaration) return [];
    if (!event.destinationList?.some(({ type, destination }) => type === "owning_party" && isUs(destination)))
      return [];
    const [eventId, ids] = [eventIds[index], event.epcList ?? []];
    if (eventId === undefined || ids.length === 0) return [];
    const order = event.bizTransactionList?.find(({ type }) => type === "po")?.bizTransaction ?? "";
    return [{ eventId, ids, purchaseOrder: orderNumber(order) }];
  });
}

const orderCharsMax = 100;

/** The number in `urn:epcglobal:cbv:bt:<GLN>:<number>` (CBV 2.0 §8.5.2), however odd: it is shown, nothing hangs on it. */
export function orderNumber(transaction: string): string {
  const spelled = transaction.split(":").at(-1) ?? "";
  const text = decoded(spelled) ?? spelled;
  const shown = text
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "")
    .slice(0, orderCharsMax)
    .toWellFormed()
    .trim();
  return shown === "" ? "none" : shown;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
