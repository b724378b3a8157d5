import { ok, refuse, type Result } from "../base/result.ts";

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days in a month (1-12) of a full year, Gregorian. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)) return 29;
  return MONTH_DAYS[month - 1] ?? 0;
}

/**
 * The full year of a two-digit one, seen from `currentYear` (GenSpecs 7.12): 51 years ahead or more is the century
 * before, 50 years back or more is the century after.
 */
export function fullYear(yy: number, currentYear: number): number {
  const century = currentYear - (currentYear % 100);
  const ahead = yy - (currentYear % 100);
  if (ahead >= 51) return century - 100 + yy;
  if (ahead <= -50) return century + 100 + yy;
  return century + yy;
}

/**
 * The year that two-digit years are read from when none is given. A pack's date is within fifty years of its
 * printing, so any year of the product's life gives the same answer for it.
 */
export const referenceYear = 2026;

/**
 * The last day on which a pack may be used, `YYYY-MM-DD`, of an AI 17 value (`YYMMDD`; day 00 is the last day of
 * the month, GenSpecs, AI (17)). Refuses `gs1.value-length`, `gs1.value-character` and `gs1.date`, offset in `yymmdd`.
 */
export function expiryToDate(yymmdd: string, currentYear: number = referenceYear): Result<string> {
  if (yymmdd.length !== 6) return refuse("gs1.value-length", Math.min(yymmdd.length, 6));
  for (let i = 0; i < 6; i++) {
    const code = yymmdd.charCodeAt(i) - 48;
    if (!(code >= 0 && code <= 9)) return refuse("gs1.value-character", i);
  }
  const year = fullYear(twoDigits(yymmdd, 0), currentYear);
  const month = twoDigits(yymmdd, 2);
  const day = twoDigits(yymmdd, 4);
  if (month < 1 || month > 12) return refuse("gs1.date", 2);
  const last = daysInMonth(year, month);
  if (day > last) return refuse("gs1.date", 4);
  const two = (n: number) => String(n).padStart(2, "0");
  return ok(`${String(year).padStart(4, "0")}-${two(month)}-${two(day === 0 ? last : day)}`);
}

/** The number that two digits at `at` spell; the caller knows that they are digits. */
export function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}
