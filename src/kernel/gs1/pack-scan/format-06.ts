import { ok, refuse, type Result } from "../../base/result.ts";
import { checkDigitMod97 } from "./ppn.ts";

/** One field of a Format 06 message: its ASC MH10.8.2 data identifier and its value. */
export type DataIdentifierField = { readonly di: string; readonly value: string };

/** `[)>` RS `06` GS: the head of an ISO/IEC 15434 message in Format 06, which Macro 06 of Data Matrix stands for. */
export const format06Head = "[)>\x1e06\x1d";
/** A message holds no more fields than separators fit into a symbol. */
const fieldsMax = 256;

/**
 * The fields of an ISO/IEC 15434 Format 06 message, as PPN packs carry it (IFA Spec PPN Code): head, fields with GS
 * between them, RS and EOT at the end (either may be lost). `start` is where the head stands in `text`. Refuses
 * `gs1.format-06-malformed` and `gs1.value-empty`.
 */
export function parseFormat06(text: string, start = 0): Result<readonly DataIdentifierField[]> {
  if (!text.startsWith(format06Head, start)) return refuse("gs1.format-06-malformed", start);
  let end = text.length;
  if (text.charCodeAt(end - 1) === 4) end--;
  if (text.charCodeAt(end - 1) === 30) end--;
  const fields: DataIdentifierField[] = [];
  for (let at = start + format06Head.length; at <= end; ) {
    const separator = text.indexOf("\x1d", at);
    const to = separator < 0 || separator > end ? end : separator;
    let letter = at;
    while (letter < to && letter < at + 3 && isDigit(text.charCodeAt(letter))) letter++;
    const code = text.charCodeAt(letter);
    if (letter >= to || code < 65 || code > 90) return refuse("gs1.format-06-malformed", at);
    if (letter + 1 === to) return refuse("gs1.value-empty", to);
    for (let i = letter + 1; i < to; i++) {
      if (text.charCodeAt(i) < 32 || text.charCodeAt(i) > 126) return refuse("gs1.value-character", i);
    }
    if (fields.length === fieldsMax) return refuse("gs1.too-long", at);
    fields.push({ di: text.slice(at, letter + 1), value: text.slice(letter + 1, to) });
    at = to + 1;
  }
  return ok(fields);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** A Format 06 message of fields, with head and tail. Refuses `gs1.check-digit` for a wrong PPN, `at` = the field's index. */
export function buildFormat06(fields: readonly DataIdentifierField[]): Result<string> {
  for (let i = 0; i < fields.length; i++) {
    const { di, value } = fields[i]!;
    if (di === "9N" && checkDigitMod97(value.slice(0, -2)) !== value.slice(-2)) return refuse("gs1.check-digit", i);
  }
  return ok(`${format06Head}${fields.map(({ di, value }) => di + value).join("\x1d")}\x1e\x04`);
}
