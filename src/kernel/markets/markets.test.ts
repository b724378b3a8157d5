import { describe, expect, test } from "vitest";
import { MarketCode as MarketCodeSchema } from "../../contract/shapes.ts";
import { definePool, packCountersEnd, poolSpace } from "../serials/pool.ts";
import { missingInUpload, type HubUpload } from "./eu/hub-upload.ts";
import { marketCodes, markets, type PackFacts, reportsBefore } from "./market.ts";
import { codeElements, expiryText, textLines } from "./pack-text.ts";
import { keepUntil, retentionOf, retentionUsual } from "./retention.ts";

const { us, eu } = markets;
const facts: PackFacts = { gtin: "00312345678906", serial: "8K2MXW4T9QZB", lot: "L24-017", expiry: "271130" };

test("the seams know the same markets", () => {
  expect((MarketCodeSchema as unknown as { enum: string[] }).enum).toEqual([...marketCodes]);
  for (const code of marketCodes) expect(markets[code].code).toBe(code);
});

describe("what stands on the pack [REQ-MKT-01]", () => {
  test("us: product identifier in the code, four lines beside it", () => {
    const ndc = { ...facts, nationalNumber: "12345-678-90" };
    expect(codeElements(us.carriers.pack, ndc)).toEqual({
      ok: true,
      value: [
        ["01", facts.gtin],
        ["21", facts.serial],
        ["17", "271130"],
        ["10", "L24-017"],
      ],
    });
    expect(textLines(us.carriers.pack, ndc)).toEqual({
      ok: true,
      value: ["NDC 12345-678-90", "SERIAL 8K2MXW4T9QZB", "LOT L24-017", "EXP 2027-11-30"],
    });
  });

  test("eu: with and without a national number of its own", () => {
    expect(textLines(eu.carriers.pack, facts)).toEqual({
      ok: true,
      value: ["PC 00312345678906", "SN 8K2MXW4T9QZB", "LOT L24-017", "EXP 11/2027"],
    });
    const italian = { ...facts, nationalNumber: "012345678", nationalAi: "716" };
    expect(codeElements(eu.carriers.pack, italian)).toMatchObject({
      ok: true,
      value: { 4: ["716", "012345678"], length: 5 },
    });
    expect(textLines(eu.carriers.pack, italian)).toMatchObject({ ok: true, value: { 2: "NN 012345678" } });
    const { nationalAi: _, ...inNtin } = italian;
    expect(codeElements(eu.carriers.pack, inNtin)).toMatchObject({ ok: true, value: { length: 4 } });
  });

  test("a fact that is missing is named", () => {
    expect(textLines(us.carriers.pack, facts)).toMatchObject({
      ok: false,
      refusal: { code: "markets.missing-fact", at: "nationalNumber" },
    });
    expect(codeElements(eu.carriers.pack, { ...facts, lot: "" })).toMatchObject({ ok: false, refusal: { at: "lot" } });
  });

  test.each([
    ["271130", "YYYY-MM-DD", "2027-11-30"],
    ["271100", "YYYY-MM-DD", "2027-11"],
    ["271100", "MM/YYYY", "11/2027"],
    ["280229", "YYYY-MM-DD", "2028-02-29"],
  ] as const)("expiry %s as %s is %s", (yymmdd, form, text) => {
    expect(expiryText(yymmdd, form)).toEqual({ ok: true, value: text });
  });

  test("a date that does not exist is refused, not printed", () => {
    expect(expiryText("270230", "MM/YYYY")).toMatchObject({ ok: false, refusal: { code: "gs1.date" } });
    expect(textLines(eu.carriers.pack, { ...facts, expiry: "271301" }).ok).toBe(false);
  });
});

