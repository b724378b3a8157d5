import type { Ff1, Ff1Direction } from "./ff1.ts";

// FF1 where a half of the string is an integer below 2^52: doubles hold it exactly, so the rounds need no
// BigInt. The half then takes at most seven bytes, and the round number and the half lie in the last block.

/** Items worked on together; their blocks (128 KiB) stay in the processor's second cache. */
const sliceItems = 8_192;
const blockBytes = 16;

/** Numeral strings through the permutation; `numerals` is `count × length`. */
export function runSmall(cipher: Ff1, numerals: Uint16Array, direction: Ff1Direction): Uint16Array {
  const { radix, length, u } = cipher;
  const count = numerals.length / length;
  const a = new Float64Array(count);
  const b = new Float64Array(count);
  for (let item = 0, at = 0; item < count; item++) {
    let half = 0;
    for (let i = 0; i < u; i++) half = half * radix + (numerals[at++] as number);
    a[item] = half;
    half = 0;
    for (let i = u; i < length; i++) half = half * radix + (numerals[at++] as number);
    b[item] = half;
  }
  permuteHalves(cipher, a, b, direction);
  const out = new Uint16Array(numerals.length);
  for (let item = 0; item < count; item++) {
    writeDigits(out, item * length, u, a[item] as number, radix);
    writeDigits(out, item * length + u, length - u, b[item] as number, radix);
  }
  return out;
}

/**
 * The permutation on halves as integers, in place: `a[i]` is the value of the first `u` numerals of item i,
 * `b[i]` of the last `v`. Wants `cipher.small`.
 */
export function permuteHalves(cipher: Ff1, a: Float64Array, b: Float64Array, direction: Ff1Direction): void {
  for (let from = 0; from < a.length; from += sliceItems) {
    const to = Math.min(from + sliceItems, a.length);
    permuteSlice(cipher, a.subarray(from, to), b.subarray(from, to), direction);
  }
}

function permuteSlice(cipher: Ff1, a: Float64Array, b: Float64Array, direction: Ff1Direction): void {
  const count = a.length;
  const blocks = new DataView(new ArrayBuffer(count * blockBytes));
  const base = baseWords(cipher);
  for (let item = 0; item < count; item++) {
    blocks.setUint32(item * blockBytes, base[0]);
    blocks.setUint32(item * blockBytes + 4, base[1]);
  }
  const bytes = new Uint8Array(blocks.buffer);
  const moduli = [cipher.radix ** cipher.u, cipher.radix ** cipher.v] as const;
  const decrypt = direction === "decrypt";
  // `left` takes the round's output, `right` is its input; they change places, and end where they began
  // because the number of rounds is even.
  let left = decrypt ? b : a;
  let right = decrypt ? a : b;
  for (let step = 0; step < 10; step++) {
    const round = decrypt ? 9 - step : step;
    fillBlocks(blocks, right, base, round, cipher.b);
    const out = cipher.encryptBlocks(bytes);
    const words = new DataView(out.buffer, out.byteOffset, out.byteLength);
    const modulus = round % 2 === 0 ? moduli[0] : moduli[1];
    addOutput(words, left, modulus, cipher.d === 12, decrypt);
    [left, right] = [right, left];
  }
}

type Words = readonly [number, number, number, number];

/** The last block before the round number and the half go in: chain state ⊕ the constant bytes. */
function baseWords(cipher: Ff1): Words {
  const { chain, variable } = cipher;
  const word = (at: number) =>
    (((chain[at]! ^ variable[at]!) << 24) |
      ((chain[at + 1]! ^ variable[at + 1]!) << 16) |
      ((chain[at + 2]! ^ variable[at + 2]!) << 8) |
      (chain[at + 3]! ^ variable[at + 3]!)) >>>
    0;
  return [word(0), word(4), word(8), word(12)];
}

function fillBlocks(blocks: DataView, halves: Float64Array, base: Words, round: number, b: number): void {
  // The round number stands in the byte before the half's `b` bytes, counted from the block's end.
  const third = base[2] ^ (b >= 4 ? round << (8 * (b - 4)) : 0);
  const fourth = base[3] ^ (b < 4 ? round << (8 * b) : 0);
  for (let item = 0, at = 8; item < halves.length; item++, at += blockBytes) {
    const half = halves[item] as number;
    blocks.setUint32(at, third ^ Math.floor(half * 2 ** -32));
    blocks.setUint32(at + 4, fourth ^ (half >>> 0));
  }
}

