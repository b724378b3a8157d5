// What goes wrong by lot on the SIMULATED line.

export type Rates = {
  /** Shares of packs, 0..1. */
  readonly spoiled: number;
  readonly swapped: number;
  readonly damagedLater: number;
  /** Content pictures in which a good code is not seen this once. */
  readonly glare: number;
  readonly tornLabel: number;
};

export const noRates: Rates = { spoiled: 0, swapped: 0, damagedLater: 0, glare: 0, tornLabel: 0 };
export const usualRates: Rates = { spoiled: 0.04, swapped: 0.01, damagedLater: 0.01, glare: 0.01, tornLabel: 0.05 };

/** mulberry32: small, seeded, good enough to spoil packs with. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
