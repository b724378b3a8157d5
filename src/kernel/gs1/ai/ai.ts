import { invariant } from "../../base/invariant.ts";
import { type AiRow, aiTable } from "./ai-table.ts";
import { DIGIT, SET_39, SET_64, SET_82 } from "./charset.ts";
import { type Lint, lints } from "./lint.ts";

/** One part of an AI's value: characters of `set`, `min` to `max` of them, judged by `lints`. */
export type AiComponent = {
  readonly set: number;
  readonly min: number;
  readonly max: number;
  readonly optional: boolean;
  readonly lints: readonly Lint[];
};

/** Partners that an AI needs: one that `anyOf` marks by its index, or one of `together` complete. */
export type Requirement = {
  /** As the table spells it: `01+21,02,35nn`. */
  readonly text: string;
  readonly anyOf: Uint8Array;
  readonly together: readonly (readonly Uint8Array[])[];
};

/** One application identifier, compiled from its row in `ai-table.ts`. */
export type Ai = {
  readonly ai: string;
  readonly title: string;
  /** No FNC1 follows it: its first two digits tell its length (GenSpecs 7.8.5). */
  readonly predefined: boolean;
  /** Allowed in the query of a Digital Link. */
  readonly attribute: boolean;
  readonly min: number;
  readonly max: number;
  readonly components: readonly AiComponent[];
  /** Its place in the table, the index of the masks below. */
  readonly index: number;
  /** Each must hold. */
  readonly requirements: readonly Requirement[];
  /** By index of AI: 1 where that AI may not stand beside this one. */
  readonly excludes: Uint8Array | undefined;
  /** Present when the AI is a Digital Link primary key: sequences of qualifiers allowed after it. */
  readonly qualifiers?: readonly (readonly string[])[];
};

const sets: Readonly<Record<string, number>> = { N: DIGIT, X: SET_82, Y: SET_39, Z: SET_64 };
const byCode = new Map<string, Ai>();
/** Length of the AI by its first two digits, 0 where none is assigned (GenSpecs 7.8). */
const lengthByPrefix = new Uint8Array(100);
/** AIs by number, a region for each length: 2 digits from 0, 3 from 100, 4 from 1,100. */
const byNumber: (Ai | undefined)[] = Array.from({ length: 11_100 });
const regionStart = [0, 0, 0, 100, 1_100];

const codes = aiTable.map(([range]) => {
  const [first, last] = range.split("-") as [string, string | undefined];
  const count = Number(last ?? first) - Number(first) + 1;
  return Array.from({ length: count }, (_, i) => String(Number(first) + i).padStart(first.length, "0"));
});
const allCodes = codes.flat();
const masks = new Map<string, Uint8Array>();

aiTable.forEach((row, i) => {
  for (const code of codes[i]!) add(compile(code, row));
});

function add(ai: Ai): void {
  const prefix = Number(ai.ai.slice(0, 2));
  const known = lengthByPrefix[prefix]!;
  invariant(known === 0 || known === ai.ai.length, `AI ${ai.ai}: its first two digits tell its length`);
  lengthByPrefix[prefix] = ai.ai.length;
  byNumber[regionStart[ai.ai.length]! + Number(ai.ai)] = ai;
  byCode.set(ai.ai, ai);
}

function compile(ai: string, [, flags, format, rules, title]: AiRow): Ai {
  const components = format.split(" ").map(compileComponent);
  const of = (key: string) =>
    rules.split(" ").flatMap((rule) => (rule.startsWith(`${key}=`) ? [rule.slice(key.length + 1)] : []));
  const excluded = of("ex");
  const isKey = rules.split(" ").some((rule) => rule.startsWith("dlpkey"));
  return {
    ai,
    title,
    predefined: flags.includes("*"),
    attribute: flags.includes("?"),
    min: components.reduce((sum, one) => sum + (one.optional ? 0 : one.min), 0),
    max: components.reduce((sum, one) => sum + one.max, 0),
    components,
    index: byCode.size,
    requirements: of("req").map(compileRequirement),
    excludes: excluded.length === 0 ? undefined : without(maskOf(excluded.join(",").split(",")), byCode.size),
    ...(isKey ? { qualifiers: qualifierSequences(of("dlpkey")) } : {}),
  };
}

