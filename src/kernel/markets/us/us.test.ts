import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../../base/result.ts";
import { hasCheckDigit } from "../../gs1/check-digit.ts";
import { gtinOfNdc, ndc10OfGtin, ndc11, parseNdc, printNdc } from "./ndc.ts";
import { missingTransactionFields, type TransactionInformation, wantsShipmentDate } from "./transaction.ts";

describe("NDC", () => {
  test.each([
    ["1234-5678-90", "01234567890"],
    ["12345-678-90", "12345067890"],
    ["12345-6789-0", "12345678900"],
  ])("%s in eleven digits is %s", (text, eleven) => {
    expect(ndc11(must(parseNdc(text)))).toBe(eleven);
  });

  test.each(["1234567890", "12345-6789-01", "1234-567-890", "12345-678-9", "", "12345-678-9O"])(
    "%j is refused",
    (text) => {
      expect(parseNdc(text)).toMatchObject({
        ok: false,
        refusal: { code: "markets.ndc", at: expect.stringMatching(/^\d+$/) as string },
      });
    },
  );

  test("the GTIN of a unit and of its case", () => {
    const ndc = must(parseNdc("12345-678-90"));
    // 0·3+0+3·3+1+2·3+3+4·3+5+6·3+7+8·3+9+0·3 = 94, so 6; one more indicator adds three.
    expect(gtinOfNdc(ndc)).toEqual({ ok: true, value: "00312345678906" });
    expect(gtinOfNdc(ndc, 1)).toEqual({ ok: true, value: "10312345678903" });
    expect(gtinOfNdc(ndc, 9)).toMatchObject({ ok: false, refusal: { code: "markets.indicator" } });
  });

  test("the ten digits come back out of any GTIN made of them", () => {
    const ndcs = fc.stringMatching(/^([0-9]{4}-[0-9]{4}-[0-9]{2}|[0-9]{5}-[0-9]{3}-[0-9]{2}|[0-9]{5}-[0-9]{4}-[0-9])$/);
    fc.assert(
      fc.property(ndcs, fc.integer({ min: 0, max: 8 }), (text, indicator) => {
        const ndc = must(parseNdc(text));
        const gtin = must(gtinOfNdc(ndc, indicator));
        expect(hasCheckDigit(gtin)).toBe(true);
        expect(printNdc(ndc)).toBe(text);
        expect(ndc10OfGtin(gtin)).toEqual({ ok: true, value: text.replaceAll("-", "") });
      }),
    );
  });

  test.each(["00312345678907", "09501101530003", "0312345678906", "90312345678909"])("%s holds no NDC", (gtin) => {
    expect(ndc10OfGtin(gtin)).toMatchObject({ ok: false, refusal: { code: "markets.not-an-ndc" } });
  });
});

describe("transaction information", () => {
  const ti: TransactionInformation = {
    productName: "Exampril",
    strength: "10 mg",
    dosageForm: "tablet",
    ndc: "12345-678-90",
    containerSize: "30",
    containerCount: 2,
    lots: ["L24-017"],
    transactionAt: 1_790_000_000_000,
    seller: { name: "Nordpharm Inc.", address: "1 Harbor Way, Newark NJ" },
    buyer: { name: "Midland Wholesale", address: "2 Depot Rd, Columbus OH" },
    packages: [{ gtin: "00312345678906", serial: "8K2MXW4T9QZB" }],
  };
  test.each<[string, Partial<TransactionInformation>, string[]]>([
    ["complete", {}, []],
    ["no strength", { strength: "" }, ["/strength"]],
    ["a buyer without address", { buyer: { name: "Midland", address: " " } }, ["/buyer/address"]],
    ["no packages", { packages: [], containerCount: 0 }, ["/containerCount", "/packages"]],
    ["an empty lot", { lots: [""] }, ["/lots"]],
  ])("%s", (_, change, missing) => {
    expect(missingTransactionFields({ ...ti, ...change })).toEqual(missing);
  });

  test("a shipment more than a day later says so", () => {
    expect(wantsShipmentDate(0, 86_400_000)).toBe(false);
    expect(wantsShipmentDate(0, 86_400_001)).toBe(true);
  });
});