describe("numbers and reports", () => {
  test.each(marketCodes)("%s: a pool of the market's usual form exists", (code) => {
    const pool = definePool({ gtin: facts.gtin }, markets[code].serial, []);
    if (!pool.ok) throw new Error(pool.refusal.code);
    expect(pool.value).toMatchObject({ length: 12, prefix: "" });
    expect(poolSpace(pool.value) / BigInt(packCountersEnd(pool.value))).toBeGreaterThanOrEqual(
      BigInt(markets[code].serial.spaceRatioMin),
    );
  });

  test("eu reports before release, and so before shipping; us to nobody [REQ-SHIP-02]", () => {
    expect(reportsBefore(eu, "release").map(({ code }) => code)).toEqual(["eu.pack-data"]);
    expect(reportsBefore(eu, "shipping").map(({ code }) => code)).toEqual(["eu.pack-data"]);
    expect([...reportsBefore(us, "release"), ...reportsBefore(us, "shipping")]).toEqual([]);
    expect(us.partnerDocuments.map(({ code }) => code)).toEqual([
      "us.transaction-information",
      "us.transaction-statement",
    ]);
  });
});

describe("retention [REQ-MKT-02]", () => {
  const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
  test.each([
    ["eu, long shelf life", [eu], { expiry: day("2031-01-31"), release: day("2026-02-01") }, "2032-01-31"],
    ["eu, short shelf life", [eu], { expiry: day("2027-01-31"), release: day("2026-02-01") }, "2031-02-01"],
    ["us", [us], { transaction: day("2026-03-01"), expiry: day("2028-01-01") }, "2032-03-01"],
    [
      "both",
      [us, eu],
      { transaction: day("2026-03-01"), expiry: day("2033-01-01"), release: day("2026-02-01") },
      "2034-01-01",
    ],
    ["a leap day", [us], { expiry: day("2028-02-29") }, "2029-03-01"],
  ] as const)("%s", (_, soldIn, moments, until) => {
    expect(keepUntil(retentionOf(soldIn), moments)).toBe(day(until));
  });

  test("nothing known means kept", () => {
    expect(keepUntil(retentionOf([us]), {})).toBeUndefined();
  });

  test("the usual term is beyond every market's", () => {
    const moments = { expiry: day("2028-06-30"), release: day("2026-07-01"), transaction: day("2026-08-01") };
    const legal = keepUntil(retentionOf([us, eu]), moments) as number;
    expect(keepUntil(retentionUsual, moments)).toBeGreaterThan(legal);
  });
});

describe("eu hub upload", () => {
  const party = { id: "1", name: "Nordpharm", address: "Hafenweg 1, Kiel" };
  const whole: HubUpload = {
    product: {
      productCode: "00312345678906",
      codingScheme: "GTIN",
      name: "Exampril 10 mg",
      commonName: "exampril",
      pharmaceuticalForm: "tablet",
      strength: "10 mg",
      packType: "box",
      packSize: 30,
    },
    markets: [{ country: "DE", article57Code: "PRD123", holder: party, wholesalers: [party] }],
    batch: { batchId: "L24-017", expiry: "271100", manufacturer: party, productVersion: "1", serialCount: 10 },
  };
  test.each<[string, HubUpload, string[]]>([
    ["complete", whole, []],
    ["no common name", { ...whole, product: { ...whole.product, commonName: " " } }, ["/product/commonName"]],
    ["a PPN of 14", { ...whole, product: { ...whole.product, codingScheme: "PPN" } }, ["/product/productCode"]],
    ["no market", { ...whole, markets: [] }, ["/markets"]],
    [
      "a country by name",
      { ...whole, markets: [{ ...whole.markets[0]!, country: "Germany" }] },
      ["/markets/0/country"],
    ],
    [
      "a wholesaler without address",
      { ...whole, markets: [{ ...whole.markets[0]!, wholesalers: [{ ...party, address: "" }] }] },
      ["/markets/0/wholesalers/0/address"],
    ],
    ["no packs", { ...whole, batch: { ...whole.batch, serialCount: 0 } }, ["/batch/serialCount"]],
    ["an expiry with dashes", { ...whole, batch: { ...whole.batch, expiry: "27-11" } }, ["/batch/expiry"]],
  ])("%s", (_, data, missing) => {
    expect(missingInUpload(data)).toEqual(missing);
  });
});
