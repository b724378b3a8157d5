import type { ContainerLevel } from "../../contract/device-port.ts";
import { ssccRecord } from "./labels.ts";
import type { Read } from "./line.ts";
import { sendNext } from "./printing.ts";
import { act, holdFor, move, record, type Turn } from "./turn.ts";
import { labelSscc } from "./verdict.ts";

// Labels of cases and pallets: one at a time for each level, so that the label printed last is the one applied.

/** How long a read label waits for the printer's word that it was printed. */
const printWordPatienceMs = 2_000;

export function onLabelApplied(turn: Turn, level: ContainerLevel, index: number): void {
  const { run, belt } = turn;
  if (run.closed[level].has(index)) {
    // Told again: the judgement did not arrive.
    return act(turn, { type: "judge-label", level, index, verdict: "accept" });
  }
  belt.stripped[level] = null;
  const early = belt.applied[level];
  belt.applied[level] = { index, read: early?.index === index ? early.read : undefined, readAt: turn.at };
}

export function onLabelRead(turn: Turn, level: ContainerLevel, read: Read): void {
  const { run, belt } = turn;
  if (run.closed[level].has(read.triggerId)) return;
  belt.applied[level] = { index: read.triggerId, read, readAt: turn.at };
}

/** Judges what is applied, then sends the next label that is wanted. */
export function runLabels(turn: Turn): void {
  for (const level of ["case", "pallet"] as const) {
    judgeLabel(turn, level);
    const [first] = turn.run.labelling[level];
    if (!first || inFlight(turn, level) !== undefined || turn.belt.applied[level] !== null) continue;
    const full = level === "case" ? turn.run.order.recipe.packsPerCase : turn.run.order.recipe.casesPerPallet;
    const facts = { children: first.numbers.length, partial: first.numbers.length < full };
    const sent = sendNext(turn, level, (sscc, seq) => ssccRecord(turn.run.order, level, sscc, seq, facts));
    if (sent === undefined) holdFor(turn, "numbers-used-up", `the run's ${level} numbers are used up`, false);
  }
}

/** The label that is printed or printing and not proved on its container. */
export function inFlight(turn: Turn, level: ContainerLevel): string | undefined {
  const { run } = turn;
  // One at a time, so that it can only be the one sent last.
  const sscc = run.order.numbers[level][run.next[level] - 1];
  const place = sscc === undefined ? undefined : run.numbers[level].get(sscc)?.place;
  return place === "sent" || place === "belt" ? sscc : undefined;
}

function judgeLabel(turn: Turn, level: ContainerLevel): void {
  const { run, belt } = turn;
  const applied = belt.applied[level];
  if (!applied?.read) return;
  const container = run.labelling[level].find(({ index }) => index === applied.index);
  const sscc = inFlight(turn, level);
  const read = labelSscc(applied.read);
  const state = sscc === undefined ? undefined : run.numbers[level].get(sscc)?.state;
  if (state === "Allocated" && turn.at - applied.readAt < printWordPatienceMs) return;
  belt.applied[level] = null;
  if (container && sscc !== undefined && state === "Encoded" && read === sscc) {
    move(turn, level, sscc, "Commissioned", { cause: "verified-and-accepted" });
    const whole = level === "case" ? run.order.recipe.packsPerCase : run.order.recipe.casesPerPallet;
    record(turn, {
      kind: "aggregated",
      level,
      parent: sscc,
      children: [...container.numbers],
      partial: container.numbers.length < whole,
    });
    act(turn, { type: "judge-label", level, index: applied.index, verdict: "accept" });
    return;
  }
  // Another label, an unreadable one, or one whose number was given up: it comes off, and the next is printed.
  if (sscc !== undefined && state === "Encoded") move(turn, level, sscc, "LabelScrapped", { cause: "label-destroyed" });
  belt.stripped[level] = applied.index;
  act(turn, { type: "judge-label", level, index: applied.index, verdict: "reject" });
}