/** Adds (or takes away) the round's output, 64 or 96 bits of each block, modulo `modulus`. */
function addOutput(words: DataView, halves: Float64Array, modulus: number, wide: boolean, subtract: boolean): void {
  const power = Math.log2(modulus);
  if (Number.isInteger(power)) return addLowBits(words, halves, power, wide, subtract);
  const inverse = 1 / modulus;
  const bits = stepBits(modulus);
  for (let item = 0, at = 0; item < halves.length; item++, at += blockBytes) {
    let y: number;
    if (bits === 16) {
      const second = words.getUint32(at + 4);
      y = reduce(words.getUint32(at) * 65_536 + (second >>> 16), modulus, inverse);
      y = reduce(y * 65_536 + (second & 0xffff), modulus, inverse);
      if (wide) {
        const third = words.getUint32(at + 8);
        y = reduce(y * 65_536 + (third >>> 16), modulus, inverse);
        y = reduce(y * 65_536 + (third & 0xffff), modulus, inverse);
      }
    } else {
      y = takeWord(0, words.getUint32(at), bits, modulus, inverse);
      y = takeWord(y, words.getUint32(at + 4), bits, modulus, inverse);
      if (wide) y = takeWord(y, words.getUint32(at + 8), bits, modulus, inverse);
    }
    const half = subtract ? (halves[item] as number) - y : (halves[item] as number) + y;
    halves[item] = half < 0 ? half + modulus : half >= modulus ? half - modulus : half;
  }
}

/** `addOutput` where the modulus is 2^power, as with the usual alphabet of 32: the remainder is the lowest bits. */
function addLowBits(words: DataView, halves: Float64Array, power: number, wide: boolean, subtract: boolean): void {
  const sign = subtract ? -1 : 1;
  const at = wide ? 4 : 0;
  if (power <= 32) {
    const mask = power === 32 ? -1 : 2 ** power - 1;
    for (let item = 0, low = at + 4; item < halves.length; item++, low += blockBytes) {
      halves[item] = (((halves[item] as number) + sign * (words.getUint32(low) & mask)) & mask) >>> 0;
    }
    return;
  }
  const modulus = 2 ** power;
  const highMask = 2 ** (power - 32) - 1;
  for (let item = 0, high = at; item < halves.length; item++, high += blockBytes) {
    const y = (words.getUint32(high) & highMask) * 2 ** 32 + words.getUint32(high + 4);
    const half = (halves[item] as number) + sign * y;
    halves[item] = half < 0 ? half + modulus : half >= modulus ? half - modulus : half;
  }
}

/** Bits of output taken in at a time so that remainder × 2^bits stays below 2^53, with room for `reduce`. */
function stepBits(modulus: number): number {
  for (const bits of [16, 8, 4, 2]) if (modulus <= 2 ** (52 - bits)) return bits;
  return 1;
}

function takeWord(remainder: number, word: number, bits: number, modulus: number, inverse: number): number {
  const scale = 2 ** bits;
  const mask = scale - 1;
  let y = remainder;
  for (let shift = 32 - bits; shift >= 0; shift -= bits) {
    y = y * scale + ((word >>> shift) & mask);
    // With one bit at a time the modulus may be 2^52, too near the end of exactness for a product.
    y = bits === 1 ? (y >= modulus ? y - modulus : y) : reduce(y, modulus, inverse);
  }
  return y;
}

/** x mod modulus for x < 2^52; the quotient by reciprocal is at most one off, which is put right. */
function reduce(x: number, modulus: number, inverse: number): number {
  const remainder = x - Math.floor(x * inverse) * modulus;
  return remainder < 0 ? remainder + modulus : remainder >= modulus ? remainder - modulus : remainder;
}

/** Writes `value` as `width` numerals of `radix`, most significant first. */
export function writeDigits(into: Uint16Array, at: number, width: number, value: number, radix: number): void {
  let rest = value;
  for (let i = at + width - 1; i >= at; i--) {
    const next = Math.floor(rest / radix);
    into[i] = rest - next * radix;
    rest = next;
  }
}
