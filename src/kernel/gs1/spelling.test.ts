import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../base/result.ts";
import { type Ai, allAis } from "./ai/ai.ts";
import { checkDigit } from "./check-digit.ts";
import { DIGIT, SET_39 } from "./ai/charset.ts";
import {
  companyPrefixLength,
  companyPrefixLengthOf,
  examplePrefixes,
  readCompanyPrefixTable,
} from "./company-prefix.ts";
import { parseSpelling, printSpelling, spellings } from "./spelling.ts";
import { type Gs1Element, refuseValue } from "./ai/value.ts";

const scan = "]d20109506000134352211A\x1d1726123110L";

describe("one element string in any spelling", () => {
  test.each([
    [scan, "element"],
    [scan.slice(3), "element"],
    ["(01)09506000134352(21)1A(17)261231(10)L", "bracketed"],
    ["(01) 09506000134352 (21) 1A (17) 261231 (10) L", "hri"],
    ["https://a.example/01/09506000134352/10/L/21/1A?17=261231", "digital-link"],
    ["]Q1https://a.example/01/09506000134352/10/L/21/1A?17=261231", "digital-link"],
  ])("%j is read as %s and is the same", (text, spelling) => {
    const spelled = must(parseSpelling(text));
    expect(spelled.spelling).toBe(spelling);
    expect(must(printSpelling(spelled.elements, "digital-link"))).toBe(
      "https://id.gs1.org/01/09506000134352/10/L/21/1A?17=261231",
    );
    expect(must(printSpelling(spelled.elements, "epc", { prefixes: examplePrefixes }))).toBe(
      "urn:epc:id:sgtin:9506000.013435.1A",
    );
  });

  test("an EPC URI says its company prefix", () =>
    expect(must(parseSpelling("urn:epc:id:sscc:0614141.1234567890"))).toMatchObject({
      spelling: "epc",
      companyPrefixDigits: 7,
    }));

  test.each([
    ["urn:epc:idpat:sgtin:0614141.*.*", "gs1.epc-pattern", 30],
    ["]Q1https://a.example/01/09506000134353", "gs1.check-digit", 37],
    ["hello", "gs1.ai-malformed", 0],
  ])("%j is refused with %s at %i", (text, code, at) =>
    expect(parseSpelling(text)).toMatchObject({ refusal: { code, at: String(at) } }),
  );

  test("an EPC URI needs the length of the company prefix", () => {
    const elements = must(parseSpelling("(00)106141412345678908")).elements;
    expect(printSpelling(elements, "epc")).toMatchObject({ refusal: { code: "gs1.company-prefix-unknown" } });
    expect(printSpelling(must(parseSpelling("(90)A")).elements, "epc")).toMatchObject({
      refusal: { code: "gs1.epc-none" },
    });
    expect(must(printSpelling(elements, "epc", { companyPrefixDigits: 8 }))).toBe("urn:epc:id:sscc:06141412.134567890");
  });
});

/** Values of an AI, by construction nearly always sound. */
function valueOf(ai: Ai): fc.Arbitrary<string> {
  const parts = ai.components.map((part) => {
    const letters =
      part.set === DIGIT ? "[0-9]" : part.set === SET_39 ? "[A-Z0-9/#-]" : "[0-9A-Za-z!%&'()*+,./:;<=>?_-]";
    return fc
      .stringMatching(new RegExp(`^${letters}{${part.min},${part.max}}$`))
      .map((text) =>
        part.set === DIGIT && part.max >= 13 && part.min === part.max
          ? text.slice(0, -1) + checkDigit(text.slice(0, -1))
          : text,
      );
  });
  return fc
    .tuple(...parts)
    .map((texts) => texts.join(""))
    .filter((text) => refuseValue(ai, text, 0, text.length) === undefined);
}

const dense = [...allAis()].filter((ai) => /^(01|21|10|22|240|3103|37\d\d|91|92|710|20|30|400|8012)$/.test(ai.ai));
const trade = dense.filter((ai) => ai.ai !== "01");
const gtinAi = dense.find((ai) => ai.ai === "01")!;

const tradeItem: fc.Arbitrary<readonly Gs1Element[]> = fc
  .tuple(valueOf(gtinAi), fc.subarray(trade, { maxLength: 5 }))
  .chain(([gtin, ais]) =>
    fc
      .tuple(...ais.map(valueOf))
      .map((values) => [
        { ai: "01", title: gtinAi.title, value: gtin },
        ...ais.map((ai, i) => ({ ai: ai.ai, title: ai.title, value: values[i]! })),
      ]),
  );

