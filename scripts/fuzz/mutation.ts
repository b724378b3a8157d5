import type { Chance } from "./chance.ts";

/** What the mutator knows of a format. */
export type Grammar = {
  readonly seeds: readonly string[];
  /** Words of the format, right and wrong, that are put anywhere. */
  readonly words: readonly string[];
  /** Characters at which parts of the format begin and end: parts are taken out, doubled and moved whole. */
  readonly joints: string;
  /** What opens and closes a level of nesting. */
  readonly nests: readonly (readonly [open: string, close: string])[];
  /** Repairs what hides everything behind it, a check digit above all; asked for every other input. */
  readonly mend?: (text: string, chance: Chance) => string;
  /** Characters of a usual input; one in 2,048 is made as long as `hugeCharsMax`. */
  readonly charsMax?: number;
};

/** A scanner's text and a part of a document fit; parsers' own limits lie below. */
const hugeCharsMax = 20_000;
const usualCharsMax = 2_048;
const mutationsMax = 6;
const nestingMax = 300;

/** Characters that end strings, start escapes, change direction, combine, or are half of a pair. */
const odd = [
  ..."\0\t\n\r\x1b\x1c\x1d\x1e\x04\x7f\x80\xa0\xad\xff\u0130\u0301\u200b\u202e\u2028\ufeff\ufffd\ufffe\ud800\udfff%&<>\"'\\/?#(){}[]|~^.,:;+-=*_ ",
];
const numbers = [
  ..."0 -0 1 -1 9 00 000000 1e999 1e-999 0x10 1.5 .5 5. NaN Infinity 255 256 65535 65536 2147483647 2147483648 4294967296".split(
    " ",
  ),
  "9007199254740992",
  "9".repeat(40),
  "0".repeat(40),
  "1e400",
  "-".repeat(3),
];

/** A seed, changed at one to six places; never the seed itself. */
export function mutated(grammar: Grammar, chance: Chance): string {
  const seed = chance.one(grammar.seeds);
  let text = seed;
  let count = 1;
  while (count < mutationsMax && chance.next() & 1) count++;
  for (let i = 0; i < count; i++) text = change(text, grammar, chance);
  const mended = chance.next() & 1 ? (grammar.mend?.(text, chance) ?? text) : text;
  const huge = chance.oncePer(2_048);
  const sized = huge ? repeated(mended, chance) : mended.slice(0, grammar.charsMax ?? usualCharsMax);
  return sized === seed ? `${sized}${chance.one(odd)}` : sized;
}

type Mutation = (text: string, grammar: Grammar, chance: Chance) => string;

const mutations: readonly Mutation[] = [
  (text, _, chance) => replaced(text, chance, 1, chance.one(odd)),
  (text, _, chance) => replaced(text, chance, 1, String.fromCharCode(32 + chance.below(96))),
  (text, _, chance) => replaced(text, chance, 1, String.fromCharCode(chance.below(0x1_0000))),
  (text, _, chance) => replaced(text, chance, 1, String(chance.below(10))),
  (text, _, chance) => flipped(text, chance),
  (text, _, chance) => replaced(text, chance, 0, String.fromCharCode(32 + chance.below(96))),
  (text, _, chance) => replaced(text, chance, 1, ""),
  (text, _, chance) => replaced(text, chance, 1 + chance.below(16), ""),
  (text, { words }, chance) => replaced(text, chance, 0, chance.one(words)),
  (text, { words }, chance) => replaced(text, chance, 1 + chance.below(8), chance.one(words)),
  (text, _, chance) => replaced(text, chance, chance.below(6), chance.one(numbers)),
  (text, _, chance) => (chance.oncePer(4) ? text.slice(0, chance.below(text.length)) : text.slice(0, -1)),
  (text, { seeds }, chance) => spliced(text, chance.one(seeds), chance),
  doubled,
  jointTakenOut,
  jointDoubled,
  jointReplaced,
  nested,
  (text, _, chance) => swapped(text, chance),
  (text, _, chance) => (chance.next() & 1 ? text.toUpperCase() : text.toLowerCase()),
];

function change(text: string, grammar: Grammar, chance: Chance): string {
  return chance.one(mutations)(text, grammar, chance);
}

function replaced(text: string, chance: Chance, count: number, by: string): string {
  const at = chance.below(text.length + 1);
  return text.slice(0, at) + by + text.slice(at + count);
}

function flipped(text: string, chance: Chance): string {
  if (text === "") return "\0";
  const at = chance.below(text.length);
  const code = text.charCodeAt(at) ^ (1 << chance.below(8));
  return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
}

function swapped(text: string, chance: Chance): string {
  const at = chance.below(text.length - 1);
  return text.slice(0, at) + text.slice(at + 1, at + 2) + text.slice(at, at + 1) + text.slice(at + 2);
}

function spliced(text: string, other: string, chance: Chance): string {
  return text.slice(0, chance.below(text.length + 1)) + other.slice(chance.below(other.length + 1));
}

function doubled(text: string, _: Grammar, chance: Chance): string {
  const from = chance.below(text.length);
  const part = text.slice(from, from + 1 + chance.below(24));
  return text.slice(0, from) + part.repeat(1 + chance.below(8)) + text.slice(from);
}

/** From one joint to the next, or to the one after some. */
function partOf(text: string, joints: string, chance: Chance): readonly [from: number, to: number] {
  const from = jointFrom(text, joints, chance.below(text.length));
  let to = from;
  for (let count = 1 + chance.below(4); count > 0; count--) to = jointFrom(text, joints, to + 1);
  return [from, to];
}

function jointFrom(text: string, joints: string, start: number): number {
  let at = start;
  while (at < text.length && !joints.includes(text[at] as string)) at++;
  return Math.min(at, text.length);
}

function jointTakenOut(text: string, { joints }: Grammar, chance: Chance): string {
  const [from, to] = partOf(text, joints, chance);
  return text.slice(0, from) + text.slice(to);
}

function jointDoubled(text: string, { joints }: Grammar, chance: Chance): string {
  const [from, to] = partOf(text, joints, chance);
  const place = chance.oncePer(2) ? to : jointFrom(text, joints, chance.below(text.length));
  return text.slice(0, place) + text.slice(from, to) + text.slice(place);
}

function jointReplaced(text: string, { joints, seeds, words }: Grammar, chance: Chance): string {
  const [from, to] = partOf(text, joints, chance);
  if (chance.oncePer(2)) return text.slice(0, from + 1) + chance.one(words) + text.slice(to);
  const other = chance.one(seeds);
  const [otherFrom, otherTo] = partOf(other, joints, chance);
  return text.slice(0, from) + other.slice(otherFrom, otherTo) + text.slice(to);
}

/** Usually a level or three; now and then more than any limit. */
function nested(text: string, { nests }: Grammar, chance: Chance): string {
  if (nests.length === 0) return doubled(text, { seeds: [], words: [], joints: "", nests }, chance);
  const [open, close] = chance.one(nests);
  const levels = chance.oncePer(16) ? nestingMax : 1 + chance.below(3);
  const at = chance.below(text.length);
  const to = at + chance.below(32);
  return text.slice(0, at) + open.repeat(levels) + text.slice(at, to) + close.repeat(levels) + text.slice(to);
}

function repeated(text: string, chance: Chance): string {
  const from = chance.below(text.length);
  const part = text.slice(from, from + 1 + chance.below(64)) || "A";
  const times = Math.ceil(hugeCharsMax / part.length);
  return (text.slice(0, from) + part.repeat(times) + text.slice(from)).slice(0, hugeCharsMax);
}
