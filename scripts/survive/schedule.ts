import { type Dice, dice } from "../../src/l1-device/raster/random.ts";
import { type Target, targets } from "./targets.ts";

/** One blow: what is killed, all at once, and when: `afterMs` into a stage, or at a share of the packs. */
export type Blow = {
  readonly stage: string;
  readonly targets: readonly Target[];
  readonly afterMs: number;
  readonly atShare?: number;
};

/** Where blows fall in a batch, and how many; the packaging is where most of the time is. */
const places: readonly { readonly stage: string; readonly blows: number }[] = [
  { stage: "order", blows: 1 },
  { stage: "packaging", blows: 4 },
  { stage: "disposition", blows: 1 },
  { stage: "reconcile", blows: 1 },
  { stage: "submit", blows: 1 },
  { stage: "release", blows: 1 },
  { stage: "ship", blows: 2 },
  { stage: "wholesale", blows: 1 },
  { stage: "patient", blows: 1 },
];
const afterMaxMs = 400;
const atOnceMax = 3;

/** What else falls while packs are on the belt: the hall goes dark, alone and together with what drives it. */
const darkness: readonly (readonly Target[])[] = [
  ["hall"],
  ["hall", "line-1 verdict path"],
  ["hall"],
  ["hall", "line-1"],
];

/**
 * The blows of one round: every target is hit, in an order, at places and moments drawn by the seed; one blow in four
 * hits several at once. The hall is hit several times in the run besides.
 */
export function drawBlows(seed: number): Blow[] {
  const lots = dice(seed, 0x5e1f);
  const deck = openDeck(lots);
  const drawn = places.flatMap(({ stage, blows }) =>
    Array.from({ length: blows }, (_, index): Blow => {
      const count = lots.below(4) === 0 ? 2 + lots.below(atOnceMax - 1) : 1;
      const hit = new Set(Array.from({ length: count }, deck));
      const atShare = stage === "packaging" ? { atShare: (index + lots.next()) / blows } : {};
      return { stage, targets: [...hit], afterMs: lots.below(afterMaxMs), ...atShare };
    }),
  );
  const dark = darkness.map(
    (hit, index): Blow => ({
      stage: "packaging",
      targets: hit,
      afterMs: lots.below(afterMaxMs),
      atShare: (index + lots.next()) / darkness.length,
    }),
  );
  return [...drawn, ...dark];
}

/** Deals every target once before any a second time. */
function openDeck(lots: Dice): () => Target {
  let left: Target[] = [];
  return () => {
    if (left.length === 0) left = [...targets];
    return left.splice(lots.below(left.length), 1)[0] as Target;
  };
}

/** A smaller round: the line, its verdict path, the hall, PostgreSQL and one more are hit. */
export function fewBlows(seed: number): Blow[] {
  const lots = dice(seed, 0xfe3);
  const others: Target[] = ["network", "enterprise-maker", "site"];
  const at = (stage: string, hit: readonly Target[], atShare?: number): Blow => ({
    stage,
    targets: hit,
    afterMs: lots.below(afterMaxMs),
    ...(atShare === undefined ? {} : { atShare }),
  });
  return [
    at("packaging", ["line-1 verdict path"], 0.1 + lots.next() * 0.2),
    at("packaging", ["hall"], 0.3 + lots.next() * 0.2),
    at("packaging", ["postgres"], 0.4 + lots.next() * 0.2),
    at("packaging", ["line-1"], 0.7 + lots.next() * 0.2),
    at("submit", [others[lots.below(others.length)] as Target, "enterprise-wholesaler"]),
  ];
}
