import { packLayout } from "../raster/layout.ts";
import type { Print } from "./print.ts";
import type { SpoilKind } from "./spoiling.ts";

/** A carton. What is known of it is what stands on its panel; `spoiled` is for the web picture and for tests only. */
export type Pack = {
  readonly trackingId: number;
  print: Print;
  spoiled: SpoilKind | undefined;
  /** The line program that knew it is gone: rejected whatever stands in its slot. */
  unknownToLine: boolean;
};

/** Nothing is printed on it yet. */
export function newPack(trackingId: number): Pack {
  const print = { width: packLayout.width, height: packLayout.height, fields: [], marks: [] };
  return { trackingId, print, spoiled: undefined, unknownToLine: false };
}
