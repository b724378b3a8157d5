import { useEffect } from "react";
import type { RunView } from "../../../src/contract/line-api.ts";
import { Icon } from "../design/icon.tsx";
import { Progress } from "../design/panel.tsx";
import type { Tone } from "../design/tag.tsx";
import { countOf, countText } from "../words/number-text.ts";
import { expiryText } from "../words/time-text.tsx";
import { runStateWords } from "./run-state.ts";

const banners: Readonly<Record<Tone, string>> = {
  good: "bg-good text-on-good",
  warn: "bg-warn text-on-warn",
  bad: "bg-bad text-on-bad",
  info: "bg-accent text-on-accent",
  idle: "bg-hover text-ink",
};

/** What runs, in which state, and how far it is. */
export function RunHead({ run }: { readonly run: RunView }) {
  const [tone, meaning] = runStateWords[run.state];
  useEffect(() => {
    document.title = `${run.state}: ${run.productName} · Packtrail`;
  }, [run.state, run.productName]);
  return (
    <section aria-label="Run" className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className="grid sm:grid-cols-[13rem_1fr]">
        <div role="status" aria-label="Run state" className={`flex items-center gap-3 px-4 py-3 ${banners[tone]}`}>
          <Icon name={tone} className="size-7" />
          <div className="leading-tight">
            <div className="text-2xl font-semibold">{run.state}</div>
            <div>{meaning}</div>
          </div>
        </div>
        <div className="px-4 py-2.5">
          <h1 className="truncate">{run.productName}</h1>
          <div className="flex flex-wrap gap-x-5 text-muted">
            <span>
              Lot <strong className="font-mono text-ink">{run.lot}</strong>
            </span>
            <span>
              Expiry <strong className="font-mono text-ink">{expiryText(run.expiry)}</strong>
            </span>
            <span>
              GTIN <span className="font-mono text-ink">{run.gtin}</span>
            </span>
            <span>
              Market <span className="text-ink uppercase">{run.market}</span>
            </span>
          </div>
        </div>
      </div>
      <div className="border-t border-line px-4 py-2.5">
        <div className="mb-1 flex justify-between text-[0.9rem]">
          <span>
            <strong>{countText(run.packed)}</strong> of {countOf(run.quantity, "pack")} in closed cases
          </span>
          <span className="text-muted">{countText(run.packsPerMinute)} packs/min</span>
        </div>
        <Progress label="Packs in closed cases" value={run.packed} max={run.quantity} />
      </div>
    </section>
  );
}
