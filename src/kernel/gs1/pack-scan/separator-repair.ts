import { ok, refuse, type Result } from "../../base/result.ts";
import { type Ai, aiAt } from "../ai/ai.ts";
import { findPartnerFault } from "../ai/partners.ts";
import { type Gs1Element, refuseValue } from "../ai/value.ts";

/**
 * What a pack is known to carry: each of these AIs once, in any order, and where it is fixed how many characters. It is
 * what makes lost separators decidable: without it nearly every scan can be cut in several ways.
 */
export type PackLayout = readonly { readonly ai: string; readonly length?: number }[];

/** EU 2016/161 Art. 4 and DSCSA: product code, serial number, expiry date, lot. */
export const medicinePackLayout: PackLayout = [{ ai: "01" }, { ai: "21" }, { ai: "17" }, { ai: "10" }];
/** Russian decree 1556: 13 characters of serial number, then the verification key and code. */
export const russianPackLayout: PackLayout = [
  { ai: "01" },
  { ai: "21", length: 13 },
  { ai: "91", length: 4 },
  { ai: "92", length: 44 },
];

/** Cuts tried before giving up: a hostile text must not cost more. */
const cutsMax = 2_000;

type Search = {
  readonly text: string;
  readonly layout: PackLayout;
  readonly found: Gs1Element[][];
  readonly taken: { readonly ai: Ai; readonly value: string }[];
  cuts: number;
};

/**
 * The ways to cut text[start, end), which lost its separators, into the elements of a layout; two at most, because two
 * already cannot be told apart. None when the search grew too long.
 */
export function findCuts(text: string, layout: PackLayout, start = 0): readonly (readonly Gs1Element[])[] {
  const search: Search = { text, layout, found: [], taken: [], cuts: 0 };
  cut(search, start);
  return search.cuts > cutsMax ? [] : search.found;
}

/**
 * The only way to cut a text without separators into the elements of a layout. Refuses `gs1.separator-lost` when there
 * is none or more than one: a guess would put a wrong serial number on record.
 */
export function restoreSeparators(text: string, layout: PackLayout, start = 0): Result<readonly Gs1Element[]> {
  const found = findCuts(text, layout, start);
  return found.length === 1 ? ok(found[0]!) : refuse("gs1.separator-lost", start);
}

function cut(search: Search, at: number): void {
  const { text, layout, taken, found } = search;
  if (found.length > 1 || ++search.cuts > cutsMax) return;
  if (at === text.length) {
    if (taken.length === layout.length) keep(search);
    return;
  }
  const ai = aiAt(text, at);
  const place = ai && layout.find((one) => one.ai === ai.ai);
  if (ai === undefined || place === undefined || taken.some((one) => one.ai === ai)) return;
  const from = at + ai.ai.length;
  const shortest = place.length ?? ai.min;
  const longest = Math.min(place.length ?? ai.max, text.length - from);
  for (let length = shortest; length <= longest; length++) {
    if (refuseValue(ai, text, from, from + length)) continue;
    taken.push({ ai, value: text.slice(from, from + length) });
    cut(search, from + length);
    taken.pop();
  }
}

function keep(search: Search): void {
  const elements = search.taken.map(({ ai, value }) => ({ ai: ai.ai, title: ai.title, value }));
  if (
    findPartnerFault(
      elements,
      search.taken.map((one) => one.ai),
    ) === undefined
  )
    search.found.push(elements);
}
