import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aesEcb } from "../../runtime/aes.ts";
import { ff1, ff1DecryptBatch, ff1EncryptBatch } from "./ff1.ts";
import { runLarge } from "./ff1-large.ts";

const digits = "0123456789abcdefghijklmnopqrstuvwxyz";
const numerals = (text: string) => Uint16Array.from(text, (char) => digits.indexOf(char));
const text = (values: Uint16Array) => Array.from(values, (value) => digits[value]).join("");
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const key128 = "2B7E151628AED2A6ABF7158809CF4F3C";
const key192 = `${key128}EF4359D8D580AA4F`;
const key256 = `${key192}7F036D6F04FC6A94`;
const tweak10 = "39383736353433323130";
const tweak11 = "3737373770717273373737";

// NIST, "Block Cipher Modes of Operation: FF1 Method for Format-Preserving Encryption", samples 1 to 9.
const samples = [
  [1, key128, "", 10, "0123456789", "2433477484"],
  [2, key128, tweak10, 10, "0123456789", "6124200773"],
  [3, key128, tweak11, 36, "0123456789abcdefghi", "a9tv40mll9kdu509eum"],
  [4, key192, "", 10, "0123456789", "2830668132"],
  [5, key192, tweak10, 10, "0123456789", "2496655549"],
  [6, key192, tweak11, 36, "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"],
  [7, key256, "", 10, "0123456789", "6657667009"],
  [8, key256, tweak10, 10, "0123456789", "1001623463"],
  [9, key256, tweak11, 36, "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"],
] as const;

describe("FF1, NIST SP 800-38G [REQ-NUM-04]", () => {
  test.each(samples)("sample %i", (_, key, tweak, radix, plain, expected) => {
    const cipher = ff1(radix, plain.length, bytes(tweak), aesEcb(bytes(key)));
    expect(text(ff1EncryptBatch(cipher, numerals(plain)))).toBe(expected);
    expect(text(ff1DecryptBatch(cipher, numerals(expected)))).toBe(plain);
  });

  test.each(samples)("sample %i on BigInt", (_, key, tweak, radix, plain, expected) => {
    const cipher = ff1(radix, plain.length, bytes(tweak), aesEcb(bytes(key)));
    expect(text(runLarge(cipher, numerals(plain), "encrypt"))).toBe(expected);
    expect(text(runLarge(cipher, numerals(expected), "decrypt"))).toBe(plain);
  });
});

// Radix, length and tweak bytes that reach every width of reduction, a tweak over a block, Q and S of several blocks.
const shapes = fc.constantFrom(
  [2, 20, 0],
  [2, 104, 9],
  [10, 6, 0],
  [10, 7, 16],
  [10, 20, 40],
  [31, 12, 14],
  [32, 12, 20],
  [32, 17, 3],
  [32, 20, 14],
  [36, 20, 14],
  [62, 16, 14],
  [62, 20, 5],
  [82, 20, 33],
  [256, 7, 2],
  [65_536, 2, 0],
  [65_536, 6, 12],
  [65_536, 40, 7],
) satisfies fc.Arbitrary<[number, number, number]>;

const batches = shapes.chain(([radix, length, tweakBytes]) =>
  fc.record({
    radix: fc.constant(radix),
    length: fc.constant(length),
    tweak: fc.uint8Array({ minLength: tweakBytes, maxLength: tweakBytes }),
    key: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    items: fc.array(fc.array(fc.nat(radix - 1), { minLength: length, maxLength: length }), {
      minLength: 1,
      maxLength: 5,
    }),
  }),
);

describe("FF1 properties", () => {
  test("decrypt undoes encrypt, and the two arithmetics agree", () => {
    fc.assert(
      fc.property(batches, ({ radix, length, tweak, key, items }) => {
        const cipher = ff1(radix, length, tweak, aesEcb(key));
        const plain = Uint16Array.from(items.flat());
        const secret = ff1EncryptBatch(cipher, plain);
        expect(secret.every((numeral) => numeral < radix)).toBe(true);
        expect(ff1DecryptBatch(cipher, secret)).toEqual(plain);
        expect(runLarge(cipher, plain, "encrypt")).toEqual(secret);
      }),
    );
  });

  test("an item's result does not depend on its batch", () => {
    fc.assert(
      fc.property(batches, ({ radix, length, tweak, key, items }) => {
        const cipher = ff1(radix, length, tweak, aesEcb(key));
        const together = ff1EncryptBatch(cipher, Uint16Array.from(items.flat()));
        const alone = items.flatMap((item) => [...ff1EncryptBatch(cipher, Uint16Array.from(item))]);
        expect([...together]).toEqual(alone);
      }),
      { numRuns: 30 },
    );
  });

  test("key and tweak both matter", () => {
    const plain = numerals("000000000000");
    const under = (key: number, tweak: number) =>
      text(ff1EncryptBatch(ff1(36, 12, Uint8Array.of(tweak), aesEcb(new Uint8Array(32).fill(key))), plain));
    expect(new Set([under(1, 1), under(1, 2), under(2, 1)]).size).toBe(3);
  });

  test.each([
    ["a radix of one", 1, 20],
    ["a radix past 65536", 65_537, 20],
    ["a domain below a million", 10, 5],
    ["one numeral", 65_536, 1],
  ])("%s is a bug", (_, radix, length) => {
    expect(() => ff1(radix, length, new Uint8Array(0), aesEcb(new Uint8Array(32)))).toThrow();
  });

  test("a numeral outside the radix and half an item are bugs", () => {
    const cipher = ff1(10, 6, new Uint8Array(0), aesEcb(new Uint8Array(32)));
    expect(() => ff1EncryptBatch(cipher, Uint16Array.of(1, 2, 3, 4, 5, 10))).toThrow();
    expect(() => ff1EncryptBatch(cipher, Uint16Array.of(1, 2, 3))).toThrow();
  });
});
