import { checkDigit, hasCheckDigit } from "../../gs1/check-digit.ts";
import { ok, refuse, type Result } from "../../base/result.ts";

/** A National Drug Code in its three segments, 21 CFR 207.33. Ten digits: 4-4-2, 5-3-2 or 5-4-1. */
export type Ndc = { readonly labeler: string; readonly product: string; readonly pack: string };

const shapes = [/^(\d{4})-(\d{4})-(\d{2})$/, /^(\d{5})-(\d{3})-(\d{2})$/, /^(\d{5})-(\d{4})-(\d{1})$/];

/** With its hyphens, without which the segments cannot be told. Refuses `markets.ndc` at the first character that fits no shape. */
export function parseNdc(text: string): Result<Ndc> {
  for (const shape of shapes) {
    const [, labeler, product, pack] = shape.exec(text) ?? [];
    if (labeler !== undefined && product !== undefined && pack !== undefined) return ok({ labeler, product, pack });
  }
  return refuse("markets.ndc", firstOddOf(text));
}

/** How far the text goes along with the shape that it goes along with farthest. */
function firstOddOf(text: string): number {
  const alike = ["dddd-dddd-dd", "ddddd-ddd-dd", "ddddd-dddd-d"].map((shape) => {
    let at = 0;
    while (at < shape.length && (shape[at] === "-" ? text[at] === "-" : /^\d$/.test(text[at] ?? ""))) at++;
    return at;
  });
  return Math.max(...alike);
}

/** `12345-678-90`, as the label shows it. */
export function printNdc(ndc: Ndc): string {
  return `${ndc.labeler}-${ndc.product}-${ndc.pack}`;
}

/** Eleven digits, 5-4-2 with zeros put in front: what claims and EPCIS master data (`FDA_NDC_11`) carry. */
export function ndc11(ndc: Ndc): string {
  return ndc.labeler.padStart(5, "0") + ndc.product.padStart(4, "0") + ndc.pack.padStart(2, "0");
}

/**
 * The GTIN-14 of a package with this NDC: indicator digit (0 the saleable unit, 1 to 8 its cases), 03, the ten
 * digits, check digit. Refuses `markets.indicator`; 9 is for variable measure.
 */
export function gtinOfNdc(ndc: Ndc, indicator = 0): Result<string> {
  if (!Number.isInteger(indicator) || indicator < 0 || indicator > 8) return refuse("markets.indicator", indicator);
  const body = `${indicator}03${ndc.labeler}${ndc.product}${ndc.pack}`;
  return ok(body + String(checkDigit(body)));
}

/** The ten digits inside a GTIN-14, without the hyphens that a GTIN does not keep. Refuses `markets.not-an-ndc` at the digit that is not one of an NDC's. */
export function ndc10OfGtin(gtin: string): Result<string> {
  const fitting = /^(?:[0-8](?:0(?:3\d{0,11})?)?)?/.exec(gtin)?.[0].length ?? 0;
  if (fitting !== 14 || gtin.length !== 14) return refuse("markets.not-an-ndc", fitting);
  if (!hasCheckDigit(gtin)) return refuse("markets.not-an-ndc", 13);
  return ok(gtin.slice(3, 13));
}
