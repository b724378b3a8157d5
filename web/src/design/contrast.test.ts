import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { contrastRatio, readTokens, type Theme } from "./contrast.ts";
import { contrastPairs } from "./contrast-pairs.ts";

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
const themes: readonly Theme[] = ["light", "dark"];

describe.each(themes)("in the %s theme", (theme) => {
  const tokens = readTokens(css, theme);

  test("every pair of colours can be told apart", () => {
    const weak = contrastPairs
      .map((pair) => ({
        ...pair,
        ratio: contrastRatio(tokens.get(pair.front) ?? "#777777", tokens.get(pair.back) ?? "#777777"),
      }))
      .filter(({ ratio, least }) => ratio < least)
      .map(({ front, back, ratio, least }) => `${front} on ${back}: ${ratio.toFixed(2)} < ${least}`);
    expect(weak).toEqual([]);
  });

  test("no colour escapes the pairs", () => {
    const paired = new Set(contrastPairs.flatMap(({ front, back }) => [front, back]));
    // A hairline between rows carries no meaning that the rows do not.
    expect([...tokens.keys()].filter((name) => !paired.has(name) && name !== "line")).toEqual([]);
    expect([...paired].filter((name) => !tokens.has(name))).toEqual([]);
  });
});

test("the ratio is that of WCAG", () => {
  expect(contrastRatio("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrastRatio("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});
