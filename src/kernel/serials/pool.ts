import { ok, refuse, type Result } from "../base/result.ts";
import { gs1Characters82, type SerialRule, serialLengthMax } from "./rule.ts";

/** The strings a pool may issue: `prefix` followed by any characters of `alphabet`, `length` in all, for one GTIN. */
export type PoolDomain = {
  readonly gtin: string;
  /** Distinct characters; their order is part of the domain and never changes. */
  readonly alphabet: string;
  /** Characters of the whole serial number, prefix included. */
  readonly length: number;
  readonly prefix: string;
};

/**
 * A keyed permutation of a counter (FF1). Domain, tweak and ratio never change once a number is issued; the
 * key is not here: who computes hands in `encryptBlocks`.
 */
export type Pool = PoolDomain & {
  readonly tweak: Uint8Array;
  /** Numbers in the space for each one issued (EU 2016/161 Art. 4(b): 10,000). */
  readonly spaceRatioMin: number;
  /** The first counter never yet allocated; a multiple of `chunkNumbers`. */
  readonly next: number;
  /** A compromised domain issues nothing more; its numbers can still be inverted. */
  readonly closed: boolean;
};

/** A chunk of the ledger holds this many consecutive counters of one pool, so blocks begin on its boundary. */
export const chunkNumbers = 1_024;

/** Counters kept from packs, for challenge tests: a number of this range can never be commissioned. */
export const challengeNumbers = 65_536;

const spaceMin = 1_000_000n;
const counterSpaceMax = 2n ** 53n;
const encoder = new TextEncoder();

/** Strings of the domain. */
export function poolSpace(domain: PoolDomain): bigint {
  return BigInt(domain.alphabet.length) ** BigInt(domain.length - domain.prefix.length);
}

/** Counters below this may be issued to packs: a whole number of chunks within the ratio, the challenge range excluded. */
export function packCountersEnd(pool: Pick<Pool, keyof PoolDomain | "spaceRatioMin">): number {
  const space = poolSpace(pool);
  const byRatio = Number(min(space / BigInt(pool.spaceRatioMin), counterSpaceMax));
  const usable = Math.min(byRatio, challengeCountersFrom(pool));
  return usable - (usable % chunkNumbers);
}

/** First counter of the challenge range, which lies at the end of the space that integers hold exactly. */
export function challengeCountersFrom(domain: PoolDomain): number {
  return Number(min(poolSpace(domain), counterSpaceMax)) - challengeNumbers;
}

/** What a counter may be used for. Everything in neither range is never issued. */
export type CounterPurpose = "pack" | "challenge" | "none";

export function purposeOf(pool: Pool, counter: number): CounterPurpose {
  if (counter < 0) return "none";
  if (counter < packCountersEnd(pool)) return "pack";
  const from = challengeCountersFrom(pool);
  return counter >= from && counter < from + challengeNumbers ? "challenge" : "none";
}

/** Whether a pack number with this counter has been allocated to somebody. */
export function isIssued(pool: Pool, counter: number): boolean {
  return counter >= 0 && counter < pool.next;
}

/** Whether one string could come out of both pools. Exact: position by position, the characters possible there. */
export function poolOverlaps(a: PoolDomain, b: PoolDomain): boolean {
  if (a.gtin !== b.gtin || a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    const possible = charactersAt(b, at);
    if (!Array.from(charactersAt(a, at)).some((char) => possible.includes(char))) return false;
  }
  return true;
}

/** Whether the string has the pool's length, prefix and characters. */
export function inDomain(domain: PoolDomain, serial: string): boolean {
  return oddCharacterOf(domain, serial) < 0;
}

/** The first character that no number of the pool has there; where one is missing or too many, its place; -1 of a number of the pool. */
export function oddCharacterOf(domain: PoolDomain, serial: string): number {
  const end = Math.min(serial.length, domain.length);
  for (let at = 0; at < end; at++) {
    const possible = domain.prefix[at] ?? domain.alphabet;
    if (!possible.includes(serial[at] as string)) return at;
  }
  return serial.length === domain.length ? -1 : end;
}

/** The pool whose domain holds the string; at most one, because domains of a GTIN are disjoint. */
export function poolOf<P extends PoolDomain>(pools: readonly P[], gtin: string, serial: string): P | undefined {
  return pools.find((pool) => pool.gtin === gtin && inDomain(pool, serial));
}

export type PoolDefinition = {
  readonly gtin: string;
  readonly prefix?: string;
  readonly length?: number;
  readonly alphabet?: string;
};

/**
 * A new pool under a market's rule, beside the pools its GTIN already has. Refuses `serials.alphabet`,
 * `serials.length`, `serials.prefix`, `serials.space-too-small` and `serials.pool-overlap` (which names the other's place).
 */
export function definePool(definition: PoolDefinition, rule: SerialRule, others: readonly PoolDomain[]): Result<Pool> {
  const domain: PoolDomain = {
    gtin: definition.gtin,
    alphabet: definition.alphabet ?? rule.alphabetUsual,
    length: definition.length ?? rule.lengthUsual,
    prefix: definition.prefix ?? "",
  };
  const { alphabet, length, prefix } = domain;
  const characters = Array.from(alphabet);
  if (characters.length < 2 || new Set(characters).size !== characters.length)
    return refuse("serials.alphabet", "/alphabet");
  const foreign = characters.findIndex((char) => !rule.allowed.includes(char) || !gs1Characters82.includes(char));
  if (foreign >= 0) return refuse("serials.alphabet", foreign);
  const lengthMax = Math.min(rule.lengthMax, serialLengthMax);
  if (!Number.isInteger(length) || length < rule.lengthMin || length > lengthMax)
    return refuse("serials.length", "/length");
  if (prefix.length > length - 2) return refuse("serials.prefix", "/prefix");
  const odd = Array.from(prefix).findIndex((char) => !rule.allowed.includes(char));
  if (odd >= 0) return refuse("serials.prefix", odd);
  const pool: Pool = { ...domain, tweak: tweakOf(domain), spaceRatioMin: rule.spaceRatioMin, next: 0, closed: false };
  if (poolSpace(pool) < spaceMin || packCountersEnd(pool) < chunkNumbers)
    return refuse("serials.space-too-small", "/length");
  const overlap = others.findIndex((other) => poolOverlaps(domain, other));
  if (overlap >= 0) return refuse("serials.pool-overlap", overlap);
  return ok(pool);
}

/** The domain spelled out: two domains under one key are then two unrelated permutations. */
function tweakOf(domain: PoolDomain): Uint8Array {
  return encoder.encode(`${domain.gtin}|${domain.length}|${domain.prefix}`);
}

function charactersAt(domain: PoolDomain, at: number): string {
  return domain.prefix[at] ?? domain.alphabet;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
