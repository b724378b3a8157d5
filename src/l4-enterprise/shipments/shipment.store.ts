import type { ShipmentView } from "../../contract/enterprise-api.ts";
import type { DeliveryOrder } from "../../contract/site-api.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";

type Scope = Pick<Company, "owner" | "environment">;
type Reading = Pick<Sql, "run">;
export type ShipmentState = ShipmentView["state"];
export type Shipment = {
  readonly deliveryId: string;
  readonly direction: "outbound" | "inbound";
  readonly partner: string;
  readonly purchaseOrder: string;
  readonly site: string | null;
  readonly lines: DeliveryOrder["lines"];
  readonly state: ShipmentState;
  readonly contents: readonly string[];
  readonly packs: number;
  readonly documentState: string | null;
  readonly shippedAt: number | null;
  readonly receivedAt: number | null;
};

type Row = {
  delivery_id: string;
  direction: Shipment["direction"];
  partner: string;
  purchase_order: string;
  site: string | null;
  lines: DeliveryOrder["lines"];
  state: ShipmentState;
  contents: string[];
  packs: number;
  document_state: string | null;
  shipped_at: string | null;
  received_at: string | null;
};
const columns =
  "delivery_id, direction, partner, purchase_order, site, lines, state, contents, packs, document_state, shipped_at, received_at";
const SHIPMENTS: Statement = {
  name: "shipments",
  text: `select ${columns} from shipment where owner = $1 and environment = $2 order by created_at desc limit $3`,
};
const SHIPMENT_LOCKED: Statement = {
  name: "shipment_locked",
  text: `select ${columns} from shipment where owner = $1 and environment = $2 and delivery_id = $3 for update`,
};
const ADD: Statement = {
  text: `insert into shipment (delivery_id, owner, environment, direction, partner, purchase_order, site, lines, state, contents, packs, shipping_event, created_at, shipped_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing returning delivery_id`,
};
const LOADED: Statement = {
  text: "update shipment set state = 'loaded', contents = $2, packs = $3 where delivery_id = $1",
};
const SHIPPED: Statement = {
  text: "update shipment set state = 'shipped', contents = $2, packs = $3, shipped_at = $4, shipping_event = $5, document_message = $6, document_state = 'sent' where delivery_id = $1",
};
const RECEIVED: Statement = { text: "update shipment set state = 'received', received_at = $2 where delivery_id = $1" };
const DOCUMENT_SETTLED: Statement = {
  text: `update shipment set document_state = $2, state = case when $2 = 'delivered' and state = 'shipped' then 'delivered' else state end
    where document_message = $1 returning delivery_id`,
};
const WITHDRAWN: Statement = {
  text: `update shipment set state = 'refused' where owner = $1 and environment = $2 and direction = 'inbound' and state = 'announced'
    and partner = $3 and shipping_event = any($4) returning delivery_id`,
};
const OPEN_LIKE: Statement = {
  text: `select 1 from shipment where owner = $1 and environment = $2 and direction = 'outbound' and state in ('ordered', 'at-site')
    and partner = $3 and purchase_order = $4 and lines = $5::jsonb and site is not distinct from $6 limit 1`,
};
// What was only announced came from nobody yet: anybody can announce anything.
const PARTNERS: Statement = {
  name: "shipment_partners",
  text: `select distinct partner from shipment where owner = $1 and environment = $2 and shipping_event = any($3)
    and (direction = 'outbound' or received_at is not null)`,
};

export const OF_EVENTS: Statement = {
  name: "shipments_of_events",
  text: `select ${columns}, shipping_event from shipment where owner = $1 and environment = $2 and shipping_event = any($3)`,
};

const stored = (row: Row): Shipment => ({
  deliveryId: row.delivery_id,
  direction: row.direction,
  partner: row.partner,
  purchaseOrder: row.purchase_order,
  site: row.site,
  lines: row.lines,
  state: row.state,
  contents: row.contents,
  packs: row.packs,
  documentState: row.document_state,
  shippedAt: row.shipped_at === null ? null : Number(row.shipped_at),
  receivedAt: row.received_at === null ? null : Number(row.received_at),
});

export async function loadShipments(sql: Reading, { owner, environment }: Scope, limit: number): Promise<Shipment[]> {
  return (await sql.run<Row>(SHIPMENTS, [owner, environment, limit])).map(stored);
}

