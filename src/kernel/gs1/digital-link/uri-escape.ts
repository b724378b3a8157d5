import { ok, refuse, type Result } from "../../base/result.ts";
import { hex } from "../hex.ts";

/** Everything but the unreserved characters of RFC 3986 §2.3 as `%XX`. */
export function encodeUri(value: string): string {
  for (let i = 0; i < value.length; i++) {
    if (isUnreserved(value.charCodeAt(i))) continue;
    let text = value.slice(0, i);
    for (; i < value.length; i++) {
      const code = value.charCodeAt(i);
      text += isUnreserved(code) ? value.charAt(i) : `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
    }
    return text;
  }
  return value;
}

function isUnreserved(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    code === 45 ||
    code === 46 ||
    code === 95 ||
    code === 126
  );
}

export type Unescaped = { readonly value: string; readonly offsets: readonly number[] };

/**
 * text[from, to) without its percent-encoding, and where each character stood; `plusIsBlank` as in a query (WHATWG
 * URL §5.1). Refuses `gs1.percent-encoding` at the `%`.
 */
export function decodeUri(text: string, from: number, to: number, plusIsBlank: boolean): Result<Unescaped> {
  const offsets: number[] = [];
  let value = "";
  for (let i = from; i < to; i++) {
    offsets.push(i);
    const code = text.charCodeAt(i);
    if (code !== 37) {
      value += plusIsBlank && code === 43 ? " " : text.charAt(i);
      continue;
    }
    const high = i + 2 < to ? hex(text.charCodeAt(i + 1)) : -1;
    const low = i + 2 < to ? hex(text.charCodeAt(i + 2)) : -1;
    if (high < 0 || low < 0) return refuse("gs1.percent-encoding", i);
    value += String.fromCharCode(high * 16 + low);
    i += 2;
  }
  return ok({ value, offsets });
}
