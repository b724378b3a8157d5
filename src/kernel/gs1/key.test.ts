import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../base/result.ts";
import { checkDigit } from "./check-digit.ts";
import {
  buildGtin,
  buildKey,
  buildSscc,
  parseGln,
  parseGtin,
  parseKey,
  parseSerial,
  parseSscc,
  shortGtin,
} from "./key.ts";
import { type KeyName, keyTypes } from "./key-table.ts";

const keys: readonly (readonly [KeyName, string, string?])[] = [
  ["gtin", "96385074", "00000096385074"],
  ["gtin", "614141123452", "00614141123452"],
  ["gtin", "9506000134352", "09506000134352"],
  ["gtin", "10614141123459"],
  ["sscc", "106141412345678908"],
  ["gln", "0614141123452"],
  ["pgln", "9506000134352"],
  ["grai", "00614141123452400"],
  ["grai", "00614141123452"],
  ["giai", "0614141ABC-1"],
  ["gsrn", "061414112345678902"],
  ["gsrnp", "061414112345678902"],
  ["gdti", "0614141123452X9"],
  ["gcn", "0614141123452123"],
  ["cpi", "06141415PQ7/Z43"],
  ["itip", "040123451234560104"],
  ["ginc", "0614141xyz3311"],
  ["gsin", "06141411234567890"],
  ["gmn", "1987654Ad4X4bL5ttr2310c2K"],
];

describe("keys", () => {
  test.each(keys.map(([name, text, canonical = text]) => ({ name, text, canonical })))(
    "$name $text is read",
    ({ name, text, canonical }) => expect(must(parseKey(name, text))).toBe(canonical),
  );

  test("every row of the table has an example here", () =>
    expect(new Set(keys.map(([name]) => name))).toEqual(new Set(Object.keys(keyTypes))));

  test.each([
    ["gtin", "9506000134353", "gs1.check-digit", "12"],
    ["gtin", "950600013435X", "gs1.value-character", "12"],
    ["gtin", "950600013435", "gs1.check-digit", "11"],
    ["gtin", "95060001343", "gs1.value-length", "11"],
    ["gtin", "", "gs1.value-length", "0"],
    ["gtin", "095060001343520", "gs1.value-length", "14"],
    ["sscc", "106141412345678907", "gs1.check-digit", "17"],
    ["gln", "061414112345", "gs1.value-length", "12"],
    ["grai", "10614141123452400", "gs1.not-zero", "0"],
    ["giai", "06A4141", "gs1.company-prefix", "2"],
    ["cpi", "0614141a", "gs1.value-character", "7"],
    ["gmn", "1987654Ad4X4bL5ttr2310c2X", "gs1.check-characters", "23"],
    ["itip", "040123451234560504", "gs1.piece-of-total", "16"],
    ["gsin", "06141411234567891", "gs1.check-digit", "16"],
  ] as const)("%s %s is refused with %s at %s", (name, text, code, at) =>
    expect(parseKey(name, text)).toMatchObject({ ok: false, refusal: { code, at } }),
  );

  test("a printed GTIN is as short as it was issued", () => {
    for (const text of ["96385074", "614141123452", "9506000134352", "10614141123459"]) {
      expect(shortGtin(must(parseGtin(text)))).toBe(text);
    }
  });

  test("no text makes a parser throw, and what it accepts it accepts again", () => {
    const parsers = [parseGtin, parseSscc, parseGln, parseSerial];
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{0,20}$/)), (text) => {
        for (const parse of parsers) {
          const once = parse(text);
          if (once.ok) expect(parse(once.value)).toEqual(once);
        }
      }),
    );
  });
});

describe("building", () => {
  test("an SSCC fills its reference up", () => {
    expect(must(buildSscc(1, "0614141", 234567890))).toBe("106141412345678908");
    expect(must(buildSscc("0", "0614141", 1n))).toBe(`00614141000000001${checkDigit("00614141000000001")}`);
  });

  test.each([
    [["x", "0614141", "1"], "gs1.value-character", "lead"],
    [["12", "0614141", "1"], "gs1.value-character", "lead"],
    [["1", "06A", "1"], "gs1.value-character", "companyPrefix"],
    [["1", "061", "1"], "gs1.company-prefix-length", "companyPrefix"],
    [["1", "0614141", "-1"], "gs1.value-character", "reference"],
    [["1", "0614141", "1234567890"], "gs1.value-length", "reference"],
  ] as const)("an SSCC of %j is refused", ([extension, prefix, reference], code, at) =>
    expect(buildSscc(extension, prefix, reference)).toMatchObject({ ok: false, refusal: { code, at } }),
  );

  test("every SSCC that is built is read", () => {
    fc.assert(
      fc.property(fc.nat(9), fc.stringMatching(/^\d{6,12}$/), fc.nat(9_999), (extension, prefix, reference) => {
        const sscc = must(buildSscc(extension, prefix, reference));
        expect(parseSscc(sscc)).toEqual({ ok: true, value: sscc });
        expect(sscc.slice(1, 1 + prefix.length)).toBe(prefix);
      }),
    );
  });

  test("a GTIN gets its check digit", () => {
    expect(must(buildGtin(1, "0614141", "12345"))).toBe("10614141123459");
    expect(must(buildGtin(1, "0614141", 1234))).toBe(`1061414101234${checkDigit("1061414101234")}`);
    expect(buildGtin(1, "0614141", "123456")).toMatchObject({ refusal: { code: "gs1.value-length", at: "reference" } });
    expect(buildGtin(1, "06141X1", "12345")).toMatchObject({
      refusal: { code: "gs1.value-character", at: "companyPrefix" },
    });
  });

  test.each([
    ["pgln", { companyPrefix: "0614141", reference: "12345" }, "0614141123452"],
    ["grai", { companyPrefix: "0614141", reference: 12345, tail: "400" }, "00614141123452400"],
    ["giai", { companyPrefix: "0614141", reference: "A-1" }, "0614141A-1"],
    ["gsrn", { companyPrefix: "0614141", reference: 1234567890 }, "061414112345678902"],
    ["gdti", { companyPrefix: "061414112345", reference: "", tail: "X" }, "0614141123452X"],
    ["itip", { lead: 0, companyPrefix: "4012345", reference: "12345", tail: "0104" }, "040123451234560104"],
    ["gsin", { companyPrefix: "0614141", reference: 123456789 }, "06141411234567890"],
    ["gmn", { companyPrefix: "1987654", reference: "Ad4X4bL5ttr2310c" }, "1987654Ad4X4bL5ttr2310c2K"],
  ] as const)("%s of %j", (name, parts, expected) => expect(must(buildKey(name, parts))).toBe(expected));

  test("parts that make no key are refused where they do not fit", () => {
    expect(buildKey("itip", { companyPrefix: "4012345", reference: "12345", tail: "0504" })).toMatchObject({
      refusal: { code: "gs1.piece-of-total", at: "16" },
    });
    expect(buildKey("giai", { companyPrefix: "0614141", reference: "A B" })).toMatchObject({
      refusal: { code: "gs1.value-character", at: "8" },
    });
  });
});
