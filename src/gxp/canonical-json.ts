import { createHash } from "node:crypto";

/**
 * One text for one value (RFC 8785): keys in the order of their UTF-16 code units, no spaces, numbers as ECMAScript
 * prints them. `undefined` properties are left out, as JSON has no word for them; at the top it is `null`.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** SHA-256 in hexadecimal of the value's canonical JSON: what a signature binds and a chain links. */
export function canonicalHash(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
