import { packLayout } from "../raster/layout.ts";
import { distort, rollDistortion } from "../raster/distortion.ts";
import { blankPicture, copyRectangle, shade, type Picture } from "../raster/picture.ts";
import type { Dice } from "../raster/random.ts";
import { pictureOf, type Print } from "./print.ts";

/** Degrees by which a carton lies askew under its camera, at most. */
export const skew = { pack: 2, case: 1, label: 1.2 } as const;

/** A pack's panel, a label or an opened case, as a camera above it sees it. */
export function photograph(surface: Picture, degreesMax: number, roll: Dice, margin = 0): Picture {
  return distort(surface, rollDistortion(roll, degreesMax), roll, margin);
}

/** The part of a panel that can be seen when the packs stand in their case. */
const face = {
  left: packLayout.symbolLeft - 10,
  top: packLayout.symbolTop - 8,
  width: 32 * packLayout.moduleDots + 12,
  height: 32 * packLayout.moduleDots + 12,
} as const;
const gap = 6;

/** An opened case from above: the packs' own pictures in rows, as wide as high as that gives. */
export function openedCase(packs: readonly Print[]): Picture {
  const columns = Math.max(1, Math.ceil(Math.sqrt(packs.length)));
  const rows = Math.max(1, Math.ceil(packs.length / columns));
  const picture = blankPicture(columns * (face.width + gap) + gap, rows * (face.height + gap) + gap, shade.belt);
  packs.forEach((print, index) => {
    const left = gap + (index % columns) * (face.width + gap);
    const top = gap + Math.floor(index / columns) * (face.height + gap);
    copyRectangle(pictureOf(print), face, picture, left, top);
  });
  return picture;
}
