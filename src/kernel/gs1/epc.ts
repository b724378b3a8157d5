import { ok, refuse, type Result } from "../base/result.ts";
import { findAi } from "./ai/ai.ts";
import { checkDigit } from "./check-digit.ts";
import { DIGIT, outsideSet } from "./ai/charset.ts";
import { decodeUrnField, encodeUrnField, offsetInField } from "./epc-field.ts";
import type { Gln, Gtin, Sscc } from "./key.ts";
import { type EpcScheme, epcSchemes } from "./key-table.ts";
import { type AiValue, type Gs1Element, refuseValue } from "./ai/value.ts";

/**
 * An EPC URI taken apart. `id` is one object, `class` a lot of a trade item, `idpat` a pattern: everything that
 * matches it. A pattern's elements are those it fixes: of `sgtin:0614141.112345.*` AI 01, of `sgtin:0614141.*.*` none.
 */
export type ParsedEpc = {
  readonly kind: "id" | "class" | "idpat";
  readonly scheme: string;
  readonly companyPrefix: string;
  readonly elements: readonly Gs1Element[];
};

/** TDS 2.0 §6.3: the company prefix of an EPC URI has six to twelve digits. */
export const companyPrefixDigitsMin = 6;
export const companyPrefixDigitsMax = 12;
/** The longest EPC URI is a GIAI of thirty escaped characters; this leaves room. */
export const epcCharactersMax = 256;

const schemesByName = new Map(epcSchemes.map((scheme) => [scheme.name, scheme]));

/** `urn:epc:id:sgtin:0614141.112345.400`. Refuses `gs1.company-prefix-length` and what AI 21 refuses. */
export function sgtinEpc(gtin: Gtin, serial: string, gcpLength: number): Result<string> {
  return printEpc(
    [
      { ai: "01", value: gtin },
      { ai: "21", value: serial },
    ],
    gcpLength,
  );
}

/** `urn:epc:class:lgtin:4012345.012345.998877`: a lot of a trade item. */
export function lgtinEpc(gtin: Gtin, lot: string, gcpLength: number): Result<string> {
  return printEpc(
    [
      { ai: "01", value: gtin },
      { ai: "10", value: lot },
    ],
    gcpLength,
  );
}

/** `urn:epc:id:sscc:0614141.1234567890`. */
export function ssccEpc(sscc: Sscc, gcpLength: number): Result<string> {
  return printEpc([{ ai: "00", value: sscc }], gcpLength);
}

/** `urn:epc:id:sgln:0614141.12345.0`; without `extension` the last field is 0 (TDS 2.0 §6.3.3). */
export function sglnEpc(gln: Gln, gcpLength: number, extension?: string): Result<string> {
  const location = { ai: "414", value: gln };
  return printEpc(extension === undefined ? [location] : [location, { ai: "254", value: extension }], gcpLength);
}

/** `urn:epc:id:pgln:0614141.12345`: a party. */
export function pglnEpc(gln: Gln, gcpLength: number): Result<string> {
  return printEpc([{ ai: "417", value: gln }], gcpLength);
}

/**
 * The EPC URI of elements: of one object where its serial is among them, else of its lot, else the pattern of all
 * of its kind. Elements that no EPC holds (dates, counts) are left out. `gcpLength` is how many digits of the key
 * are the company prefix. Refuses `gs1.epc-none`, `gs1.company-prefix-length` and what the AIs refuse.
 */
