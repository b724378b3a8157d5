import type { OrderState } from "../../../src/contract/site-api.ts";
import type { Tone } from "../design/tag.tsx";

export const orderTones: Readonly<Record<OrderState, Tone>> = {
  received: "idle",
  numbered: "info",
  "on-line": "info",
  completed: "info",
  reconciled: "info",
  closed: "good",
  submitted: "good",
  cancelled: "bad",
};

/** The way of an order, in its order. */
export const orderSteps: readonly OrderState[] = [
  "received",
  "numbered",
  "on-line",
  "completed",
  "reconciled",
  "closed",
  "submitted",
];
