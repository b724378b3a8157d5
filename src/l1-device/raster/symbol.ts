import bwipjs from "bwip-js";
import { fillRectangle, shade, type Picture } from "./picture.ts";

type Matrix = { readonly pixs: readonly number[]; readonly pixx: number; readonly pixy: number };
type Linear = { readonly sbs: readonly number[] };

/** Code points of a field as the encoder takes them: FNC1 is a function, not a character. */
export const fnc1 = "\u{f0001}";

/** Draws an ECC 200 DataMatrix (ISO/IEC 16022), `dots` pixels a module; returns its side in modules. */
export function drawDataMatrix(picture: Picture, text: string, left: number, top: number, dots: number): number {
  const [matrix] = bwipjs.raw({ bcid: "datamatrix", text: encoderText(text), ...functions }) as unknown as [Matrix];
  for (let y = 0; y < matrix.pixy; y++) {
    for (let x = 0; x < matrix.pixx; x++) {
      if (matrix.pixs[y * matrix.pixx + x] !== 1) continue;
      fillRectangle(picture, left + x * dots, top + y * dots, dots, dots, shade.ink);
    }
  }
  return matrix.pixx;
}

/** Draws a Code 128 (ISO/IEC 15417), `dots` pixels the narrow bar; returns its width in modules. */
export function drawCode128(
  picture: Picture,
  text: string,
  left: number,
  top: number,
  dots: number,
  height: number,
): number {
  const [linear] = bwipjs.raw({ bcid: "code128", text: encoderText(text), ...functions }) as unknown as [Linear];
  let module = 0;
  linear.sbs.forEach((wide, index) => {
    if (index % 2 === 0) fillRectangle(picture, left + module * dots, top, wide * dots, height, shade.ink);
    module += wide;
  });
  return module;
}

const functions = { parsefnc: true } as unknown as Record<string, never>;

/** The encoder's own escapes: `^FNC1`, and a caret is doubled. */
function encoderText(text: string): string {
  return text.replaceAll("^", "^^").replaceAll(fnc1, "^FNC1");
}
