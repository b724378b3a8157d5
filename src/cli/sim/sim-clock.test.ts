import { describe, expect, test } from "vitest";
import { createSimClock } from "./sim-clock.ts";

const start = 1_000_000;
const clockOf = () => createSimClock({ start, stalled: async () => false });
const forever = { done: () => false, until: Number.POSITIVE_INFINITY };

describe("the simulated clock", () => {
  test("runs timers by their moment, and those of one moment as they were made", async () => {
    const clock = clockOf();
    const ran: string[] = [];
    clock.after(20, () => ran.push(`late ${clock.now() - start}`));
    clock.after(10, () => {
      ran.push(`first ${clock.now() - start}`);
      clock.after(5, () => ran.push(`from inside ${clock.now() - start}`));
    });
    clock.after(10, () => ran.push(`second ${clock.now() - start}`));
    clock.after(3, () => ran.push("never")).cancel();
    expect(await clock.run(forever)).toBe("idle");
    expect(ran).toEqual(["first 10", "second 10", "from inside 15", "late 20"]);
  });

  test("stands still while something real is under way", async () => {
    const clock = clockOf();
    const seen: number[] = [];
    void clock.real(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(clock.now() - start);
    });
    clock.after(1, () => seen.push(clock.now() - start));
    await clock.run(forever);
    expect(seen).toEqual([0, 1]);
  });

  test("goes on for a task that only waits for time, and waits for one that works", async () => {
    const clock = clockOf();
    const { result } = clock.task(async () => {
      await clock.sleep(500);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return clock.now() - start;
    });
    clock.after(501, () => undefined);
    await clock.run({ ...forever, done: () => clock.now() > start + 500 });
    expect(await result).toBe(500);
  });

  test("a task that was abandoned holds nothing up", async () => {
    const clock = clockOf();
    clock.task(() => new Promise(() => undefined)).abandon();
    clock.after(7, () => undefined);
    expect(await clock.run(forever)).toBe("idle");
    expect(clock.now()).toBe(start + 7);
  });

  test("stops before what is later than it may go, and keeps it", async () => {
    const clock = clockOf();
    let ran = false;
    clock.after(100, () => {
      ran = true;
    });
    expect(await clock.run({ done: () => false, until: start + 99 })).toBe("late");
    expect(ran).toBe(false);
    expect(await clock.run(forever)).toBe("idle");
    expect(ran).toBe(true);
  });

  test("a sleep ends at once when its signal aborts", async () => {
    const clock = clockOf();
    const ended = new AbortController();
    let woken = -1;
    void clock.sleep(10_000, ended.signal).then(() => {
      woken = clock.now() - start;
    });
    clock.after(5, () => ended.abort());
    await clock.run({ ...forever, done: () => woken >= 0 });
    expect(woken).toBe(5);
  });
});
