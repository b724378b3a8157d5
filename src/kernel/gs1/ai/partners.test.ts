import { describe, expect, test } from "vitest";
import { parseBracketed } from "../bracketed.ts";

const gtin = "(01)09506000134352";

describe("rules between elements (GenSpecs 4.13)", () => {
  test.each([
    `${gtin}(21)A(10)L(17)261231`,
    "(00)106141412345678908(02)09506000134352(37)24(10)L",
    `${gtin}(21)A(8030)AQIDBA`,
    `${gtin}(30)5(3922)100`,
    `${gtin}(3103)000100(3922)100`,
    "(415)9506000134352(8020)REF",
    "(253)9506000134352",
    "(253)9506000134352A(8030)AQIDBA",
    `${gtin}(21)A(250)B`,
    "(90)FREE(91)TEXT",
  ])("%s stands", (text) => expect(parseBracketed(text)).toMatchObject({ ok: true }));

  test.each([
    ["(21)A", "gs1.ai-requires", 0],
    [`(02)09506000134352`, "gs1.ai-requires", 0],
    [`${gtin}(250)B`, "gs1.ai-requires", 18],
    [`${gtin}(21)A(8030)AQIDBA(3922)1`, "gs1.ai-requires", 35],
    ["(415)9506000134352", "gs1.ai-requires", 0],
    ["(253)9506000134352(8030)AQIDBA", "gs1.ai-requires", 18],
    [`${gtin}(02)09506000134352`, "gs1.ai-excludes", 18],
    [`${gtin}(37)24`, "gs1.ai-excludes", 18],
    [`${gtin}(235)A(21)B`, "gs1.ai-excludes", 24],
    [`${gtin}(3103)000100(3102)001000`, "gs1.ai-excludes", 30],
    [`${gtin}(00)106141412345678908(420)A(421)276B`, "gs1.ai-excludes", 46],
    [`${gtin}(10)A(10)B`, "gs1.ai-repeated", 23],
  ])("%s is refused with %s at %i", (text, code, at) =>
    expect(parseBracketed(text)).toMatchObject({ ok: false, refusal: { code, at: String(at) } }),
  );
});
