import { parseSpelling } from "../../../src/kernel/gs1/spelling.ts";

/** A scanner gives the whole symbol, a person types the serial: both are taken. */
export function scannedSerial(scan: string): string {
  const parsed = parseSpelling(scan.trim());
  const serial = parsed.ok ? parsed.value.elements.find(({ ai }) => ai === "21")?.value : undefined;
  return serial ?? scan.trim();
}
