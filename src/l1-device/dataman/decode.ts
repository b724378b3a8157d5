import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { prepareZXingModule, readBarcodes, type ReadResult } from "zxing-wasm/reader";
import type { ReaderJob, SymbolRead } from "../../contract/device-port.ts";
import type { Picture } from "../raster/picture.ts";

/** A symbol as found, with what the text check needs besides the read itself. */
export type FoundSymbol = SymbolRead & { readonly modules: number };

let ready: Promise<unknown> | undefined;

/** Loads the decoder from disk; by itself it would ask a server on the internet for it. */
export function prepareDecoder(): Promise<unknown> {
  ready ??= (async () => {
    const wasmBinary = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
    await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasmBinary).buffer }, fireImmediately: true });
    const warmUp = new Uint8Array(64 * 64).fill(200);
    await decodeWithZxing({ width: 64, height: 64, pixels: warmUp }, { symbol: "gs1-datamatrix", symbolsMax: 1 });
  })();
  return ready;
}

/**
 * Every symbol of the wanted kind in the picture, at most `symbolsMax`. `elements` are the decoded bytes, so that
 * the separator between elements is still GS. Symbols of another symbology, or that fail their checks, are not read.
 */
export async function decode(picture: Picture, job: ReaderJob): Promise<FoundSymbol[]> {
  await prepareDecoder();
  return decodeWithZxing(picture, job);
}

async function decodeWithZxing(picture: Picture, job: ReaderJob): Promise<FoundSymbol[]> {
  const found = await readBarcodes(imageOf(picture), {
    formats: [job.symbol === "gs1-datamatrix" ? "DataMatrix" : "Code128"],
    // Without it a picture with many symbols gives none of them; the other attempts only cost time on a fixed mount.
    tryHarder: true,
    tryRotate: false,
    tryInvert: false,
    tryDownscale: false,
    maxNumberOfSymbols: Math.min(255, job.symbolsMax),
  });
  return found.filter((result) => result.isValid).map((result) => symbolOf(result, picture));
}

function imageOf(picture: Picture): ImageData {
  const grey = picture.pixels;
  const colours = new Uint32Array(grey.length);
  for (let i = 0; i < grey.length; i++) colours[i] = ((grey[i] as number) * 0x010101) | 0xff000000;
  const data = new Uint8ClampedArray(colours.buffer);
  return { data, width: picture.width, height: picture.height, colorSpace: "srgb" } as unknown as ImageData;
}

function symbolOf(result: ReadResult, picture: Picture): FoundSymbol {
  const { topLeft, topRight, bottomRight, bottomLeft } = result.position;
  const corners = [topLeft, topRight, bottomRight, bottomLeft].flatMap((point) => [point.x, point.y]);
  return {
    elements: Buffer.from(result.bytes).toString("latin1"),
    symbology: result.symbologyIdentifier,
    corners,
    grade: Math.min(unusedCorrectionGrade(result.extra), contrastGrade(picture, corners)),
    modules: Number(/^(\d+)x/.exec(versionOf(result.extra))?.[1] ?? 0),
  };
}

function extraOf(extra: string): { readonly UEC?: number; readonly Version?: string } {
  return extra === "" ? {} : JSON.parse(extra);
}

function versionOf(extra: string): string {
  return extraOf(extra).Version ?? "";
}

/** ISO/IEC 15415, unused error correction: A from 0.62, B 0.50, C 0.37, D 0.25; a linear symbol has none to use. */
function unusedCorrectionGrade(extra: string): number {
  const unused = extraOf(extra).UEC;
  return unused === undefined ? 4 : gradeBy(unused, [0.25, 0.37, 0.5, 0.62]);
}

/** ISO/IEC 15415 and 15416, symbol contrast: A from 70 %, B 55, C 40, D 20. The light is not calibrated: indicative. */
function contrastGrade(picture: Picture, corners: readonly number[]): number {
  const xs = corners.filter((_, i) => i % 2 === 0);
  const ys = corners.filter((_, i) => i % 2 === 1);
  const left = Math.max(0, Math.floor(Math.min(...xs)));
  const right = Math.min(picture.width - 1, Math.ceil(Math.max(...xs)));
  const top = Math.max(0, Math.floor(Math.min(...ys)));
  const bottom = Math.min(picture.height - 1, Math.ceil(Math.max(...ys)));
  const counts = new Uint32Array(256);
  let total = 0;
  for (let y = top; y <= bottom; y += 2) {
    for (let x = left; x <= right; x += 2) {
      const value = picture.pixels[y * picture.width + x] as number;
      counts[value] = (counts[value] as number) + 1;
      total++;
    }
  }
  // Single hot pixels are no reflectance: five per cent at both ends are left out.
  const dark = percentile(counts, total * 0.05);
  const bright = percentile(counts, total * 0.95);
  return gradeBy((bright - dark) / Math.max(bright, 128), [0.2, 0.4, 0.55, 0.7]);
}

function percentile(counts: Uint32Array, rank: number): number {
  let seen = 0;
  for (let value = 0; value < counts.length; value++) {
    seen += counts[value] as number;
    if (seen > rank) return value;
  }
  return 255;
}

function gradeBy(value: number, limits: readonly number[]): number {
  return limits.filter((limit) => value >= limit).length;
}
