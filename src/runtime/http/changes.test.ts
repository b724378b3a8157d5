import { describe, expect, test } from "vitest";
import { changesPauseMs, createChanges } from "./changes.ts";
import type { LiveEvent } from "./event-streams.ts";

/** A clock that moves when told. */
function steppedClock() {
  let ms = 1_000;
  const timers = new Set<{ at: number; work: () => void }>();
  return {
    now: () => ms,
    monotonicMs: () => ms,
    sleep: async () => undefined,
    after(delayMs: number, work: () => void) {
      const timer = { at: ms + delayMs, work };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    pass(byMs: number) {
      ms += byMs;
      for (const timer of [...timers].filter(({ at }) => at <= ms)) {
        timers.delete(timer);
        timer.work();
      }
    },
    waiting: () => timers.size,
  };
}

function page() {
  const heard: LiveEvent[] = [];
  return { heard, names: () => heard.map(({ event }) => event), send: (event: LiveEvent) => heard.push(event) > 0 };
}

describe("what changes at a level [REQ-OPS-08]", () => {
  test("is told at once, then at most once a pause, and nothing is left untold", () => {
    const clock = steppedClock();
    const changes = createChanges(clock);
    const one = page();
    changes.subscribe(undefined, one.send);
    changes.tell();
    clock.pass(0);
    expect(one.names()).toEqual(["here", "changed"]);
    for (let times = 0; times < 100; times++) changes.tell();
    clock.pass(changesPauseMs - 1);
    expect(one.names()).toEqual(["here", "changed"]);
    clock.pass(1);
    expect(one.names()).toEqual(["here", "changed", "changed"]);
    clock.pass(changesPauseMs);
    expect(one.heard).toHaveLength(3);
    expect(one.heard.at(-1)?.id).toBe("1000-101");
  });

  test.each<[string, string | undefined, number, string]>([
    ["comes for the first time", undefined, 3, "here"],
    ["missed nothing", "1000-3", 3, "here"],
    ["missed something", "1000-2", 3, "changed"],
    ["comes back after a restart", "900-3", 3, "changed"],
  ])("a page that %s hears so", (_, lastEventId, count, expected) => {
    const changes = createChanges(steppedClock());
    for (let times = 0; times < count; times++) changes.tell();
    const one = page();
    changes.subscribe(lastEventId, one.send);
    expect(one.names()).toEqual([expected]);
  });

  test("costs nothing where nobody looks", () => {
    const clock = steppedClock();
    const changes = createChanges(clock);
    changes.tell();
    expect(clock.waiting()).toBe(0);
    const leave = changes.subscribe(undefined, page().send);
    changes.tell();
    leave();
    expect(clock.waiting()).toBe(0);
  });
});
