import { unreachable } from "../../kernel/base/invariant.ts";

export type CopyValue = null | string | number | bigint | boolean | Uint8Array;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped
const special = /[\\\t\n\r\b\f\v]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped
const specials = /[\\\t\n\r\b\f\v]/g;
const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
};

/** One line of COPY's text format (PostgreSQL, COPY, "File Formats"), without its newline; null is `\N`. */
export function copyText(values: readonly CopyValue[]): string {
  let line = "";
  for (let index = 0; index < values.length; index++) {
    if (index > 0) line += "\t";
    line += field(values[index] as CopyValue);
  }
  return line;
}

function field(value: CopyValue): string {
  if (value === null) return "\\N";
  switch (typeof value) {
    case "string":
      return special.test(value) ? value.replace(specials, (char) => escapes[char] as string) : value;
    case "number":
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "t" : "f";
    case "object":
      return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}`;
    default:
      return unreachable(value);
  }
}
