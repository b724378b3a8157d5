import { discards } from "./containers.ts";
import { rejectDoubts } from "./doubts.ts";
import { inFlight } from "./label-station.ts";
import type { FinalCounters, Printed, Procedure, ProcedureResult } from "./line.ts";
import {
  countersLost,
  lastTracked,
  loseUnsettled,
  onRecovered,
  ownReadings,
  settleSent,
  settleUnseen,
} from "./recovery.ts";
import { isSettled, type Level, levels, type Run } from "./run.ts";
import { begin, enter, holdFor, move, raise, record, type Turn } from "./turn.ts";
import { unreachable } from "../../kernel/base/invariant.ts";

// The ends of what takes several calls to the devices.

export const retryAfterMs = 1_000;

export function onDone(turn: Turn, result: ProcedureResult): void {
  const { run } = turn;
  switch (result.name) {
    case "prepare":
      record(turn, { kind: "counters-started", printed: result.printed });
      if (run.state === "Starting" || run.state === "Unholding") begin(turn, "start-belt");
      return;
    case "start-belt":
      if (run.state === "Starting" || run.state === "Unholding") enter(turn, "Execute", "belt-runs");
      return;
    case "stop-belt":
      if (run.state === "Holding") enter(turn, "Held", "belt-stands");
      return;
    case "recover":
      onRecovered(turn, result);
      if (run.state === "Aborted") {
        const { infeed } = ownReadings(run, result).conveyor;
        // Without its counters the prints tell how many packs there are: each pack took one.
        clearBelt(turn, run.alarms.has(countersLost) ? Math.max(infeed, lastTracked(run), run.encoded.pack) : infeed);
        begin(turn, "final-counters");
      }
      return;
    case "final-counters":
      return onFinalCounters(turn, result);
    default:
      return unreachable(result);
  }
}

export function onFailed(turn: Turn, name: Procedure, code: string, detail: string): void {
  const { run } = turn;
  switch (name) {
    case "prepare":
    case "start-belt":
      return holdFor(
        turn,
        name === "prepare" ? "devices-not-prepared" : "belt-not-started",
        `${code}: ${detail}`.slice(0, 200),
        false,
      );
    case "stop-belt":
      // A conveyor that cannot be reached stops by itself when it misses the line's heartbeat.
      raise(turn, "belt-not-stopped", `${code}: ${detail}`.slice(0, 200));
      if (run.state === "Holding") enter(turn, "Held", "belt-not-stopped");
      return;
    case "recover":
    case "final-counters":
      turn.belt.retryAt = turn.at + retryAfterMs;
      return;
    default:
      return unreachable(name);
  }
}

const noPictures: FinalCounters["pictures"] = { pack: 0, caseContent: 0, caseLabel: 0, palletLabel: 0 };

function onFinalCounters(turn: Turn, read: FinalCounters): void {
  const { run, belt } = turn;
  const { printed, conveyor } = ownReadings(run, read);
  const pictures = run.devicesPrepared ? read.pictures : noPictures;
  for (const level of levels) settleSent(turn, level, printed[level]);
  rejectDoubts(turn);
  if (run.state === "Completing") {
    loseUnsettled(turn, conveyor.infeed);
    settleUnseen(turn);
  }
  scrapLabels(turn);
  belt.queue = [];
  belt.packs.clear();
  record(turn, {
    kind: "counters",
    printed: {
      pack: sinceStart(run, printed, "pack"),
      case: sinceStart(run, printed, "case"),
      pallet: sinceStart(run, printed, "pallet"),
    },
    pictures,
    conveyor,
    packMl: { processed: run.gate.accepted + run.gate.rejected, defective: run.gate.rejected },
  });
  if (run.state === "Completing") enter(turn, "Complete", "drained");
}

/** Prints of this run; what a printer counts that started anew meanwhile, when it counts less than before the run. */
function sinceStart(run: Run, printed: Printed, level: Level): number {
  const since = printed[level] - run.printedAtStart[level];
  return since < 0 ? printed[level] : since;
}

/** Labels printed and on no closed container. */
export function scrapLabels(turn: Turn): void {
  for (const level of ["case", "pallet"] as const) {
    const sscc = inFlight(turn, level);
    if (sscc !== undefined && turn.run.numbers[level].get(sscc)?.state === "Encoded")
      move(turn, level, sscc, "LabelScrapped", { cause: "label-destroyed" });
  }
}

/** After an abort everything that is not in a closed case is put into the bin. */
function clearBelt(turn: Turn, infeed: number): void {
  const { run } = turn;
  rejectDoubts(turn);
  for (let trackingId = run.settledTo + 1; trackingId <= infeed; trackingId++) {
    if (isSettled(run, trackingId)) continue;
    if (!run.decided.has(trackingId))
      record(turn, { kind: "verdict", trackingId, expected: null, bears: null, verdict: "reject", cause: "held" });
    record(turn, {
      kind: "rejected",
      stage: "print-verify",
      trackingId,
      number: run.decided.get(trackingId)?.number ?? null,
      cause: "held",
    });
  }
  const outside = [...run.loose, ...run.labelling.case.flatMap((container) => container.numbers)];
  for (const { level, index } of run.open.values())
    record(turn, { kind: "container-judged", level, index, verdict: "reject", numbers: [] });
  // As many as the conveyor counted out of cases before are not people's doing; which ones they were is all the same now.
  let counted = discards(turn);
  for (const number of outside) {
    const trackingId = run.numbers.pack.get(number)?.trackingId ?? 0;
    const cause = counted-- > 0 ? "content" : "held";
    record(turn, { kind: "rejected", stage: "downstream", trackingId, number, cause });
  }
}
