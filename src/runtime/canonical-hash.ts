import { canonicalJson } from "../kernel/base/canonical-json.ts";
import { sha256Hex } from "./sha256.ts";

/** SHA-256 in hexadecimal of the value's canonical JSON (RFC 8785): what a signature binds and a chain links. */
export function canonicalHash(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
