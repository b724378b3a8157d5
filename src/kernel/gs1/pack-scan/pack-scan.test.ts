import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../../base/result.ts";
import { buildFormat06, parseFormat06 } from "./format-06.ts";
import { readPackScan } from "./pack-scan.ts";
import { isPzn, parsePpn, pznOfPpn } from "./ppn.ts";
import { medicinePackLayout, restoreSeparators, russianPackLayout } from "./separator-repair.ts";

const gtin = "09506000134352";
const GS = "\x1d";
const full = `]d201${gtin}21A1B2C3${GS}1726123110LOT7`;
const tail = { keyId: "EE06", code: "aB3+".repeat(11) };
const ppn = `]d1[)>\x1e06${GS}9N110375286414${GS}1TABC123${GS}D260200${GS}SXY-99\x1e\x04`;

describe("packs with GS1 data", () => {
  test("as they should be read", () =>
    expect(must(readPackScan(full))).toMatchObject({
      scheme: "gs1",
      symbology: "]d2",
      gtin,
      serial: "A1B2C3",
      lot: "LOT7",
      expiry: "261231",
      flags: { separators: "kept", caseSwapped: false },
    }));

  test.each(["710", "711", "712", "713", "714", "715", "716", "717"])("reimbursement number AI %s", (ai) =>
    expect(must(readPackScan(`${full}${GS}${ai}03752864`))).toMatchObject({ nhrns: [{ ai, value: "03752864" }] }),
  );

  test("unknown AIs and odd partners do not keep a pack from being verified", () =>
    expect(must(readPackScan(`${full}${GS}05X${GS}37100`))).toMatchObject({ gtin, serial: "A1B2C3" }));

  test("Russian packs with verification key and code", () =>
    expect(must(readPackScan(`]d201${gtin}21AbC4567890123${GS}91${tail.keyId}${GS}92${tail.code}`))).toMatchObject({
      serial: "AbC4567890123",
      cryptoTail: tail,
      flags: { separators: "kept" },
    }));

  test("Digital Links, short GTINs and compression included", () => {
    expect(must(readPackScan("]Q1https://a.example/01/9506000134352/21/A?17=261231"))).toMatchObject({
      gtin,
      serial: "A",
      symbology: "]Q1",
    });
    expect(must(readPackScan("https://a.example/AQnYUc1gmg"))).toMatchObject({ gtin: "05412345000013" });
    expect(readPackScan("]Q1https://a.example/01/9506000134353")).toMatchObject({
      refusal: { code: "gs1.check-digit", at: "36" },
    });
  });
});

describe("what scanners break", () => {
  test.each(["<GS>", "{GS}", "[GS]", "\\x1d", "^]", "|", "~", "#", "@", "\u241d"])(
    "%s in place of GS is said",
    (token) =>
      expect(must(readPackScan(full.replace(GS, token)))).toMatchObject({
        serial: "A1B2C3",
        flags: { separators: "replaced" },
      }),
  );

  test("a refusal marks the place in the scan, not in what was made of it", () =>
    expect(readPackScan(`]d201${gtin}21A<GS>17261331`)).toMatchObject({ refusal: { code: "gs1.date", at: "30" } }));

  test("caps lock is seen in the identifier and said", () =>
    expect(must(readPackScan(`]D201${gtin}21a1b2C3${GS}10lot7`))).toMatchObject({
      serial: "A1B2c3",
      lot: "LOT7",
      symbology: "]d2",
      flags: { caseSwapped: true },
    }));

  test("no GS where none is needed", () =>
    expect(must(readPackScan(`01${gtin}1726123121A`))).toMatchObject({
      serial: "A",
      flags: { separators: "unneeded" },
    }));

  test("lost GS with one way to cut is restored, and said", () =>
    expect(must(readPackScan(`]d201${gtin}21PACK000000000000000117261231109`))).toMatchObject({
      serial: "PACK0000000000000001",
      expiry: "261231",
      lot: "9",
      flags: { separators: "restored" },
    }));

  test("a Russian pack without any GS is cut by its fixed lengths", () =>
    expect(must(readPackScan(`]d201${gtin}21AbC456789012391${tail.keyId}92${tail.code}`))).toMatchObject({
      serial: "AbC4567890123",
      cryptoTail: tail,
      flags: { separators: "restored" },
    }));

  test("lost GS with several ways to cut is never guessed", () => {
    const twice = `01${gtin}21A1726123110B1726123110C`;
    expect(restoreSeparators(twice, medicinePackLayout)).toMatchObject({ refusal: { code: "gs1.separator-lost" } });
    expect(readPackScan(twice)).toMatchObject({ refusal: { code: "gs1.separator-lost" } });
    expect(must(readPackScan(`01${gtin}21A17261231105101`))).toMatchObject({
      flags: { separators: "restored" },
      lot: "5101",
    });
    expect(must(readPackScan(`01${gtin}21A1010B17261231`))).toMatchObject({ flags: { separators: "doubtful" } });
  });

  test("the layout decides what may be restored", () => {
    const text = `01${gtin}21AbC456789012391${tail.keyId}92${tail.code}`;
    expect(restoreSeparators(text, russianPackLayout)).toMatchObject({ ok: true });
    expect(readPackScan(text, { layouts: [medicinePackLayout] })).toMatchObject({
      refusal: { code: "gs1.value-length" },
    });
  });
});

