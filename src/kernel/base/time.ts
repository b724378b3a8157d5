import { ok, refuse, type Result } from "./result.ts";

/** Milliseconds since 1970-01-01T00:00:00Z, an integer. */
export type Instant = number;

/** A moment as it was recorded: the instant, and the wall clock's offset from UTC there and then. */
export type RecordedTime = { readonly at: Instant; readonly offsetMinutes: number };

/** The first moment that four digits of a year cannot write. */
const yearsEnd = Date.UTC(10_000, 0, 1);

/**
 * An ISO 8601 date-time with an offset, as EPCIS asks for (xsd:dateTimeStamp). Fractions past the
 * millisecond round half up. Refuses a missing offset, one beyond ±14:00, and dates that do not exist or
 * would round into the year 10000.
 */
export function parseInstant(text: string): Result<RecordedTime> {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const zone = zoneStart(text);
  if (zone < 0 || !(year >= 0 && month >= 0 && day >= 0 && hour >= 0 && minute >= 0 && second >= 0)) {
    return refuse("time.malformed", 0);
  }
  const offset = zone === text.length - 1 ? 0 : offsetMinutes(text, zone);
  if (offset === undefined) return refuse("time.offset", text.length - 6);
  if (second > 59 || minute > 59 || hour > 23) return refuse("time.no-such-time", 11);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return refuse("time.no-such-date", 5);
  const ms = zone === 19 ? 0 : fractionMs(text, zone);
  const local = utcOf(year, month, day, hour, minute, second) + ms;
  if (local >= yearsEnd) return refuse("time.no-such-date", 0);
  return ok({ at: local - offset * 60_000, offsetMinutes: offset });
}

/** Where the zone (`Z` or `±hh:mm`) begins behind `….-..-..T..:..:..` and a fraction; -1 for another shape. */
function zoneStart(text: string): number {
  const hyphens = text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45;
  if (!hyphens || text.charCodeAt(10) !== 84 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return -1;
  let at = 19;
  if (text.charCodeAt(at) === 46) {
    for (at++; isDigit(text.charCodeAt(at)); ) at++;
    if (at === 20) return -1;
  }
  const zone = text.charCodeAt(at);
  if (zone === 90) return at === text.length - 1 ? at : -1;
  if ((zone !== 43 && zone !== 45) || at !== text.length - 6 || text.charCodeAt(at + 3) !== 58) return -1;
  return twoDigits(text, at + 1) >= 0 && twoDigits(text, at + 4) >= 0 ? at : -1;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Below zero, and so is every sum with it, when one of the two is no digit. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -100_000;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}

/** What `Date.UTC` says, without its way out of the program; years count from March, so that a leap day ends one. */
function utcOf(year: number, month: number, day: number, hour: number, minute: number, second: number): Instant {
  const from = month > 2 ? year : year - 1;
  const leapDays = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  const inYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const days = from * 365 + leapDays + inYear - daysToEpoch;
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

/** From the first of March of the year 0. */
const daysToEpoch = 719_468;

function fractionMs(text: string, to: number): number {
  if (to === 23) return twoDigits(text, 20) * 10 + text.charCodeAt(22) - 48;
  return Math.round(Number(`0${text.slice(19, to)}`) * 1000 + 1e-9);
}

function offsetMinutes(text: string, zone: number): number | undefined {
  const hours = twoDigits(text, zone + 1);
  const minutes = twoDigits(text, zone + 4);
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined;
  // Adding zero makes a plain one of the negative one that -00:00 gives.
  return (text.charCodeAt(zone) === 45 ? -1 : 1) * (hours * 60 + minutes) + 0;
}

/** `2026-11-23T04:00:00.000Z`. */
export function printInstant(at: Instant): string {
  return new Date(at).toISOString();
}

/** The moment with its own offset: `2026-11-23T05:00:00.000+01:00`. */
export function printRecordedTime(time: RecordedTime): string {
  const wall = new Date(time.at + time.offsetMinutes * 60_000).toISOString().slice(0, -1);
  return wall + printOffset(time.offsetMinutes);
}

/** `+01:00`, the form of EPCIS's eventTimeZoneOffset. */
export function printOffset(minutes: number): string {
  const abs = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
}
