import type { Json } from "../element-json.ts";
import type { Family, SoundIdentifiers } from "./sound-identifiers.ts";

/** A list that was taken out of a text, brackets included. */
export type PlainList = {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Of all identifiers in it. */
  readonly family: Family;
};

/** Shorter lists cost less as values than they would here. */
const listCharactersMin = 160;
/** What a longer list would need for its bytes and slots is more than it saves. */
const listCharactersMax = 1 << 20;
/** Slots tried for one identifier, on average of a list, until too many end alike. */
const stepsPerIdentifierMax = 8;

const KEYS = ['"epcList"', '"childEPCs"'];
/** No text of JSON has this character but by this escape. */
const MARK = "\u0000";
const MARK_ESCAPED = "\\u0000";

const [QUOTE, COMMA, COLON, BACKSLASH, CLOSE] = [34, 44, 58, 92, 93] as const;

const WORD = 1;
const DIGIT = 2;
/** Of each byte: whether it is a character of a word (`[\w-]`), and whether a digit. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return (/[\w-]/.test(character) ? WORD : 0) | (/\d/.test(character) ? DIGIT : 0);
});
/** The same of two bytes at once: what both are. */
const PAIR_KINDS = Uint8Array.from(
  { length: 1 << 16 },
  (_, pair) => (KINDS[pair & 255] as number) & (KINDS[pair >> 8] as number),
);

/**
 * Lists of identifiers are most of a document, and where it is only checked nobody wants their strings. So they are
 * judged as bytes and taken out of a text before `JSON.parse` sees it; a mark stands in the place of each. Only lists
 * that are beyond question are taken: identifiers of one family, with nothing between them but the same comma and white
 * space, none of them twice.
 */
export class PlainLists {
  private readonly identifiers: SoundIdentifiers;
  private readonly encoder = new TextEncoder();
  private readonly lists: PlainList[] = [];
  private bytes = new Uint8Array(1 << 13);
  private view = new DataView(this.bytes.buffer);
  /** For each residue of a hash: where the part of an identifier begins in which it differs from the others; 0 for none. */
  private readonly slots = new Map<number, Int32Array>();

  constructor(identifiers: SoundIdentifiers) {
    this.identifiers = identifiers;
  }

  /**
   * A text of JSON without its plain lists, those of the text before being forgotten. One is a text of JSON exactly where
   * the other is, and its value is the other's but for the marks.
   */
  cut(text: string): string {
    this.lists.length = 0;
    if (text.length < listCharactersMin || (text.includes("\\") && text.includes(MARK_ESCAPED))) return text;
    let kept = "";
    let done = 0;
    for (let from = text.indexOf("["); from >= 0; ) {
      if (!isNamed(text, from)) {
        from = text.indexOf("[", from + 1);
        continue;
      }
      const to = text.indexOf("]", from) + 1;
      if (to === 0) break;
      const family = this.judge(text, from, to);
      if (family) {
        kept += `${text.slice(done, from)}"${MARK_ESCAPED}${this.lists.length}"`;
        this.lists.push({ text, from, to, family });
        done = to;
      }
      from = text.indexOf("[", to);
    }
    return done === 0 ? text : kept + text.slice(done);
  }

  /** What was taken out where a value is a mark. */
  at(mark: Json): PlainList | undefined {
    return typeof mark === "string" && mark.startsWith(MARK) ? this.lists[Number(mark.slice(1))] : undefined;
  }

  /** Whether `parent` is in no spelling among a list's identifiers; `false` also where that is not plain. */
  without(parent: string, { text, from, to, family }: PlainList): boolean {
    const other = this.identifiers.family(parent);
    if (family.key === undefined || other?.key === undefined) return false;
    return other === family ? !text.slice(from, to).includes(`"${parent}"`) : other.key !== family.key;
  }

  /** Puts the lists back into a value of the last text. */
  restore(value: Json): Json {
    return this.lists.length === 0 ? value : this.restored(value);
  }

  private restored(value: Json): Json {
    const list = this.at(value);
    if (list) return JSON.parse(list.text.slice(list.from, list.to)) as Json;
    if (Array.isArray(value)) {
      // Marks stand in objects only.
      for (const item of value as readonly Json[]) if (typeof item === "object") this.restored(item);
    } else if (typeof value === "object" && value !== null) {
      const holder = value as Record<string, Json>;
      for (const key of Object.keys(holder)) {
        const back = this.restored(holder[key] as Json);
        if (back !== holder[key]) holder[key] = back;
      }
    }
    return value;
  }

