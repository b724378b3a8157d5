import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chanceOf, simRandom } from "./sim-random.ts";

describe("chance", () => {
  test("is a function of its seed and its name", () => {
    const draws = (seed: number, name: string) => Buffer.from(chanceOf(seed, name).bytes(32)).toString("hex");
    expect(draws(7, "a")).toBe(draws(7, "a"));
    expect(new Set([draws(7, "a"), draws(8, "a"), draws(7, "b")]).size).toBe(3);
  });

  test("stays within its bounds and reaches both", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 0, max: 9 }),
        (seed, from, width) => {
          const chance = chanceOf(seed, "bounds");
          const drawn = Array.from({ length: 300 }, () => chance.between(from, from + width));
          expect(Math.min(...drawn)).toBe(from);
          expect(Math.max(...drawn)).toBe(from + width);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("spreads evenly: each of sixteen drawers gets its share", () => {
    const chance = chanceOf(1, "even");
    const drawers = Array.from({ length: 16 }, () => 0);
    for (let n = 0; n < 16_000; n++) drawers[chance.between(0, 15)] = (drawers[chance.between(0, 15)] ?? 0) + 1;
    for (const count of drawers) expect(Math.abs(count - 1_000)).toBeLessThan(200);
  });

  test("its UUIDs rise and repeat with the seed", () => {
    const ids = () => {
      const random = simRandom(chanceOf(3, "ids"), () => 1_790_000_000_000);
      return Array.from({ length: 50 }, () => random.uuid7());
    };
    expect(ids()).toEqual(ids());
    expect(ids()).toEqual([...ids()].sort());
  });
});
