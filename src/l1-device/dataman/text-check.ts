import type { TextCheck } from "../../contract/device-port.ts";
import { parseElementString } from "../../kernel/gs1/element-string.ts";
import { fontCharacters, glyph, glyphAdvance, glyphHeight, glyphWidth } from "../raster/font.ts";
import { labelLayout, packLayout, type PrintLayout } from "../raster/layout.ts";
import type { Picture } from "../raster/picture.ts";
import type { FoundSymbol } from "./decode.ts";

/*
 * Optical character verification: is the known string there? Every character is correlated with the glyph that
 * should be there and with all the others; another one that fits better is a wrong character.
 */

/** A character's dots with one dot of paper around them, so that a dash or a full stop has contrast too. */
const cellWidth = glyphWidth + 2;
const cellHeight = glyphHeight + 2;
const cellDots = cellWidth * cellHeight;

/** Correlation from which a character counts as printed. */
export const correlationMin = 0.55;
/** How much better than the expected glyph another must fit before it is believed. */
const rivalMargin = 0.03;

const templates: ReadonlyMap<string, Float32Array> = new Map(
  fontCharacters()
    .filter((character) => character !== " ")
    .map((character) => [character, templateOf(character)]),
);

/** The cell normalised to mean zero and length one, ink negative as it is on a sensor. */
function templateOf(character: string): Float32Array {
  const cell = new Float32Array(cellDots);
  glyph(character).forEach((dot, i) => {
    cell[(Math.floor(i / glyphWidth) + 1) * cellWidth + (i % glyphWidth) + 1] = -dot;
  });
  return normalised(cell);
}

function normalised(cell: Float32Array): Float32Array {
  let mean = 0;
  for (const value of cell) mean += value / cellDots;
  let power = 0;
  for (const value of cell) power += (value - mean) ** 2;
  const length = Math.sqrt(power) || 1;
  return cell.map((value) => (value - mean) / length);
}

/** Where dot (x, y) of the print is in the picture: origin and the steps along and across the print. */
type Frame = { readonly x: number; readonly y: number; readonly ux: number; readonly uy: number };

/**
 * Checks the job's lines under the symbol. `{serial}` is AI 21 of the symbol just read; a line that needs it while
 * the symbol has none does not match. Scores are correlations, 0..1, of the worst character.
 */
export function checkText(picture: Picture, found: FoundSymbol, lines: readonly string[]): TextCheck {
  const layout = found.modules > 0 ? packLayout : labelLayout;
  const frame = found.modules > 0 ? matrixFrame(found) : linearFrame(picture, found, layout);
  const serial = serialOf(found.elements);
  let scoreMin = 1;
  let shift: Shift | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.includes("{serial}") && serial === undefined) return { matched: false, scoreMin: 0 };
    const text = line.replaceAll("{serial}", serial ?? "");
    const top = layout.textTop - layout.symbolTop + index * layout.textPitch;
    const start = shift ?? bestStart(picture, frame, text, top, layout);
    const check = checkLine(picture, frame, text, top, layout, start);
    shift = check.first;
    scoreMin = Math.min(scoreMin, check.scoreMin);
  }
  return { matched: scoreMin >= correlationMin, scoreMin: Math.max(0, Math.round(scoreMin * 1000) / 1000) };
}

function serialOf(elements: string): string | undefined {
  const parsed = parseElementString(elements);
  if (!parsed.ok) return undefined;
  return parsed.value.elements.find((element) => element.ai === "21")?.value;
}

/** Corners are whole pixels: the lower edge, the longest straight line of the symbol, gives the direction. */
function matrixFrame(found: FoundSymbol): Frame {
  const [tlx = 0, tly = 0, , , brx = 0, bry = 0, blx = 0, bly = 0] = found.corners;
  // The mount and the lens are fixed, so a module's pixels are its dots, but for a few per cent.
  const modulePixels = Math.hypot(brx - blx, bry - bly) / found.modules;
  const dots = found.modules * Math.round(modulePixels);
  const ux = (brx - blx) / dots;
  const uy = (bry - bly) / dots;
  const length = Math.hypot(ux, uy) || 1;
  // A fixed mount has one scale; the corners only say how the carton lies.
  const scale = Math.min(1.03, Math.max(0.97, length));
  const u = { ux: (ux / length) * scale, uy: (uy / length) * scale };
  // From the lower left corner upwards, because that corner is the sharpest.
  const originX = (blx + u.uy * dots + tlx) / 2;
  const originY = (bly - u.ux * dots + tly) / 2;
  return { x: originX, y: originY, ...u };
}

/** A linear read has no height: the foot of its first bar is looked for, pixel by pixel. */
function linearFrame(picture: Picture, found: FoundSymbol, layout: PrintLayout): Frame {
  const [tlx = 0, tly = 0, trx = 0, try_ = 0] = found.corners;
  const length = Math.hypot(trx - tlx, try_ - tly) || 1;
  const u = { ux: (trx - tlx) / length, uy: (try_ - tly) / length };
  const inBar = layout.moduleDots;
  let step = 0;
  const light = (down: number) => at(picture, tlx + u.ux * inBar - u.uy * down, tly + u.uy * inBar + u.ux * down);
  const dark = light(0);
  while (step < layout.barHeight + 20 && light(step) < dark + 60) step++;
  const foot = step - layout.barHeight;
  return { x: tlx - u.uy * foot, y: tly + u.ux * foot, ...u };
}

