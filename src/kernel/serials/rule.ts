/** The 82 characters of AI 21 and AI 10 (GS1 General Specifications, figure 7.11-1), in ASCII order. */
export const gs1Characters82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/** AI 21 holds at most this many characters. */
export const serialLengthMax = 20;

/**
 * Upper case only, so that a scanner with caps lock on changes nothing (the top cause of false alerts in the
 * European system), and without 0 O 1 I, which people confuse when they type a number off a pack.
 */
export const clearAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** What a market asks of the serial numbers of packs. */
export type SerialRule = {
  readonly lengthMin: number;
  readonly lengthMax: number;
  readonly lengthUsual: number;
  /** Characters the market accepts at all. */
  readonly allowed: string;
  readonly alphabetUsual: string;
  /** Numbers in the space for each one that will ever be issued: 10,000 keeps a guess below 1 in 10,000. */
  readonly spaceRatioMin: number;
};

/** The strictest rule that satisfies all of them: a pack sold in several markets bears one number. */
export function strictestRule(first: SerialRule, ...others: readonly SerialRule[]): SerialRule {
  return others.reduce(
    (a, b) => ({
      lengthMin: Math.max(a.lengthMin, b.lengthMin),
      lengthMax: Math.min(a.lengthMax, b.lengthMax),
      lengthUsual: Math.min(Math.max(a.lengthUsual, b.lengthMin), b.lengthMax),
      allowed: Array.from(a.allowed)
        .filter((char) => b.allowed.includes(char))
        .join(""),
      alphabetUsual: Array.from(a.alphabetUsual)
        .filter((char) => b.allowed.includes(char))
        .join(""),
      spaceRatioMin: Math.max(a.spaceRatioMin, b.spaceRatioMin),
    }),
    first,
  );
}
