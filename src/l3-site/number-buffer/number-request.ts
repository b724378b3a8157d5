import type { Recipe } from "../../contract/line-api.ts";
import type { WorkOrder } from "../../contract/site-api.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { parseSerial, parseSscc } from "../../kernel/gs1/key.ts";
import { packagingLevels, type PackagingLevel } from "./packaging-level.ts";

/** One request for numbers asks for at most this many. */
export const numbersPerRequestMax = 100_000;
/** A label that cannot be read back costs its SSCC: containers get this many more, whatever the percentage says. */
const caseOverageMin = 8;
const palletOverageMin = 4;

export type Overage = { readonly percent: number; readonly minPacks: number };

/** When neither the configuration nor a recipe says otherwise. */
export const overageDefault: Overage = { percent: 5, minPacks: 24 };

export type NumbersNeeded = Readonly<Record<PackagingLevel, number>>;

/** Numbers for an order: its quantity, and what rejects and unreadable labels will cost. */
export function numbersNeeded(
  order: Pick<WorkOrder, "quantity" | "packsPerCase" | "casesPerPallet">,
  overage: Overage,
): NumbersNeeded {
  const more = (count: number, least: number) => Math.max(least, Math.ceil((count * overage.percent) / 100));
  const cases = Math.ceil(order.quantity / order.packsPerCase);
  const pallets = Math.ceil(cases / order.casesPerPallet);
  return {
    pack: order.quantity + more(order.quantity, overage.minPacks),
    case: cases + more(cases, caseOverageMin),
    pallet: pallets + more(pallets, palletOverageMin),
  };
}

/** The widest of the default and of the recipes that the order may be packed with. */
export function overageFor(recipes: readonly Recipe[], fallback: Overage): Overage {
  return recipes.reduce<Overage>(
    (widest, { overagePercent, overageMin }) => ({
      percent: Math.max(widest.percent, overagePercent),
      minPacks: Math.max(widest.minPacks, overageMin),
    }),
    fallback,
  );
}

export type NumberRequest = { readonly level: PackagingLevel; readonly quantity: number };

/** The requests, innermost level first, none larger than level 4 takes. */
export function numberRequests(needed: NumbersNeeded): NumberRequest[] {
  return packagingLevels.flatMap((level) => {
    const full = Math.floor(needed[level] / numbersPerRequestMax);
    const rest = needed[level] % numbersPerRequestMax;
    const pages = Array.from({ length: full }, () => numbersPerRequestMax);
    return [...pages, ...(rest > 0 ? [rest] : [])].map((quantity) => ({ level, quantity }));
  });
}

/**
 * What level 4 gave, before it is kept: as many as asked for, none twice, each of the form of its level. Refuses
 * `site.numbers-wrong`; at: the number.
 */
export function checkNumbers(request: NumberRequest, numbers: readonly string[]): Result<readonly string[]> {
  if (numbers.length !== request.quantity)
    return refuse(
      "site.numbers-wrong",
      undefined,
      `${numbers.length} numbers where ${request.quantity} were asked for`,
    );
  const parse = request.level === "pack" ? parseSerial : parseSscc;
  const seen = new Set<string>();
  for (const number of numbers) {
    if (seen.has(number)) return refuse("site.numbers-wrong", number, "the number stands twice");
    const parsed = parse(number);
    if (!parsed.ok) return refuse("site.numbers-wrong", number, parsed.refusal.code);
    seen.add(number);
  }
  return ok(numbers);
}
