import { createCipheriv } from "node:crypto";

const cipherByKeyBytes: Readonly<Record<number, string>> = { 16: "aes-128-ecb", 24: "aes-192-ecb", 32: "aes-256-ecb" };

/**
 * AES in ECB over whole blocks, for the kernel's FF1 (`kernel/serials/ff1.ts`). One cipher object serves all
 * calls: ECB carries nothing from block to block. Throws RangeError on a key that is not 16, 24 or 32 bytes.
 */
export function aesEcb(key: Uint8Array): (bytes: Uint8Array) => Uint8Array {
  const name = cipherByKeyBytes[key.length];
  if (name === undefined) throw new RangeError(`AES key of ${key.length} bytes`);
  const cipher = createCipheriv(name, key, null).setAutoPadding(false);
  return (bytes) => cipher.update(bytes);
}
