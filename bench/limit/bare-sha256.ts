import { hash } from "node:crypto";

// An event's hash is SHA-256 of its canonical string. Where that string is there already, as bytes, nothing is left to do
// but OpenSSL's pass over them; `hash` of node:crypto makes no object for it.

/** Answers how many characters of digests there were. */
export function bareSha256(texts: readonly Uint8Array[]): number {
  let characters = 0;
  for (const text of texts) characters += hash("sha256", text, "hex").length;
  return characters;
}
