import { invariant } from "../base/invariant.ts";
import { runLarge } from "./ff1-large.ts";
import { runSmall } from "./ff1-small.ts";

/**
 * AES (or another 128-bit block cipher) in ECB over many blocks at once: the same number of bytes out as in,
 * a multiple of 16. The key is inside; the result is a new array, the argument is not changed.
 */
export type EncryptBlocks = (bytes: Uint8Array) => Uint8Array;

export type Ff1Direction = "encrypt" | "decrypt";

/** One keyed permutation of the numeral strings of one radix and length. NIST SP 800-38G, algorithms 7 and 8. */
export type Ff1 = {
  readonly radix: number;
  readonly length: number;
  /** Lengths of the two halves. */
  readonly u: number;
  readonly v: number;
  /** Bytes that hold a half, and bytes of pseudorandom output a round uses. */
  readonly b: number;
  readonly d: number;
  /** CBC-MAC state after P and the blocks of Q that never change, then the constant bytes of the blocks that do. */
  readonly chain: Uint8Array;
  readonly variable: Uint8Array;
  readonly encryptBlocks: EncryptBlocks;
  /** Both halves fit in 2^52: arithmetic on doubles is exact. */
  readonly small: boolean;
};

export const blockBytes = 16;
export const roundCount = 10;
/** SP 800-38G Rev. 1: a domain of fewer than a million strings can be searched. */
const domainMin = 1_000_000n;
const halfMax = 2 ** 52;
export const numeralsMax = 1_024;
export const tweakBytesMax = 256;

/**
 * Prepares FF1 for one radix (2..65536), length (numerals, 2..1024), tweak and key. Costs a few blocks of the
 * cipher; reuse it. A domain below a million strings is a bug of the caller, who defines domains.
 */
export function ff1(radix: number, length: number, tweak: Uint8Array, encryptBlocks: EncryptBlocks): Ff1 {
  invariant(Number.isInteger(radix) && radix >= 2 && radix <= 65_536, `FF1 radix ${radix}`);
  invariant(Number.isInteger(length) && length >= 2 && length <= numeralsMax, `FF1 length ${length}`);
  invariant(tweak.length <= tweakBytesMax, `FF1 tweak of ${tweak.length} bytes`);
  invariant(BigInt(radix) ** BigInt(length) >= domainMin, "FF1 domain below a million");
  const u = Math.floor(length / 2);
  const v = length - u;
  const b = bytesOf(BigInt(radix) ** BigInt(v) - 1n);
  const d = 4 * Math.ceil(b / 4) + 4;
  const fixed = fixedBytes(radix, length, u, tweak, b);
  // Whole blocks before the one that holds the round number are the same for every item and round.
  const variableAt = Math.floor((fixed.length - b - 1) / blockBytes) * blockBytes;
  return {
    radix,
    length,
    u,
    v,
    b,
    d,
    chain: cbcMac(fixed.subarray(0, variableAt), encryptBlocks),
    variable: fixed.slice(variableAt),
    encryptBlocks,
    small: radix ** v <= halfMax,
  };
}

/**
 * Encrypts a batch: `numerals` holds `count × length` numerals, item after item, each below the radix.
 * Every round of the whole batch is one call of the cipher.
 */
export function ff1EncryptBatch(cipher: Ff1, numerals: Uint16Array): Uint16Array {
  return runBatch(cipher, numerals, "encrypt");
}

/** The inverse of `ff1EncryptBatch`. */
export function ff1DecryptBatch(cipher: Ff1, numerals: Uint16Array): Uint16Array {
  return runBatch(cipher, numerals, "decrypt");
}

function runBatch(cipher: Ff1, numerals: Uint16Array, direction: Ff1Direction): Uint16Array {
  invariant(numerals.length % cipher.length === 0, "FF1 batch is not whole items");
  invariant(
    numerals.every((numeral) => numeral < cipher.radix),
    "FF1 numeral outside the radix",
  );
  if (numerals.length === 0) return new Uint16Array(0);
  return cipher.small ? runSmall(cipher, numerals, direction) : runLarge(cipher, numerals, direction);
}

/** P ‖ Q with the round number and the half left zero. */
function fixedBytes(radix: number, length: number, u: number, tweak: Uint8Array, b: number): Uint8Array {
  const t = tweak.length;
  const pad = (blockBytes - ((t + b + 1) % blockBytes)) % blockBytes;
  const bytes = new Uint8Array(blockBytes + t + pad + 1 + b);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0102_0100);
  // [radix]^3 takes three bytes from offset 3; 65536 needs the first of them.
  bytes[3] = radix >>> 16;
  view.setUint16(4, radix & 0xffff);
  bytes[6] = roundCount;
  bytes[7] = u % 256;
  view.setUint32(8, length);
  view.setUint32(12, t);
  bytes.set(tweak, blockBytes);
  return bytes;
}

function cbcMac(bytes: Uint8Array, encryptBlocks: EncryptBlocks): Uint8Array {
  let state = new Uint8Array(blockBytes);
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const mixed = state.map((byte, index) => byte ^ (bytes[at + index] as number));
    state = new Uint8Array(encryptBlocks(mixed));
  }
  return state;
}

function bytesOf(value: bigint): number {
  return Math.ceil(value.toString(16).length / 2);
}
