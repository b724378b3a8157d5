/** A greyscale picture, one byte a pixel, row by row: 0 is ink, 255 is white light. */
export type Picture = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

/** Reflectance of the surfaces the simulated hall knows. */
export const shade = { ink: 28, carton: 232, belt: 150 } as const;

export function blankPicture(width: number, height: number, value: number = shade.carton): Picture {
  return { width, height, pixels: new Uint8Array(width * height).fill(value) };
}

export function copyPicture(picture: Picture): Picture {
  return { width: picture.width, height: picture.height, pixels: picture.pixels.slice() };
}

/** Fills the rectangle, clipped to the picture. */
export function fillRectangle(
  picture: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
  value: number,
): void {
  const x0 = Math.max(0, left);
  const x1 = Math.min(picture.width, left + width);
  const y1 = Math.min(picture.height, top + height);
  if (x1 <= x0) return;
  for (let y = Math.max(0, top); y < y1; y++) {
    picture.pixels.fill(value, y * picture.width + x0, y * picture.width + x1);
  }
}

/** Copies a rectangle of `from`, whole pixels, clipped on both sides. */
export function copyRectangle(
  from: Picture,
  source: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  to: Picture,
  left: number,
  top: number,
): void {
  const width = Math.min(source.width, from.width - source.left, to.width - left);
  const height = Math.min(source.height, from.height - source.top, to.height - top);
  for (let y = 0; y < height; y++) {
    const start = (source.top + y) * from.width + source.left;
    to.pixels.set(from.pixels.subarray(start, start + width), (top + y) * to.width + left);
  }
}
