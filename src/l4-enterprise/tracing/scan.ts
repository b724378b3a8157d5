import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { parseSpelling } from "../../kernel/gs1/spelling.ts";
import { identifierOf, ssccClass } from "../ledger/identifier.ts";

/** What a scan, a typed element string, a Digital Link or an EPC URN names. */
export type Scanned =
  | {
      readonly kind: "pack";
      readonly id: string;
      readonly gtin: string;
      readonly serial: string;
      readonly lot: string | undefined;
      readonly expiry: string | undefined;
    }
  | { readonly kind: "container"; readonly id: string; readonly sscc: string };

/** Refuses `gs1.*` for what cannot be read, `shipment.unidentified` for what names no single thing. */
export function identifierOfScan(text: string): Result<Scanned> {
  const parsed = parseSpelling(text.trim());
  if (!parsed.ok) return parsed;
  const value = (ai: string) => parsed.value.elements.find((each) => each.ai === ai)?.value;
  const sscc = value("00");
  if (sscc !== undefined) return ok({ kind: "container", sscc, id: identifierOf(ssccClass, sscc) });
  const [gtin, serial] = [value("01"), value("21")];
  if (gtin === undefined || serial === undefined) return refuse("shipment.unidentified", 0);
  return ok({ kind: "pack", gtin, serial, lot: value("10"), expiry: value("17"), id: identifierOf(gtin, serial) });
}

/** Scans that say one thing twice say it once; the order stays. */
export function identifiersOfScans(scans: readonly string[]): Result<Scanned[]> {
  const distinct = new Map<string, Scanned>();
  for (const [index, scan] of scans.entries()) {
    const scanned = identifierOfScan(scan);
    if (!scanned.ok) return refuse(scanned.refusal.code, `/scans/${index}`, scanned.refusal.message);
    distinct.set(scanned.value.id, scanned.value);
  }
  return ok([...distinct.values()]);
}
