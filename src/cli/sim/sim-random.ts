import { createHash } from "node:crypto";
import type { Random } from "../../runtime/machine.ts";
import { createUuid7 } from "../../runtime/uuid7.ts";

/** One stream of chance. What one part of the world draws never moves what another will draw. */
export type Chance = {
  /** 0 ≤ x < 1. */
  next(): number;
  /** An integer, `from` ≤ n ≤ `to`. */
  between(from: number, to: number): number;
  /** True in `share` of the cases, 0..1. */
  happens(share: number): boolean;
  bytes(count: number): Uint8Array;
};

/** xoshiro128** (Blackman and Vigna, https://prng.di.unimi.it/xoshiro128starstar.c), seeded by SHA-256 of seed and name. */
export function chanceOf(seed: number, name: string): Chance {
  const digest = createHash("sha256").update(`${seed}\n${name}`).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at)) as [number, number, number, number];
  const draw = (): number => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return scrambled;
  };
  const next = () => draw() / 2 ** 32;
  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    happens: (share) => next() < share,
    bytes: (count) => Uint8Array.from({ length: count }, () => draw() >>> 24),
  };
}

function rotate(value: number, by: number): number {
  return ((value << by) | (value >>> (32 - by))) >>> 0;
}

/** What a level gets for `machine.random`. */
export function simRandom(chance: Chance, now: () => number): Random {
  return { bytes: (count) => chance.bytes(count), uuid7: createUuid7(now, (count) => chance.bytes(count)) };
}
