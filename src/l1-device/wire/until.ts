/** Waits for a condition that the world brings about; throws with `what` when it does not within `patienceMs`. */
export async function untilTrue(what: string, condition: () => boolean, patienceMs = 15_000): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
