import type { ShipmentView } from "../../../src/contract/enterprise-api.ts";
import type { Tone } from "../design/tag.tsx";

export const shipmentTones: Readonly<Record<ShipmentView["state"], Tone>> = {
  ordered: "idle",
  "at-site": "info",
  loaded: "info",
  shipped: "info",
  delivered: "good",
  announced: "info",
  received: "good",
  refused: "bad",
};

/** The way of a delivery, out and in. */
export const shipmentSteps: Readonly<Record<ShipmentView["direction"], readonly string[]>> = {
  outbound: ["ordered", "at-site", "loaded", "shipped", "delivered"],
  inbound: ["announced", "received"],
};
