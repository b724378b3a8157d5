import type { Container } from "./containers.ts";
import type { Pack } from "./pack.ts";
import { marked } from "./print.ts";
import { spoilPlan, type SpoilRates } from "./spoiling.ts";
import type { World } from "./world.ts";

/** Lets happen to packs and labels of the SIMULATED hall what the seed has in store for them. */
export type Mishaps = {
  /** Another run: other packs, another lot of the same seed. */
  readonly nextRun: () => void;
  readonly run: () => number;
  /** After the head printed; `before` is the pack just ahead, when it has not reached the camera. */
  readonly atHead: (pack: Readonly<Pack>, before: Readonly<Pack> | undefined) => void;
  /** On the way from the gate into the case; a pack is hurt once. */
  readonly inPacker: (pack: Readonly<Pack>) => void;
  readonly atLabel: (container: Readonly<Container>) => void;
  /** The next two packs get each other's print, by order. */
  readonly swapNext: () => void;
};

export function mishaps(
  { spoiler, packs, cases }: Pick<World, "spoiler" | "packs" | "cases">,
  seed: number,
  rates: SpoilRates,
): Mishaps {
  let plan = spoilPlan(seed, spoiler.now().run, rates);
  return {
    nextRun() {
      const state = spoiler.edit();
      state.run++;
      state.awaitingSwap = null;
      plan = spoilPlan(seed, state.run, rates);
    },
    run: () => spoiler.now().run,
    atHead({ trackingId }, before) {
      const state = spoiler.edit();
      const pack = packs.edit(trackingId);
      const swaps = before !== undefined && state.awaitingSwap === before.trackingId;
      state.awaitingSwap = null;
      // The one ahead and this one got each other's print: a slipped carton, or a print-go that fired twice.
      if (swaps) {
        const other = packs.edit(before.trackingId);
        [other.print, pack.print] = [pack.print, other.print];
        pack.spoiled = "swapped";
        return;
      }
      pack.spoiled = state.swapOrdered ? "swapped" : plan.pack(trackingId);
      state.swapOrdered = false;
      if (pack.spoiled === "swapped") state.awaitingSwap = trackingId;
      else if (pack.spoiled && pack.spoiled !== "damaged-after-gate")
        pack.print = marked(pack.print, { kind: pack.spoiled, roll: [seed, state.run, trackingId, 4] });
    },
    inPacker({ trackingId, spoiled, print }) {
      if (spoiled !== "damaged-after-gate" || print.marks.some(({ kind }) => kind === spoiled)) return;
      packs.edit(trackingId).print = marked(print, {
        kind: spoiled,
        roll: [seed, spoiler.now().run, trackingId, 7],
      });
    },
    atLabel({ level, index, label, labelsTried }) {
      if (label && level === "case" && plan.label(index, labelsTried))
        cases.edit(index).label = marked(label, { kind: "torn-label", roll: [] });
    },
    swapNext() {
      spoiler.edit().swapOrdered = true;
    },
  };
}
