import type { Brand } from "../base/brand.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { findAi } from "./ai/ai.ts";
import { checkCharacters, checkDigit } from "./check-digit.ts";
import { type KeyName, type KeyType, keyTypes } from "./key-table.ts";
import { refuseValue } from "./ai/value.ts";

/** Fourteen digits, AI 01; GTIN-8, -12 and -13 stand with zeros before them (GenSpecs 3.3.2). */
export type Gtin = Brand<string, "Gtin">;
/** Eighteen digits, AI 00. */
export type Sscc = Brand<string, "Sscc">;
/** Thirteen digits, AI 410 to 417. */
export type Gln = Brand<string, "Gln">;

/**
 * Any GS1 key as it stands after its AI, check digit and rules judged; GTINs of 8, 12 and 13 digits are filled up.
 * Refuses `gs1.value-length`, `gs1.value-character`, `gs1.check-digit` and the AI's own rules, offset in `text`.
 */
export function parseKey(name: KeyName, text: string): Result<string> {
  const key: KeyType = keyTypes[name];
  const ai = findAi(key.ai)!;
  const longest = key.lengths.at(-1);
  if (longest !== undefined && !key.lengths.includes(text.length)) {
    return refuse("gs1.value-length", Math.min(text.length, longest));
  }
  if (longest !== undefined && text.length < longest) {
    const added = ai.min - text.length;
    const full = text.padStart(ai.min, "0");
    const refused = refuseValue(ai, full, 0, full.length);
    if (refused === undefined) return ok(full);
    return refuse(refused.refusal.code, Math.max(0, Number(refused.refusal.at) - added), refused.refusal.message);
  }
  return refuseValue(ai, text, 0, text.length) ?? ok(text);
}

/** A GTIN of 8, 12, 13 or 14 digits, as GTIN-14. */
export function parseGtin(text: string): Result<Gtin> {
  return parseKey("gtin", text) as Result<Gtin>;
}

export function parseSscc(text: string): Result<Sscc> {
  return parseKey("sscc", text) as Result<Sscc>;
}

export function parseGln(text: string): Result<Gln> {
  return parseKey("gln", text) as Result<Gln>;
}

/** A serial number, AI 21: 1 to 20 characters of set 82. */
export function parseSerial(text: string): Result<string> {
  return refuseValue(findAi("21")!, text, 0, text.length) ?? ok(text);
}

/** The shortest digits that a GTIN-14 is printed in: GTIN-8, -12, -13 or -14. */
export function shortGtin(gtin: Gtin): string {
  if (gtin.startsWith("000000")) return gtin.slice(6);
  if (gtin.startsWith("00")) return gtin.slice(2);
  return gtin.startsWith("0") ? gtin.slice(1) : gtin;
}

export type KeyParts = {
  /** Indicator of a GTIN or ITIP, extension of an SSCC: one digit. */
  readonly lead?: string | number;
  readonly companyPrefix: string;
  /** Of a numeric key filled up with zeros to what the company prefix leaves. */
  readonly reference: string | number | bigint;
  /** Serial number of GRAI, GDTI or GCN; piece and total of an ITIP. */
  readonly tail?: string;
};

/**
 * A key from its parts, with its check digit or check characters. Refuses `gs1.value-character`, `gs1.value-length`,
 * `gs1.company-prefix-length` with the name of the part, and what the key's AI refuses with the offset in the key.
 */
export function buildKey(name: KeyName, parts: KeyParts): Result<string> {
  const key: KeyType = keyTypes[name];
  const { companyPrefix, tail = "" } = parts;
  const lead = key.lead === "digit" ? String(parts.lead ?? 0) : key.lead === "zero" ? "0" : "";
  if (key.lead === "digit" && !/^\d$/.test(lead)) return refuse("gs1.value-character", "lead");
  if (!/^\d*$/.test(companyPrefix)) return refuse("gs1.value-character", "companyPrefix");
  if (companyPrefix.length < companyPrefixDigitsMin || companyPrefix.length > companyPrefixDigitsMax) {
    return refuse("gs1.company-prefix-length", "companyPrefix");
  }
  const reference = numericReference(key, companyPrefix, String(parts.reference));
  if (!reference.ok) return reference;
  const body = lead + companyPrefix + reference.value;
  return parseKey(name, body + checkOf(key, body) + tail);
}

/** GenSpecs 1.4: the shortest and longest company prefix that GS1 licenses. */
const companyPrefixDigitsMin = 4;
const companyPrefixDigitsMax = 12;

function numericReference(key: KeyType, companyPrefix: string, reference: string): Result<string> {
  if (key.body === 0) return ok(reference);
  if (!/^\d*$/.test(reference)) return refuse("gs1.value-character", "reference");
  const room = key.body - companyPrefix.length;
  if (reference.length > room) return refuse("gs1.value-length", "reference", `room for ${room} digits`);
  return ok(reference.padStart(room, "0"));
}

function checkOf(key: KeyType, body: string): string {
  if (key.check === "digit") return String(checkDigit(body));
  return key.check === "pair" ? (checkCharacters(body) ?? "") : "";
}

/**
 * An SSCC from its extension digit, company prefix and serial reference, which is filled up with zeros to sixteen
 * digits with the prefix; the check digit is added. Refuses as `buildKey` does.
 */
export function buildSscc(
  extension: string | number,
  companyPrefix: string,
  serialReference: string | number | bigint,
): Result<Sscc> {
  return buildKey("sscc", { lead: extension, companyPrefix, reference: serialReference }) as Result<Sscc>;
}

/** A GTIN-14 from indicator digit, company prefix and item reference. Refuses as `buildKey` does. */
export function buildGtin(
  indicator: string | number,
  companyPrefix: string,
  itemReference: string | number | bigint,
): Result<Gtin> {
  return buildKey("gtin", { lead: indicator, companyPrefix, reference: itemReference }) as Result<Gtin>;
}
