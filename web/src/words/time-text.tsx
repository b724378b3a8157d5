import { useEffect, useState } from "react";

const two = (value: number) => String(value).padStart(2, "0");

/** `2026-11-23 04:05:06`, the reader's wall clock. */
export function momentText(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockText(at)}`;
}

/** `04:05:06`. */
export function clockText(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`. */
export function agoText(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 3) return "now";
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}

/** `AI 17` as people read it: `2027-05-31`; day 00 is the month's last and stays unsaid. */
export function expiryText(yymmdd: string): string {
  const month = `20${yymmdd.slice(0, 2)}-${yymmdd.slice(2, 4)}`;
  return yymmdd.endsWith("00") ? month : `${month}-${yymmdd.slice(4)}`;
}

/** The reader's clock, moved on each second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function Moment({ at, none = "–" }: { readonly at: number | null; readonly none?: string }) {
  if (at === null) return <span className="text-faint">{none}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={new Date(at).toISOString()} className="whitespace-nowrap">
      {momentText(at)}
    </time>
  );
}

export function Ago({ at, none = "never" }: { readonly at: number | null; readonly none?: string }) {
  const now = useNow();
  if (at === null) return <span>{none}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={momentText(at)} className="whitespace-nowrap">
      {agoText(at, now)}
    </time>
  );
}
