import { ok, refuse, type Result } from "../base/result.ts";
import { type Ai, aiAt, aiLength, findAi } from "./ai/ai.ts";
import { refusePartners } from "./ai/partners.ts";
import { type AiValue, type Gs1Element, refuseValue } from "./ai/value.ts";

/** GS, U+001D: how a scanner transmits FNC1 between elements (GenSpecs 7.8). */
export const separator = "\x1d";

/** No GS1 symbol holds more; GS1 DataMatrix 144×144 carries 2,335 characters (GenSpecs 5.6). */
export const scanCharactersMax = 4_096;

export type ScannedElements = {
  /** ISO/IEC 15424 identifier as transmitted, `]d2`; absent when the scanner sends none. */
  readonly symbology?: string;
  readonly elements: readonly Gs1Element[];
};

export type ElementRules = {
  /** Judge required and forbidden partners; off when one symbol of several is read. Default true. */
  readonly partners?: boolean;
  /** Keep elements of AIs that are not in the table, with an empty title, instead of refusing. Default false. */
  readonly keepUnknown?: boolean;
};

const noRules: ElementRules = {};

/** Symbology identifiers after which an element string follows (ISO/IEC 15424). */
const elementStringCarriers: ReadonlySet<string> = new Set(["]C1", "]d2", "]Q3", "]J1", "]e0", "]e1", "]e2"]);
/** Those after which a bare key follows, and its lengths: EAN-13 and UPC-A, EAN-8, ITF-14. */
const keyCarriers: ReadonlyMap<string, readonly number[]> = new Map([
  ["]E0", [12, 13]],
  ["]E4", [8]],
  ["]I0", [14]],
  ["]I1", [14]],
]);

/**
 * Scanned data: an optional symbology identifier, then elements with GS (`\x1d`) after those without predefined
 * length. A GS before the first, after any or after the last element is accepted, as GenSpecs 7.8 asks of readers.
 * Refuses `gs1.*` with the offset in `text`.
 */
export function parseElementString(text: string, rules: ElementRules = noRules): Result<ScannedElements> {
  if (text.length > scanCharactersMax) return refuse("gs1.too-long", scanCharactersMax);
  if (text.charCodeAt(0) !== 93) return withoutSymbology(text, rules);
  const symbology = text.slice(0, 3);
  const keyLengths = keyCarriers.get(symbology);
  if (keyLengths !== undefined) return bareKey(text, symbology, keyLengths);
  if (!elementStringCarriers.has(symbology)) return refuse("gs1.symbology-unsupported", 1);
  const elements: Gs1Element[] = [];
  const refused = scanElements(text, 3, rules, elements);
  return refused ?? ok({ symbology, elements });
}

function withoutSymbology(text: string, rules: ElementRules): Result<ScannedElements> {
  const elements: Gs1Element[] = [];
  return scanElements(text, 0, rules, elements) ?? ok({ elements });
}

function bareKey(text: string, symbology: string, lengths: readonly number[]): Result<ScannedElements> {
  const bare = text.slice(3);
  if (!lengths.includes(bare.length)) return refuse("gs1.value-length", Math.min(text.length, 3 + lengths.at(-1)!));
  const gtin = findAi("01")!;
  const value = bare.padStart(14, "0");
  const refused = refuseValue(gtin, value, 0, 14);
  if (refused === undefined) return ok({ symbology, elements: [{ ai: "01", title: gtin.title, value }] });
  return refuse(
    refused.refusal.code,
    3 + Math.max(0, Number(refused.refusal.at) - 14 + bare.length),
    refused.refusal.message,
  );
}

/** Reads elements from `at` to the end into `into`; answers a refusal or undefined. */
function scanElements(text: string, start: number, rules: ElementRules, into: Gs1Element[]) {
  const end = text.length;
  const ais: (Ai | undefined)[] = [];
  let at = start;
  if (text.charCodeAt(at) === 29) at++;
  if (at >= end) return refuse("gs1.empty", at);
  while (at < end) {
    const ai = aiAt(text, at);
    let valueFrom: number;
    let valueTo: number;
    if (ai === undefined) {
      const length = unknownAiLength(text, at);
      if (length === 0) return refuse("gs1.ai-malformed", at);
      if (rules.keepUnknown !== true) return refuse("gs1.ai-unknown", at);
      valueFrom = at + length;
      valueTo = separatorFrom(text, valueFrom);
      if (valueTo === valueFrom) return refuse("gs1.value-empty", valueFrom);
      ais.push(undefined);
      into.push({ ai: text.slice(at, valueFrom), title: "", value: text.slice(valueFrom, valueTo) });
    } else {
      valueFrom = at + ai.ai.length;
      if (ai.predefined) {
        valueTo = valueFrom + ai.max;
        if (valueTo > end) valueTo = end;
      } else {
        valueTo = valueFrom;
        while (valueTo < end && text.charCodeAt(valueTo) !== 29) valueTo++;
      }
      const refused = refuseValue(ai, text, valueFrom, valueTo);
      if (refused) return refused;
      ais.push(ai);
      into.push({ ai: ai.ai, title: ai.title, value: text.slice(valueFrom, valueTo) });
    }
    at = valueTo;
    if (text.charCodeAt(at) === 29) at++;
  }
  return rules.partners === false
    ? undefined
    : refusePartners(into, ais, (index) => offsetOf(text, start, into, index));
}

/** Where element `index` starts, found again only for a refusal. */
function offsetOf(text: string, start: number, elements: readonly Gs1Element[], index: number): number {
  let at = start;
  for (let i = 0; ; i++) {
    if (text.charCodeAt(at) === 29) at++;
    if (i === index) return at;
    at += elements[i]!.ai.length + elements[i]!.value.length;
  }
}

function separatorFrom(text: string, from: number): number {
  const at = text.indexOf(separator, from);
  return at < 0 ? text.length : at;
}

/** Digits of an AI that is not assigned: as many as its neighbours of the same prefix have, else two. 0 when not digits. */
function unknownAiLength(text: string, at: number): number {
  const digits = (count: number) => {
    for (let i = at; i < at + count; i++) {
      const code = text.charCodeAt(i);
      if (!(code >= 48 && code <= 57)) return false;
    }
    return true;
  };
  if (!digits(2)) return 0;
  const length = aiLength(Number(text.slice(at, at + 2))) || 2;
  return digits(length) ? length : 0;
}

/**
 * The element string that a symbol holds, without symbology identifier: elements in the order given, GS after each
 * without predefined length but the last. Refuses what `parseElementString` would; offsets are in the text built.
 */
export function buildElementString(elements: readonly AiValue[], rules: ElementRules = noRules): Result<string> {
  let text = "";
  const checked: Gs1Element[] = [];
  const ais: Ai[] = [];
  const starts: number[] = [];
  for (const { ai, value } of elements) {
    const entry = findAi(ai);
    if (checked.length > 0 && ais.at(-1)?.predefined !== true) text += separator;
    starts.push(text.length);
    if (entry === undefined) return refuse("gs1.ai-unknown", text.length);
    const from = text.length + ai.length;
    text += ai + value;
    const refused = refuseValue(entry, text, from, text.length);
    if (refused) return refused;
    checked.push({ ai, title: entry.title, value });
    ais.push(entry);
  }
  if (checked.length === 0) return refuse("gs1.empty", 0);
  if (text.length > scanCharactersMax) return refuse("gs1.too-long", scanCharactersMax);
  if (rules.partners === false) return ok(text);
  return refusePartners(checked, ais, (index) => starts[index]!) ?? ok(text);
}
