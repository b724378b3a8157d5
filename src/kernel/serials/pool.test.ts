import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { serialsRefusals } from "../../contract/refusals/serials.ts";
import { aesEcb } from "../../runtime/aes.ts";
import type { Result } from "../base/result.ts";
import { allocationNumbersMax, challengeAllocation, chunkOf, nextAllocation } from "./allocation.ts";
import {
  challengeCountersFrom,
  challengeNumbers,
  chunkNumbers,
  definePool,
  inDomain,
  isIssued,
  type Pool,
  type PoolDefinition,
  type PoolDomain,
  packCountersEnd,
  poolOf,
  poolOverlaps,
  poolSpace,
  purposeOf,
} from "./pool.ts";
import { counterOf, countersOf, noCounter, serialsOf } from "./pool-serials.ts";
import { clearAlphabet, gs1Characters82, type SerialRule, strictestRule } from "./rule.ts";

const gtin = "09501101530003";
const rule: SerialRule = {
  lengthMin: 1,
  lengthMax: 20,
  lengthUsual: 12,
  allowed: gs1Characters82,
  alphabetUsual: clearAlphabet,
  spaceRatioMin: 10_000,
};
const sequentialRule: SerialRule = { ...rule, spaceRatioMin: 1 };
const digits = "0123456789";
const key = aesEcb(Uint8Array.from({ length: 32 }, (_, index) => index));

function pool(definition: Partial<PoolDefinition> = {}, under = rule): Pool {
  const defined = definePool({ gtin, ...definition }, under, []);
  if (!defined.ok) throw new Error(defined.refusal.code);
  return defined.value;
}

function codeOf(result: Result<unknown>): string {
  if (result.ok) return "ok";
  expect(serialsRefusals).toHaveProperty([result.refusal.code]);
  return result.refusal.code;
}

describe("defining a pool", () => {
  test.each([
    ["the market's usual", {}, rule, "ok"],
    ["six digits, sequential market", { alphabet: digits, length: 6 }, sequentialRule, "ok"],
    ["six digits under 1 in 10,000", { alphabet: digits, length: 6 }, rule, "serials.space-too-small"],
    ["five digits", { alphabet: digits, length: 5 }, sequentialRule, "serials.space-too-small"],
    ["a repeated character", { alphabet: "ABCA" }, rule, "serials.alphabet"],
    ["one character", { alphabet: "A" }, rule, "serials.alphabet"],
    ["a character outside set 82", { alphabet: "AB#" }, rule, "serials.alphabet"],
    ["a space", { alphabet: "AB " }, rule, "serials.alphabet"],
    ["21 characters", { length: 21 }, rule, "serials.length"],
    ["half a character", { length: 12.5 }, rule, "serials.length"],
    ["a prefix that leaves one place", { length: 4, prefix: "ABC" }, rule, "serials.prefix"],
    ["a prefix outside the market's set", { prefix: "a#" }, rule, "serials.prefix"],
    ["the market's own exact length", { length: 12 }, { ...rule, lengthMin: 13, lengthMax: 13 }, "serials.length"],
  ] as const)("%s: %s", (_, definition, under, code) => {
    expect(codeOf(definePool({ gtin, ...definition }, under, []))).toBe(code);
  });

  test("refuses to overlap, and says with which [REQ-NUM-03]", () => {
    const others = [pool({ prefix: "A" }), pool({ length: 14 })];
    expect(definePool({ gtin, length: 14, prefix: "B2" }, rule, others)).toMatchObject({
      ok: false,
      refusal: { code: "serials.pool-overlap", at: "1" },
    });
    expect(codeOf(definePool({ gtin, prefix: "B" }, rule, others))).toBe("ok");
  });

  test("every domain under one key has its own permutation", () => {
    const first = (definition: Partial<PoolDefinition>) => serialsOf(pool(definition), 0, 1, key)[0];
    expect(first({ gtin: "09501101530010" })).not.toBe(first({}));
    expect(first({ prefix: "A" })?.slice(1)).not.toBe(first({ length: 11 }));
  });

  test("a pack for two markets obeys both rules", () => {
    const both = strictestRule(sequentialRule, {
      ...rule,
      lengthMin: 13,
      lengthMax: 13,
      lengthUsual: 13,
      allowed: digits,
    });
    expect(both).toMatchObject({
      lengthMin: 13,
      lengthMax: 13,
      lengthUsual: 13,
      alphabetUsual: "23456789",
      spaceRatioMin: 10_000,
    });
  });
});

