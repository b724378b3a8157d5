import { Chance, hashOf } from "./chance.ts";
import { mutated } from "./mutation.ts";
import { accepted, Escape, type Target } from "./target.ts";

/** Answers by code, `accepted` among them. The same seed and range give the same tally on any machine. */
export type Tally = Record<string, number>;

export type Found = {
  readonly target: string;
  readonly index: number;
  readonly rule: string;
  readonly input: string;
  readonly smallest: string;
};

export type Leg = { readonly tally: Tally; readonly found?: Found };

/** Input `index` of a campaign, by itself. */
export function inputAt(target: Target, seed: number, index: number): string {
  const chance = new Chance();
  chance.reseed(hashOf(target.name, seed), index);
  return mutated(target, chance);
}

/**
 * Inputs `from` up to `to`. `before` is told each index before its input is tried, so that whoever watches knows which
 * one hangs. Stops at the first escape.
 */
export function runLeg(target: Target, seed: number, from: number, to: number, before: (index: number) => void): Leg {
  const chance = new Chance();
  const own = hashOf(target.name, seed);
  const tally = new Map<string, number>();
  for (let index = from; index < to; index++) {
    chance.reseed(own, index);
    const input = mutated(target, chance);
    before(index);
    const rule = tried(tally, target, input);
    if (rule !== undefined) {
      const found = { target: target.name, index, rule, input, smallest: minimised(target, input, rule) };
      return { tally: Object.fromEntries(tally), found };
    }
  }
  const whole = membersOf() === membersAtFirst;
  const rule = `a prototype has gained or lost a member between inputs ${from} and ${to}`;
  const found = { target: target.name, index: from, rule, input: "", smallest: "" };
  return { tally: Object.fromEntries(tally), ...(whole ? {} : { found }) };
}

function tried(tally: Map<string, number>, target: Target, input: string): string | undefined {
  try {
    const answer = target.attempt(input);
    const polluted = pollution();
    if (polluted !== undefined) return polluted;
    tally.set(answer, (tally.get(answer) ?? 0) + 1);
    return undefined;
  } catch (error) {
    return ruleOf(error);
  }
}

/** What an escape broke, without what it broke it with: so that a smaller input can be seen to break the same. */
function ruleOf(error: unknown): string {
  if (error instanceof Escape) return error.message;
  return error instanceof Error
    ? `throws ${error.name}: ${error.message}\n${error.stack ?? ""}`
    : `throws ${String(error)}`;
}

const nothing = {};

/** What is hung on the prototype of objects is seen in every object: looked for after every input. */
function pollution(): string | undefined {
  for (const key in nothing) return `a prototype has gained ${key}`;
  return undefined;
}

const prototypes = [
  Object.prototype,
  Array.prototype,
  String.prototype,
  Map.prototype,
  Set.prototype,
  RegExp.prototype,
];
const membersOf = () => prototypes.flatMap((prototype) => Reflect.ownKeys(prototype)).length;
const membersAtFirst = membersOf();

const minimisingTriesMax = 4_000;

/** Parts are taken out, halves first, as long as the same rule is broken. */
export function minimised(target: Target, input: string, rule: string): string {
  const wanted = headOf(rule);
  let best = input;
  let tries = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && tries < minimisingTriesMax; ) {
      const smaller = best.slice(0, at) + best.slice(at + size);
      tries++;
      if (breaks(target, smaller, wanted)) best = smaller;
      else at += size;
    }
  }
  return best;
}

function headOf(rule: string): string {
  return rule.split(/[:\n]/, rule.startsWith("throws") ? 2 : 1).join(":");
}

function breaks(target: Target, input: string, wanted: string): boolean {
  try {
    target.attempt(input);
    return false;
  } catch (error) {
    return headOf(ruleOf(error)) === wanted;
  }
}

/** Two legs as one. */
export function added(a: Tally, b: Tally): Tally {
  const sum: Tally = { ...a };
  for (const [code, count] of Object.entries(b)) sum[code] = (sum[code] ?? 0) + count;
  return sum;
}

/** One number for a whole tally: who makes a parser faster and changes an answer changes this. */
export function tallyHash(tally: Tally): string {
  const text = Object.entries(tally)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, count]) => `${code}=${count}`)
    .join(";");
  return (hashOf(text) >>> 0).toString(16).padStart(8, "0");
}

export function inputsOf(tally: Tally): { readonly inputs: number; readonly accepted: number; readonly codes: number } {
  const inputs = Object.values(tally).reduce((sum, count) => sum + count, 0);
  const codes = Object.keys(tally).filter((code) => code !== accepted).length;
  return { inputs, accepted: tally[accepted] ?? 0, codes };
}
