import { blankPicture, type Picture } from "../raster/picture.ts";
import { packLayout } from "../raster/layout.ts";
import type { SpoilKind } from "./spoiling.ts";

/** A carton. What is known of it is what stands on its panel; `spoiled` is for the web picture and for tests only. */
export type Pack = {
  readonly trackingId: number;
  panel: Picture;
  spoiled: SpoilKind | undefined;
  /** The line program that knew it is gone: rejected whatever stands in its slot. */
  unknownToLine: boolean;
};

export function newPack(trackingId: number): Pack {
  return {
    trackingId,
    panel: blankPicture(packLayout.width, packLayout.height),
    spoiled: undefined,
    unknownToLine: false,
  };
}
