import { setTimeout as sleep } from "node:timers/promises";
import { troubleOf } from "./trouble.ts";

const pollEveryMs = 100;
const patienceMs = 120_000;

type Patience = {
  readonly waitMs?: number;
  /** Whether an error is only that of a moment; unless told, everything that `troubleOf` knows. */
  readonly passes?: (error: unknown) => boolean;
};

/**
 * Asks until the answer is not undefined; a system that is away for a while is asked again. `ask` must be safe to
 * repeat after an error that `passes`. Gives up after two minutes and says what it waited for.
 */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, patience: Patience = {}): Promise<T> {
  const { waitMs = patienceMs, passes = (error) => troubleOf(error) !== undefined } = patience;
  const deadline = performance.now() + waitMs;
  let trouble: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      trouble = undefined;
    } catch (error) {
      if (!passes(error)) throw error;
      trouble = error;
    }
    if (performance.now() > deadline) throw new Error(`waited ${waitMs / 1000} s in vain: ${what}`, { cause: trouble });
    await sleep(pollEveryMs);
  }
}

/**
 * Presses a button as a person does: again when the system says that nothing was done; when no answer came, after
 * looking (`seen`) whether it was done all the same.
 */
export function press<T>(what: string, act: () => Promise<T>, seen: () => Promise<T | undefined>): Promise<T> {
  let lost = false;
  return until(what, async () => {
    try {
      return await act();
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === "not-done" || (trouble === undefined && !lost)) throw error;
      lost = true;
      const done = await seen();
      // A press whose answer was lost may have been done only after we looked: the next one is refused for it.
      if (done === undefined && trouble === undefined) throw error;
      return done;
    }
  });
}
