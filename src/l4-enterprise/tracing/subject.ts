import type { AsOf } from "../ledger/ledger.ts";
import { canonicalUri, identifierOf, ssccClass } from "../ledger/identifier.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { parseSubject, type Subject } from "../../kernel/gs1/subject.ts";
import type { Scanned } from "./scan.ts";

/** A pack or container in any spelling. Refuses `gs1.*`; `shipment.unidentified` for a lot or place. */
export function thingOf(text: string): Result<Scanned> {
  const parsed = parseSubject(text);
  if (!parsed.ok) return parsed;
  const thing = scannedOf(parsed.value);
  return thing === undefined ? refuse("shipment.unidentified", "id") : ok(thing);
}

/** Undefined for what is no single thing. */
export function scannedOf(subject: Subject): Scanned | undefined {
  if (subject.kind === "pack") return { ...subject, id: identifierOf(subject.gtin, subject.serial) };
  return subject.kind === "container" ? { ...subject, id: identifierOf(ssccClass, subject.sscc) } : undefined;
}

/** A place as the ledger spells it. */
export function placeUri({ gln, extension }: { gln: string; extension: string | undefined }): string {
  const place = `https://id.gs1.org/414/${gln}`;
  return canonicalUri(extension === undefined ? place : `${place}/254/${encodeURIComponent(extension)}`);
}

export type MomentQuery = { readonly at?: number; readonly known?: number };

export const asOfQuery = ({ at, known }: MomentQuery): AsOf => ({ at, knownAt: known });
export const momentView = ({ at, known }: MomentQuery): { at: number | null; known: number | null } => ({
  at: at ?? null,
  known: known ?? null,
});
