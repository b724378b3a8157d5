import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../base/result.ts";
import { buildElementString, parseElementString, scanCharactersMax } from "./element-string.ts";

const pack = "0109506000134352" as const;
const values = (text: string) => must(parseElementString(text)).elements.map(({ ai, value }) => `${ai}:${value}`);

describe("reading a scan", () => {
  test.each([
    [
      "with identifier and GS",
      `]d2${pack}1726123110LOT1\x1d21AB`,
      ["01:09506000134352", "17:261231", "10:LOT1", "21:AB"],
    ],
    ["without identifier", `${pack}21AB\x1d10L`, ["01:09506000134352", "21:AB", "10:L"]],
    ["GS-128", "]C100106141412345678908", ["00:106141412345678908"]],
    ["GS after a predefined length", `${pack}\x1d17261231\x1d10L`, ["01:09506000134352", "17:261231", "10:L"]],
    ["GS first and last", `\x1d${pack}10L\x1d`, ["01:09506000134352", "10:L"]],
    ["four-digit AIs", `${pack}3103000150`, ["01:09506000134352", "3103:000150"]],
    ["day 00", `${pack}17260200`, ["01:09506000134352", "17:260200"]],
    ["same AI twice, same value", `${pack}10L\x1d10L`, ["01:09506000134352", "10:L", "10:L"]],
    ["EAN-13", "]E09506000134352", ["01:09506000134352"]],
    ["UPC-A of twelve digits", "]E0614141123452", ["01:00614141123452"]],
    ["EAN-8", "]E496385074", ["01:00000096385074"]],
    ["ITF-14", "]I110614141123459", ["01:10614141123459"]],
    [
      "Russian tail",
      `${pack}21AbC4567890123\x1d91EE06\x1d92${"a+/=".repeat(11)}`,
      ["01:09506000134352", "21:AbC4567890123", "91:EE06", `92:${"a+/=".repeat(11)}`],
    ],
  ])("%s", (_, text, expected) => expect(values(text)).toEqual(expected));

  test("says the symbology and the data titles", () =>
    expect(must(parseElementString(`]d2${pack}10L`))).toEqual({
      symbology: "]d2",
      elements: [
        { ai: "01", title: "GTIN", value: "09506000134352" },
        { ai: "10", title: "BATCH/LOT", value: "L" },
      ],
    }));

  test.each([
    ["", "gs1.empty", 0],
    ["\x1d", "gs1.empty", 1],
    ["]d2", "gs1.empty", 3],
    ["]", "gs1.symbology-unsupported", 1],
    ["]d1HELLO", "gs1.symbology-unsupported", 1],
    ["0", "gs1.ai-malformed", 0],
    ["AB", "gs1.ai-malformed", 0],
    [`${pack}\x1d\x1d10L`, "gs1.ai-malformed", 17],
    [`${pack}3`, "gs1.ai-malformed", 16],
    [`${pack}310`, "gs1.ai-malformed", 16],
    ["0512345", "gs1.ai-unknown", 0],
    [`${pack}3109000150`, "gs1.ai-unknown", 16],
    [`${pack}10`, "gs1.value-empty", 18],
    [`${pack}10\x1d21A`, "gs1.value-empty", 18],
    ["0109506000134", "gs1.value-length", 13],
    [`${pack}10${"L".repeat(21)}`, "gs1.value-length", 38],
    [`${pack}21AB 1`, "gs1.value-character", 20],
    [`${pack}21ABé`, "gs1.value-character", 20],
    ["0109506000134353", "gs1.check-digit", 15],
    ["]d20109506000134353", "gs1.check-digit", 18],
    ["]E09506000134353", "gs1.check-digit", 15],
    ["]E495060001", "gs1.check-digit", 10],
    ["]E4950600", "gs1.value-length", 9],
    [`${pack}17261331`, "gs1.date", 20],
    ["10L", "gs1.ai-requires", 0],
    [`${pack}235TPX\x1d21A`, "gs1.ai-excludes", 23],
    [`${pack}10L\x1d10M`, "gs1.ai-repeated", 20],
    [`${pack}21${"A".repeat(scanCharactersMax)}`, "gs1.too-long", scanCharactersMax],
  ])("%j is refused with %s at %i", (text, code, at) =>
    expect(parseElementString(text)).toMatchObject({ ok: false, refusal: { code, at: String(at) } }),
  );

  test("unknown AIs are kept when asked for, to the next GS", () =>
    expect(must(parseElementString(`${pack}05X\x1d3109Y\x1d10L`, { keepUnknown: true })).elements).toMatchObject([
      { ai: "01" },
      { ai: "05", title: "", value: "X" },
      { ai: "3109", title: "", value: "Y" },
      { ai: "10", value: "L" },
    ]));

  test("one symbol of several may lack partners", () =>
    expect(must(parseElementString("10L", { partners: false })).elements).toHaveLength(1));

  test("no text throws, and a refusal marks a place in it [REQ-GS1-01]", () => {
    const pieces = fc.oneof(
      fc.string(),
      fc.constantFrom("01", "21", "17", "\x1d", "]d2", pack, "310", "8008", "\ud800"),
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join("");
        const result = parseElementString(text);
        if (result.ok) return;
        expect(Number(result.refusal.at)).toBeGreaterThanOrEqual(0);
        expect(Number(result.refusal.at)).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("building", () => {
  const elements = [
    { ai: "01", value: "09506000134352" },
    { ai: "10", value: "L" },
    { ai: "17", value: "261231" },
    { ai: "21", value: "AB" },
  ];

  test("puts GS only where it is needed", () =>
    expect(must(buildElementString(elements))).toBe(`${pack}10L\x1d1726123121AB`));

  test.each([
    [[], "gs1.empty", "0"],
    [[{ ai: "05", value: "1" }], "gs1.ai-unknown", "0"],
    [[{ ai: "01", value: "1" }], "gs1.value-length", "3"],
    [[{ ai: "10", value: "L" }], "gs1.ai-requires", "0"],
    [
      [
        { ai: "01", value: "09506000134352" },
        { ai: "21", value: "A\x1dB" },
      ],
      "gs1.value-character",
      "19",
    ],
  ])("%j is refused", (given, code, at) =>
    expect(buildElementString(given)).toMatchObject({ ok: false, refusal: { code, at } }),
  );
});
