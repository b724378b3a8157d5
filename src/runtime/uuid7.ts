import { invariant } from "../kernel/base/invariant.ts";
import type { Instant } from "../kernel/base/time.ts";

/** rand_a of RFC 9562 §5.7: twelve bits, used as the counter of §6.2 method 1. */
const counterMax = 0xfff;
/** A fresh millisecond starts in the lower half, so that at least 2,048 ids fit before the clock must be led. */
const counterSeedMask = 0x7ff;
const timestampMax = 2 ** 48 - 1;

/**
 * A maker of UUIDs version 7 (RFC 9562 §5.7), each greater than the one before: within a millisecond a counter
 * rises, and when it is full, or the clock went back, the timestamp is led instead (§6.2). `now` in ms UTC.
 */
export function createUuid7(now: () => Instant, randomBytes: (count: number) => Uint8Array): () => string {
  let timestamp = -1;
  let counter = 0;
  return () => {
    const random = randomBytes(10);
    const at = now();
    invariant(Number.isInteger(at) && at >= 0 && at <= timestampMax, "a uuid7 needs integer milliseconds of 48 bits");
    if (at > timestamp) {
      timestamp = at;
      counter = (((random[8] ?? 0) << 8) | (random[9] ?? 0)) & counterSeedMask;
    } else if (counter === counterMax) {
      timestamp += 1;
      counter = (random[9] ?? 0) & counterSeedMask;
    } else {
      counter += 1;
    }
    return print(timestamp, counter, random);
  };
}

function print(timestamp: number, counter: number, random: Uint8Array): string {
  const time = timestamp.toString(16).padStart(12, "0");
  const count = counter.toString(16).padStart(3, "0");
  const tail = Array.from(random.subarray(0, 8), (byte, index) => (index === 0 ? (byte & 0x3f) | 0x80 : byte))
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