  /** The family of all identifiers in a list that stands in [from, to) of a text; `undefined` where it is not plain. */
  private judge(text: string, from: number, to: number): Family | undefined {
    const length = to - from;
    if (length < listCharactersMin || length > listCharactersMax) return undefined;
    this.room(length);
    if (this.encoder.encodeInto(text.slice(from, to), this.bytes).written !== length) return undefined;
    const { bytes } = this;
    const first = this.spaceEnd(1) + 1;
    if (bytes[first - 1] !== QUOTE) return undefined;
    let firstEnd = first;
    while (firstEnd < length && bytes[firstEnd] !== QUOTE) firstEnd++;
    const comma = this.spaceEnd(firstEnd + 1);
    const second = this.spaceEnd(comma + 1) + 1;
    if (bytes[comma] !== COMMA || bytes[second - 1] !== QUOTE) return undefined;
    const family = this.identifiers.family(text.slice(from + first, from + firstEnd));
    const begins = family ? family.beginning.length : length;
    if (!family || second + begins > length || !same(this.view, first, second, begins)) return undefined;
    const end = this.run(first, { at: firstEnd, length: second - firstEnd + begins }, family, length);
    return end > 0 && this.spaceEnd(end + 1) === length - 1 && bytes[length - 1] === CLOSE ? family : undefined;
  }

  /**
   * Where the last of the identifiers ends that stand one after the other; -1 where something is wrong with one. `joint`
   * is what stands between two: the end of one, comma, white space, and the beginning of the next.
   */
  private run(first: number, joint: { readonly at: number; readonly length: number }, family: Family, length: number) {
    const { bytes, view } = this;
    const begins = family.beginning.length;
    const kind = family.digits ? DIGIT : WORD;
    const charactersMin = Math.max(1, family.charactersMin - begins);
    const charactersMax = family.charactersMax - begins;
    const slots = this.freeSlots(length / (joint.length + charactersMin));
    const mask = slots.length - 1;
    let stepsLeft = mask * stepsPerIdentifierMax;
    for (let start = first + begins; ; ) {
      let end = start;
      while (((PAIR_KINDS[view.getUint16(end, true)] as number) & kind) !== 0) end += 2;
      if (((KINDS[bytes[end] as number] as number) & kind) !== 0) end++;
      const characters = end - start;
      if (bytes[end] !== QUOTE || characters < charactersMin || characters > charactersMax) return -1;
      let slot = tailHash(view.getInt32(end - 4, true), view.getInt32(end - 8, true)) & mask;
      for (let held = slots[slot] as number; held !== 0; held = slots[slot] as number) {
        if (stepsLeft-- === 0 || same(view, held - 8, start - 8, characters + 9)) return -1;
        slot = (slot + 1) & mask;
      }
      slots[slot] = start;
      if (end + joint.length > length || !same(view, end, joint.at, joint.length)) return end;
      start = end + joint.length;
    }
  }

  private spaceEnd(from: number): number {
    let at = from;
    for (let code = this.bytes[at]; code === 32 || code === 10 || code === 13 || code === 9; code = this.bytes[at])
      at++;
    return at;
  }

  /** Empty slots for so many identifiers, their number a power of two. */
  private freeSlots(identifiers: number): Int32Array {
    let size = 64;
    while (size < identifiers * 2) size *= 2;
    const slots = this.slots.get(size) ?? new Int32Array(size);
    this.slots.set(size, slots);
    return slots.fill(0);
  }

  /** For so many bytes and what is looked at behind them. */
  private room(length: number): void {
    let size = this.bytes.length;
    while (size < length + 8) size *= 2;
    if (size === this.bytes.length) return;
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }
}

/**
 * Whether `length` bytes, at least eight, are the same in two places. Eight that are ASCII are never a number that
 * differs from itself, nor one of the two zeros.
 */
function same(view: DataView, a: number, b: number, length: number): boolean {
  const last = length - 8;
  for (let i = 0; i < last; i += 8) if (view.getFloat64(a + i, true) !== view.getFloat64(b + i, true)) return false;
  return view.getFloat64(a + last, true) === view.getFloat64(b + last, true);
}

/** Whether the list that opens at `from` has the name of a list of identifiers, by all appearances. */
function isNamed(text: string, from: number): boolean {
  let at = from - 1;
  while (isSpace(text.charCodeAt(at))) at--;
  if (text.charCodeAt(at) !== COLON) return false;
  at--;
  while (isSpace(text.charCodeAt(at))) at--;
  // A quote behind a backslash begins nothing: there a string would lose its end.
  return KEYS.some((key) => text.endsWith(key, at + 1) && text.charCodeAt(at - key.length) !== BACKSLASH);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

function tailHash(low: number, high: number): number {
  const mixed = Math.imul(Math.imul(low, 0x9e3779b1) ^ high, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
