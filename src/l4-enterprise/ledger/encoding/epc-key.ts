import { createHash } from "node:crypto";
import { invariant } from "../../../kernel/base/invariant.ts";

/**
 * The key of one object, 128 bits that PostgreSQL keeps as a uuid: 24 bits name its class (a GTIN, the SSCCs, or
 * identifiers of any other kind), 104 bits its serial, as a bijective number (GenSpecs: 1 to 20 characters of set 82):
 * of base 36 up to 20 characters of [0-9A-Z], of base 82 up to 15 characters of any, of base 62 16 characters of
 * [0-9A-Za-z], each in a space of its own. 20 characters of 82 would need 127 bits: longer serials of other characters
 * are a hash in the top quarter, spelled out in a dictionary. Written as 32 hexadecimal digits.
 */
export type EpcKey = string;

type Numerals = {
  readonly digits: string;
  readonly valueOf: Int8Array;
  readonly base: bigint;
  /** So many characters are computed as one double. */
  readonly halfChars: number;
  readonly halfScale: bigint;
};

function numerals(digits: string, halfChars: number): Numerals {
  const valueOf = new Int8Array(128).fill(-1);
  for (let i = 0; i < digits.length; i++) valueOf[digits.charCodeAt(i)] = i + 1;
  const base = BigInt(digits.length);
  return { digits, valueOf, base, halfChars, halfScale: base ** BigInt(halfChars) };
}

const upper = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const letters = `${upper}abcdefghijklmnopqrstuvwxyz`;
// These never change: they are in every key.
const base36 = numerals(upper, 10);
const base62 = numerals(letters, 8);
const base82 = numerals(`${letters}!"%&'()*+,-./:;<=>?_`, 8);
const base62Chars = 16;
const base82CharsMax = 15;
/** All of base 36 lies below: 36 + … + 36^20 is 0.678 × 2^104. */
const base82Min = 11n << 100n;
/** 82 + … + 82^15 is less than 2^96. */
const base62Min = base82Min + (1n << 97n);

/** The two highest bits of the 104. */
const escapeMin = 3n << 102n;
const serialCharsMax = 20;
export const classIdMax = 0xff_ff_ff;

/** Whether the key holds the serial itself; else its hash, and `serial` must be put in the dictionary. */
export function fitsKey(serial: string): boolean {
  if (serial.length < 1 || serial.length > serialCharsMax) return false;
  if (knows(base36, serial)) return true;
  if (serial.length <= base82CharsMax) return knows(base82, serial);
  return serial.length === base62Chars && knows(base62, serial);
}

function knows({ valueOf }: Numerals, serial: string): boolean {
  for (let i = 0; i < serial.length; i++) {
    const code = serial.charCodeAt(i);
    if (code > 127 || (valueOf[code] as number) < 0) return false;
  }
  return true;
}

/** The key of a serial (or of any text, escaped) within its class. `classId` is 0 to 2^24 - 1. */
export function epcKey(classId: number, serial: string): EpcKey {
  invariant(Number.isInteger(classId) && classId >= 0 && classId <= classIdMax, `class ${classId}`);
  const low = fitsKey(serial) ? serialValue(serial) : escapedValue(serial);
  return classId.toString(16).padStart(6, "0") + low.toString(16).padStart(26, "0");
}

export type KeyParts =
  | { readonly classId: number; readonly serial: string }
  | { readonly classId: number; readonly escaped: true };

export function classOfKey(key: EpcKey): number {
  return Number.parseInt(key.slice(0, 6), 16);
}

/** Whether the key holds a hash, which only the dictionary can spell out. */
export function isEscaped(key: EpcKey): boolean {
  return "escaped" in partsOfKey(key);
}

/** The class and serial of a key; an escaped one is looked up in the dictionary. */
export function partsOfKey(key: EpcKey): KeyParts {
  const classId = classOfKey(key);
  const low = BigInt(`0x${key.slice(6)}`);
  if (low >= escapeMin) return { classId, escaped: true };
  if (low >= base62Min) return { classId, serial: spelledOut(base62, low - base62Min) };
  return { classId, serial: low >= base82Min ? spelledOut(base82, low - base82Min) : spelledOut(base36, low) };
}

function serialValue(serial: string): bigint {
  if (knows(base36, serial)) return valueIn(base36, serial);
  return serial.length <= base82CharsMax ? base82Min + valueIn(base82, serial) : base62Min + valueIn(base62, serial);
}

/** Bijective: digits are worth 1 to the base, so that `0`, `00` and the empty text differ. */
function valueIn({ valueOf, base, halfChars, halfScale }: Numerals, serial: string): bigint {
  const radix = Number(base);
  const cut = Math.max(0, serial.length - halfChars);
  const value = (from: number, to: number) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum = sum * radix + (valueOf[serial.charCodeAt(i)] as number);
    return BigInt(sum);
  };
  return value(0, cut) * halfScale + value(cut, serial.length);
}

function spelledOut({ digits, base }: Numerals, value: bigint): string {
  let text = "";
  for (let rest = value; rest > 0n; ) {
    const digit = (rest - 1n) % base;
    text = digits.charAt(Number(digit)) + text;
    rest = (rest - 1n) / base;
  }
  return text;
}

function escapedValue(text: string): bigint {
  const hash = createHash("sha256").update(text, "utf8").digest("hex");
  return escapeMin | (BigInt(`0x${hash.slice(0, 26)}`) & ((1n << 102n) - 1n));
}

/** PostgreSQL prints a uuid with hyphens. */
export function hexOfUuid(uuid: string): string {
  return uuid.replaceAll("-", "");
}

export function uuidOfHex(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