/** A key without qualifiers has one sequence, the empty one. */
function qualifierSequences(lists: readonly string[]): readonly (readonly string[])[] {
  return lists.length === 0 ? [[]] : lists.flatMap((list) => list.split("|").map((one) => one.split(",")));
}

function compileRequirement(text: string): Requirement {
  const sets = text.split(",").map((set) => set.split("+"));
  return {
    text,
    anyOf: maskOf(sets.flatMap((set) => (set.length === 1 ? set : []))),
    together: sets.flatMap((set) => (set.length === 1 ? [] : [set.map((pattern) => maskOf([pattern]))])),
  };
}

/** The AIs that one of the patterns names; `35nn` is every AI of four digits that starts with 35. */
function maskOf(patterns: readonly string[]): Uint8Array {
  const key = patterns.join(",");
  const known = masks.get(key);
  if (known) return known;
  const mask = Uint8Array.from(allCodes, (code) => (patterns.some((pattern) => names(pattern, code)) ? 1 : 0));
  masks.set(key, mask);
  return mask;
}

function names(pattern: string, code: string): boolean {
  const wild = pattern.indexOf("n");
  return wild < 0 ? pattern === code : pattern.length === code.length && code.startsWith(pattern.slice(0, wild));
}

/** An AI is not exclusive of itself even where a pattern names it. */
function without(mask: Uint8Array, index: number): Uint8Array {
  if (mask[index] === 0) return mask;
  const copy = mask.slice();
  copy[index] = 0;
  return copy;
}

function compileComponent(text: string): AiComponent {
  const optional = text.startsWith("[");
  const [shape, ...names] = text.replace(/[[\]]/g, "").split(",") as [string, ...string[]];
  const set = sets[shape.charAt(0)];
  invariant(set !== undefined, `AI format ${text}`);
  const max = Number(shape.slice(shape.startsWith("..", 1) ? 3 : 1));
  const found = names.map((name) => {
    const lint = lints[name];
    invariant(lint, `AI rule ${name}`);
    return lint;
  });
  return { set, min: shape.startsWith("..", 1) ? 1 : max, max, optional, lints: found };
}

/** The AI spelled by `code` (`"01"`, `"3103"`), or undefined. */
export function findAi(code: string): Ai | undefined {
  return byCode.get(code);
}

/** Every AI, in the order of the table. */
export function allAis(): Iterable<Ai> {
  return byCode.values();
}

/** How many digits the AI has that starts with these two (their number, 0-99); 0 when none is assigned. */
export function aiLength(prefix: number): number {
  return lengthByPrefix[prefix]!;
}

/** The AI that text[from, to) spells, or undefined. */
export function aiBetween(text: string, from: number, to: number): Ai | undefined {
  const ai = to - from >= 2 && to - from <= 4 ? aiAt(text, from) : undefined;
  return ai !== undefined && ai.ai.length === to - from ? ai : undefined;
}

/** The AI at `at` in `text`, or undefined when its digits are not all there or not assigned. */
export function aiAt(text: string, at: number): Ai | undefined {
  const a = text.charCodeAt(at) - 48;
  const b = text.charCodeAt(at + 1) - 48;
  if (!(a >= 0 && a <= 9 && b >= 0 && b <= 9)) return undefined;
  let number = a * 10 + b;
  const length = lengthByPrefix[number]!;
  for (let i = 2; i < length; i++) {
    const c = text.charCodeAt(at + i) - 48;
    if (!(c >= 0 && c <= 9)) return undefined;
    number = number * 10 + c;
  }
  return length === 0 ? undefined : byNumber[regionStart[length]! + number];
}
