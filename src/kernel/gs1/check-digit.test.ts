import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCharacters, checkDigit, hasCheckDigit } from "./check-digit.ts";

describe("check digit (GenSpecs 7.9.1)", () => {
  test.each([
    ["0950600013435", 2],
    ["950110153000", 3],
    ["9638507", 4],
    ["61414112345", 2],
    ["10614141234567890", 8],
    ["061414112345", 2],
    ["0", 0],
    ["", 0],
  ])("%s gets %i", (digits, expected) => expect(checkDigit(digits)).toBe(expected));

  test("is found again, and no other digit is taken for it", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,20}$/), fc.integer({ min: 1, max: 9 }), (body, off) => {
        const digit = checkDigit(body);
        expect(hasCheckDigit(`${body}${digit}`)).toBe(true);
        expect(hasCheckDigit(`${body}${(digit + off) % 10}`)).toBe(false);
      }),
    );
  });

  test("catches every single wrong digit [REQ-GS1-01]", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{13}$/), fc.nat(12), fc.integer({ min: 1, max: 9 }), (body, place, off) => {
        const wrong = body.slice(0, place) + ((Number(body[place]) + off) % 10) + body.slice(place + 1);
        expect(checkDigit(wrong)).not.toBe(checkDigit(body));
      }),
    );
  });
});

describe("check characters (GenSpecs 7.9.5)", () => {
  test("of the specification's own example", () => expect(checkCharacters("1987654Ad4X4bL5ttr2310c")).toBe("2K"));
  test("are not defined past 23 characters or outside set 82", () => {
    expect(checkCharacters("1".repeat(24))).toBeUndefined();
    expect(checkCharacters("12 34")).toBeUndefined();
  });
});