describe("overlap", () => {
  const domain = (length: number, prefix: string, alphabet = clearAlphabet, of = gtin): PoolDomain => ({
    gtin: of,
    length,
    prefix,
    alphabet,
  });
  test.each([
    ["the same", domain(12, ""), domain(12, ""), true],
    ["another GTIN", domain(12, ""), domain(12, "", clearAlphabet, "09501101530010"), false],
    ["another length", domain(12, ""), domain(13, ""), false],
    ["a prefix inside the alphabet", domain(12, ""), domain(12, "A"), true],
    ["a prefix outside the alphabet", domain(12, ""), domain(12, "0"), false],
    ["two prefixes", domain(12, "A"), domain(12, "B"), false],
    ["a longer prefix", domain(12, "A"), domain(12, "AB"), true],
    ["disjoint alphabets", domain(12, "", digits), domain(12, "", "ABC"), false],
  ])("%s", (_, a, b, overlaps) => {
    expect(poolOverlaps(a, b)).toBe(overlaps);
    expect(poolOverlaps(b, a)).toBe(overlaps);
  });

  test("pools that do not overlap never share a string; the pool of a string is the one that made it [REQ-NUM-03]", () => {
    const prefixes = fc
      .array(fc.constantFrom("2", "3", "A", "B", "0"), { maxLength: 3 })
      .map((chars) => chars.join(""));
    const definitions = fc.record({ prefix: prefixes, length: fc.integer({ min: 12, max: 13 }) });
    fc.assert(
      fc.property(definitions, definitions, (one, two) => {
        const [a, b] = [pool(one), pool(two)];
        const [ofA, ofB] = [serialsOf(a, 0, 50, key), serialsOf(b, 0, 50, key)];
        if (poolOverlaps(a, b)) return;
        for (const serial of ofA) expect(inDomain(b, serial)).toBe(false);
        for (const serial of ofB) expect(poolOf([a, b], gtin, serial)).toBe(b);
      }),
    );
  });
});

// Power-of-two radix, others, halves past 2^52 (BigInt), odd body lengths, prefixes.
const pools = fc.constantFrom<Partial<PoolDefinition>>(
  {},
  { length: 20 },
  { length: 20, alphabet: gs1Characters82 },
  { length: 13, alphabet: `${digits}ABCDEFGHIJKLMNOPQRSTUVWXYZ`, prefix: "P" },
  { length: 17, alphabet: gs1Characters82.slice(11, 73) },
  { length: 20, alphabet: digits, prefix: "42" },
  { length: 15, alphabet: digits },
);
const starts = fc.oneof(fc.nat(5_000), fc.integer({ min: 0, max: 2 ** 26 }));

describe("serials of counters", () => {
  test("the counter of the serial of a counter is the counter, and no two are equal [REQ-NUM-02]", () => {
    fc.assert(
      fc.property(pools, starts, fc.integer({ min: 1, max: 200 }), (definition, from, count) => {
        const made = pool(definition);
        const serials = serialsOf(made, from, count, key);
        expect(new Set(serials).size).toBe(count);
        expect([...countersOf(made, serials, key)]).toEqual(serials.map((_, index) => from + index));
        for (const serial of serials) expect(inDomain(made, serial)).toBe(true);
        expect(counterOf(made, serials[0] as string, key)).toEqual({ ok: true, value: from });
      }),
    );
  });

  test("a whole small domain is a permutation: no duplicates over all that may be issued [REQ-NUM-01]", () => {
    const made = pool({ alphabet: digits, length: 6 }, sequentialRule);
    const end = packCountersEnd(made);
    const all = [
      ...serialsOf(made, 0, end, key),
      ...serialsOf(made, challengeCountersFrom(made), challengeNumbers, key),
    ];
    expect(new Set(all).size).toBe(end + challengeNumbers);
  });

  test("a range does not depend on how it is asked for", () => {
    const made = pool();
    const whole = serialsOf(made, 0, 20_000, key);
    expect(serialsOf(made, 8_000, 500, key)).toEqual(whole.slice(8_000, 8_500));
  });

  test("recorded: the serials of a key and a domain never change [REQ-NUM-05]", () => {
    expect(serialsOf(pool(), 0, 3, key)).toMatchInlineSnapshot(`
      [
        "WES9J682DFEB",
        "5HUS5E5M2S8A",
        "P5KMDP2SX7A2",
      ]
    `);
    expect(serialsOf(pool({ length: 20, alphabet: gs1Characters82 }), 0, 2, key)).toMatchInlineSnapshot(`
      [
        "Dr5xd!AnKH?&S6_<-P!8",
        "lU3VBh(v6(oSi-7E*8Z<",
      ]
    `);
  });

  test("strings that are not the pool's", () => {
    const made = pool({ prefix: "A" });
    const own = serialsOf(made, 7, 1, key)[0] as string;
    const wrong = [
      "",
      own.slice(1),
      `${own}2`,
      `B${own.slice(1)}`,
      `${own.slice(0, 11)}0`,
      `${own.slice(0, 11)}é`,
      `${own.slice(0, 11)}Ā`,
    ];
    expect([...countersOf(made, [...wrong, own], key)]).toEqual([...wrong.map(() => noCounter), 7]);
    for (const serial of wrong) expect(codeOf(counterOf(made, serial, key))).toBe("serials.not-of-pool");
  });

  test("an invented number of the right form is never one that was issued [REQ-NUM-02]", () => {
    const made = { ...pool(), next: 1_024_000 };
    const guesses = Array.from(
      { length: 2_000 },
      (_, index) => made.alphabet[index % 32]!.repeat(9) + `${index}`.padStart(3, "2").replace(/[01]/g, "Z"),
    );
    expect([...countersOf(made, guesses, key)].filter((counter) => isIssued(made, counter))).toEqual([]);
    expect(codeOf(counterOf(made, "222222222222", key))).toBe("serials.never-issued");
  });

  test("asking past what may be issued is a bug", () => {
    const made = pool({ alphabet: digits, length: 6 }, sequentialRule);
    expect(() => serialsOf(made, packCountersEnd(made), 1, key)).toThrow();
    expect(() => serialsOf(made, -1, 1, key)).toThrow();
    expect(() => serialsOf(made, 0.5, 1, key)).toThrow();
  });
});

