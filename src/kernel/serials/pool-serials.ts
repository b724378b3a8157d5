import { invariant } from "../base/invariant.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { type EncryptBlocks, type Ff1, ff1, ff1DecryptBatch, ff1EncryptBatch } from "./ff1.ts";
import { permuteHalves, writeDigits } from "./ff1-small.ts";
import { challengeCountersFrom, challengeNumbers, oddCharacterOf, type Pool, packCountersEnd } from "./pool.ts";
import { type Spelling, spellingOf } from "./spelling.ts";

/** Serials computed together: enough to keep the cipher busy, few enough to stay in the processor's caches. */
const sliceItems = 8_192;
/** One call answers at most this many; who needs more asks again. */
export const serialsPerCallMax = 1_000_000;
/** In `countersOf`: the string is not of the domain, or its counter lies where nothing is ever issued. */
export const noCounter = -1;

const latin1 = new TextDecoder("latin1");

/**
 * The serial numbers of counters `from` to `from + count`, prefix included, in counter order. The counters must
 * lie in the range of packs or in that of challenge tests, as allocations do.
 */
export function serialsOf(pool: Pool, from: number, count: number, encryptBlocks: EncryptBlocks): string[] {
  invariant(Number.isInteger(count) && count >= 0 && count <= serialsPerCallMax, `${count} serials in one call`);
  invariant(inRanges(pool, from, from + count), `counters ${from}..${from + count} are not issued`);
  const cipher = cipherOf(pool, encryptBlocks);
  const spelling = spellingOf(pool.alphabet);
  const serials: string[] = [];
  for (let done = 0; done < count; done += sliceItems) {
    const size = Math.min(sliceItems, count - done);
    const bytes = spell(pool, spelling, cipher, halvesOf(cipher, from + done, size));
    const text = latin1.decode(bytes);
    for (let item = 0; item < size; item++) serials.push(text.slice(item * pool.length, (item + 1) * pool.length));
  }
  return serials;
}

/**
 * The counters of serial numbers, or `noCounter` (-1): one pass over the cipher for the batch. A counter says that
 * the string is a number of this pool; `isIssued` and `purposeOf` say whether it was given out and for what.
 */
export function countersOf(pool: Pool, serials: readonly string[], encryptBlocks: EncryptBlocks): Float64Array {
  const counters = new Float64Array(serials.length).fill(noCounter);
  const cipher = cipherOf(pool, encryptBlocks);
  const spelling = spellingOf(pool.alphabet);
  for (let done = 0; done < serials.length; done += sliceItems) {
    const to = Math.min(done + sliceItems, serials.length);
    invertSlice({ pool, cipher, spelling, serials, counters }, done, to);
  }
  return counters;
}

/**
 * The counter of one serial number. Refuses `serials.not-of-pool` (length, prefix or a character, which is marked) and
 * `serials.never-issued` at 0 (the string decrypts to a counter that no allocation can reach: somebody made it up).
 */
export function counterOf(pool: Pool, serial: string, encryptBlocks: EncryptBlocks): Result<number> {
  const odd = oddCharacterOf(pool, serial);
  if (odd >= 0) return refuse("serials.not-of-pool", odd);
  const counter = countersOf(pool, [serial], encryptBlocks)[0] as number;
  return counter === noCounter ? refuse("serials.never-issued", 0) : ok(counter);
}

function cipherOf(pool: Pool, encryptBlocks: EncryptBlocks): Ff1 {
  return ff1(pool.alphabet.length, pool.length - pool.prefix.length, pool.tweak, encryptBlocks);
}

function inRanges(pool: Pool, from: number, to: number): boolean {
  if (!Number.isInteger(from) || from < 0) return false;
  const challenge = challengeCountersFrom(pool);
  return to <= packCountersEnd(pool) || (from >= challenge && to <= challenge + challengeNumbers);
}

/** Encrypted counters: the values of the first `u` and of the last `v` numerals, or all numerals when halves are too large. */
type Encrypted = { readonly a: Float64Array; readonly b: Float64Array } | { readonly numerals: Uint16Array };

