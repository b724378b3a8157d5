import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemWords } from "../calls/problem-words.ts";
import { Icon } from "./icon.tsx";
import type { Tone } from "./tag.tsx";

const looks: Record<Tone, string> = {
  good: "bg-good-soft border-l-good",
  warn: "bg-warn-soft border-l-warn",
  bad: "bg-bad-soft border-l-bad",
  info: "bg-accent-soft border-l-accent",
  idle: "bg-sunken border-l-edge",
};

export function Notice({
  tone,
  children,
  title,
}: {
  readonly tone: Tone;
  readonly children?: ReactNode;
  readonly title?: ReactNode;
}) {
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={`flex gap-2.5 rounded-md border-l-4 px-3 py-2 text-ink ${looks[tone]}`}
    >
      <Icon name={tone} className="mt-0.5 size-4" />
      <div className="min-w-0">
        {title !== undefined && <div className="font-medium">{title}</div>}
        {children !== undefined && <div className={title === undefined ? "" : "text-muted"}>{children}</div>}
      </div>
    </div>
  );
}

/** What a call was refused with, and what to do about it. Nothing while there is no error. */
export function Problem({ error }: { readonly error: unknown }) {
  if (error == null) return null;
  const { title, remedy, detail, code, at, traceId } = problemWords(error);
  return (
    <Notice tone="bad" title={title}>
      {detail !== undefined && <div className="text-ink">{detail}</div>}
      <div>{remedy}</div>
      {code !== undefined && (
        <div className="mt-1 font-mono text-[0.78rem] break-all">
          {[code, at === undefined || at === "" ? "" : `at ${at}`, traceId === undefined ? "" : `trace ${traceId}`]
            .filter(Boolean)
            .join(" · ")}
        </div>
      )}
    </Notice>
  );
}

export function Loading({ what = "Loading" }: { readonly what?: string }) {
  return (
    <p role="status" className="flex items-center gap-2 p-4 text-muted">
      <Icon name="busy" className="size-4 animate-spin" />
      {what}…
    </p>
  );
}

/** The answer of a call; before it a sign of waiting, instead of it the problem, above an old answer both. */
export function Answered<T>({
  call,
  children,
}: {
  readonly call: UseQueryResult<T>;
  readonly children: (value: T) => ReactNode;
}) {
  if (call.data === undefined) return call.error === null ? <Loading /> : <Problem error={call.error} />;
  return (
    <>
      {call.error !== null && (
        <div className="mb-3">
          <Problem error={call.error} />
        </div>
      )}
      {children(call.data)}
    </>
  );
}