describe("PPN in Format 06 (ISO/IEC 15434, IFA)", () => {
  test("is read", () =>
    expect(must(readPackScan(ppn))).toMatchObject({
      scheme: "ppn",
      symbology: "]d1",
      ppn: "110375286414",
      serial: "XY-99",
      lot: "ABC123",
      expiry: "260200",
    }));

  test("with a GTIN under 8P", () =>
    expect(must(readPackScan(`[)>\x1e06${GS}8P${gtin}${GS}S1\x1e\x04`))).toMatchObject({
      scheme: "format-06-gtin",
      gtin,
      serial: "1",
    }));

  test("is built as it is read", () => {
    const fields = [
      { di: "9N", value: "110375286414" },
      { di: "S", value: "1" },
    ];
    expect(must(parseFormat06(must(buildFormat06(fields))))).toEqual(fields);
    expect(buildFormat06([{ di: "9N", value: "110375286415" }])).toMatchObject({
      refusal: { code: "gs1.check-digit", at: "0" },
    });
  });

  test("holds a PZN", () => {
    expect(pznOfPpn(must(parsePpn("110375286414")))).toBe("03752864");
    expect(isPzn("03752864")).toBe(true);
    expect(isPzn("03752865")).toBe(false);
    expect(isPzn("0375286")).toBe(false);
  });

  test.each([
    [ppn.replace("414", "415"), "gs1.check-digit", 22],
    [ppn.replace("D260200", "D261300"), "gs1.date", 37],
    [ppn.replace("SXY-99", "S"), "gs1.value-empty", 43],
    [ppn.replace("SXY-99", "123"), "gs1.format-06-malformed", 42],
    [ppn.replace("SXY-99", "SX\u00e9"), "gs1.value-character", 44],
    [ppn.replace("9N110375286414", "Q1"), "gs1.product-code-missing", 3],
    [ppn.replace("9N110375286414", "9N1a0375286414"), "gs1.value-character", 13],
    [ppn.replace("9N110375286414", "9N11"), "gs1.value-length", 14],
    [`[)>\x1e06${GS}${`S1${GS}`.repeat(300)}S1`, "gs1.too-long", 775],
  ])("%j is refused with %s at %i", (text, code, at) =>
    expect(readPackScan(text)).toMatchObject({ refusal: { code, at: String(at) } }),
  );
});

describe("Chinese codes of twenty digits", () => {
  const code = "81234567890123456789";

  test("are read", () =>
    expect(must(readPackScan(`]C0${code}`))).toMatchObject({
      scheme: "chinese",
      code,
      product: "8123456",
      serial: "789012345",
      check: "6789",
      symbology: "]C0",
    }));

  test("that could be GS1 data are refused, unless they are expected", () => {
    const both = "80040123456789012345";
    expect(readPackScan(both)).toMatchObject({ refusal: { code: "gs1.scan-ambiguous", at: "0" } });
    expect(must(readPackScan(both, { chinese: true }))).toMatchObject({ scheme: "chinese" });
    expect(readPackScan(`]C1${both}`)).toMatchObject({ refusal: { code: "gs1.product-code-missing" } });
  });
});

test("no scan throws or waits", () => {
  const piece = fc.constantFrom(
    "01",
    gtin,
    "21",
    "17",
    "261231",
    "10",
    GS,
    "]d2",
    "[)>\x1e06\x1d",
    "9N",
    "https://",
    "91",
    "92",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (parts) => {
      const text = parts.join("");
      const result = readPackScan(text);
      if (!result.ok) expect(Number(result.refusal.at)).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 2_000 },
  );
  readPackScan(`01${gtin}${"21".repeat(2_000)}`);
  readPackScan(`01${gtin}${"2110".repeat(20)}17261231`);
  expect(readPackScan("1".repeat(5_000))).toMatchObject({ refusal: { code: "gs1.too-long" } });
});
