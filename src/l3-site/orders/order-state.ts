import type { OrderState } from "../../contract/site-api.ts";
import { siteRefusals } from "../../contract/refusals/site.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";

/**
 * What may be done with an order in which states, and where it leads: the server's rule and the button's reason.
 * `number` happens by itself when level 4 has given the last number, `complete` when the line's journal ends, `submit`
 * when level 4 has accepted everything. `ask` is for numbers whose answer could not be used.
 */
export const orderActions = {
  number: { from: ["received"], to: "numbered", refusal: "site.order-numbered" },
  ask: { from: ["received"], to: "received", refusal: "site.order-numbered" },
  cancel: { from: ["received", "numbered"], to: "cancelled", refusal: "site.order-run" },
  assign: { from: ["numbered"], to: "on-line", refusal: "site.order-not-numbered" },
  complete: { from: ["on-line"], to: "completed", refusal: "site.order-not-on-line" },
  reconcile: { from: ["completed"], to: "reconciled", refusal: "site.order-not-completed" },
  close: { from: ["reconciled"], to: "closed", refusal: "site.order-not-reconciled" },
  submit: { from: ["closed"], to: "submitted", refusal: "site.order-not-closed" },
} as const satisfies Record<
  string,
  { readonly from: readonly OrderState[]; readonly to: OrderState; readonly refusal: keyof typeof siteRefusals }
>;

export type OrderAction = keyof typeof orderActions;

/** Those that a person asks for. */
export const orderCommands = [
  "ask",
  "cancel",
  "assign",
  "reconcile",
  "close",
] as const satisfies readonly OrderAction[];

/** The state that the action leads to, or why it is not possible now; at: the state. */
export function nextState(state: OrderState, action: OrderAction): Result<OrderState> {
  const { from, to, refusal } = orderActions[action];
  const allowed: readonly OrderState[] = from;
  return allowed.includes(state) ? ok(to) : refuse(refusal, state);
}

/** The refusal's sentence, as a button's tooltip shows it; null when the action is possible. */
export function reasonAgainst(state: OrderState, action: OrderAction): string | null {
  return nextState(state, action).ok ? null : siteRefusals[orderActions[action].refusal].title;
}
