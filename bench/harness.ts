import { createHash } from "node:crypto";

/** `small` runs inside the tests, in a second or so; `normal` within a minute; `full` is the long proof. */
export type BenchSize = "small" | "normal" | "full";

/** One line of `packtrail bench --json`. */
export type BenchRow = {
  readonly name: string;
  readonly unit: string;
  /** Units a second. */
  readonly rate: number;
  /** Of one call, which may be a batch of many units. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Units a second of the same work's bare minimum, in its fastest known form (`bench/limit`). */
  readonly limitRate: number;
  /** `rate / limitRate`. */
  readonly ratio: number;
  /** The process's peak resident memory so far. */
  readonly rssMiB: number;
  /** Of the result: the same on every run of one size, so that nobody gets faster by doing something else. */
  readonly hash: string;
  /** What is kept for one unit in the end, indexes included, where that is the point. */
  readonly bytesPerUnit?: number;
};

/** Each module `bench/<name>.ts` exports one as `bench`. */
export type Bench = {
  readonly name: string;
  readonly unit: string;
  /** One sentence for `--list`: what is measured, beside which limit. */
  readonly summary: string;
  /** The runner starts a PostgreSQL for it, from which `test/support/scratch-database.ts` makes databases. */
  readonly needs?: "postgres";
  /** The headline first. */
  rows(size: BenchSize): AsyncIterable<BenchRow>;
};

/** What each size means to one bench. */
export function bySize<T>(size: BenchSize, values: Readonly<Record<BenchSize, T>>): T {
  return values[size];
}

export type Timed = { readonly rate: number; readonly p50Ms: number; readonly p99Ms: number };

export type Work<T> = {
  readonly calls: number;
  /** Units that one call does. */
  readonly unitsPerCall: number;
  /** Calls before the clock runs, so that the compiler and caches are warm; they get negative indexes. */
  readonly warmupCalls?: number;
  /** Runs before each call, off the clock. */
  before?(): void;
  call(index: number): T | Promise<T>;
  /** Runs between calls, off the clock: where results are hashed. */
  settle?(result: Awaited<T>, index: number): void;
};

/** Calls one after the other, each timed; the rate is over the time inside calls only. */
export async function timeCalls<T>(work: Work<T>): Promise<Timed> {
  for (let index = -(work.warmupCalls ?? 0); index < 0; index++) {
    work.before?.();
    await work.call(index);
  }
  const durations: number[] = [];
  for (let index = 0; index < work.calls; index++) {
    work.before?.();
    const start = performance.now();
    const pending = work.call(index);
    // A call that is not asynchronous is not charged for a turn of the event loop.
    const result = pending instanceof Promise ? await pending : pending;
    durations.push(performance.now() - start);
    work.settle?.(result as Awaited<T>, index);
  }
  return timedOf(durations, work.unitsPerCall);
}

/**
 * The same, each call beside one of the limit's, so that both meet the same machine: what else runs there then counts
 * against neither. `limit` does the same units as `call`; answers the limit's rate too.
 */
export async function timeBeside<T>(
  work: Work<T>,
  limit: () => unknown,
): Promise<Timed & { readonly limitRate: number }> {
  const limits: number[] = [];
  const timed = await timeCalls({
    ...work,
    before: () => {
      const start = performance.now();
      limit();
      limits.push(performance.now() - start);
    },
  });
  return { ...timed, limitRate: timedOf(limits.slice(-work.calls), work.unitsPerCall).rate };
}

/** The figures of durations in milliseconds, one a call. */
export function timedOf(durations: readonly number[], unitsPerCall: number): Timed {
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  return {
    rate: (durations.length * unitsPerCall * 1_000) / total,
    p50Ms: quantile(durations, 0.5),
    p99Ms: quantile(durations, 0.99),
  };
}

/** The smallest value that at least the share `q` of values does not exceed. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

export function benchRow(name: string, unit: string, timed: Timed, limitRate: number, hash: string): BenchRow {
  return {
    name,
    unit,
    rate: significant(timed.rate, 4),
    p50Ms: significant(timed.p50Ms, 4),
    p99Ms: significant(timed.p99Ms, 4),
    limitRate: significant(limitRate, 4),
    ratio: significant(timed.rate / limitRate, 3),
    rssMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
    hash,
  };
}

/** A running hash of a bench's results. */
export function resultHash(): { add(content: string | Uint8Array): void; hex(): string } {
  const hash = createHash("sha256");
  return { add: (content) => void hash.update(content), hex: () => hash.copy().digest("hex").slice(0, 16) };
}

function significant(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
