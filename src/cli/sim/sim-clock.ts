import { AsyncLocalStorage } from "node:async_hooks";
import { invariant } from "../../kernel/base/invariant.ts";
import type { Clock, Timer } from "../../runtime/machine.ts";

/**
 * Time of the simulated world. It moves only when nothing real is under way: then the next timer, in the order of
 * its moment and of its making, runs. What waits for PostgreSQL, a thread or a socket takes no simulated time at all.
 */
export type SimClock = Clock & {
  /** Counts `work` as real until it settles: time stands still meanwhile. */
  real<T>(work: () => Promise<T>): Promise<T>;
  /** Something real has begun; call what it answers when it ended. */
  hold(): () => void;
  /**
   * Runs `work` (a request, a start) as one thing that is busy unless it waits for simulated time inside `waiting`,
   * so that threads and streams in it are waited for although nobody counted them. `abandon` counts it no more.
   */
  task<T>(work: () => Promise<T>): { readonly result: Promise<T>; abandon(): void };
  /** Marks, inside a task, a wait for something that only simulated time brings. */
  waiting<T>(promise: Promise<T>): Promise<T>;
  /** Moves until `done`, or until nothing is left that could happen, or past `until` (ms UTC). */
  run(options: { readonly done: () => boolean; readonly until: number }): Promise<"done" | "idle" | "late">;
};

type Waiting = { readonly at: number; readonly sequence: number; readonly work: () => void; cancelled: boolean };
type Task = { busy: boolean; waits: number; over: boolean };

/** Turns of Node's loop without anything real before it counts as quiet. */
const quietTurns = 3;
/** Real milliseconds without an end of anything real before `stalled` is asked. */
const stallMs = 100;

export type SimClockOptions = {
  readonly start: number;
  /** True: what is under way waits for a lock that only simulated time frees, so time may move. */
  readonly stalled: () => Promise<boolean>;
};

export function createSimClock(options: SimClockOptions): SimClock {
  let now = options.start;
  let sequence = 0;
  let outstanding = 0;
  let ended = 0;
  let settled: (() => void) | undefined;
  const timers: Waiting[] = [];
  const tasks = new AsyncLocalStorage<Task>();

  const begin = () => {
    outstanding++;
  };
  const end = () => {
    outstanding--;
    ended++;
    invariant(outstanding >= 0, "more real work ended than began");
    if (outstanding === 0) settled?.();
  };
  const after = (delayMs: number, work: () => void): Timer => {
    const timer: Waiting = { at: now + Math.max(0, delayMs), sequence: sequence++, work, cancelled: false };
    push(timers, timer);
    return {
      cancel: () => {
        timer.cancelled = true;
      },
    };
  };
  const waiting = async <T>(promise: Promise<T>): Promise<T> => {
    const task = tasks.getStore();
    if (!task || task.over) return promise;
    if (task.waits++ === 0) {
      task.busy = false;
      end();
    }
    try {
      return await promise;
    } finally {
      if (--task.waits === 0 && !task.over) {
        task.busy = true;
        begin();
      }
    }
  };

  /** Resolves when nothing real is under way, or what is can only go on in a later moment. */
  const quiet = async (): Promise<void> => {
    for (let turns = 0; turns < quietTurns; ) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (outstanding === 0) {
        turns++;
        continue;
      }
      turns = 0;
      const endedBefore = ended;
      let timeout: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        settled = resolve;
        timeout = setTimeout(resolve, stallMs);
      });
      clearTimeout(timeout);
      settled = undefined;
      if (ended === endedBefore && (await options.stalled())) return;
    }
  };

  return {
    now: () => Math.floor(now),
    monotonicMs: () => now - options.start,
    after,
    sleep: (delayMs, signal) =>
      waiting(
        new Promise((resolve) => {
          if (signal?.aborted) return resolve();
          const finish = () => {
            timer.cancel();
            signal?.removeEventListener("abort", finish);
            resolve();
          };
          const timer = after(delayMs, finish);
          signal?.addEventListener("abort", finish, { once: true });
        }),
      ),
    async real(work) {
      begin();
      try {
        return await work();
      } finally {
        end();
      }
    },
    hold() {
      begin();
      let over = false;
      return () => {
        if (!over) end();
        over = true;
      };
    },
    task(work) {
      const task: Task = { busy: true, waits: 0, over: false };
      begin();
      const abandon = () => {
        if (task.over) return;
        task.over = true;
        if (task.busy) end();
      };
      const result = tasks.run(task, work);
      result.then(abandon, abandon);
      return { result, abandon };
    },
    waiting,
    async run({ done, until }) {
      for (;;) {
        await quiet();
        if (done()) return "done";
        const next = pop(timers);
        if (!next) return "idle";
        if (next.at > until) {
          push(timers, next);
          return "late";
        }
        if (next.cancelled) continue;
        now = Math.max(now, next.at);
        // Not inside the task of whoever made the timer: what it starts is its own.
        tasks.exit(next.work);
      }
    },
  };
}

// A binary heap, earliest first.

function before(a: Waiting, b: Waiting): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}

function push(heap: Waiting[], timer: Waiting): void {
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (before(heap[parent] as Waiting, timer)) break;
    heap[at] = heap[parent] as Waiting;
    at = parent;
  }
  heap[at] = timer;
}

function pop(heap: Waiting[]): Waiting | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as Waiting, heap[child] as Waiting)) child++;
    if (before(last, heap[child] as Waiting)) break;
    heap[at] = heap[child] as Waiting;
    at = child;
  }
  heap[at] = last;
  return first;
}
