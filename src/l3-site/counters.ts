import type { Overview } from "../contract/common-api.ts";
import type { OrderState } from "../contract/site-api.ts";
import { orderStateCounts } from "./orders/order.store.ts";
import type { Reads } from "./site.ts";
import { openDeliveries } from "./warehouse/delivery.store.ts";
import { stockCount } from "./warehouse/stock.store.ts";

const labels: readonly [OrderState, string][] = [
  ["received", "orders waiting for numbers"],
  ["numbered", "orders to be given to a line"],
  ["on-line", "orders on a line"],
  ["completed", "orders to be reconciled"],
  ["reconciled", "orders to be closed"],
  ["closed", "orders being submitted"],
  ["submitted", "orders submitted"],
];

/** The site's own figures for the overview; with `owner` those of one company that it packs for. */
export async function siteCounters(sql: Reads, owner?: string): Promise<Overview["counters"]> {
  const states = await orderStateCounts(sql, owner);
  return [
    ...labels.map(([state, label]) => ({ key: `orders-${state}`, label, value: states.get(state) ?? 0 })),
    { key: "containers-in-stock", label: "containers in stock", value: await stockCount(sql, owner) },
    { key: "deliveries-open", label: "deliveries to be loaded", value: await openDeliveries(sql, owner) },
  ];
}
