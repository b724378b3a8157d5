import type { DecoderThread } from "../dataman/decoder-thread.ts";
import type { Picture } from "../raster/picture.ts";
import { dice } from "../raster/random.ts";
import { photograph } from "./pictures.ts";

export const handheldLimits = { shotsMax: 5 } as const;

/** SIMULATED hand-held scanner: it sees pixels and says what is in them, with nothing else to go by. */
export type Handheld = {
  /** The element string with its symbology identifier, or undefined when it cannot be read. */
  readonly scan: (surface: Picture, symbol: "gs1-datamatrix" | "gs1-128") => Promise<string | undefined>;
};

export function handheld(decoder: DecoderThread, seed: number): Handheld {
  let scans = 0;
  return {
    async scan(surface, symbol) {
      for (let shot = 1; shot <= handheldLimits.shotsMax; shot++) {
        // A hand never holds twice the same; whoever scans pulls the trigger again when nothing beeps.
        const picture = photograph(surface, 4, dice(seed, ++scans, 10));
        const { symbols } = await decoder.read(picture, { symbol, symbolsMax: 1 });
        const [first] = symbols;
        if (first) return first.symbology + first.elements;
      }
      return undefined;
    },
  };
}
