import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { aesEcb } from "./aes.ts";
import { readKeyFile, rewrapKey, unwrapKey, wrapKey, wrappedKeyBytes } from "./key-wrap.ts";
import { sha256, sha256Hex } from "./sha256.ts";

const key = new Uint8Array(32).fill(1);
const wrapping = new Uint8Array(32).fill(2);
const other = new Uint8Array(32).fill(3);
let nonces = 0;
const nonce = (count: number) => new Uint8Array(count).fill(++nonces);

describe("key wrapping", () => {
  test("opens with its wrapping key and subject [REQ-NUM-13]", () => {
    const wrapped = wrapKey(key, wrapping, "pool:1", nonce);
    expect(wrapped).toHaveLength(wrappedKeyBytes);
    expect(unwrapKey(wrapped, wrapping, "pool:1")).toEqual(key);
  });

  test.each([
    ["another wrapping key", other, "pool:1"],
    ["another subject", wrapping, "pool:2"],
  ])("does not open with %s", (_, opening, subject) => {
    const wrapped = wrapKey(key, wrapping, "pool:1", nonce);
    expect(() => unwrapKey(wrapped, opening, subject)).toThrow(
      expect.objectContaining({ kind: "permanent", code: "key.unwrap" }),
    );
  });

  test("does not open when any bit changed, or cut short [REQ-NUM-13]", () => {
    const wrapped = wrapKey(key, wrapping, "pool:1", nonce);
    fc.assert(
      fc.property(fc.nat(wrappedKeyBytes * 8 - 1), (bit) => {
        const altered = Uint8Array.from(wrapped);
        altered[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => unwrapKey(altered, wrapping, "pool:1")).toThrow(/pool:1/);
      }),
    );
    expect(() => unwrapKey(wrapped.subarray(1), wrapping, "pool:1")).toThrow(/known form/);
  });

  test("rotation keeps the key and leaves the old wrapping key useless", () => {
    const rotated = rewrapKey(wrapKey(key, wrapping, "pool:1", nonce), wrapping, other, "pool:1", nonce);
    expect(unwrapKey(rotated, other, "pool:1")).toEqual(key);
    expect(() => unwrapKey(rotated, wrapping, "pool:1")).toThrow();
  });

  test("only keys of 32 bytes are wrapped", () => {
    expect(() => wrapKey(new Uint8Array(16), wrapping, "pool:1", nonce)).toThrow(RangeError);
  });
});

describe("key files", () => {
  const folder = mkdtempSync(join(tmpdir(), "packtrail-key-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (content: string) => {
    const path = join(folder, "wrapping.key");
    writeFileSync(path, content);
    return path;
  };

  test("64 hexadecimal digits, a line's end allowed", () => {
    expect(readKeyFile(file(`${"02".repeat(32)}\n`))).toEqual(wrapping);
  });

  test.each(["", "02".repeat(31), `${"02".repeat(31)}0g`])("%j is refused without being quoted", (content) => {
    const path = file(content);
    expect(() => readKeyFile(path)).toThrow(
      expect.objectContaining({ kind: "permanent", code: "key.file", message: expect.not.stringContaining("0202") }),
    );
  });

  test("a file that is not there", () => {
    expect(() => readKeyFile(join(folder, "none"))).toThrow(
      expect.objectContaining({ kind: "permanent", code: "key.file" }),
    );
  });
});

describe("primitives against their standards", () => {
  const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

  // FIPS 197, appendix C.
  test.each([
    ["000102030405060708090a0b0c0d0e0f", "69c4e0d86a7b0430d8cdb78070b4c55a"],
    ["000102030405060708090a0b0c0d0e0f1011121314151617", "dda97ca4864cdfe06eaf70a0ec0d7191"],
    ["000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "8ea2b7ca516745bfeafc49904b496089"],
  ])("AES with key %s", (aesKey, expected) => {
    const encrypt = aesEcb(bytes(aesKey));
    const block = bytes("00112233445566778899aabbccddeeff");
    expect(Buffer.from(encrypt(block)).toString("hex")).toBe(expected);
    // Many blocks and a second call: nothing is carried over.
    expect(Buffer.from(encrypt(new Uint8Array([...block, ...block]))).toString("hex")).toBe(expected + expected);
  });

  test("an AES key of another length is refused", () => {
    expect(() => aesEcb(new Uint8Array(20))).toThrow(RangeError);
  });

  test("SHA-256 of abc, FIPS 180-4", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(Buffer.from(sha256(new TextEncoder().encode("abc"))).toString("hex")).toBe(sha256Hex("abc"));
  });
});