export function printEpc(elements: readonly AiValue[], gcpLength: number): Result<string> {
  const scheme = chooseScheme(elements);
  if (scheme === undefined) return refuse("gs1.epc-none", 0, "no element is a key that an EPC URI spells");
  const key = elements.find((element) => element.ai === scheme.ai)!;
  const refused = refuseValue(findAi(key.ai)!, key.value, 0, key.value.length);
  if (refused) return refused;
  if (!Number.isInteger(gcpLength) || gcpLength < companyPrefixDigitsMin || gcpLength > companyPrefixDigitsMax) {
    return refuse("gs1.company-prefix-length", 0, "a company prefix has 6 to 12 digits");
  }
  const fields = keyFields(scheme, key.value, gcpLength);
  if (!fields.ok) return fields;
  const spelled = fields.value;
  if (scheme.outer !== undefined) {
    const outer = elements.find((element) => element.ai === scheme.outer);
    const bad = outer && refuseValue(findAi(scheme.outer)!, outer.value, 0, outer.value.length);
    if (bad) return bad;
    const value = outer?.value ?? scheme.outerDefault;
    spelled.push(value === undefined ? undefined : encodeUrnField(value));
  }
  // A serial number may be an asterisk itself; only what is missing makes a pattern.
  const kind = spelled.includes(undefined) ? "idpat" : scheme.kind;
  return ok(`urn:epc:${kind}:${scheme.name}:${spelled.map((field) => field ?? "*").join(".")}`);
}

/** Of several keys the one given first, as in a Digital Link; of its schemes the first whose elements are all there. */
function chooseScheme(elements: readonly AiValue[]): EpcScheme | undefined {
  const key = elements.find(({ ai }) => epcSchemes.some((scheme) => scheme.ai === ai))?.ai;
  const schemes = epcSchemes.filter((scheme) => scheme.ai === key);
  const whole = ({ outer, outerDefault }: EpcScheme) =>
    outer === undefined || outerDefault !== undefined || elements.some((element) => element.ai === outer);
  return schemes.find(whole) ?? schemes[0];
}

/** The fields that the key fills; undefined for one that its value leaves out. */
function keyFields(scheme: EpcScheme, value: string, gcpLength: number): Result<(string | undefined)[]> {
  if (scheme.body === 0) {
    if (value.length <= gcpLength || outsideSet(value, 0, gcpLength, DIGIT) >= 0) {
      return refuse("gs1.company-prefix-length", Math.min(value.length, gcpLength));
    }
    return ok([value.slice(0, gcpLength), encodeUrnField(value.slice(gcpLength))]);
  }
  const from = scheme.lead === "none" ? 0 : 1;
  const bodyEnd = from + scheme.body;
  const lead = scheme.lead === "digit" ? value.charAt(0) : "";
  const fields: (string | undefined)[] = [
    value.slice(from, from + gcpLength),
    lead + value.slice(from + gcpLength, bodyEnd),
  ];
  let at = bodyEnd + 1;
  for (const length of scheme.inner) {
    const to = length === 0 ? value.length : at + length;
    fields.push(at < value.length ? encodeUrnField(value.slice(at, to)) : undefined);
    at = to;
  }
  return ok(fields);
}

/**
 * An EPC pure identity, class or pattern URI of a GS1 key (TDS 2.0 §6 and §8). Refuses `gs1.epc-malformed`,
 * `gs1.epc-scheme`, `gs1.company-prefix-length` and what the AIs refuse, with the offset in `urn`.
 */
export function parseEpc(urn: string): Result<ParsedEpc> {
  if (urn.length > epcCharactersMax) return refuse("gs1.too-long", epcCharactersMax);
  if (!urn.startsWith("urn:epc:")) return refuse("gs1.epc-malformed", 0);
  const kindEnd = urn.indexOf(":", 8);
  const kind = kindEnd < 0 ? "" : urn.slice(8, kindEnd);
  if (kind !== "id" && kind !== "class" && kind !== "idpat") return refuse("gs1.epc-malformed", 8);
  const nameEnd = urn.indexOf(":", kindEnd + 1);
  if (nameEnd < 0) return refuse("gs1.epc-malformed", kindEnd + 1);
  const scheme = schemesByName.get(urn.slice(kindEnd + 1, nameEnd));
  if (scheme === undefined || (kind !== "idpat" && kind !== scheme.kind)) return refuse("gs1.epc-scheme", kindEnd + 1);
  if (kind === "idpat" && scheme.kind === "class") return refuse("gs1.epc-scheme", kindEnd + 1);
  return parseFields(urn, nameEnd + 1, kind, scheme);
}