describe("properties", () => {
  test("element string, brackets and HRI are the same elements in the same order", () => {
    fc.assert(
      fc.property(tradeItem, (elements) => {
        for (const spelling of ["element", "bracketed", "hri"] as const) {
          const text = must(printSpelling(elements, spelling));
          expect(must(parseSpelling(text)).elements).toEqual(elements);
          expect(must(printSpelling(must(parseSpelling(text)).elements, spelling))).toBe(text);
        }
      }),
    );
  });

  test("all spellings agree on the Digital Link and the EPC URI [REQ-GS1-02]", () => {
    fc.assert(
      fc.property(tradeItem, fc.integer({ min: 6, max: 12 }), (elements, companyPrefixDigits) => {
        const sound = elements.filter(({ ai }) => !["91", "92"].includes(ai));
        const link = printSpelling(sound, "digital-link");
        const epc = must(printSpelling(sound, "epc", { companyPrefixDigits }));
        for (const spelling of spellings) {
          const text = must(printSpelling(sound, spelling, { companyPrefixDigits }));
          const back = must(parseSpelling(text)).elements;
          expect(must(printSpelling(back, "epc", { companyPrefixDigits }))).toBe(epc);
          if (spelling !== "epc") expect(printSpelling(back, "digital-link")).toEqual(link);
        }
      }),
    );
  });

  test("no text makes any of it throw or wait", () => {
    const piece = fc.constantFrom(
      "urn:epc:id:",
      "https://",
      "(01)",
      "]d2",
      "\x1d",
      "09506000134352",
      "/01/",
      "sgtin:",
      "[)>\x1e06\x1d",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: "binary" })), { maxLength: 40 }), (parts) => {
        const parsed = parseSpelling(parts.join(""));
        if (parsed.ok)
          for (const spelling of spellings) printSpelling(parsed.value.elements, spelling, { companyPrefixDigits: 7 });
      }),
      { numRuns: 2_000 },
    );
    for (const character of ["(", "]", "/", "%", "\\", "0", "1", "\x1d", "\u{1F600}"]) {
      for (const head of ["", "(", "https://a/", "urn:epc:id:sgtin:", "]d2", "https://a/01/"])
        parseSpelling(head + character.repeat(100_000));
    }
  });
});

describe("lengths of company prefixes", () => {
  const table = must(
    readCompanyPrefixTable({
      GCPPrefixFormatList: {
        entry: [
          { prefix: "06", gcpLength: 7 },
          { prefix: "0614", gcpLength: 8 },
          { prefix: "2", gcpLength: 0 },
        ],
      },
    }),
  );

  test("the longest leading digits decide; 0 is none", () => {
    expect(companyPrefixLength(table, "0614141123452")).toBe(8);
    expect(companyPrefixLength(table, "0699999999999")).toBe(7);
    expect(companyPrefixLength(table, "2000000000000")).toBeUndefined();
    expect(companyPrefixLength(table, "9999")).toBeUndefined();
    expect(companyPrefixLengthOf(table, [{ ai: "01", value: "10614141123459" }])).toBe(8);
    expect(companyPrefixLengthOf(table, [{ ai: "8018", value: "061414112345678902" }])).toBe(8);
    expect(companyPrefixLengthOf(table, [{ ai: "90", value: "A" }])).toBeUndefined();
  });

  test.each([
    [null, "/GCPPrefixFormatList/entry"],
    [{ GCPPrefixFormatList: {} }, "/GCPPrefixFormatList/entry"],
    [
      {
        GCPPrefixFormatList: {
          entry: [
            { prefix: "06", gcpLength: 7 },
            { prefix: "x", gcpLength: 7 },
          ],
        },
      },
      "/GCPPrefixFormatList/entry/1",
    ],
    [{ GCPPrefixFormatList: { entry: [{ prefix: "06", gcpLength: 13 }] } }, "/GCPPrefixFormatList/entry/0"],
  ])("%j is refused", (json, at) =>
    expect(readCompanyPrefixTable(json)).toMatchObject({ refusal: { code: "gs1.company-prefix-table", at } }),
  );
});
