/**
 * Numbers that look random and are the same again for the same seed (mulberry32, public domain). One object serves a
 * whole run: `reseed` sets it for the next input, so that input `index` can be made again without those before it.
 */
export class Chance {
  private state = 0;

  /** Distinct for every `index` below 2^32 of one seed. */
  reseed(seed: number, index: number): void {
    this.state = scramble(index ^ scramble(seed));
  }

  /** 32 bits. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** 0 to `limit`, which is not reached. */
  below(limit: number): number {
    return limit <= 1 ? 0 : Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T;
  }

  /** True once in `times`. */
  oncePer(times: number): boolean {
    return this.below(times) === 0;
  }
}

/** The finisher of MurmurHash3: a bijection of 32 bits. */
function scramble(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** 32 bits of a text (FNV-1a). */
export function hashOf(text: string, from = 0x811c9dc5): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
