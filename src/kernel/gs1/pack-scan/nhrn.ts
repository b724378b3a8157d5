import type { Gs1Element } from "../ai/value.ts";

/** A National Healthcare Reimbursement Number as a pack carries it beside its GTIN (GenSpecs, AIs (710) to (717)). */
export type Nhrn = {
  readonly ai: string;
  /** ISO 3166-1 alpha-2 of the country whose number it is. */
  readonly country: string;
  /** What the country calls it. */
  readonly name: string;
  readonly value: string;
};

export const nhrnAis: Readonly<Record<string, { readonly country: string; readonly name: string }>> = {
  "710": { country: "DE", name: "PZN" },
  "711": { country: "FR", name: "CIP" },
  "712": { country: "ES", name: "CN" },
  "713": { country: "BR", name: "DRN" },
  "714": { country: "PT", name: "AIM" },
  "715": { country: "US", name: "NDC" },
  "716": { country: "IT", name: "AIC" },
  "717": { country: "CR", name: "SRN" },
};

/** The reimbursement numbers among elements, in their order. */
export function nhrnOf(elements: readonly Gs1Element[]): readonly Nhrn[] {
  return elements.flatMap(({ ai, value }) => {
    const known = Object.hasOwn(nhrnAis, ai) ? nhrnAis[ai] : undefined;
    return known === undefined ? [] : [{ ai, ...known, value }];
  });
}
