import { invariant } from "./invariant.ts";

/**
 * One text for one value (RFC 8785): members in the order of their names' UTF-16 code units, no spaces, numbers as
 * ECMAScript prints them. Members that are `undefined` are left out, as JSON has no word for them; in a list, and at
 * the top, `undefined` is `null`. A number that JSON cannot say is a bug of the caller.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(",")}}`;
  }
  invariant(typeof value !== "number" || Number.isFinite(value), "JSON has no word for a number that is not finite");
  return JSON.stringify(value ?? null);
}
