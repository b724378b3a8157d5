import { ok, refuse, type Result } from "../base/result.ts";
import { challengeCountersFrom, challengeNumbers, chunkNumbers, type Pool, packCountersEnd } from "./pool.ts";

/** Counters `from` up to, not including, `to`. */
export type CounterRange = { readonly from: number; readonly to: number };

/** One request asks for at most this many numbers; a larger order is several allocations. */
export const allocationNumbersMax = 10_000_000;

/**
 * The next block of a pool and what its `next` becomes. Blocks begin on a chunk of 1,024 counters so that no two
 * lines or lots share one; the counters between `to` and the new `next` are never issued. Refuses
 * `serials.quantity`, `serials.pool-closed` and `serials.pool-exhausted` (where: how many are left).
 */
export function nextAllocation(pool: Pool, quantity: number): Result<CounterRange & { readonly next: number }> {
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > allocationNumbersMax)
    return refuse("serials.quantity", "/quantity");
  if (pool.closed) return refuse("serials.pool-closed", "/closed");
  const from = chunkEnd(pool.next);
  const next = chunkEnd(from + quantity);
  const end = packCountersEnd(pool);
  if (next > end) return refuse("serials.pool-exhausted", Math.max(0, end - from));
  return ok({ from, to: from + quantity, next });
}

/**
 * Counters for a challenge test, out of the range that can never be commissioned. `used` is how many the pool's
 * tests have taken so far; the range begins again at its end, because these numbers never leave the line.
 */
export function challengeAllocation(pool: Pool, used: number, quantity: number): Result<CounterRange> {
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > challengeNumbers)
    return refuse("serials.quantity", "/quantity");
  const offset = used % challengeNumbers;
  const start = offset + quantity > challengeNumbers ? 0 : offset;
  const from = challengeCountersFrom(pool) + start;
  return ok({ from, to: from + quantity });
}

/** The number of the chunk that holds the counter. */
export function chunkOf(counter: number): number {
  return Math.floor(counter / chunkNumbers);
}

function chunkEnd(counter: number): number {
  return Math.ceil(counter / chunkNumbers) * chunkNumbers;
}
