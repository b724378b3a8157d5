import type { Clock, Timer } from "./machine.ts";

/** setTimeout holds a signed 32-bit number; anything longer fires at once, so long waits are chained. */
const timeoutMsMax = 2 ** 31 - 1;

/** The wall clock and the monotonic clock of this computer. */
export function realClock(): Clock {
  const after = (delayMs: number, work: () => void): Timer => {
    let handle: NodeJS.Timeout;
    const arm = (left: number) => {
      const step = Math.min(left, timeoutMsMax);
      handle = setTimeout(() => (left > step ? arm(left - step) : work()), step);
    };
    arm(Math.max(0, delayMs));
    return { cancel: () => clearTimeout(handle) };
  };
  return {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    after,
    sleep: (delayMs, signal) =>
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
  };
}
