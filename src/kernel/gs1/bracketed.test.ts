import { describe, expect, test } from "vitest";
import { must } from "../base/result.ts";
import { parseBracketed, printBracketed, printHri } from "./bracketed.ts";

const read = (text: string) => must(parseBracketed(text)).map(({ ai, value }) => [ai, value]);

describe("the bracketed form", () => {
  test.each([
    [
      "(01)09506000134352(21)AB",
      [
        ["01", "09506000134352"],
        ["21", "AB"],
      ],
    ],
    [
      "(01) 09506000134352 (21) AB",
      [
        ["01", "09506000134352"],
        ["21", "AB"],
      ],
    ],
    [
      " (01)09506000134352\r\n(21)AB\n",
      [
        ["01", "09506000134352"],
        ["21", "AB"],
      ],
    ],
    [
      "(01)09506000134352(21)A\\(10)B",
      [
        ["01", "09506000134352"],
        ["21", "A(10)B"],
      ],
    ],
  ])("%j is read", (text, expected) => expect(read(text)).toEqual(expected));

  test.each([
    ["", "gs1.empty", 0],
    ["  ", "gs1.empty", 2],
    ["01)1", "gs1.bracket", 0],
    ["(01", "gs1.bracket", 0],
    ["(01)09506000134352(12345)1", "gs1.bracket", 18],
    ["(1)1", "gs1.ai-malformed", 1],
    ["(AB)1", "gs1.ai-malformed", 1],
    ["(05)1", "gs1.ai-unknown", 1],
    ["(01)", "gs1.value-empty", 4],
    ["(01)09506000134353", "gs1.check-digit", 17],
    ["(01)09506000134352(21)A(B", "gs1.bracket", 23],
    ["(01)09506000134352(21)A\\(\\(B~", "gs1.value-character", 28],
    ["(10)L", "gs1.ai-requires", 0],
    ["(01)09506000134352(10)A(10)B", "gs1.ai-repeated", 23],
    [`(21)${"A".repeat(5_000)}`, "gs1.too-long", 4_096],
  ])("%j is refused with %s at %i", (text, code, at) =>
    expect(parseBracketed(text)).toMatchObject({ ok: false, refusal: { code, at: String(at) } }),
  );

  test("is printed for programs and for people", () => {
    const elements = [
      { ai: "01", value: "09506000134352" },
      { ai: "21", value: "A(B" },
    ];
    expect(printBracketed(elements)).toBe("(01)09506000134352(21)A\\(B");
    expect(printHri(elements)).toBe("(01) 09506000134352 (21) A\\(B");
  });
});
