import { describe, expect, test } from "vitest";
import { distort, rollDistortion } from "../raster/distortion.ts";
import { drawText, fontCharacters, glyph } from "../raster/font.ts";
import { packLayout } from "../raster/layout.ts";
import { blankPicture, type Picture } from "../raster/picture.ts";
import { dice } from "../raster/random.ts";
import { drawDataMatrix, fnc1 } from "../raster/symbol.ts";
import { decode } from "./decode.ts";
import { checkText } from "./text-check.ts";

const job = ["(01)04012345678901", "(21){serial}", "(10)LOT7", "(17)290531"];

function carton(serial: string, printed: readonly string[]): Picture {
  const panel = blankPicture(packLayout.width, packLayout.height);
  const { symbolLeft, symbolTop, moduleDots, textTop, textPitch, textScale } = packLayout;
  drawDataMatrix(panel, `${fnc1}010401234567890121${serial}${fnc1}1729053110LOT7`, symbolLeft, symbolTop, moduleDots);
  printed.forEach((line, i) => drawText(panel, line, symbolLeft, textTop + i * textPitch, textScale));
  return panel;
}

const lines = (serial: string) => ["(01)04012345678901", `(21)${serial}`, "(10)LOT7", "(17)290531"];

async function check(panel: Picture, seed: number, wanted = job) {
  const seen = distort(panel, rollDistortion(dice(seed), 2), dice(seed, 1), 0);
  const [found] = await decode(seen, { symbol: "gs1-datamatrix", symbolsMax: 1 });
  if (!found) throw new Error("no read");
  return checkText(seen, found, wanted);
}

describe("optical character verification [REQ-DEV-04]", () => {
  test("what is printed as encoded matches in every picture", async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const serial = `S${seed}O0I1B8${seed * 7919}`;
      expect(await check(carton(serial, lines(serial)), seed), `seed ${seed}`).toMatchObject({ matched: true });
    }
  });

  const serial = "S12345678";
  test.each([
    ["a digit of the expiry", ["(01)04012345678901", `(21)${serial}`, "(10)LOT7", "(17)290581"]],
    ["O for 0 in the GTIN", ["(01)O4012345678901", `(21)${serial}`, "(10)LOT7", "(17)290531"]],
    ["the serial of another pack", ["(01)04012345678901", "(21)S12345679", "(10)LOT7", "(17)290531"]],
    ["a line missing", ["(01)04012345678901", `(21)${serial}`, "(10)LOT7"]],
    ["two lines changed places", ["(01)04012345678901", `(21)${serial}`, "(17)290531", "(10)LOT7"]],
    ["nothing at all", []],
  ])("%s does not match", async (_, printed) => {
    for (let seed = 1; seed <= 10; seed++)
      expect(await check(carton(serial, printed), seed), `seed ${seed}`).toMatchObject({ matched: false });
  });

  test("a line with {serial} needs a symbol that has one", async () => {
    const panel = blankPicture(packLayout.width, packLayout.height);
    drawDataMatrix(
      panel,
      `${fnc1}010401234567890110LOT7`,
      packLayout.symbolLeft,
      packLayout.symbolTop,
      packLayout.moduleDots,
    );
    expect(await check(panel, 1, ["(21){serial}"])).toEqual({ matched: false, scoreMin: 0 });
  });
});

test("no two characters of the font look alike", () => {
  const shapes = fontCharacters().map((character) => glyph(character).join(""));
  expect(new Set(shapes).size).toBe(shapes.length);
  expect(shapes.length).toBe(95);
});
