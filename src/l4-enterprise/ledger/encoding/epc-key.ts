import { createHash } from "node:crypto";
import { invariant } from "../../../kernel/base/invariant.ts";

/**
 * The key of one object, 128 bits that PostgreSQL keeps as a uuid: 24 bits name its class (a GTIN, the SSCCs, or
 * identifiers of any other kind), 104 bits its serial. Serials of 1 to 20 characters of [0-9A-Z] are bijective
 * base-36 numbers and fill the space only below 0.68 × 2^104; what does not fit (GS1 character set 82 has 82) is a
 * hash in the top quarter, spelled out in a dictionary. Written as 32 hexadecimal digits.
 */
export type EpcKey = string;

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const valueOf = new Int8Array(128).fill(-1);
for (let i = 0; i < digits.length; i++) valueOf[digits.charCodeAt(i)] = i + 1;

const halfChars = 10;
const halfScale = 36n ** 10n;
/** The two highest bits of the 104. */
const escapeMin = 3n << 102n;
const serialCharsMax = 20;
export const classIdMax = 0xff_ff_ff;

/** Whether the key holds the serial itself; else its hash, and `serial` must be put in the dictionary. */
export function fitsKey(serial: string): boolean {
  if (serial.length < 1 || serial.length > serialCharsMax) return false;
  for (let i = 0; i < serial.length; i++) {
    const code = serial.charCodeAt(i);
    if (code > 127 || (valueOf[code] as number) < 0) return false;
  }
  return true;
}

/** The key of a serial (or of any text, escaped) within its class. `classId` is 0 to 2^24 - 1. */
export function epcKey(classId: number, serial: string): EpcKey {
  invariant(Number.isInteger(classId) && classId >= 0 && classId <= classIdMax, `class ${classId}`);
  const low = fitsKey(serial) ? base36(serial) : escapedValue(serial);
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
  return low >= escapeMin ? { classId, escaped: true } : { classId, serial: unbase36(low) };
}

/** Bijective: digits are worth 1 to 36, so that `0`, `00` and the empty text differ. */
function base36(serial: string): bigint {
  const cut = Math.max(0, serial.length - halfChars);
  const value = (from: number, to: number) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum = sum * 36 + (valueOf[serial.charCodeAt(i)] as number);
    return BigInt(sum);
  };
  return value(0, cut) * halfScale + value(cut, serial.length);
}

function unbase36(value: bigint): string {
  let text = "";
  for (let rest = value; rest > 0n; ) {
    const digit = (rest - 1n) % 36n;
    text = digits.charAt(Number(digit)) + text;
    rest = (rest - 1n) / 36n;
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
