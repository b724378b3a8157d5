import { blankPicture, shade, type Picture } from "./picture.ts";
import { dice, type Dice } from "./random.ts";

/** What lens, light and a moving carton do to a picture between the surface and the sensor. */
export type Distortion = {
  readonly degrees: number;
  readonly scale: number;
  readonly shiftX: number;
  readonly shiftY: number;
  readonly gain: number;
  /** Difference of light from the left edge to the right, as a share of the gain. */
  readonly slope: number;
  readonly noise: number;
  readonly blur: boolean;
};

/** A usual picture in a well kept hall. */
export function rollDistortion(roll: Dice, degreesMax: number): Distortion {
  return {
    degrees: roll.between(-degreesMax, degreesMax),
    scale: roll.between(0.985, 1.015),
    shiftX: roll.between(-4, 4),
    shiftY: roll.between(-3, 3),
    gain: roll.between(0.78, 1.05),
    slope: roll.between(-0.12, 0.12),
    noise: roll.between(2, 7),
    blur: roll.next() < 0.25,
  };
}

const noiseLength = 65_536;
let noiseTable: Int8Array | undefined;

/** Noise of sigma 16, nearly normal, made once: a fresh number for each pixel would cost more than the decoding. */
function noise(): Int8Array {
  if (noiseTable) return noiseTable;
  noiseTable = new Int8Array(noiseLength);
  const roll = dice(noiseLength);
  for (let i = 0; i < noiseLength; i++) {
    const sum = roll.next() + roll.next() + roll.next() + roll.next() - 2;
    noiseTable[i] = Math.max(-127, Math.min(127, Math.round(sum * 1.732 * 16)));
  }
  return noiseTable;
}

/** The picture as the sensor sees it, same size, with `margin` pixels of belt around the object. */
export function distort(picture: Picture, distortion: Distortion, roll: Dice, margin: number): Picture {
  const width = picture.width + margin * 2;
  const height = picture.height + margin * 2;
  const seen = blankPicture(width, height, 0);
  const angle = (distortion.degrees * Math.PI) / 180;
  const cos = Math.cos(angle) / distortion.scale;
  const sin = Math.sin(angle) / distortion.scale;
  const grain = noise();
  const amplitude = distortion.noise / 16;
  let at = roll.below(noiseLength);
  for (let y = 0; y < height; y++) {
    const dy = y - height / 2 - distortion.shiftY;
    let sx = picture.width / 2 + (-width / 2 - distortion.shiftX) * cos + dy * sin;
    let sy = picture.height / 2 - (-width / 2 - distortion.shiftX) * sin + dy * cos;
    at = (at + roll.below(97)) % noiseLength;
    for (let x = 0; x < width; x++) {
      const light = distortion.gain * (1 + distortion.slope * (x / width - 0.5));
      const value = sample(picture, sx, sy) * light + (grain[(at + x) % noiseLength] as number) * amplitude;
      seen.pixels[y * width + x] = value < 0 ? 0 : value > 255 ? 255 : value;
      sx += cos;
      sy -= sin;
    }
  }
  return distortion.blur ? softened(seen) : seen;
}

/** Bilinear between four pixels; belt outside of the object. */
function sample(picture: Picture, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < 0 || top < 0 || left >= picture.width - 1 || top >= picture.height - 1) return shade.belt;
  const fx = x - left;
  const fy = y - top;
  const at = top * picture.width + left;
  const p = picture.pixels;
  const upper = (p[at] as number) * (1 - fx) + (p[at + 1] as number) * fx;
  const lower = (p[at + picture.width] as number) * (1 - fx) + (p[at + picture.width + 1] as number) * fx;
  return upper * (1 - fy) + lower * fy;
}

/** A horizontal 1-2-1, what motion leaves during a short exposure. */
function softened(picture: Picture): Picture {
  const pixels = picture.pixels.slice();
  for (let i = 1; i < pixels.length - 1; i++) {
    pixels[i] =
      ((picture.pixels[i - 1] as number) + 2 * (picture.pixels[i] as number) + (picture.pixels[i + 1] as number)) >> 2;
  }
  return { width: picture.width, height: picture.height, pixels };
}
