import { fillRectangle, shade, type Picture } from "./picture.ts";

/** The 5 by 7 dot matrix of a character display: five columns a glyph, lowest bit on top. */
const columns = `
  20 0000000000  21 00005f0000  22 0007000700  23 147f147f14  24 242a7f2a12  25 2313086462  26 3649552250  27 0005030000
  28 001c224100  29 0041221c00  2a 14083e0814  2b 08083e0808  2c 0050300000  2d 0808080808  2e 0060600000  2f 2010080402
  30 3e5149453e  31 00427f4000  32 4261514946  33 2141454b31  34 1814127f10  35 2745454539  36 3c4a494930  37 0171090503
  38 3649494936  39 064949291e  3a 0036360000  3b 0056360000  3c 0814224100  3d 1414141414  3e 0041221408  3f 0201510906
  40 324979413e  41 7e1111117e  42 7f49494936  43 3e41414122  44 7f4141221c  45 7f49494941  46 7f09090901  47 3e4149497a
  48 7f0808087f  49 00417f4100  4a 2040413f01  4b 7f08142241  4c 7f40404040  4d 7f020c027f  4e 7f0408107f  4f 3e4141413e
  50 7f09090906  51 3e4151215e  52 7f09192946  53 4649494931  54 01017f0101  55 3f4040403f  56 1f2040201f  57 3f4038403f
  58 6314081463  59 0708700807  5a 6151494543  5b 007f414100  5c 0204081020  5d 0041417f00  5e 0402010204  5f 4040404040
  60 0001020400  61 2054545478  62 7f48444438  63 3844444420  64 384444487f  65 3854545418  66 087e090102  67 0c5252523e
  68 7f08040478  69 00447d4000  6a 2040443d00  6b 7f10284400  6c 00417f4000  6d 7c04180478  6e 7c08040478  6f 3844444438
  70 7c14141408  71 081414187c  72 7c08040408  73 4854545420  74 043f444020  75 3c4040207c  76 1c2040201c  77 3c4030403c
  78 4428102844  79 0c5050503c  7a 4464544c44  7b 0008364100  7c 00007f0000  7d 0041360800  7e 1008081008`;

export const glyphWidth = 5;
export const glyphHeight = 7;
/** A character takes six dots: ZPL's font A is a 9 by 5 matrix with a gap of one dot. */
export const glyphAdvance = 6;

/** Printed where the font has no glyph: a full box, which no known character correlates with. */
const missing = new Uint8Array(glyphWidth * glyphHeight).fill(1);

const glyphs: ReadonlyMap<string, Uint8Array> = new Map(
  columns
    .trim()
    .split(/\s{2,}/)
    .map((entry) => {
      const [code, bits] = entry.trim().split(" ") as [string, string];
      return [String.fromCharCode(Number.parseInt(code, 16)), glyphOf(bits)];
    }),
);

function glyphOf(hex: string): Uint8Array {
  const dots = new Uint8Array(glyphWidth * glyphHeight);
  for (let x = 0; x < glyphWidth; x++) {
    const column = Number.parseInt(hex.slice(x * 2, x * 2 + 2), 16);
    for (let y = 0; y < glyphHeight; y++) dots[y * glyphWidth + x] = (column >> y) & 1;
  }
  return dots;
}

/** 35 dots, row by row, 1 is ink. */
export function glyph(character: string): Uint8Array {
  return glyphs.get(character) ?? missing;
}

export function fontCharacters(): readonly string[] {
  return [...glyphs.keys()];
}

/** Draws one line of text with its top left dot at (left, top), every dot `scale` pixels wide and high. */
export function drawText(picture: Picture, text: string, left: number, top: number, scale: number): void {
  let x = left;
  for (const character of text) {
    const dots = glyph(character);
    for (let i = 0; i < dots.length; i++) {
      if (dots[i] === 0) continue;
      const dotLeft = x + (i % glyphWidth) * scale;
      fillRectangle(picture, dotLeft, top + Math.floor(i / glyphWidth) * scale, scale, scale, shade.ink);
    }
    x += glyphAdvance * scale;
  }
}