export async function lockShipment(
  sql: Sql,
  { owner, environment }: Scope,
  deliveryId: string,
): Promise<Shipment | undefined> {
  const [row] = await sql.run<Row>(SHIPMENT_LOCKED, [owner, environment, deliveryId]);
  return row && stored(row);
}

export type NewShipment = Pick<
  Shipment,
  | "deliveryId"
  | "direction"
  | "partner"
  | "purchaseOrder"
  | "site"
  | "lines"
  | "state"
  | "contents"
  | "packs"
  | "shippedAt"
> & { readonly shippingEvent: string | null; readonly at: number };

/** False: an inbound shipment of this shipping event is known already. */
export async function addShipment(sql: Sql, { owner, environment }: Scope, shipment: NewShipment): Promise<boolean> {
  const {
    deliveryId,
    direction,
    partner,
    purchaseOrder,
    site,
    lines,
    state,
    contents,
    packs,
    shippingEvent,
    shippedAt,
    at,
  } = shipment;
  const rows = await sql.run(ADD, [
    deliveryId,
    owner,
    environment,
    direction,
    partner,
    purchaseOrder,
    site,
    JSON.stringify(lines),
    state,
    contents,
    packs,
    shippingEvent,
    at,
    shippedAt,
  ]);
  return rows.length > 0;
}

export async function markLoaded(
  sql: Sql,
  deliveryId: string,
  contents: readonly string[],
  packs: number,
): Promise<void> {
  await sql.run(LOADED, [deliveryId, contents, packs]);
}

export type Shipped = {
  readonly contents: readonly string[];
  readonly packs: number;
  readonly at: number;
  readonly eventId: string;
  readonly messageId: string;
};

export async function markShipped(sql: Sql, deliveryId: string, shipped: Shipped): Promise<void> {
  await sql.run(SHIPPED, [deliveryId, shipped.contents, shipped.packs, shipped.at, shipped.eventId, shipped.messageId]);
}

export async function markReceived(sql: Sql, deliveryId: string, at: number): Promise<void> {
  await sql.run(RECEIVED, [deliveryId, at]);
}

/** False: the message was no shipment's document. */
export async function settleDocument(sql: Sql, messageId: string, state: string): Promise<boolean> {
  return (await sql.run(DOCUMENT_SETTLED, [messageId, state])).length > 0;
}

/** Announced shipments of a partner whose shipping events it took back; none of them can be received any more. */
export async function withdrawAnnounced(
  sql: Sql,
  { owner, environment }: Scope,
  partner: string,
  eventIds: readonly string[],
): Promise<string[]> {
  if (eventIds.length === 0) return [];
  const rows = await sql.run<{ delivery_id: string }>(WITHDRAWN, [owner, environment, partner, eventIds]);
  return rows.map((row) => row.delivery_id);
}

/** Whether the same is ordered already and nothing of it was loaded. The caller holds the partner's lock. */
export async function isOrdered(
  sql: Sql,
  { owner, environment }: Scope,
  { partner, purchaseOrder, lines, site }: Pick<Shipment, "partner" | "purchaseOrder" | "lines" | "site">,
): Promise<boolean> {
  const values = [owner, environment, partner, purchaseOrder, JSON.stringify(lines), site];
  return (await sql.run(OPEN_LIKE, values)).length > 0;
}

/** Companies that the goods of these shipping events went to, or came from and were received. */
export async function partnersOf(
  sql: Reading,
  { owner, environment }: Scope,
  shippingEvents: readonly string[],
): Promise<string[]> {
  if (shippingEvents.length === 0) return [];
  const rows = await sql.run<{ partner: string }>(PARTNERS, [owner, environment, shippingEvents]);
  return rows.map(({ partner }) => partner);
}

/** Deliveries by the events that shipped them. What was announced by a partner and never received is among them. */
export async function shipmentsOfEvents(
  sql: Reading,
  { owner, environment }: Scope,
  shippingEvents: readonly string[],
): Promise<(Shipment & { readonly shippingEvent: string })[]> {
  if (shippingEvents.length === 0) return [];
  const rows = await sql.run<Row & { shipping_event: string }>(OF_EVENTS, [owner, environment, shippingEvents]);
  return rows.map((row) => ({ ...stored(row), shippingEvent: row.shipping_event }));
}
