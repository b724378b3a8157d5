import type { Instant } from "../base/time.ts";
import type { Market, RetentionRule } from "./market.ts";

export type RetentionMoments = Partial<Readonly<Record<RetentionRule["from"], Instant>>>;

/** Beyond every market's own rule: what a company keeps unless it decides otherwise. */
export const retentionUsual: readonly RetentionRule[] = [
  { years: 6, from: "expiry", source: "house rule" },
  { years: 10, from: "release", source: "house rule" },
];

/**
 * Until when the records must be kept: the latest of all markets' rules whose moment is known. Undefined when none
 * is, which means for ever, not until now.
 */
export function keepUntil(rules: readonly RetentionRule[], moments: RetentionMoments): Instant | undefined {
  const ends = rules.flatMap((rule) => {
    const from = moments[rule.from];
    return from === undefined ? [] : [addYears(from, rule.years)];
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** The retention rules of every market a lot is sold in. */
export function retentionOf(soldIn: readonly Market[]): readonly RetentionRule[] {
  return soldIn.flatMap((market) => market.retention);
}

/** The same day and time `years` later, UTC; 29 February goes to 1 March, so that nothing is kept too short. */
function addYears(from: Instant, years: number): Instant {
  const date = new Date(from);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}
