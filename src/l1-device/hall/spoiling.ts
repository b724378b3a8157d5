import { glyph, glyphAdvance, glyphHeight, glyphWidth, drawText } from "../raster/font.ts";
import { packLayout } from "../raster/layout.ts";
import { fillRectangle, shade, type Picture } from "../raster/picture.ts";
import { dice, mix, type Dice } from "../raster/random.ts";

/** What goes wrong with a print. `swapped`: two neighbours got each other's print; the last two happen downstream. */
export const spoilKinds = [
  "smear",
  "missing-modules",
  "low-contrast",
  "blank",
  "wrong-text",
  "unreadable",
  "swapped",
  "damaged-after-gate",
] as const;
export type SpoilKind = (typeof spoilKinds)[number];

/** Shares of all prints, in thousandths. */
export type SpoilRates = {
  /** The first six kinds together. */
  readonly print: number;
  readonly swapped: number;
  readonly damagedAfterGate: number;
  readonly caseLabel: number;
};

export const usualSpoiling: SpoilRates = { print: 20, swapped: 3, damagedAfterGate: 4, caseLabel: 15 };
export const noSpoiling: SpoilRates = { print: 0, swapped: 0, damagedAfterGate: 0, caseLabel: 0 };

/** Kinds that no camera can pass, whatever its job. */
const certain = ["blank", "unreadable"] as const satisfies readonly SpoilKind[];
const printed = ["smear", "missing-modules", "low-contrast", "blank", "wrong-text", "unreadable"] as const;

export type SpoilPlan = {
  /** What happens to this pack of the run; the same for the same seed. */
  readonly pack: (trackingId: number) => SpoilKind | undefined;
  /** Whether this application of this container's label is unreadable; a second one never is. */
  readonly label: (index: number, attempt: number) => boolean;
};

/** Every plan with a print rate above zero spoils one of the packs 3 to 10 for certain. */
export function spoilPlan(seed: number, run: number, rates: SpoilRates): SpoilPlan {
  const sure = 3 + (mix(seed, run, 1) % 8);
  return {
    pack(trackingId) {
      const roll = dice(seed, run, trackingId, 2);
      if (trackingId === sure && rates.print > 0) return certain[roll.below(certain.length)];
      const lot = roll.next() * 1000;
      if (lot < rates.print) return printed[roll.below(printed.length)];
      if (lot < rates.print + rates.swapped) return "swapped";
      if (lot < rates.print + rates.swapped + rates.damagedAfterGate) return "damaged-after-gate";
      return undefined;
    },
    label: (index, attempt) => attempt === 0 && dice(seed, run, index, 3).next() * 1000 < rates.caseLabel,
  };
}

/** Where the symbol stands on a panel, with room for the largest. */
const symbolArea = {
  left: packLayout.symbolLeft,
  top: packLayout.symbolTop,
  side: 32 * packLayout.moduleDots,
} as const;

/** Spoils the picture in place. Kinds that are not about one print alone change nothing. */
export function spoilPicture(picture: Picture, kind: SpoilKind, roll: Dice): void {
  switch (kind) {
    case "smear":
      return smear(picture, 5 + roll.below(7));
    case "missing-modules":
      return dropOut(picture, roll);
    case "low-contrast":
      return fade(picture, 0.88 + roll.next() * 0.06);
    case "blank":
      return void picture.pixels.fill(shade.carton);
    case "wrong-text":
      return changeCharacter(picture, roll);
    case "unreadable":
    case "damaged-after-gate":
      return scratch(picture);
    case "swapped":
      return;
  }
}

/** Wet ink drawn along the belt. */
function smear(picture: Picture, length: number): void {
  for (let y = 0; y < picture.height; y++) {
    const row = picture.pixels.subarray(y * picture.width, (y + 1) * picture.width);
    const before = row.slice();
    for (let x = 0; x < row.length; x++) {
      let sum = 0;
      for (let k = 0; k <= length; k++) sum += before[Math.max(0, x - k)] as number;
      row[x] = sum / (length + 1);
    }
  }
}

/** Blocked nozzles and a bad ribbon: patches without ink over the symbol. */
function dropOut(picture: Picture, roll: Dice): void {
  for (let i = 0; i < 26; i++) {
    const left = symbolArea.left + roll.below(symbolArea.side - 16);
    const top = symbolArea.top + roll.below(symbolArea.side - 16);
    fillRectangle(picture, left, top, 10 + roll.below(10), 8 + roll.below(8), shade.carton);
  }
}

function fade(picture: Picture, share: number): void {
  for (let i = 0; i < picture.pixels.length; i++) {
    const value = picture.pixels[i] as number;
    picture.pixels[i] = value + (shade.carton - value) * share;
  }
}

/** A torn panel: nothing of the symbol's finder is left. */
function scratch(picture: Picture): void {
  const { left, top, side } = symbolArea;
  for (let x = -4; x < side; x += 9) fillRectangle(picture, left + x, top - 6, 5, side + 12, shade.ink);
  for (let y = -4; y < side; y += 13) fillRectangle(picture, left - 6, top + y, side + 12, 4, shade.carton);
}

/** One character of the text is another one, as a wrong type or a stuck dot line leaves it. */
function changeCharacter(picture: Picture, roll: Dice): void {
  const scale = packLayout.textScale;
  const top = packLayout.textTop + packLayout.textPitch * roll.below(2);
  const place = packLayout.symbolLeft + glyphAdvance * scale * (5 + roll.below(5));
  const now = readGlyph(picture, place, top, scale);
  const next = ["8", "3", "7", "4"].find((digit) => overlap(glyph(digit), now) < 30) ?? "8";
  fillRectangle(picture, place, top, glyphWidth * scale, glyphHeight * scale, shade.carton);
  drawText(picture, next, place, top, scale);
}

function readGlyph(picture: Picture, left: number, top: number, scale: number): Uint8Array {
  const dots = new Uint8Array(glyphWidth * glyphHeight);
  for (let i = 0; i < dots.length; i++) {
    const x = left + (i % glyphWidth) * scale;
    const y = top + Math.floor(i / glyphWidth) * scale;
    dots[i] = (picture.pixels[y * picture.width + x] as number) < 128 ? 1 : 0;
  }
  return dots;
}

function overlap(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, dot, i) => sum + (dot === b[i] ? 1 : 0), 0);
}

/** A label that was torn while it was applied. */
export function spoilLabel(picture: Picture): void {
  for (let x = 0; x < picture.width; x += 11) fillRectangle(picture, x, 0, 6, 140, shade.ink);
}
