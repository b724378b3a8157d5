import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exampleNumbers, exampleRecipe } from "../../../test/support/site-orders.ts";
import {
  checkNumbers,
  numberRequests,
  numbersNeeded,
  numbersPerRequestMax,
  overageDefault,
  overageFor,
} from "./number-request.ts";

describe("numbers for an order", () => {
  test.each([
    [
      { quantity: 20, packsPerCase: 4, casesPerPallet: 2 },
      { percent: 5, minPacks: 24 },
      { pack: 44, case: 13, pallet: 7 },
    ],
    [
      { quantity: 10_000, packsPerCase: 48, casesPerPallet: 10 },
      { percent: 5, minPacks: 24 },
      { pack: 10_500, case: 220, pallet: 25 },
    ],
    [
      { quantity: 1, packsPerCase: 500, casesPerPallet: 500 },
      { percent: 0, minPacks: 0 },
      { pack: 1, case: 9, pallet: 5 },
    ],
  ])("%j with %j", (order, overage, needed) => {
    expect(numbersNeeded(order, overage)).toEqual(needed);
  });

  test("take the widest overage of default and recipes", () => {
    expect(overageFor([], overageDefault)).toEqual(overageDefault);
    expect(overageFor([{ ...exampleRecipe, overagePercent: 9, overageMin: 3 }], overageDefault)).toEqual({
      percent: 9,
      minPacks: 24,
    });
  });

  test("are asked for in requests that add up, none too large", () => {
    fc.assert(
      fc.property(fc.nat(1_200_000), fc.nat(300_000), fc.nat(5_000), (pack, cases, pallet) => {
        const needed = { pack, case: cases, pallet };
        const requests = numberRequests(needed);
        expect(requests.every(({ quantity }) => quantity > 0 && quantity <= numbersPerRequestMax)).toBe(true);
        for (const level of ["pack", "case", "pallet"] as const) {
          const sum = requests
            .filter((each) => each.level === level)
            .reduce((total, { quantity }) => total + quantity, 0);
          expect(sum).toBe(needed[level]);
        }
      }),
    );
  });

  test.each<[string, "pack" | "case", string[]]>([
    ["too few", "pack", ["A1"]],
    ["one twice", "pack", ["A1", "A1"]],
    ["a character that AI 21 has not", "pack", ["A1", "A^2"]],
    ["too long", "pack", ["A1", "A".repeat(21)]],
    ["a wrong check digit", "case", [exampleNumbers("case", 1)[0] as string, "095213210000000020"]],
  ])("that are %s are not kept", (_, level, numbers) => {
    expect(checkNumbers({ level, quantity: 2 }, numbers)).toMatchObject({
      ok: false,
      refusal: { code: "site.numbers-wrong" },
    });
  });
});
