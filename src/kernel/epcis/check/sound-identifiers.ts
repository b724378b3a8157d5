import { parseEpc } from "../../gs1/epc.ts";
import { isUri } from "./uri.ts";

/** Identifiers of one beginning, which differ in a last part of letters and digits. */
export type Family = {
  readonly beginning: string;
  readonly pattern: RegExp;
  /** The last part is made of nothing but digits. */
  readonly digits: boolean;
  /** Of the whole identifier. */
  readonly charactersMin: number;
  readonly charactersMax: number;
  /** The GS1 key that all of them are of; `undefined` where that is not known. */
  readonly key: "00" | "01" | undefined;
};

/** How often a beginning is met before a pattern is made of it, which costs as much as some twenty identifiers. */
const meetingsBeforePattern = 20;
const beginningsMax = 1_024;
const familiesMax = 256;
const singlesMax = 4_096;
const singleCharactersMax = 200;

// What was found sound once is sound in every document; bounded, so that no document can fill the memory.
const families = new Map<string, Family>();
const meetings = new Map<string, number>();
const singles = new Set<string>();

/**
 * Recognises identifiers that neither the schema nor the meaning of an event has anything to say against. Nearly all
 * identifiers of a document begin alike, so after one was judged with care the others are judged by one small pattern.
 * `true` is certain; `false` only says that it must be judged with care.
 */
export class SoundIdentifiers {
  private lastSingle = "";
  private last: Family | undefined;
  private before: Family | undefined;
  /** A slot for each residue of a hash: one more than the index in the list that is being looked at. */
  private slots = new Int32Array(256);
  private lastList: unknown;
  /** Of all of `lastList`. */
  private lastFamily: Family | undefined;

  /** Of a place, a party, a document: there are few of them, told again and again. */
  single(id: unknown): id is string {
    if (typeof id !== "string") return false;
    if (id === this.lastSingle) return true;
    if (!singles.has(id) && !isSound(id)) return false;
    this.lastSingle = id;
    if (singles.size >= singlesMax) singles.clear();
    if (id.length <= singleCharactersMax) singles.add(id);
    return true;
  }

  /** Of an object; there are many, and each is told once or twice. */
  object(id: string): boolean {
    return this.known(id) !== undefined || this.another(id);
  }

  /** The family of an object's identifier that is sound; `undefined` where it has none, or is to be judged with care. */
  family(id: string): Family | undefined {
    const known = this.known(id);
    if (known || !this.another(id)) return known;
    return this.last && holds(this.last, id) ? this.last : undefined;
  }

  private known(id: string): Family | undefined {
    const { last, before } = this;
    if (last && holds(last, id)) return last;
    if (!before || !holds(before, id)) return undefined;
    this.before = last;
    this.last = before;
    return before;
  }

  /** Identifiers of objects, none of them twice. */
  list(list: readonly unknown[]): boolean {
    if (list === this.lastList) return true;
    const first = list[0];
    if (typeof first !== "string" || !this.object(first)) return false;
    const family = this.last;
    const alike = family ? this.alike(list, family) : false;
    if (!alike && !this.eachAlone(list)) return false;
    this.lastList = list;
    this.lastFamily = alike ? family : undefined;
    return true;
  }

  private eachAlone(list: readonly unknown[]): boolean {
    for (const id of list) if (typeof id !== "string" || !this.object(id)) return false;
    return new Set(list).size === list.length;
  }

  /** Whether none of a list that was found sound last can be another spelling of `parent`. */
  without(parent: string, list: readonly string[]): boolean {
    const { lastFamily } = this;
    if (list !== this.lastList || lastFamily?.key === undefined || !this.object(parent)) return false;
    const { last } = this;
    if (last?.key === undefined) return false;
    return last === lastFamily ? !list.includes(parent) : last.key !== lastFamily.key;
  }

  private another(id: string): boolean {
    const beginning = id.slice(0, tailFrom(id));
    const known = families.get(beginning);
    if (known && holds(known, id)) {
      this.now(known);
      return true;
    }
    if (!isSound(id)) return false;
    // Of the same beginning, yet not of its family: sound by itself only.
    this.now(known ? undefined : learned(id, beginning));
    return true;
  }

  private now(family: Family | undefined): void {
    this.before = this.last;
    this.last = family;
  }

