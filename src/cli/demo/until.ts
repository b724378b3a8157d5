import { setTimeout as sleep } from "node:timers/promises";

const pollEveryMs = 100;
const patienceMs = 120_000;

/** Asks until the answer is not undefined. Gives up after two minutes and says what it waited for. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, waitMs = patienceMs): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${waitMs / 1000} s in vain: ${what}`);
    await sleep(pollEveryMs);
  }
}
