import type { Ff1, Ff1Direction } from "./ff1.ts";

// FF1 of any size, on BigInt. Still one call of the cipher for each block position of a round, whatever the
// number of items.

const blockBytes = 16;

/** Numeral strings through the permutation; `numerals` is `count × length`. */
export function runLarge(cipher: Ff1, numerals: Uint16Array, direction: Ff1Direction): Uint16Array {
  const { length, u, v } = cipher;
  const radix = BigInt(cipher.radix);
  const count = numerals.length / length;
  const halves = (at: number, width: number) =>
    Array.from({ length: count }, (_, item) =>
      numberOf(numerals.subarray(item * length + at, item * length + at + width), radix),
    );
  const decrypt = direction === "decrypt";
  const a = halves(0, u);
  const b = halves(u, v);
  let left = decrypt ? b : a;
  let right = decrypt ? a : b;
  const moduli = [radix ** BigInt(u), radix ** BigInt(v)] as const;
  for (let step = 0; step < 10; step++) {
    const round = decrypt ? 9 - step : step;
    const modulus = round % 2 === 0 ? moduli[0] : moduli[1];
    const outputs = roundOutputs(cipher, right, round);
    for (let item = 0; item < count; item++) {
      const y = outputs[item] as bigint;
      const sum = decrypt ? (left[item] as bigint) - y : (left[item] as bigint) + y;
      left[item] = ((sum % modulus) + modulus) % modulus;
    }
    [left, right] = [right, left];
  }
  const out = new Uint16Array(numerals.length);
  for (let item = 0; item < count; item++) {
    writeNumerals(out.subarray(item * length, item * length + u), a[item] as bigint, radix);
    writeNumerals(out.subarray(item * length + u, (item + 1) * length), b[item] as bigint, radix);
  }
  return out;
}

/** Steps 6.ii to 6.iv of algorithm 7 for every item: the CBC-MAC, its extension to `d` bytes, as integers. */
function roundOutputs(cipher: Ff1, halves: readonly bigint[], round: number): bigint[] {
  const { b, d, chain, variable, encryptBlocks } = cipher;
  const count = halves.length;
  const tail = new Uint8Array(variable);
  tail[tail.length - b - 1] = round;
  const tails = halves.map((half) => withNumber(tail, half, b));
  let state: Uint8Array = new Uint8Array(count * blockBytes);
  for (let item = 0; item < count; item++) state.set(chain, item * blockBytes);
  for (let at = 0; at < tail.length; at += blockBytes) {
    const mixed = new Uint8Array(state);
    for (let item = 0; item < count; item++) {
      const bytes = tails[item] as Uint8Array;
      for (let i = 0; i < blockBytes; i++) mixed[item * blockBytes + i]! ^= bytes[at + i] as number;
    }
    state = encryptBlocks(mixed);
  }
  const parts = [state];
  for (let extra = 1; extra * blockBytes < d; extra++) parts.push(encryptBlocks(withCounter(state, extra)));
  return halves.map((_, item) => {
    const bytes = parts.flatMap((part) => [...part.subarray(item * blockBytes, (item + 1) * blockBytes)]);
    return numberOf(bytes.slice(0, d), 256n);
  });
}

/** R ⊕ [j]^16 for every item. */
function withCounter(state: Uint8Array, counter: number): Uint8Array {
  const mixed = new Uint8Array(state);
  for (let at = 0; at < mixed.length; at += blockBytes) {
    mixed[at + 15]! ^= counter & 0xff;
    mixed[at + 14]! ^= counter >>> 8;
  }
  return mixed;
}

function withNumber(template: Uint8Array, value: bigint, bytes: number): Uint8Array {
  const out = new Uint8Array(template);
  let rest = value;
  for (let i = out.length - 1; i >= out.length - bytes; i--) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

function numberOf(numerals: Iterable<number>, radix: bigint): bigint {
  let value = 0n;
  for (const numeral of numerals) value = value * radix + BigInt(numeral);
  return value;
}

function writeNumerals(into: Uint16Array, value: bigint, radix: bigint): void {
  let rest = value;
  for (let i = into.length - 1; i >= 0; i--) {
    into[i] = Number(rest % radix);
    rest /= radix;
  }
}
