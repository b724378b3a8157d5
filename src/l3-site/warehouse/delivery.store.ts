import type { DeliveryOrder, DeliveryView } from "../../contract/site-api.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Reads } from "../site.ts";

const deliveriesShownMax = 200;

export type Delivery = {
  readonly delivery: DeliveryOrder;
  readonly state: DeliveryView["state"];
  readonly traceId: string;
};

const columns = `delivery, state, trace_id as "traceId"`;

const INSERT: Statement = {
  name: "delivery-insert",
  text: `insert into delivery (delivery_id, owner, environment, state, delivery, trace_id, received_at) values ($1, $2, $3, 'open', $4, $5, $6)
on conflict (delivery_id) do nothing returning delivery_id`,
};
const LOCK: Statement = {
  name: "delivery-lock",
  text: `select ${columns} from delivery where delivery_id = $1 for update`,
};
export const DELIVERIES: Statement = {
  name: "deliveries",
  text: `select ${columns} from delivery order by received_at desc, delivery_id desc limit ${deliveriesShownMax}`,
};
const LOADED: Statement = {
  name: "delivery-loaded",
  text: "update delivery set state = 'loaded', loaded_by = $2, loaded_at = $3, report_message = $4 where delivery_id = $1",
};
const REPORTED: Statement = {
  name: "delivery-reported",
  text: "update delivery set state = 'reported' where report_message = $1 and state = 'loaded'",
};
const OPEN_COUNT: Statement = {
  name: "delivery-open-count",
  text: "select count(*)::int as count from delivery where state = 'open' and ($1::text is null or owner = $1)",
};

type StoredDelivery = { delivery: string; state: Delivery["state"]; traceId: string };

function deliveryOf(row: StoredDelivery): Delivery {
  return { delivery: JSON.parse(row.delivery) as DeliveryOrder, state: row.state, traceId: row.traceId };
}

/** False: there is one of this id. */
export async function insertDelivery(
  sql: Sql,
  delivery: DeliveryOrder,
  traceId: string,
  at: Instant,
): Promise<boolean> {
  const { deliveryId, owner, environment } = delivery;
  return (await sql.run(INSERT, [deliveryId, owner, environment, JSON.stringify(delivery), traceId, at])).length > 0;
}

export async function lockDelivery(sql: Sql, deliveryId: string): Promise<Delivery | undefined> {
  const [row] = await sql.run<StoredDelivery>(LOCK, [deliveryId]);
  return row && deliveryOf(row);
}

/** Newest first. */
export async function readDeliveries(sql: Reads): Promise<Delivery[]> {
  return (await sql.run<StoredDelivery>(DELIVERIES)).map(deliveryOf);
}

export async function saveLoaded(
  sql: Sql,
  deliveryId: string,
  loaded: { by: string; at: Instant; messageId: string },
): Promise<void> {
  await sql.run(LOADED, [deliveryId, loaded.by, loaded.at, loaded.messageId]);
}

/** Level 4 has the report that this message carried; nothing when the message was another. */
export async function saveReported(sql: Sql, messageId: string): Promise<void> {
  await sql.run(REPORTED, [messageId]);
}

export async function openDeliveries(sql: Reads, owner?: string): Promise<number> {
  const [row] = await sql.run<{ count: number }>(OPEN_COUNT, [owner ?? null]);
  return row?.count ?? 0;
}
