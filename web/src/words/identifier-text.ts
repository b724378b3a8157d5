import { parseSpelling } from "../../../src/kernel/gs1/spelling.ts";
import { printHri } from "../../../src/kernel/gs1/bracketed.ts";

/** Any spelling of an identifier as it is printed beside a symbol: `(01) 0952… (21) …`; what is none stays as it is. */
export function identifierText(text: string): string {
  const parsed = parseSpelling(text);
  return parsed.ok && parsed.value.elements.length > 0 ? printHri(parsed.value.elements) : text;
}
