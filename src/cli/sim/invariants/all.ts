import type { Facts } from "../facts.ts";
import { neighboursAgree } from "./agreement.ts";
import { balanced } from "./balance.ts";
import { acknowledgedOnce } from "./delivery.ts";
import { hierarchyHolds } from "./hierarchy.ts";
import { numbersOnce } from "./numbers.ts";
import { recorded } from "./records.ts";
import { sharedOnly } from "./sharing.ts";
import { shippedReleased } from "./shipping.ts";

export type Violation = { readonly invariant: number; readonly what: string };

/** The eight invariants of the design, in its order. Each answers with sentences that name what is wrong, and where. */
export const invariants: readonly { readonly number: number; readonly title: string; check(facts: Facts): string[] }[] =
  [
    { number: 1, title: "numbers are used once", check: numbersOnce },
    { number: 2, title: "every number is accounted for", check: balanced },
    { number: 3, title: "the hierarchy is what lies there", check: hierarchyHolds },
    { number: 4, title: "what was acknowledged is there, once", check: acknowledgedOnce },
    { number: 5, title: "every change has its record", check: recorded },
    { number: 6, title: "neighbours agree", check: neighboursAgree },
    { number: 7, title: "nobody sees what was not shared", check: sharedOnly },
    { number: 8, title: "nothing ships that must not", check: shippedReleased },
  ];

export function violationsOf(facts: Facts): Violation[] {
  return invariants.flatMap(({ number, check }) => check(facts).map((what) => ({ invariant: number, what })));
}
