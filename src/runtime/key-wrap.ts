import { createCipheriv, createDecipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { Fault } from "./fault.ts";

// A pool's key never changes, because its numbers would; the key that wraps it can. AES-256-GCM, NIST SP 800-38D.

const cipherName = "aes-256-gcm";
const formatVersion = 1;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nonceBytes;
export const wrappedKeyBytes = headBytes + keyBytes + tagBytes;

const encoder = new TextEncoder();

/**
 * `key` (32 bytes) under `wrappingKey` (32 bytes): version, nonce, ciphertext, tag. `subject` names what the key is
 * for (`pool:…`); the result opens under that name only, so two rows cannot be swapped. `randomBytes` gives the nonce.
 */
export function wrapKey(
  key: Uint8Array,
  wrappingKey: Uint8Array,
  subject: string,
  randomBytes: (count: number) => Uint8Array,
): Uint8Array {
  if (key.length !== keyBytes) throw new RangeError(`a key of ${key.length} bytes`);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(cipherName, wrappingKey, nonce).setAAD(encoder.encode(subject));
  const sealed = Buffer.concat([cipher.update(key), cipher.final()]);
  return new Uint8Array(Buffer.concat([Uint8Array.of(formatVersion), nonce, sealed, cipher.getAuthTag()]));
}

/** The key again. Throws a permanent Fault `key.unwrap` under another wrapping key or subject, or when a byte changed. */
export function unwrapKey(wrapped: Uint8Array, wrappingKey: Uint8Array, subject: string): Uint8Array {
  if (wrapped.length !== wrappedKeyBytes || wrapped[0] !== formatVersion) {
    throw new Fault("permanent", "key.unwrap", `the wrapped key of ${subject} is not of a known form`);
  }
  const nonce = wrapped.subarray(1, headBytes);
  const sealed = wrapped.subarray(headBytes, headBytes + keyBytes);
  const tag = wrapped.subarray(headBytes + keyBytes);
  try {
    const decipher = createDecipheriv(cipherName, wrappingKey, nonce, { authTagLength: tagBytes });
    decipher.setAAD(encoder.encode(subject)).setAuthTag(tag);
    return new Uint8Array(Buffer.concat([decipher.update(sealed), decipher.final()]));
  } catch (error) {
    throw new Fault("permanent", "key.unwrap", `the key of ${subject} does not open with this wrapping key`, error);
  }
}

/** The same key under a new wrapping key: how wrapping keys are rotated. Faults as `unwrapKey`. */
export function rewrapKey(
  wrapped: Uint8Array,
  from: Uint8Array,
  to: Uint8Array,
  subject: string,
  randomBytes: (count: number) => Uint8Array,
): Uint8Array {
  return wrapKey(unwrapKey(wrapped, from, subject), to, subject, randomBytes);
}

/** A wrapping key from its file: 64 hexadecimal digits. Throws a permanent Fault `key.file`, which never quotes it. */
export function readKeyFile(path: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new Fault("permanent", "key.file", `the key file ${path} cannot be read`, error);
  }
  if (!/^[0-9a-fA-F]{64}$/.test(text)) {
    throw new Fault("permanent", "key.file", `the key file ${path} does not hold 64 hexadecimal digits`);
  }
  return new Uint8Array(Buffer.from(text, "hex"));
}
