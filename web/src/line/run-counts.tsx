import type { RunView } from "../../../src/contract/line-api.ts";
import { countText } from "../words/number-text.ts";
import { rejectedOf } from "./run-state.ts";

/** The counts that are read from two metres away. */
export function RunCounts({ run }: { readonly run: RunView }) {
  const rejected = rejectedOf(run);
  const counts: readonly (readonly [name: string, value: number, look: string, below?: string])[] = [
    ["Good packs", run.good, "text-good-text"],
    [
      "Rejected",
      rejected,
      rejected > 0 ? "text-bad-text" : "text-ink",
      `${countText(run.rejects.printVerify)} print, ${countText(run.rejects.downstream)} later`,
    ],
    ["Cases", run.cases, "text-ink"],
    ["Pallets", run.pallets, "text-ink"],
    ["To go", Math.max(0, run.quantity - run.packed), "text-accent-text"],
  ];
  return (
    <dl aria-label="Counts" className="grid grid-cols-2 gap-2 sm:grid-cols-5">
      {counts.map(([name, value, look, below]) => (
        <div key={name} className="flex flex-col rounded-lg border border-line bg-surface px-3 py-2">
          <dt className="text-[0.87rem] text-muted">{name}</dt>
          <dd className={`text-[2.1rem] leading-10 font-semibold ${look}`}>{countText(value)}</dd>
          {below !== undefined && <dd className="text-[0.78rem] text-muted">{below}</dd>}
        </div>
      ))}
    </dl>
  );
}
