import { ok, refuse, type Result } from "../../base/result.ts";
import { expiryToDate } from "../date.ts";
import { parseDigitalLink } from "../digital-link.ts";
import { parseElementString, scanCharactersMax } from "../element-string.ts";
import { type DataIdentifierField, format06Head, parseFormat06 } from "./format-06.ts";
import { parseGtin } from "../key.ts";
import { nhrnOf, type Nhrn } from "./nhrn.ts";
import { parsePpn } from "./ppn.ts";
import { type Cleaned, cleanScan, offsetInScan } from "./scan-cleaning.ts";
import { findCuts, medicinePackLayout, type PackLayout, russianPackLayout } from "./separator-repair.ts";
import type { Gs1Element } from "../ai/value.ts";

/** What the scanner did to the text, so that whoever trusts the reading knows what it rests on. */
export type ScanFlags = {
  /**
   * `kept`: separators came through. `unneeded`: none was, or none can have been, between elements. `replaced`: another
   * character stood for GS. `restored`: all were lost and only one way to cut the text fits the layout. `doubtful`: none came through,
   * the text reads as it is, but could also be cut in more than one other way.
   */
  readonly separators: "kept" | "unneeded" | "replaced" | "restored" | "doubtful";
  /** Caps lock was on at a keyboard-wedge scanner: seen in the symbology identifier, and undone. */
  readonly caseSwapped: boolean;
};

/** The four facts of a medicine pack, where it carries them: EU 2016/161 Art. 4. Expiry is YYMMDD as printed. */
type PackFacts = { readonly serial?: string; readonly lot?: string; readonly expiry?: string };

export type PackScan = { readonly symbology?: string; readonly flags: ScanFlags } & (
  | (PackFacts & {
      readonly scheme: "gs1";
      readonly gtin: string;
      readonly nhrns: readonly Nhrn[];
      /** AI 91 and 92 of packs for Russia, Kazakhstan and Uzbekistan: verification key and code. */
      readonly cryptoTail?: { readonly keyId: string; readonly code: string };
      readonly elements: readonly Gs1Element[];
    })
  | (PackFacts & { readonly scheme: "ppn"; readonly ppn: string; readonly fields: readonly DataIdentifierField[] })
  | (PackFacts & {
      readonly scheme: "format-06-gtin";
      readonly gtin: string;
      readonly fields: readonly DataIdentifierField[];
    })
  /** NMPA: seven digits of product and level, nine of serial number, four that the platform encrypted. */
  | {
      readonly scheme: "chinese";
      readonly code: string;
      readonly product: string;
      readonly serial: string;
      readonly check: string;
    }
);

export type PackScanRules = {
  /** What packs here may carry; makes lost separators decidable. Default: medicine packs and Russian packs. */
  readonly layouts?: readonly PackLayout[];
  /** Twenty digits that could be GS1 data too are a Chinese code. Default false: they are refused. */
  readonly chinese?: boolean;
};

/**
 * Reads whatever a scanner in health care hands over: GS1 element strings and Digital Links, PPN in Format 06, Chinese
 * twenty-digit codes; unknown AIs are kept, as verification systems must get what was read. Refuses `gs1.*` with the
 * offset in `text`; `gs1.scan-ambiguous` where two schemes fit, `gs1.product-code-missing` without a product code.
 */
export function readPackScan(text: string, rules: PackScanRules = {}): Result<PackScan> {
  if (text.length > scanCharactersMax) return refuse("gs1.too-long", scanCharactersMax);
  const scan = cleanScan(text);
  const result = readClean(scan, rules);
  if (result.ok) return result;
  const { code, at, message } = result.refusal;
  return refuse(code, offsetInScan(scan, Number(at)), message);
}