describe("allocation", () => {
  test("the space is 10,000 times what may be issued, in whole chunks [REQ-NUM-07]", () => {
    fc.assert(
      fc.property(pools, (definition) => {
        const made = pool(definition);
        expect(BigInt(packCountersEnd(made)) * 10_000n <= poolSpace(made)).toBe(true);
        expect(packCountersEnd(made) % chunkNumbers).toBe(0);
      }),
    );
  });

  test("blocks begin on chunks and share none [REQ-NUM-01]", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 20 }), (quantities) => {
        let made = pool();
        const taken = new Set<number>();
        for (const quantity of quantities) {
          const block = nextAllocation(made, quantity);
          if (!block.ok) throw new Error(block.refusal.code);
          const { from, to, next } = block.value;
          expect([to - from, from % chunkNumbers, next % chunkNumbers]).toEqual([quantity, 0, 0]);
          for (let chunk = chunkOf(from); chunk <= chunkOf(to - 1); chunk++) {
            expect(taken.has(chunk)).toBe(false);
            taken.add(chunk);
          }
          made = { ...made, next };
        }
      }),
    );
  });

  test.each([0, -1, 1.5, allocationNumbersMax + 1])("a quantity of %d is refused", (quantity) => {
    expect(codeOf(nextAllocation(pool(), quantity))).toBe("serials.quantity");
  });

  test("a closed pool and an exhausted one refuse [REQ-NUM-10]", () => {
    expect(codeOf(nextAllocation({ ...pool(), closed: true }, 1))).toBe("serials.pool-closed");
    const small = pool({ alphabet: digits, length: 6 }, sequentialRule);
    const end = packCountersEnd(small);
    expect(nextAllocation({ ...small, next: end - 1_024 }, 1_024)).toMatchObject({ ok: true, value: { next: end } });
    expect(nextAllocation({ ...small, next: end - 1_024 }, 1_025)).toMatchObject({
      ok: false,
      refusal: { code: "serials.pool-exhausted", at: "1024" },
    });
  });

  test("challenge numbers can never be allocated to a pack [REQ-NUM-11]", () => {
    fc.assert(
      fc.property(pools, fc.nat(1_000_000), fc.integer({ min: 1, max: 50 }), (definition, used, quantity) => {
        const made = pool(definition);
        const range = challengeAllocation(made, used, quantity);
        if (!range.ok) throw new Error(range.refusal.code);
        expect(range.value.from).toBeGreaterThanOrEqual(packCountersEnd(made));
        const serials = serialsOf(made, range.value.from, quantity, key);
        for (const counter of countersOf(made, serials, key)) expect(purposeOf(made, counter)).toBe("challenge");
      }),
    );
    expect(codeOf(challengeAllocation(pool(), 0, challengeNumbers + 1))).toBe("serials.quantity");
  });

  test("what a counter is for", () => {
    const made = pool();
    expect(
      [0, packCountersEnd(made), challengeCountersFrom(made), -1].map((counter) => purposeOf(made, counter)),
    ).toEqual(["pack", "none", "challenge", "none"]);
  });
});
