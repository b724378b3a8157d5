import type { Picture } from "../raster/picture.ts";

/*
 * SIMULATED light: how a picture gets from the hall to the sensor of a camera that runs in a process of its own.
 * A frame is a trigger number, grey pixels, and how many pulses the trigger input has had; nothing else, so that the
 * camera can know only what can be seen. A frame without pixels tells the pulses alone.
 */

export const opticsLimits = { pixelsMax: 8_000_000 } as const;

const headerBytes = 16;
const magic = 0x4c49; // "LI"

export type Exposure = {
  readonly triggerId: number;
  /** Pulses at the trigger input so far, this one among them. */
  readonly pulses: number;
  readonly picture: Picture;
};

/** Header and pixels: magic u16, width u16, height u16, reserved u16, trigger u32, pulses u32, big endian. */
export function printExposure(exposure: Exposure): Buffer {
  const { width, height, pixels } = exposure.picture;
  const frame = Buffer.allocUnsafe(headerBytes + pixels.length);
  frame.writeUInt16BE(magic, 0);
  frame.writeUInt16BE(width, 2);
  frame.writeUInt16BE(height, 4);
  frame.writeUInt16BE(0, 6);
  frame.writeUInt32BE(exposure.triggerId, 8);
  frame.writeUInt32BE(exposure.pulses, 12);
  frame.set(pixels, headerBytes);
  return frame;
}

/** Exposures as their last pixel arrives; throws on bytes that are no light, and the connection is given up. */
export function exposureFramer(): (chunk: Buffer) => Exposure[] {
  let chunks: Buffer[] = [];
  let size = 0;
  return (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    const exposures: Exposure[] = [];
    while (size >= headerBytes) {
      const first = chunks[0] as Buffer;
      if (first.length < headerBytes) chunks = [Buffer.concat(chunks)];
      const head = chunks[0] as Buffer;
      const width = head.readUInt16BE(2);
      const height = head.readUInt16BE(4);
      const length = headerBytes + width * height;
      if (head.readUInt16BE(0) !== magic || width * height > opticsLimits.pixelsMax) throw new Error("no exposure");
      if (size < length) break;
      const all = chunks.length === 1 ? head : Buffer.concat(chunks);
      exposures.push({
        triggerId: all.readUInt32BE(8),
        pulses: all.readUInt32BE(12),
        picture: { width, height, pixels: new Uint8Array(all.subarray(headerBytes, length)) },
      });
      chunks = length < all.length ? [all.subarray(length)] : [];
      size -= length;
    }
    return exposures;
  };
}
