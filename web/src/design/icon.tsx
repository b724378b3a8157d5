import type { ReactNode } from "react";

const shapes = {
  good: <path d="M3 8.5 6.5 12 13 4.5" />,
  bad: <path d="M4 4l8 8M12 4l-8 8" />,
  warn: <path d="M8 3v6M8 12.2v.1" />,
  info: <path d="M8 7v6M8 3.6v.1" />,
  idle: <path d="M4 8h8" />,
  busy: <path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5" />,
  up: <path d="M8 13V3M4 7l4-4 4 4" />,
  down: <path d="M8 3v10M4 9l4 4 4-4" />,
  right: <path d="M6 3l5 5-5 5" />,
  play: <path d="M5 3l8 5-8 5z" fill="currentColor" />,
  pause: <path d="M5.5 3v10M10.5 3v10" strokeWidth="2.6" />,
  stop: <path d="M4 4h8v8H4z" fill="currentColor" />,
  search: <path d="M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.8 10.8 14 14" />,
  sun: (
    <path d="M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.8.8M11.8 11.8l.8.8M3.4 12.6l.8-.8M11.8 4.2l.8-.8" />
  ),
  moon: <path d="M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z" />,
  person: <path d="M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8zM2.8 14c.4-2.6 2.5-4 5.2-4s4.8 1.4 5.2 4" />,
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

/** Always beside words, so screen readers are spared it. */
export function Icon({ name, className = "size-4" }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}
