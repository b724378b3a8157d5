import { draw, type Burned } from "../zebra/simulator.ts";
import type { Picture } from "../raster/picture.ts";
import { dice } from "../raster/random.ts";
import { spoilLabel, spoilPicture, type SpoilKind } from "./spoiling.ts";

/** What happened to a print, and the seeds of the dice that say how. */
export type Mark = { readonly kind: SpoilKind | "torn-label"; readonly roll: readonly number[] };

/** What stands on a carton or a label, as what made it: the same print always gives the same picture. */
export type Print = Omit<Burned, "picture"> & { readonly marks: readonly Mark[] };

/** Pictures held ready; an older one is drawn again when somebody looks. */
export const printLimits = { picturesMax: 500 } as const;

const pictures = new Map<Print, Picture>();

export function printOf({ picture, ...burned }: Burned): Print {
  const print: Print = { ...burned, marks: [] };
  hold(print, picture);
  return print;
}

export function marked(print: Print, mark: Mark): Print {
  return { ...print, marks: [...print.marks, mark] };
}

/** Not to be changed: whoever looks next sees the same pixels. */
export function pictureOf(print: Print): Picture {
  const known = pictures.get(print);
  if (known) return known;
  const picture = draw(print.fields, print);
  for (const { kind, roll } of print.marks) {
    if (kind === "torn-label") spoilLabel(picture);
    else spoilPicture(picture, kind, dice(...roll));
  }
  hold(print, picture);
  return picture;
}

function hold(print: Print, picture: Picture): void {
  pictures.set(print, picture);
  for (const oldest of pictures.keys()) {
    if (pictures.size <= printLimits.picturesMax) return;
    pictures.delete(oldest);
  }
}
