import { identifierOfScan } from "../../../l4-enterprise/tracing/scan.ts";

/** The serial that a pack's element string bears. */
export function serialOf(elements: string): string {
  const scanned = identifierOfScan(elements);
  return scanned.ok && scanned.value.kind === "pack" ? scanned.value.serial : elements;
}
