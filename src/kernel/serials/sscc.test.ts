import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { serialsRefusals } from "../../contract/refusals/serials.ts";
import { hasCheckDigit } from "../gs1/check-digit.ts";
import { must } from "../base/result.ts";
import { nextSsccs, ssccCounterOf, ssccSequence, ssccSpace, ssccsOf } from "./sscc.ts";

const own = must(ssccSequence({ extensionDigit: 3, companyPrefix: "9501101" }));

describe("SSCC sequences", () => {
  test("the first two, with GS1 check digits", () => {
    expect(ssccsOf(own, 0, 2)).toEqual(["395011010000000002", "395011010000000019"]);
  });

  test("any block: 18 digits, valid, distinct, inverted", () => {
    const sequences = fc.record({
      extensionDigit: fc.integer({ min: 0, max: 9 }),
      companyPrefix: fc.stringMatching(/^[0-9]{4,12}$/),
      fixed: fc.stringMatching(/^[0-9]{0,2}$/),
    });
    fc.assert(
      fc.property(sequences, fc.nat(90), fc.integer({ min: 1, max: 10 }), (definition, from, count) => {
        const sequence = must(ssccSequence(definition));
        const ssccs = ssccsOf(sequence, from, count);
        expect(new Set(ssccs).size).toBe(count);
        ssccs.forEach((sscc, index) => {
          expect(sscc).toMatch(/^[0-9]{18}$/);
          expect(hasCheckDigit(sscc)).toBe(true);
          expect(ssccCounterOf(sequence, sscc)).toEqual({ ok: true, value: from + index });
        });
      }),
    );
  });

  test("a block follows the last and never repeats [REQ-NUM-12]", () => {
    const first = must(nextSsccs(own, 10));
    const second = must(nextSsccs({ ...own, next: first.next }, 5));
    expect([first.from, first.to, second.from, second.to]).toEqual([0, 10, 10, 15]);
  });

  test.each([
    [
      "an extension digit of 10",
      ssccSequence({ extensionDigit: 10, companyPrefix: "9501101" }),
      "serials.extension-digit",
    ],
    ["a prefix of three digits", ssccSequence({ extensionDigit: 0, companyPrefix: "950" }), "serials.company-prefix"],
    [
      "fixed letters",
      ssccSequence({ extensionDigit: 0, companyPrefix: "9501101", fixed: "A" }),
      "serials.fixed-digits",
    ],
    [
      "no room for a counter",
      ssccSequence({ extensionDigit: 0, companyPrefix: "950110153000", fixed: "123" }),
      "serials.fixed-digits",
    ],
    [
      "another's range",
      ssccSequence({ extensionDigit: 3, companyPrefix: "9501101", fixed: "1" }, [own]),
      "serials.pool-overlap",
    ],
    ["none", nextSsccs(own, 0), "serials.quantity"],
    ["past the end", nextSsccs({ ...own, next: ssccSpace(own) - 1 }, 2), "serials.pool-exhausted"],
    ["another's SSCC", ssccCounterOf(own, "095011010000000000"), "serials.not-of-pool"],
    ["a wrong check digit", ssccCounterOf(own, "395011010000000008"), "serials.not-of-pool"],
  ])("%s is refused", (_, result, code) => {
    expect(result).toMatchObject({ ok: false, refusal: { code } });
    expect(serialsRefusals).toHaveProperty([code]);
  });

  test("sequences of two sites share a prefix by their fixed digits", () => {
    const site1 = must(ssccSequence({ extensionDigit: 3, companyPrefix: "9501101", fixed: "1" }));
    expect(ssccSequence({ extensionDigit: 3, companyPrefix: "9501101", fixed: "2" }, [site1]).ok).toBe(true);
  });

  test("SSCCs past the end of the sequence are a bug", () => {
    expect(() => ssccsOf(own, ssccSpace(own), 1)).toThrow();
  });
});
