import { describe, expect, test } from "vitest";
import { must } from "../base/result.ts";
import { expiryToDate, fullYear } from "./date.ts";

describe("the century of a two-digit year (GenSpecs 7.12)", () => {
  test.each([
    [26, 2026, 2026],
    [76, 2026, 2076],
    [77, 2026, 1977],
    [99, 2026, 1999],
    [0, 2026, 2000],
    [10, 2060, 2110],
    [11, 2060, 2011],
    [49, 2099, 2149],
    [50, 2099, 2050],
  ])("%i seen from %i is %i", (yy, now, year) => expect(fullYear(yy, now)).toBe(year));
});

describe("expiry date", () => {
  test.each([
    ["261231", "2026-12-31"],
    ["260200", "2026-02-28"],
    ["280200", "2028-02-29"],
    ["260400", "2026-04-30"],
    ["000229", "2000-02-29"],
    ["991231", "1999-12-31"],
  ])("%s means %s", (text, date) => expect(must(expiryToDate(text))).toBe(date));

  test.each([
    ["26123", "gs1.value-length", "5"],
    ["2612311", "gs1.value-length", "6"],
    ["2612x1", "gs1.value-character", "4"],
    ["261331", "gs1.date", "2"],
    ["260031", "gs1.date", "2"],
    ["260230", "gs1.date", "4"],
  ])("%s is refused", (text, code, at) =>
    expect(expiryToDate(text)).toMatchObject({ ok: false, refusal: { code, at } }),
  );
});
