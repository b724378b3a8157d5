import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";

export type Tone = "good" | "warn" | "bad" | "info" | "idle";

const looks: Record<Tone, string> = {
  good: "bg-good-soft text-good-text",
  warn: "bg-warn-soft text-warn-text",
  bad: "bg-bad-soft text-bad-text",
  info: "bg-accent-soft text-accent-text",
  idle: "bg-hover text-muted",
};

/** A state: words, and beside them a shape and a colour, never the colour alone (WCAG 1.4.1). */
export function Tag({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded px-1.5 py-0.5 text-[0.85rem] leading-5 font-medium whitespace-nowrap ${looks[tone]}`}
    >
      <Icon name={tone} className="size-3" />
      {children}
    </span>
  );
}

/** What a simulator said or made is never mistaken for the world's. */
export function Simulated({ what }: { readonly what?: string }) {
  return (
    <span
      className="inline-block rounded bg-simulated-soft px-1.5 py-0.5 text-[0.72rem] leading-4 font-semibold tracking-wide whitespace-nowrap text-simulated-text"
      title={what}
    >
      SIMULATED
    </span>
  );
}
