import { ok, refuse, type Result } from "../base/result.ts";
import { parseBracketed, printBracketed, printHri } from "./bracketed.ts";
import { type CompanyPrefixTable, companyPrefixLengthOf } from "./company-prefix.ts";
import { parseDigitalLink, printDigitalLink } from "./digital-link.ts";
import { buildElementString, type ElementRules, parseElementString } from "./element-string.ts";
import { parseEpc, printEpc } from "./epc.ts";
import type { AiValue, Gs1Element } from "./ai/value.ts";

/** The ways to write one element string. */
export const spellings = ["element", "bracketed", "digital-link", "epc", "hri"] as const;
export type Spelling = (typeof spellings)[number];

export type Spelled = {
  readonly spelling: Spelling;
  readonly symbology?: string;
  readonly elements: readonly Gs1Element[];
  /** Digits of the company prefix, where the spelling says it: only an EPC URI does. */
  readonly companyPrefixDigits?: number;
};

/** Carriers of a Digital Link URI: QR Code, Data Matrix, and their kin without FNC1 (ISO/IEC 15424). */
const uriCarrier = /^\](?:Q[0-2]|d[01])(?=https?:\/\/)/i;

/**
 * Reads an element string in any spelling; which one is seen in how it starts. Refuses as the parser of that spelling
 * does, offset in `text`; `gs1.epc-pattern` for a pattern that fixes no key.
 */
export function parseSpelling(text: string, rules: ElementRules = {}): Result<Spelled> {
  if (/^urn:/i.test(text)) return fromEpc(text);
  if (/^https?:\/\//i.test(text)) return fromDigitalLink(text, rules);
  if (uriCarrier.test(text)) return fromCarriedLink(text, rules);
  if (/^\s*\(/.test(text)) {
    const parsed = parseBracketed(text, rules);
    if (!parsed.ok) return parsed;
    return ok({ spelling: text.includes(") ") ? "hri" : "bracketed", elements: parsed.value });
  }
  const parsed = parseElementString(text, rules);
  return parsed.ok ? ok({ spelling: "element", ...parsed.value }) : parsed;
}

function fromEpc(text: string): Result<Spelled> {
  const parsed = parseEpc(text);
  if (!parsed.ok) return parsed;
  const { elements, companyPrefix } = parsed.value;
  if (elements.length === 0) return refuse("gs1.epc-pattern", text.length - 1);
  return ok({ spelling: "epc", elements, companyPrefixDigits: companyPrefix.length });
}

function fromDigitalLink(text: string, rules: ElementRules): Result<Spelled> {
  const parsed = parseDigitalLink(text, { ...rules, compressed: true });
  return parsed.ok ? ok({ spelling: "digital-link", elements: parsed.value.elements }) : parsed;
}

function fromCarriedLink(text: string, rules: ElementRules): Result<Spelled> {
  const parsed = fromDigitalLink(text.slice(3), rules);
  if (parsed.ok) return ok({ ...parsed.value, symbology: text.slice(0, 3) });
  const { code, at, message } = parsed.refusal;
  return refuse(code, Number(at) + 3, message);
}

export type PrintOptions = {
  /** Digits of the company prefix, for an EPC URI; else it is looked up in `prefixes`. */
  readonly companyPrefixDigits?: number;
  readonly prefixes?: CompanyPrefixTable;
};

/**
 * Writes elements in a spelling, canonically. Refuses what the spelling cannot say: `gs1.digital-link-*`, `gs1.epc-none`,
 * `gs1.company-prefix-unknown` where neither option nor table tells the length of the company prefix.
 */
export function printSpelling(
  elements: readonly AiValue[],
  spelling: Spelling,
  options: PrintOptions = {},
): Result<string> {
  switch (spelling) {
    case "element":
      return buildElementString(elements, { partners: false });
    case "bracketed":
      return ok(printBracketed(elements));
    case "hri":
      return ok(printHri(elements));
    case "digital-link":
      return printDigitalLink(elements, { partners: false });
    case "epc":
      return printAsEpc(elements, options);
  }
}

function printAsEpc(elements: readonly AiValue[], options: PrintOptions): Result<string> {
  const digits = options.companyPrefixDigits ?? (options.prefixes && companyPrefixLengthOf(options.prefixes, elements));
  if (digits !== undefined) return printEpc(elements, digits);
  const spelled = printEpc(elements, 7);
  return spelled.ok || spelled.refusal.code === "gs1.company-prefix-length"
    ? refuse("gs1.company-prefix-unknown", 0)
    : spelled;
}
