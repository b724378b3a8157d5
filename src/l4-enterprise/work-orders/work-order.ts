import type { WorkOrder } from "../../contract/site-api.ts";

/** Rejects, samples and set-up cost numbers; a small order has its share of them too. */
const allocationFactor = 2;
const allocationExtra = 1_000;

/** Numbers of a level that an order can need at the very most: past it somebody asks in error, or in a loop. */
export function allocationMax(
  { quantity, packsPerCase, casesPerPallet }: Pick<WorkOrder, "quantity" | "packsPerCase" | "casesPerPallet">,
  level: "pack" | "case" | "pallet",
): number {
  const cases = Math.ceil(quantity / packsPerCase);
  const needed = { pack: quantity, case: cases, pallet: Math.ceil(cases / casesPerPallet) }[level];
  return needed * allocationFactor + allocationExtra;
}
