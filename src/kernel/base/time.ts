import { ok, refuse, type Result } from "./result.ts";

/** Milliseconds since 1970-01-01T00:00:00Z, an integer. */
export type Instant = number;

/** A moment as it was recorded: the instant, and the wall clock's offset from UTC there and then. */
export type RecordedTime = { readonly at: Instant; readonly offsetMinutes: number };

const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/**
 * An ISO 8601 date-time with an offset, as EPCIS asks for (xsd:dateTimeStamp). Fractions past the
 * millisecond round half up. Refuses a missing offset, one beyond ±14:00, and dates that do not exist.
 */
export function parseInstant(text: string): Result<RecordedTime> {
  const match = ISO.exec(text);
  if (!match) return refuse("time.malformed", 0);
  const [, year, month, day, hour, minute, second, fraction, zone] = match as unknown as string[];
  const offset = zone === "Z" ? 0 : offsetMinutes(zone as string);
  if (offset === undefined) return refuse("time.offset", text.length - 6);
  const base = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(base);
  if (Number(second) > 59 || Number(minute) > 59 || Number(hour) > 23) return refuse("time.no-such-time", 11);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) {
    return refuse("time.no-such-date", 5);
  }
  const ms = fraction === undefined ? 0 : Math.round(Number(`0.${fraction}`) * 1000 + 1e-9);
  return ok({ at: base + ms - offset * 60_000, offsetMinutes: offset });
}

function offsetMinutes(zone: string): number | undefined {
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined;
  return (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes);
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