function readClean(scan: Cleaned, rules: PackScanRules): Result<PackScan> {
  const { text, dataFrom } = scan;
  if (text.startsWith(format06Head, dataFrom)) return readFormat06(scan);
  if (/^https?:\/\//i.test(text.slice(dataFrom, dataFrom + 8))) return readLink(scan);
  const chinese = /^8\d{19}$/.test(text.slice(dataFrom));
  const gs1 = readElements(scan, rules);
  if (!chinese || scan.symbology === "]C1" || scan.symbology === "]d2") return gs1;
  const isGs1 = parseElementString(text.slice(dataFrom)).ok;
  if (isGs1 && rules.chinese !== true) return refuse("gs1.scan-ambiguous", dataFrom);
  return ok({
    scheme: "chinese",
    ...chineseParts(text.slice(dataFrom)),
    ...origin(scan),
    flags: flagsOf(scan, "unneeded"),
  });
}

function chineseParts(code: string) {
  return { code, product: code.slice(0, 7), serial: code.slice(7, 16), check: code.slice(16) };
}

function origin(scan: Cleaned) {
  return scan.symbology === undefined ? {} : { symbology: scan.symbology };
}

function flagsOf(scan: Cleaned, separators: ScanFlags["separators"]): ScanFlags {
  return { separators: scan.replaced === "" ? separators : "replaced", caseSwapped: scan.caseSwapped };
}

function readLink(scan: Cleaned): Result<PackScan> {
  const link = parseDigitalLink(scan.text.slice(scan.dataFrom), {
    shortGtins: true,
    compressed: true,
    partners: false,
  });
  if (link.ok) return toPack(scan, link.value.elements, "unneeded");
  return refuse(link.refusal.code, Number(link.refusal.at) + scan.dataFrom, link.refusal.message);
}

function readElements(scan: Cleaned, rules: PackScanRules): Result<PackScan> {
  const { text } = scan;
  const layouts = rules.layouts ?? [medicinePackLayout, russianPackLayout];
  const parsed = parseElementString(text, { keepUnknown: true, partners: false });
  const separated = text.includes("\x1d", scan.dataFrom + 1);
  if (separated) return parsed.ok ? toPack(scan, parsed.value.elements, "kept") : parsed;
  if (parsed.ok && layouts.some((layout) => holds(layout, parsed.value.elements)))
    return toPack(scan, parsed.value.elements, "unneeded");
  const cuts = layouts.flatMap((layout) => findCuts(text, layout, scan.dataFrom));
  if (cuts.length === 1) return toPack(scan, cuts[0]!, "restored");
  if (parsed.ok) return toPack(scan, parsed.value.elements, cuts.length > 1 ? "doubtful" : "unneeded");
  return cuts.length > 1 ? refuse("gs1.separator-lost", scan.dataFrom) : parsed;
}

function holds(layout: PackLayout, elements: readonly Gs1Element[]): boolean {
  return layout.every(({ ai }) => elements.some((element) => element.ai === ai));
}

function toPack(scan: Cleaned, elements: readonly Gs1Element[], separators: ScanFlags["separators"]): Result<PackScan> {
  const valueOf = (ai: string) => elements.find((element) => element.ai === ai)?.value;
  const gtin = valueOf("01") ?? valueOf("02");
  if (gtin === undefined) return refuse("gs1.product-code-missing", scan.dataFrom);
  const [keyId, code] = [valueOf("91"), valueOf("92")];
  return ok({
    scheme: "gs1",
    ...origin(scan),
    gtin,
    ...facts(valueOf("21"), valueOf("10"), valueOf("17")),
    nhrns: nhrnOf(elements),
    ...(keyId?.length === 4 && code?.length === 44 ? { cryptoTail: { keyId, code } } : {}),
    elements,
    flags: flagsOf(scan, separators),
  });
}

function facts(serial: string | undefined, lot: string | undefined, expiry: string | undefined): PackFacts {
  return {
    ...(serial === undefined ? {} : { serial }),
    ...(lot === undefined ? {} : { lot }),
    ...(expiry === undefined ? {} : { expiry }),
  };
}

function readFormat06(scan: Cleaned): Result<PackScan> {
  const { text, dataFrom } = scan;
  const parsed = parseFormat06(text, dataFrom);
  if (!parsed.ok) return parsed;
  const fields = parsed.value;
  const valueOf = (di: string) => fields.find((field) => field.di === di)?.value;
  const placeOf = (di: string) => text.indexOf(`\x1d${di}${valueOf(di)}`, dataFrom) + 1 + di.length;
  const expiry = valueOf("D");
  const expired = expiry === undefined ? undefined : expiryToDate(expiry);
  if (expired && !expired.ok) return refuse(expired.refusal.code, placeOf("D") + Number(expired.refusal.at));
  const pack = { ...origin(scan), ...facts(valueOf("S"), valueOf("1T"), expiry), fields, flags: flagsOf(scan, "kept") };
  const [ppn, gtin] = [valueOf("9N"), valueOf("8P")];
  if (ppn === undefined && gtin === undefined) return refuse("gs1.product-code-missing", dataFrom);
  const product = ppn === undefined ? parseGtin(gtin!) : parsePpn(ppn);
  if (!product.ok) {
    return refuse(product.refusal.code, placeOf(ppn === undefined ? "8P" : "9N") + Number(product.refusal.at));
  }
  return ok(
    ppn === undefined
      ? { scheme: "format-06-gtin", gtin: product.value, ...pack }
      : { scheme: "ppn", ppn: product.value, ...pack },
  );
}