type Shift = { readonly dx: number; readonly dy: number };

const searchPixels = 6;

/** The corners may be off by pixels: the first characters of the first line are looked for, coarsely, then finely. */
function bestStart(picture: Picture, frame: Frame, text: string, top: number, layout: PrintLayout): Shift {
  const coarse = bestAround(picture, frame, text, top, layout, { dx: 0, dy: 0 }, searchPixels, 2);
  return bestAround(picture, frame, text, top, layout, coarse, 1, 1);
}

function bestAround(
  picture: Picture,
  frame: Frame,
  text: string,
  top: number,
  layout: PrintLayout,
  centre: Shift,
  reach: number,
  step: number,
): Shift {
  const head = Array.from(text).slice(0, 5);
  let best: Shift & { readonly score: number } = { ...centre, score: Number.NEGATIVE_INFINITY };
  for (let dy = centre.dy - reach; dy <= centre.dy + reach; dy += step) {
    for (let dx = centre.dx - reach; dx <= centre.dx + reach; dx += step) {
      let score = 0;
      for (const [i, character] of head.entries()) {
        const template = templates.get(character);
        if (template) score += correlate(cellAt(picture, frame, i, top, layout, dx, dy), template);
      }
      if (score > best.score) best = { dx, dy, score };
    }
  }
  return best;
}

function checkLine(
  picture: Picture,
  frame: Frame,
  text: string,
  top: number,
  layout: PrintLayout,
  start: Shift,
): { readonly scoreMin: number; readonly first: Shift } {
  let scoreMin = 1;
  let shift = start;
  let first: Shift | undefined;
  for (const [i, character] of Array.from(text).entries()) {
    const template = templates.get(character);
    if (!template) {
      if (character !== " ") return { scoreMin: 0, first: start };
      continue;
    }
    const found = settle(picture, frame, i, top, layout, shift, template);
    // A character that is not there must not lead the following ones astray.
    if (found.score >= correlationMin) shift = found;
    first ??= shift;
    scoreMin = Math.min(scoreMin, hasRival(found.cell, found.score) ? 0 : found.score);
  }
  return { scoreMin, first: first ?? start };
}

/** Follows the drift of the print from character to character, a pixel at most. */
function settle(
  picture: Picture,
  frame: Frame,
  i: number,
  top: number,
  layout: PrintLayout,
  from: Shift,
  template: Float32Array,
) {
  let best = { dx: from.dx, dy: from.dy, score: -1, cell: template };
  for (let dy = from.dy - 1; dy <= from.dy + 1; dy++) {
    for (let dx = from.dx - 1; dx <= from.dx + 1; dx++) {
      const cell = cellAt(picture, frame, i, top, layout, dx, dy);
      const score = correlate(cell, template);
      if (score > best.score) best = { dx, dy, score, cell };
    }
  }
  return best;
}

function hasRival(cell: Float32Array, score: number): boolean {
  for (const template of templates.values()) if (correlate(cell, template) > score + rivalMargin) return true;
  return false;
}

/** Samples the dots of character `i` of a line whose first dot is `top` dots under the symbol's top edge. */
function cellAt(
  picture: Picture,
  frame: Frame,
  i: number,
  top: number,
  layout: PrintLayout,
  dx: number,
  dy: number,
): Float32Array {
  const cell = new Float32Array(cellDots);
  const scale = layout.textScale;
  const half = scale / 2;
  for (let row = 0; row < cellHeight; row++) {
    const y = top + (row - 1) * scale + half;
    for (let column = 0; column < cellWidth; column++) {
      const x = (i * glyphAdvance + column - 1) * scale + half;
      cell[row * cellWidth + column] = at(
        picture,
        frame.x + x * frame.ux - y * frame.uy + dx - 0.5,
        frame.y + x * frame.uy + y * frame.ux + dy - 0.5,
      );
    }
  }
  return normalised(cell);
}

function correlate(cell: Float32Array, template: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < cellDots; i++) sum += (cell[i] as number) * (template[i] as number);
  return sum;
}

/** Bilinear; outside of the picture it is as bright as its nearest pixel. */
function at(picture: Picture, x: number, y: number): number {
  const px = Math.min(Math.max(x, 0), picture.width - 1.001);
  const py = Math.min(Math.max(y, 0), picture.height - 1.001);
  const left = Math.floor(px);
  const top = Math.floor(py);
  const fx = px - left;
  const fy = py - top;
  const i = top * picture.width + left;
  const p = picture.pixels;
  const upper = (p[i] as number) * (1 - fx) + (p[i + 1] as number) * fx;
  const lower = (p[i + picture.width] as number) * (1 - fx) + (p[i + picture.width + 1] as number) * fx;
  return upper * (1 - fy) + lower * fy;
}
