import { type KeyboardEvent, useRef, useState } from "react";
import { refusalEntry } from "../../../src/contract/refusals.ts";
import { Button } from "../design/button.tsx";
import { Panel } from "../design/panel.tsx";
import { Tag } from "../design/tag.tsx";
import { countOf } from "../words/number-text.ts";
import type { FileReport, PlacedFinding } from "./file-check.ts";
import { type FindingGroup, groupsOf, type Tier, tiers, tierWords } from "./tier.ts";

/** Findings of a code that stand open at first; more are one button away. */
const shownFirst = 10;

/** What is wrong, tier by tier and code by code. Arrow keys go from finding to finding. */
export function FindingsPanel({ report }: { readonly report: FileReport }) {
  const all = [...report.errors, ...report.warnings];
  const list = useRef<HTMLDivElement>(null);
  if (all.length === 0) return null;
  const left = report.errorCount + report.warningCount - all.length;
  return (
    <Panel title="Findings">
      <div ref={list} onKeyDown={(event) => walk(event, list.current)} className="grid gap-6">
        {tiers.map((tier) => (
          <TierFindings key={tier} tier={tier} groups={groupsOf(all, tier)} />
        ))}
      </div>
      {left > 0 && (
        <p className="mt-3 text-muted">{countOf(left, "more finding")} of the same file are counted and not listed.</p>
      )}
    </Panel>
  );
}

/** Up, Down, Home and End move the focus over the findings. */
function walk(event: KeyboardEvent, list: HTMLElement | null): void {
  const findings = [...(list?.querySelectorAll<HTMLElement>("[data-finding]") ?? [])];
  const here = findings.findIndex((one) => one === document.activeElement);
  if (here < 0) return;
  const steps: Record<string, number> = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: findings.length - 1 };
  const next = findings[steps[event.key] ?? -1];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function TierFindings({
  tier,
  groups,
}: {
  readonly tier: Tier;
  readonly groups: readonly FindingGroup<PlacedFinding>[];
}) {
  if (groups.length === 0) return null;
  const [title, below] = tierWords[tier];
  return (
    <section aria-label={title} className="grid gap-3">
      <h3 className="font-semibold">
        {title} <span className="font-normal text-muted">· {below}</span>
      </h3>
      {groups.map((group) => (
        <CodeFindings key={`${group.severity} ${group.code}`} group={group} />
      ))}
    </section>
  );
}

function CodeFindings({ group }: { readonly group: FindingGroup<PlacedFinding> }) {
  const [all, setAll] = useState(false);
  const { code, severity, findings } = group;
  const entry = refusalEntry(code);
  const shown = all ? findings : findings.slice(0, shownFirst);
  return (
    <div className="min-w-0 rounded-md border border-line">
      <div className="grid gap-1 border-b border-line bg-sunken px-3 py-2">
        <div className="flex flex-wrap items-center gap-2">
          <Tag tone={severity === "error" ? "bad" : "warn"}>{countOf(findings.length, severity)}</Tag>
          <span className="font-medium">{entry?.title ?? code}</span>
          <span className="font-mono text-[0.78rem] text-muted">{code}</span>
        </div>
        {entry !== undefined && (
          <div>
            <span className="text-muted">What to do: </span>
            {entry.remedy}
          </div>
        )}
      </div>
      <ol aria-label={`${entry?.title ?? code} ${countOf(findings.length, "place")}`} className="divide-y divide-line">
        {shown.map((finding, index) => (
          <FindingItem key={`${finding.at} ${index}`} finding={finding} />
        ))}
      </ol>
      {shown.length < findings.length && (
        <div className="border-t border-line p-2">
          <Button size="small" tone="quiet" onPress={() => setAll(true)}>
            Show all {findings.length}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A pointer says which, a line says where; a whole document needs neither. */
function placeWords({ at, excerpt }: PlacedFinding): string {
  const line = excerpt === undefined ? "" : `line ${excerpt.line}, column ${excerpt.column}`;
  const which = at === "" ? "the whole document" : /^\d+:\d+$/.test(at) && excerpt !== undefined ? "" : at;
  return [which, at === "" ? "" : line].filter(Boolean).join(" · ");
}

function FindingItem({ finding }: { readonly finding: PlacedFinding }) {
  const { message, excerpt } = finding;
  return (
    <li data-finding="" tabIndex={0} className="grid gap-1 px-3 py-2">
      <div>{message}</div>
      <div className="font-mono text-[0.78rem] break-all text-muted">{placeWords(finding)}</div>
      {excerpt !== undefined && (
        <pre className="rounded bg-sunken px-2 py-1 text-[0.82rem] break-all whitespace-pre-wrap">
          <code>
            {excerpt.before}
            <mark className="rounded-sm bg-bad-soft text-bad-text underline decoration-wavy underline-offset-4">
              {excerpt.bad}
            </mark>
            {excerpt.after}
          </code>
        </pre>
      )}
    </li>
  );
}
