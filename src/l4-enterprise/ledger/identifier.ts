import { crc32 } from "node:zlib";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { finestElements } from "../../kernel/epcis/identifiers.ts";
import { hasCheckDigit } from "../../kernel/gs1/check-digit.ts";
import { canonicalStem, printDigitalLink } from "../../kernel/gs1/digital-link.ts";
import { bucketCount } from "./encoding/event-key.ts";

/** Classes of identifiers: a GTIN, or one of these. */
export const ssccClass = "sscc";
export const otherClass = "other";

/** An identifier taken apart. `id` is canonical; `serial` is unique within its class. */
export type Identifier = { readonly id: string; readonly className: string; readonly serial: string };

const sgtinStem = `${canonicalStem}/01/`;
const ssccStem = `${canonicalStem}/00/`;
const gtinDigits = 14;
const ssccDigits = 18;
const serialAt = sgtinStem.length + gtinDigits + "/21/".length;
const plainSerial = /^[0-9A-Z]{1,20}$/;

/**
 * An EPC URN, a Digital Link of any domain, or any other URI, as the ledger knows it: serialised trade items and
 * logistic units by their key, everything else by its text, GS1 keys in canonical Digital Link form. Refuses
 * `capture.identifier` for what claims to be a GS1 key and is none.
 */
export function parseIdentifier(text: string): Result<Identifier> {
  const quick = quickIdentifier(text);
  if (quick !== undefined) return ok(quick);
  const elements = finestElements(text);
  if (elements === undefined) {
    if (
      text.startsWith(`${canonicalStem}/`) ||
      text.startsWith("urn:epc:id:sgtin:") ||
      text.startsWith("urn:epc:id:sscc:")
    ) {
      return refuse("capture.identifier", undefined, `${text} is not a valid GS1 key`);
    }
    return ok({ id: text, className: otherClass, serial: text });
  }
  const link = printDigitalLink(elements);
  if (!link.ok) return refuse("capture.identifier", undefined, `${text}: ${link.refusal.code}`);
  const [key, qualifier] = elements;
  if (key?.ai === "00") return ok({ id: link.value, className: ssccClass, serial: key.value });
  if (key?.ai === "01" && qualifier?.ai === "21")
    return ok({ id: link.value, className: key.value, serial: qualifier.value });
  return ok({ id: link.value, className: otherClass, serial: link.value });
}

/** What the last identifiers of trade items began with, and were found to be: thousands of packs share it. */
let lastStem = "";
let lastClass = "";

const serialCharsMax = 20;
const isPlain = new Uint8Array(128);
for (const char of "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") isPlain[char.charCodeAt(0)] = 1;

function endsPlain(text: string): boolean {
  const end = text.length;
  if (end <= serialAt || end > serialAt + serialCharsMax) return false;
  for (let at = serialAt; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code > 127 || isPlain[code] !== 1) return false;
  }
  return true;
}

/** What nearly all identifiers look like, without building anything. */
export function quickIdentifier(text: string): Identifier | undefined {
  if (lastStem !== "" && text.startsWith(lastStem))
    return endsPlain(text) ? { id: text, className: lastClass, serial: text.slice(serialAt) } : undefined;
  if (text.startsWith(ssccStem) && text.length === ssccStem.length + ssccDigits) {
    const serial = text.slice(ssccStem.length);
    return /^[0-9]{18}$/.test(serial) && hasCheckDigit(serial) ? { id: text, className: ssccClass, serial } : undefined;
  }
  if (!text.startsWith(sgtinStem) || !text.startsWith("/21/", serialAt - 4)) return undefined;
  const className = text.slice(sgtinStem.length, sgtinStem.length + gtinDigits);
  const serial = text.slice(serialAt);
  if (!plainSerial.test(serial) || !/^[0-9]{14}$/.test(className) || !hasCheckDigit(className)) return undefined;
  lastStem = text.slice(0, serialAt);
  lastClass = className;
  return { id: text, className, serial };
}

/** The canonical form of a place or party; what is not a GS1 key stays as it is. */
export function canonicalUri(text: string): string {
  if (text === lastUri) return lastCanonical;
  const elements = finestElements(text);
  const link = elements && printDigitalLink(elements);
  lastUri = text;
  lastCanonical = link?.ok ? link.value : text;
  return lastCanonical;
}

/** Where one event happened the next did. */
let lastUri = "";
let lastCanonical = "";

/** The canonical identifier of a class and serial. */
export function identifierOf(className: string, serial: string): string {
  if (className === otherClass) return serial;
  if (className === ssccClass) return ssccStem + serial;
  if (plainSerial.test(serial)) return `${sgtinStem}${className}/21/${serial}`;
  const link = printDigitalLink([
    { ai: "01", value: className },
    { ai: "21", value: serial },
  ]);
  return link.ok ? link.value : serial;
}

// Buckets spread the rows over partitions (or machines) so that what is made together lies together. They are part
// of keys and of event ids: these functions never change.

const countersPerBucket = 2 ** 18;
/** Digits of an SSCC that a thousand neighbours share. */
const ssccSharedDigits = 14;

export function bucketOfCounter(pool: number, counter: number): number {
  return (pool * 61 + Math.floor(counter / countersPerBucket)) % bucketCount;
}

/** The buckets of all counters from one to another, both included. */
export function bucketsBetween(pool: number, from: number, to: number): number[] {
  const buckets = new Set<number>();
  for (let counter = from; ; counter += countersPerBucket) {
    buckets.add(bucketOfCounter(pool, Math.min(counter, to)));
    if (counter >= to || buckets.size === bucketCount) return [...buckets];
  }
}

export function bucketOfIdentifier({ className, serial }: Identifier): number {
  if (className === otherClass) return crc32(serial) % bucketCount;
  return crc32(className === ssccClass ? serial.slice(0, ssccSharedDigits) : className) % bucketCount;
}
