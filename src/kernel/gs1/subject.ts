import { ok, refuse, type Result } from "../base/result.ts";
import { hasCheckDigit } from "./check-digit.ts";
import type { Gs1Element } from "./ai/value.ts";
import { parseSpelling } from "./spelling.ts";

/** What people look for: one pack, one container, a lot, or a place. */
export type Subject =
  | {
      readonly kind: "pack";
      readonly gtin: string;
      readonly serial: string;
      readonly lot: string | undefined;
      readonly expiry: string | undefined;
    }
  | { readonly kind: "container"; readonly sscc: string }
  | { readonly kind: "lot"; readonly gtin: string; readonly lot: string }
  | { readonly kind: "place"; readonly gln: string; readonly extension: string | undefined };

const bareSscc = /^[0-9]{18}$/;
const bareGln = /^[0-9]{13}$/;
/** A GTIN and a serial as people write them side by side. */
const gtinAndSerial = /^([0-9]{8}|[0-9]{12,14})[\s,;+/]+([!-z]{1,20})$/;

/**
 * Reads what somebody scanned, typed or pasted: an element string, brackets, a Digital Link, an EPC URN, a bare SSCC or
 * GLN, a GTIN beside its serial. Refuses as the parser of the spelling does; `gs1.subject` for what names none of the four.
 */
export function parseSubject(text: string): Result<Subject> {
  const trimmed = text.trim();
  if (bareSscc.test(trimmed) && hasCheckDigit(trimmed)) return ok({ kind: "container", sscc: trimmed });
  if (bareGln.test(trimmed) && hasCheckDigit(trimmed)) return ok({ kind: "place", gln: trimmed, extension: undefined });
  const [, digits, serial] = gtinAndSerial.exec(trimmed) ?? [];
  if (digits !== undefined && serial !== undefined && hasCheckDigit(digits.padStart(14, "0")))
    return ok({ kind: "pack", gtin: digits.padStart(14, "0"), serial, lot: undefined, expiry: undefined });
  const parsed = parseSpelling(trimmed);
  return parsed.ok ? subjectOf(parsed.value.elements) : parsed;
}

function subjectOf(elements: readonly Gs1Element[]): Result<Subject> {
  const value = (ai: string) => elements.find((each) => each.ai === ai)?.value;
  const [sscc, gtin, serial, lot, gln] = ["00", "01", "21", "10", "414"].map(value);
  if (sscc !== undefined) return ok({ kind: "container", sscc });
  if (gtin !== undefined && serial !== undefined) return ok({ kind: "pack", gtin, serial, lot, expiry: value("17") });
  if (gtin !== undefined && lot !== undefined) return ok({ kind: "lot", gtin, lot });
  if (gln !== undefined) return ok({ kind: "place", gln, extension: value("254") });
  return refuse("gs1.subject", 0);
}
