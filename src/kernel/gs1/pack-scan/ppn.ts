import type { Brand } from "../../base/brand.ts";
import { ok, refuse, type Result } from "../../base/result.ts";

/** A Pharmacy Product Number of IFA: agency (11 is Germany's PZN), national number, two check digits. */
export type Ppn = Brand<string, "Ppn">;

/**
 * The two check digits of a PPN without them: ASCII codes weighed 2, 3, 4, … from the left, modulo 97 (IFA, PPN-Code
 * Specification for Retail Packaging, annex "Check digit").
 */
export function checkDigitMod97(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i) * (i + 2);
  return String(sum % 97).padStart(2, "0");
}

/** A PPN, 5 to 22 digits and capitals. Refuses `gs1.value-length`, `gs1.value-character`, `gs1.check-digit`. */
export function parsePpn(text: string): Result<Ppn> {
  if (text.length < 5 || text.length > 22) return refuse("gs1.value-length", Math.min(text.length, 22));
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const fits = (code >= 48 && code <= 57) || (code >= 65 && code <= 90 && i < text.length - 2);
    if (!fits) return refuse("gs1.value-character", i);
  }
  if (checkDigitMod97(text.slice(0, -2)) !== text.slice(-2)) return refuse("gs1.check-digit", text.length - 2);
  return ok(text as Ppn);
}

/** The German PZN inside a PPN of agency 11, else undefined. */
export function pznOfPpn(ppn: Ppn): string | undefined {
  return ppn.startsWith("11") && ppn.length === 12 ? ppn.slice(2, 10) : undefined;
}

/** Whether eight digits are a PZN: weights 1 to 7, modulo 11; a remainder of ten is never issued. */
export function isPzn(text: string): boolean {
  if (!/^\d{8}$/.test(text)) return false;
  let sum = 0;
  for (let i = 0; i < 7; i++) sum += (text.charCodeAt(i) - 48) * (i + 1);
  return sum % 11 === text.charCodeAt(7) - 48;
}