  /**
   * Whether all are of one family and none stands twice. The last characters are those that differ: a table by them finds
   * what is said twice without a hash of every text, and gives up where too many end alike.
   */
  private alike(list: readonly unknown[], { pattern, charactersMin, charactersMax }: Family): boolean {
    const { length } = list;
    let size = 64;
    while (size < length * 2) size *= 2;
    if (size > this.slots.length) this.slots = new Int32Array(size);
    const { slots } = this;
    slots.fill(0, 0, size);
    let stepsLeft = length * 8;
    for (let i = 0; i < length; i++) {
      const id = list[i];
      if (typeof id !== "string" || !pattern.test(id)) return false;
      if (id.length < charactersMin || id.length > charactersMax) return false;
      let slot = tailHash(id) & (size - 1);
      for (let held = slots[slot] as number; held !== 0; held = slots[slot] as number) {
        if (list[held - 1] === id || stepsLeft-- === 0) return false;
        slot = (slot + 1) & (size - 1);
      }
      slots[slot] = i + 1;
    }
    return true;
  }
}

function holds({ pattern, charactersMin, charactersMax }: Family, id: string): boolean {
  return pattern.test(id) && id.length >= charactersMin && id.length <= charactersMax;
}

function learned(id: string, beginning: string): Family | undefined {
  const met = (meetings.get(beginning) ?? 0) + 1;
  if (meetings.size >= beginningsMax) meetings.clear();
  meetings.set(beginning, met);
  if (met < meetingsBeforePattern) return undefined;
  const family = familyOf(id, beginning);
  if (family === undefined) {
    meetings.set(beginning, Number.NEGATIVE_INFINITY);
    return undefined;
  }
  if (families.size >= familiesMax) families.clear();
  families.set(beginning, family);
  return family;
}

function tailHash(id: string): number {
  const end = id.length;
  const low = id.charCodeAt(end - 1) | (id.charCodeAt(end - 2) << 8) | (id.charCodeAt(end - 3) << 16);
  const high = id.charCodeAt(end - 4) | (id.charCodeAt(end - 5) << 8) | (id.charCodeAt(end - 6) << 16);
  const mixed = Math.imul(Math.imul(low, 0x9e3779b1) ^ high, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** What `isUri` and the check of EPC URNs find nothing wrong with. */
function isSound(id: string): boolean {
  if (!isUri(id)) return false;
  if (!id.startsWith("urn:epc:")) return true;
  if (!id.startsWith("urn:epc:id:")) return false;
  const parsed = parseEpc(id);
  return parsed.ok || parsed.refusal.code === "gs1.epc-scheme";
}

function tailFrom(id: string): number {
  return (id.startsWith("urn:") ? id.lastIndexOf(".") : id.lastIndexOf("/")) + 1;
}

/** AI 21 has one to twenty characters (GenSpecs 3.5.2); letters, digits, `_` and `-` are of its set and need no escape. */
const serialCharactersMax = 20;

/** What a beginning that was judged with care vouches for; `undefined` where the last part is no matter of its characters. */
function familyOf(id: string, beginning: string): Family | undefined {
  const escaped = beginning.replace(/[^\w:/-]/g, "\\$&");
  if (beginning.startsWith("urn:epc:id:sgtin:")) {
    const charactersMax = beginning.length + serialCharactersMax;
    return {
      beginning,
      pattern: new RegExp(`^${escaped}[\\w-]+$`),
      digits: false,
      charactersMin: 0,
      charactersMax,
      key: "01",
    };
  }
  if (beginning.startsWith("urn:epc:id:sscc:")) {
    const { length } = id;
    return {
      beginning,
      pattern: new RegExp(`^${escaped}\\d+$`),
      digits: true,
      charactersMin: length,
      charactersMax: length,
      key: "00",
    };
  }
  if (!/^https?:\/\//.test(beginning) || /[?#]/.test(beginning)) return undefined;
  const key = /\/01\/\d{14}\/21\/$/.test(beginning) ? "01" : beginning.endsWith("/00/") ? "00" : undefined;
  return {
    beginning,
    pattern: new RegExp(`^${escaped}[\\w-]+$`),
    digits: false,
    charactersMin: 0,
    charactersMax: 2_000,
    key,
  };
}
