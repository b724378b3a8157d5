import { dice } from "../raster/random.ts";
import type { PackCase, Pallet } from "./packer.ts";
import type { Pack } from "./pack.ts";
import { spoilLabel, spoilPicture, spoilPlan, type SpoilRates } from "./spoiling.ts";

/** Lets happen to packs and labels of the SIMULATED hall what the seed has in store for them. */
export type Mishaps = {
  /** Another run: other packs, another lot of the same seed. */
  readonly nextRun: () => number;
  readonly run: () => number;
  /** After the head printed; `before` is the pack just ahead, when it has not reached the camera. */
  readonly atHead: (pack: Pack, before: Pack | undefined) => void;
  /** On the way from the gate into the case; a pack is hurt once. */
  readonly inPacker: (pack: Pack) => void;
  readonly atLabel: (container: PackCase | Pallet) => void;
  /** The next two packs get each other's print, by order. */
  readonly swapNext: () => void;
};

export function mishaps(seed: number, rates: SpoilRates): Mishaps {
  let run = 0;
  let plan = spoilPlan(seed, run, rates);
  let swapOrdered = false;
  let awaitingSwap: Pack | undefined;
  const hurt = new WeakSet<Pack>();
  return {
    nextRun() {
      run++;
      plan = spoilPlan(seed, run, rates);
      awaitingSwap = undefined;
      return run;
    },
    run: () => run,
    atHead(pack, before) {
      // The one ahead and this one got each other's print: a slipped carton, or a print-go that fired twice.
      if (awaitingSwap !== undefined && awaitingSwap === before) {
        [awaitingSwap.panel, pack.panel] = [pack.panel, awaitingSwap.panel];
        pack.spoiled = "swapped";
        awaitingSwap = undefined;
        return;
      }
      awaitingSwap = undefined;
      pack.spoiled = swapOrdered ? "swapped" : plan.pack(pack.trackingId);
      swapOrdered = false;
      if (pack.spoiled === "swapped") awaitingSwap = pack;
      else if (pack.spoiled && pack.spoiled !== "damaged-after-gate")
        spoilPicture(pack.panel, pack.spoiled, dice(seed, run, pack.trackingId, 4));
    },
    inPacker(pack) {
      if (pack.spoiled !== "damaged-after-gate" || hurt.has(pack)) return;
      hurt.add(pack);
      spoilPicture(pack.panel, pack.spoiled, dice(seed, run, pack.trackingId, 7));
    },
    atLabel(container) {
      if (container.label && container.level === "case" && plan.label(container.index, container.labelsTried))
        spoilLabel(container.label);
    },
    swapNext() {
      swapOrdered = true;
    },
  };
}
