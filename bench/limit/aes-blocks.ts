import { createCipheriv } from "node:crypto";
import { timeCalls } from "../harness.ts";

// FF1 is ten rounds of one AES block each: no FF1 can be faster than the bare cipher over the same number of
// blocks. OpenSSL's AES-NI in ECB, fed with buffers that stay in the processor's second cache, is the fastest
// form we know from Node.js; larger buffers were measured slower.

const blockBytes = 16;
const bufferBytes = 128 * 1_024;

/** Blocks of AES-256 a second, by the median call: other programs on the machine must not lower the limit. */
export async function aesBlockRate(blocks: number): Promise<number> {
  const cipher = createCipheriv("aes-256-ecb", new Uint8Array(32).fill(7), null).setAutoPadding(false);
  const buffer = new Uint8Array(bufferBytes);
  const unitsPerCall = bufferBytes / blockBytes;
  const calls = Math.max(8, Math.ceil(blocks / unitsPerCall));
  const timed = await timeCalls({ calls, unitsPerCall, warmupCalls: 20, call: () => cipher.update(buffer) });
  return (unitsPerCall * 1_000) / timed.p50Ms;
}
