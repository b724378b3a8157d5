import { separator } from "../element-string.ts";

/** A scan as its symbol held it, and what had to be undone for it. */
export type Cleaned = {
  readonly text: string;
  readonly symbology?: string;
  /** Where the data starts behind the symbology identifier. */
  readonly dataFrom: number;
  /** What stood for GS in the scan; empty when GS came through or is not there. */
  readonly replaced: string;
  readonly caseSwapped: boolean;
};

/**
 * What keyboard-wedge scanners type for GS. None can be part of a value: single characters are outside set 82, and
 * the longer ones hold one that is, or are the name that scanners are known to type.
 */
const substitutes = [
  "<GS>",
  "{GS}",
  "[GS]",
  "\\x1d",
  "\\u001d",
  "\u241d",
  "^]",
  "|",
  "~",
  "#",
  "@",
  "^",
  "$",
  "`",
  "}",
];

/** Undoes what keyboards do to a scan: swapped case, and another character in place of GS. Never removes data. */
export function cleanScan(scan: string): Cleaned {
  const swapped = /^\](?:D[12]|c[01]|q[0-3]|j1)/.test(scan);
  const text = swapped ? swapCase(scan) : scan;
  const symbology = /^\][A-Za-z][0-9A-Za-z]/.test(text) ? text.slice(0, 3) : undefined;
  const dataFrom = symbology === undefined ? 0 : 3;
  const start = { ...(symbology === undefined ? {} : { symbology }), dataFrom, caseSwapped: swapped };
  const isMessage = text.startsWith("[)>", dataFrom) || /^https?:/i.test(text.slice(dataFrom, dataFrom + 6));
  const replaced =
    text.includes(separator) || isMessage ? "" : (substitutes.find((one) => text.includes(one, dataFrom)) ?? "");
  return replaced === ""
    ? { text, replaced, ...start }
    : { text: text.slice(0, dataFrom) + text.slice(dataFrom).replaceAll(replaced, separator), replaced, ...start };
}

/** Where the character at `at` of the cleaned text stands in the scan. */
export function offsetInScan(cleaned: Cleaned, at: number): number {
  if (cleaned.replaced.length < 2) return at;
  let added = 0;
  for (let i = 0; i < at && i < cleaned.text.length; i++) {
    if (cleaned.text.charAt(i) === separator) added += cleaned.replaced.length - 1;
  }
  return at + added;
}

function swapCase(text: string): string {
  return text.replace(/[A-Za-z]/g, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()));
}
