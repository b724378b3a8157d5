import { type ReactNode, useEffect, useId } from "react";

/** A page's heading; names the browser's tab too. */
export function PageHead({
  title,
  below,
  actions,
}: {
  readonly title: string;
  readonly below?: ReactNode;
  readonly actions?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Packtrail`;
  }, [title]);
  return (
    <header className="mb-4 flex flex-wrap items-end justify-between gap-3">
      <div className="min-w-0">
        <h1 tabIndex={-1}>{title}</h1>
        {below !== undefined && <div className="text-muted">{below}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </header>
  );
}

type PanelProps = {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly flush?: boolean;
  readonly bare?: boolean;
  readonly className?: string;
};

const titleRow = "flex min-h-11 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-1.5";

/** A titled part of a page. `flush`: what is inside reaches the edges, as a table does. `bare`: the page's heading says the title already. */
export function Panel({ title, children, actions, flush = false, bare = false, className = "" }: PanelProps) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className={`min-w-0 rounded-lg border border-line bg-surface ${className}`}>
      <div className={bare ? "sr-only" : titleRow}>
        <h2 id={heading}>{title}</h2>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}

export type Fact = readonly [name: string, value: ReactNode];

/** Names and values, two columns that fold into one. */
export function Facts({ facts, wide = false }: { readonly facts: readonly Fact[]; readonly wide?: boolean }) {
  return (
    <dl
      className={`grid items-baseline gap-x-6 gap-y-1.5 ${wide ? "grid-cols-[repeat(auto-fill,minmax(11rem,1fr))]" : "grid-cols-[max-content_1fr]"}`}
    >
      {facts.map(([name, value]) => (
        <div key={name} className={wide ? "" : "contents"}>
          <dt className="text-[0.85rem] text-muted">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How far, in words and as a bar. */
export function Progress({
  value,
  max,
  label,
}: {
  readonly value: number;
  readonly max: number;
  readonly label: string;
}) {
  const percent = max === 0 ? 0 : Math.min(100, (value / max) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      className="h-2.5 w-full overflow-hidden rounded-full bg-hover"
    >
      <div className="h-full rounded-full bg-accent" style={{ width: `${percent}%` }} />
    </div>
  );
}
