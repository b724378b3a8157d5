import type { Environment } from "../../contract/envelope.ts";
import type { Recipe } from "../../contract/line-api.ts";
import type { SignatureRecord } from "../../contract/shapes.ts";
import type { OrderState, WorkOrder } from "../../contract/site-api.ts";
import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import { must, ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Instant } from "../../kernel/base/time.ts";
import { expiryToDate } from "../../kernel/gs1/date.ts";
import { parseGln, parseGtin } from "../../kernel/gs1/key.ts";

/** A work order as the site keeps it. */
export type Order = {
  readonly workOrder: WorkOrder;
  readonly state: OrderState;
  /** One trace id from the work order to the submission. */
  readonly traceId: string;
  readonly receivedAt: Instant;
  readonly assignment: Assignment | null;
  readonly batchRecordHash: string | null;
};

export type Assignment = {
  readonly lineId: string;
  readonly runId: string;
  readonly recipe: Recipe;
  readonly approval: SignatureRecord;
  readonly at: Instant;
};

export type Here = {
  readonly site: string;
  readonly environment: Environment;
  readonly servesOwner: (owner: string) => boolean;
};

/**
 * Whether an order that came from `sender` is for this site and can be packed at all. Refuses `site.owner`,
 * `site.owner-unknown`, `seam.environment`, `site.other-site`, and a key or date that GS1 does not know (`gs1.*`).
 */
export function checkWorkOrder(order: WorkOrder, sender: { readonly owner: string }, here: Here): Result<WorkOrder> {
  if (order.owner !== sender.owner) return refuse("site.owner", "/owner");
  if (!here.servesOwner(order.owner)) return refuse("site.owner-unknown", "/owner");
  if (order.environment !== here.environment)
    return refuse("seam.environment", "/environment", `this is ${here.environment}`);
  if (order.site !== here.site) return refuse("site.other-site", "/site");
  for (const [at, parsed] of [
    ["/owner", parseGln(order.owner)],
    ["/gtin", parseGtin(order.gtin)],
    ["/expiry", expiryToDate(order.expiry)],
  ] as const) {
    if (!parsed.ok) return refuse(parsed.refusal.code, at, parsed.refusal.message);
  }
  return ok(order);
}

/** The same order again is nothing new; another under its id is refused with `site.order-differs`. */
export function checkSameOrder(held: WorkOrder, received: WorkOrder): Result<"held"> {
  return canonicalJson(held) === canonicalJson(received) ? ok("held") : refuse("site.order-differs", held.workOrderId);
}

/** What the last day of the batch's life is: `2028-11-30`; a day 00 is the month's last (GenSpecs 3.4.7). */
export function expiryDate(order: Pick<WorkOrder, "expiry">): string {
  return must(expiryToDate(order.expiry));
}

/** The recipe must pack as the product is registered. Refuses `site.recipe-pattern`. */
export function checkRecipeFits(order: WorkOrder, recipe: Recipe): Result<Recipe> {
  const fits = recipe.packsPerCase === order.packsPerCase && recipe.casesPerPallet === order.casesPerPallet;
  return fits
    ? ok(recipe)
    : refuse(
        "site.recipe-pattern",
        recipe.recipeId,
        `${order.packsPerCase} packs a case, ${order.casesPerPallet} cases a pallet`,
      );
}
