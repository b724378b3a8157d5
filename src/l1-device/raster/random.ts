/**
 * Seeded random numbers of the simulated hall: the same seed spoils the same prints. Never used for anything
 * but simulated physics.
 */
export type Dice = {
  readonly next: () => number;
  readonly below: (limit: number) => number;
  between(low: number, high: number): number;
};

/** Mixes any number of integers into one of 32 bits (the finaliser of MurmurHash3). */
export function mix(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash ^= part | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** A stream of numbers in [0, 1) that depends on the seeds alone (mulberry32). */
export function dice(...seeds: readonly number[]): Dice {
  let state = mix(...seeds);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    between: (low, high) => low + next() * (high - low),
  };
}