function parseFields(urn: string, start: number, kind: ParsedEpc["kind"], scheme: EpcScheme): Result<ParsedEpc> {
  const fields = urn.slice(start).split(".");
  const wanted = 2 + scheme.inner.length + (scheme.outer === undefined ? 0 : 1);
  // The last field may hold dots of its own: they are not escaped (TDS 2.0 §6.3).
  if (fields.length > wanted) fields.push(fields.splice(wanted - 1).join("."));
  if (fields.length < wanted) return refuse("gs1.epc-malformed", urn.length);
  const starts: number[] = [];
  for (let i = 0, at = start; i < wanted; at += fields[i]!.length + 1, i++) starts.push(at);
  const companyPrefix = fields[0]!;
  const bad = outsideSet(companyPrefix, 0, companyPrefix.length, DIGIT);
  if (bad >= 0) return refuse("gs1.value-character", start + bad);
  if (companyPrefix.length < companyPrefixDigitsMin || companyPrefix.length > companyPrefixDigitsMax) {
    return refuse("gs1.company-prefix-length", start);
  }
  const fixed = kind === "idpat" ? fields.indexOf("*") : wanted;
  if (fixed < 0) return refuse("gs1.epc-malformed", starts[wanted - 1]);
  for (let i = fixed; i < wanted; i++) if (fields[i] !== "*") return refuse("gs1.epc-malformed", starts[i]);
  const elements = fixed === 1 ? ok([]) : toElements(scheme, fields.slice(0, fixed), starts);
  if (!elements.ok) return elements;
  return ok({ kind, scheme: scheme.name, companyPrefix, elements: elements.value });
}

/** The elements that fields up to the first asterisk of a pattern spell. */
function toElements(scheme: EpcScheme, fields: readonly string[], starts: readonly number[]): Result<Gs1Element[]> {
  const key = keyValue(scheme, fields, starts);
  if (!key.ok) return key;
  const ai = findAi(scheme.ai)!;
  const refused = refuseValue(ai, key.value, 0, key.value.length);
  if (refused) return refuse(refused.refusal.code, starts[1], refused.refusal.message);
  const elements: Gs1Element[] = [{ ai: ai.ai, title: ai.title, value: key.value }];
  const last = 2 + scheme.inner.length;
  const field = fields[last];
  if (scheme.outer === undefined || field === undefined) return ok(elements);
  const outer = decodeUrnField(field, starts[last]!);
  if (!outer.ok) return outer;
  if (outer.value === scheme.outerDefault) return ok(elements);
  const outerAi = findAi(scheme.outer)!;
  const fault = refuseValue(outerAi, outer.value, 0, outer.value.length);
  if (fault) {
    const at = starts[last]! + offsetInField(field, Number(fault.refusal.at));
    return refuse(fault.refusal.code, at, fault.refusal.message);
  }
  elements.push({ ai: outerAi.ai, title: outerAi.title, value: outer.value });
  return ok(elements);
}

function keyValue(scheme: EpcScheme, fields: readonly string[], starts: readonly number[]): Result<string> {
  const [prefix, reference] = fields as [string, string];
  if (scheme.body === 0) {
    const rest = decodeUrnField(reference, starts[1]!);
    if (!rest.ok) return rest;
    return rest.value === "" ? refuse("gs1.epc-malformed", starts[1]) : ok(prefix + rest.value);
  }
  const bad = outsideSet(reference, 0, reference.length, DIGIT);
  if (bad >= 0) return refuse("gs1.value-character", starts[1]! + bad);
  const lead = scheme.lead === "digit" ? 1 : 0;
  if (prefix.length + reference.length !== scheme.body + lead) return refuse("gs1.value-length", starts[1]);
  const body =
    scheme.lead === "zero" ? `0${prefix}${reference}` : reference.slice(0, lead) + prefix + reference.slice(lead);
  let value = body + checkDigit(body);
  for (let i = 0; i < scheme.inner.length; i++) {
    const field = fields[2 + i];
    if (field === undefined) break;
    const inner = decodeUrnField(field, starts[2 + i]!);
    if (!inner.ok) return inner;
    if (scheme.inner[i] !== 0 && inner.value.length !== scheme.inner[i])
      return refuse("gs1.value-length", starts[2 + i]);
    if (inner.value === "") return refuse("gs1.value-empty", starts[2 + i]);
    value += inner.value;
  }
  return ok(value);
}
