import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "./result.ts";
import { parseInstant, printInstant, printOffset, printRecordedTime } from "./time.ts";

describe("moments", () => {
  test.each([
    ["2026-11-23T05:00:00.000+01:00", "2026-11-23T05:00:00.000+01:00", "2026-11-23T04:00:00.000Z"],
    ["2026-11-23T05:00:00Z", "2026-11-23T05:00:00.000+00:00", "2026-11-23T05:00:00.000Z"],
    ["2026-11-23T05:00:00.0005Z", "2026-11-23T05:00:00.001+00:00", "2026-11-23T05:00:00.001Z"],
    ["2026-11-23T05:00:59.9999-05:30", "2026-11-23T05:01:00.000-05:30", "2026-11-23T10:31:00.000Z"],
    ["2026-11-23T05:00:00.12345678901234567890Z", "2026-11-23T05:00:00.123+00:00", "2026-11-23T05:00:00.123Z"],
    ["0001-02-28T00:00:00+01:00", "0001-02-28T00:00:00.000+01:00", "0001-02-27T23:00:00.000Z"],
    ["0096-02-29T12:00:00Z", "0096-02-29T12:00:00.000+00:00", "0096-02-29T12:00:00.000Z"],
  ])("%s", (text, printed, utc) => {
    const time = must(parseInstant(text));
    expect([printRecordedTime(time), printInstant(time.at)]).toEqual([printed, utc]);
  });

  test.each([
    ["2026-11-23T05:00:00", "time.malformed", 0],
    ["2026-11-23T05:00:00.Z", "time.malformed", 0],
    ["2026-11-23T05:00:00+14:01", "time.offset", 19],
    ["2026-11-23T24:00:00Z", "time.no-such-time", 11],
    ["2026-06-30T23:59:60Z", "time.no-such-time", 11],
    ["2026-02-29T05:00:00Z", "time.no-such-date", 5],
    ["0099-02-29T05:00:00Z", "time.no-such-date", 5],
    ["9999-12-31T23:59:59.9996Z", "time.no-such-date", 0],
  ])("%s: %s at %i", (text, code, at) => {
    expect(parseInstant(text)).toEqual({ ok: false, refusal: { code, at: String(at) } });
  });

  test("of all four-digit years are those of the calendar", () => {
    const from = Date.parse("0000-01-01T00:00:00Z");
    const moment = fc.integer({ min: from, max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });
    const ends = [-1, 0, 4, 99, 100, 399, 400, 1899, 1900, 1970, 2000, 2024, 2100].flatMap((year) =>
      ["02-28", "03-01", "12-31"].map((day) => Date.parse(`${String(year + 1).padStart(4, "0")}-${day}T12:00:00Z`)),
    );
    fc.assert(
      fc.property(fc.oneof(moment, fc.constantFrom(...ends)), (at) => {
        expect(must(parseInstant(new Date(at).toISOString())).at).toBe(at);
      }),
      { numRuns: 1_000 },
    );
  });

  test("no offset is a zero with a sign", () => {
    const { offsetMinutes } = must(parseInstant("2026-11-23T05:00:00-00:00"));
    expect([Object.is(offsetMinutes, 0), printOffset(offsetMinutes)]).toEqual([true, "+00:00"]);
  });
});