function halvesOf(cipher: Ff1, from: number, count: number): Encrypted {
  if (!cipher.small) {
    const numerals = new Uint16Array(count * cipher.length);
    for (let item = 0; item < count; item++)
      writeDigits(numerals, item * cipher.length, cipher.length, from + item, cipher.radix);
    return { numerals: ff1EncryptBatch(cipher, numerals) };
  }
  const scale = cipher.radix ** cipher.v;
  const a = new Float64Array(count);
  const b = new Float64Array(count);
  for (let item = 0; item < count; item++) {
    const counter = from + item;
    const high = Math.floor(counter / scale);
    a[item] = high;
    b[item] = counter - high * scale;
  }
  permuteHalves(cipher, a, b, "encrypt");
  return { a, b };
}

/** The serials as Latin-1, one after the other. */
function spell(pool: Pool, spelling: Spelling, cipher: Ff1, encrypted: Encrypted): Uint8Array {
  const { length, u, v } = cipher;
  const fixed = pool.prefix.length;
  const count = "a" in encrypted ? encrypted.a.length : encrypted.numerals.length / length;
  const bytes = new Uint8Array(count * pool.length);
  for (let item = 0, at = 0; item < count; item++, at += pool.length) {
    for (let i = 0; i < fixed; i++) bytes[at + i] = pool.prefix.charCodeAt(i);
    if ("a" in encrypted) {
      spelling.write(bytes, at + fixed, u, encrypted.a[item] as number);
      spelling.write(bytes, at + fixed + u, v, encrypted.b[item] as number);
    } else {
      for (let i = 0; i < length; i++)
        bytes[at + fixed + i] = spelling.codes[encrypted.numerals[item * length + i] as number] as number;
    }
  }
  return bytes;
}

type Inverting = {
  readonly pool: Pool;
  readonly cipher: Ff1;
  readonly spelling: Spelling;
  readonly serials: readonly string[];
  readonly counters: Float64Array;
};

/** Fills `counters` from `done` to `to`. */
function invertSlice(work: Inverting, done: number, to: number): void {
  const { pool, spelling, serials } = work;
  const known: number[] = [];
  for (let item = done; item < to; item++) {
    const serial = serials[item] as string;
    if (serial.length === pool.length && serial.startsWith(pool.prefix) && spelling.knows(serial, pool.prefix.length))
      known.push(item);
  }
  if (known.length === 0) return;
  const plain = decrypted(work, known);
  const end = packCountersEnd(pool);
  const challenge = challengeCountersFrom(pool);
  for (let index = 0; index < known.length; index++) {
    const counter = plain[index] as number;
    if (counter < end || (counter >= challenge && counter < challenge + challengeNumbers))
      work.counters[known[index] as number] = counter;
  }
}

/** Counters of strings of the domain. Past 2^53 they are only near the truth; every range that is issued lies below. */
function decrypted({ pool, cipher, spelling, serials }: Inverting, known: readonly number[]): Float64Array {
  const { length, u, v, radix } = cipher;
  const fixed = pool.prefix.length;
  const a = new Float64Array(known.length);
  const b = new Float64Array(known.length);
  if (cipher.small) {
    for (let index = 0; index < known.length; index++) {
      const serial = serials[known[index] as number] as string;
      a[index] = spelling.read(serial, fixed, fixed + u);
      b[index] = spelling.read(serial, fixed + u, fixed + length);
    }
    permuteHalves(cipher, a, b, "decrypt");
    const scale = radix ** v;
    return a.map((high, index) => high * scale + (b[index] as number));
  }
  const numerals = Uint16Array.from(
    known.flatMap((item) => Array.from((serials[item] as string).slice(fixed), (char) => spelling.read(char, 0, 1))),
  );
  const plain = ff1DecryptBatch(cipher, numerals);
  return a.map((_, index) =>
    plain.subarray(index * length, (index + 1) * length).reduce((value, numeral) => value * radix + numeral, 0),
  );
}
