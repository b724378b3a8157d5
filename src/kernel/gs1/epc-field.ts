import { ok, refuse, type Result } from "../base/result.ts";
import { hex } from "./hex.ts";

/** Characters of set 82 and 39 that an EPC URI writes as `%XX` (TDS 2.0 table A-1). */
const escaped = '"%&/<>?#';

/** A value as a field of an EPC URI. */
export function encodeUrnField(value: string): string {
  let text = "";
  for (let i = 0; i < value.length; i++) {
    const character = value.charAt(i);
    text += escaped.includes(character)
      ? `%${value.charCodeAt(i).toString(16).toUpperCase().padStart(2, "0")}`
      : character;
  }
  return text;
}

/** A field of an EPC URI as a value; `start` is where the field stands in the URI, for a refusal. */
export function decodeUrnField(field: string, start: number): Result<string> {
  let text = "";
  for (let i = 0; i < field.length; i++) {
    const character = field.charAt(i);
    if (character === "%") {
      const [high, low] = [hex(field.charCodeAt(i + 1)), hex(field.charCodeAt(i + 2))];
      if (!(high >= 0 && low >= 0)) return refuse("gs1.percent-encoding", start + i);
      text += String.fromCharCode(high * 16 + low);
      i += 2;
    } else if (escaped.includes(character)) {
      return refuse("gs1.epc-character", start + i);
    } else text += character;
  }
  return ok(text);
}

/** Where the character at `at` of a decoded field stands in the field. */
export function offsetInField(field: string, at: number): number {
  let place = 0;
  for (let i = 0; i < at; i++) place += field.charAt(place) === "%" ? 3 : 1;
  return place;
}
