import { acceptCounted } from "./doubts.ts";
import { endedEarly } from "./evolve.ts";
import { binDisposition } from "./evolve.ts";
import { inFlight } from "./label-station.ts";
import { readerJobs } from "./labels.ts";
import { type Command, newBelt, type RunCommand } from "./line.ts";
import { writeOffMissing } from "./missing.ts";
import { judgeAgain } from "./pallet-aside.ts";
import { binContraries } from "./packs.ts";
import { stateCount, placeCount, type Run } from "./run.ts";
import { act, begin, clear, enter, move, needRecovery, record, type Turn } from "./turn.ts";
import { unreachable } from "../../kernel/base/invariant.ts";

// What people command; `commands.ts` has already said that it is possible.

export function command(turn: Turn, asked: RunCommand): void {
  switch (asked.name) {
    case "clearLine":
      return record(turn, { kind: "line-cleared", checklist: [...asked.checklist], signatures: [...asked.signatures] });
    case "start":
      return start(turn, asked.by);
    case "hold":
      enter(turn, "Holding", asked.reason, asked.by);
      return begin(turn, "stop-belt");
    case "unhold":
      return unhold(turn, reason("unhold", asked.reason), asked.by);
    case "complete":
      return complete(turn, asked.reason, asked.by);
    case "abort":
      enter(turn, "Aborted", reason("aborted", asked.reason), asked.by);
      needRecovery(turn, "aborted");
      turn.belt.retryAt = 0;
      return begin(turn, "stop-belt");
    case "countBin":
      return record(turn, { kind: "bin-counted", counted: turn.run.disposed + asked.counted, by: asked.by });
    case "dispose":
      return dispose(turn, asked);
    case "judgeAgain":
      return judgeAgain(turn, asked);
    case "writeOffMissing":
      return writeOffMissing(turn, asked);
    case "sample":
      return move(turn, "pack", asked.serial, "Sampled", { cause: asked.reason, by: asked.by });
    default:
      return unreachable(asked);
  }
}

const causeMax = 100;

function reason(what: string, words: string): string {
  return `${what}: ${words}`.slice(0, causeMax);
}

function start(turn: Turn, by: string): void {
  const { line } = turn;
  // What the belt had belonged to the run before; connections stay.
  const { links, epoch } = line.belt;
  Object.assign(line.belt, newBelt(), { links, epoch });
  enter(turn, "Starting", "start", by);
  prepare(turn);
}

function prepare(turn: Turn): void {
  const { belt, run } = turn;
  const { packsPerCase, casesPerPallet } = run.order.recipe;
  belt.procedure = { name: "prepare", epoch: ++belt.epoch };
  act(turn, {
    type: "prepare",
    epoch: belt.epoch,
    pattern: { packsPerCase, casesPerPallet },
    jobs: readerJobs(run.order),
  });
}

function unhold(turn: Turn, cause: string, by: string): void {
  const { run } = turn;
  binContraries(turn);
  if (run.alarms.has("packs-missing")) loseLoose(turn, by);
  if (run.alarms.has("label-missing")) scrapMissingLabels(turn);
  for (const code of run.alarms.keys()) clear(turn, code);
  enter(turn, "Unholding", cause, by);
  turn.belt.infeed = null;
  if (run.devicesPrepared) begin(turn, "start-belt");
  else prepare(turn);
}

/**
 * Good packs that did not come out of the packer: whoever goes on says that they are not on the line. They are looked
 * for in the bin, and what is not there either is written off by two signatures.
 */
function loseLoose(turn: Turn, by: string): void {
  acceptCounted(turn);
  for (const number of turn.run.loose.slice()) {
    const known = turn.run.numbers.pack.get(number);
    if (known?.place === "loose")
      record(turn, { kind: "pack-lost", stage: "downstream", trackingId: known.trackingId, number, by });
  }
}

function scrapMissingLabels(turn: Turn): void {
  for (const level of ["case", "pallet"] as const) {
    const sscc = inFlight(turn, level);
    if (sscc !== undefined && turn.run.numbers[level].get(sscc)?.state === "Encoded")
      move(turn, level, sscc, "LabelScrapped", { cause: "label-destroyed" });
  }
}

function complete(turn: Turn, why: string, by: string): void {
  const cause = reason(endedEarly, why);
  if (turn.run.state === "Held") unhold(turn, cause, by);
  else enter(turn, "Completing", cause, by);
}

function dispose(turn: Turn, asked: Extract<Command, { readonly name: "dispose" }>): void {
  const { run } = turn;
  const ending = run.state === "Complete" || run.state === "Aborted";
  for (const [number, known] of run.numbers.pack) {
    // At the end of the run every printed number that is not commissioned is in the bin, read or not.
    if (known.state === "Encoded" && (known.place === "bin" || ending))
      move(turn, "pack", number, "LabelScrapped", { cause: "bin-disposed", by: asked.by });
    else if (known.state === "Commissioned" && known.place === "bin")
      move(turn, "pack", number, "Destroyed", { cause: "destroyed", by: asked.by });
  }
  for (const signature of asked.signatures) record(turn, { kind: "signed", subject: binDisposition, signature });
  if (ending) record(turn, { kind: "run-completed", ...closedCounts(run) });
}

export function closedCounts(run: Run): { packed: number; cases: number; pallets: number } {
  return {
    packed: placeCount(run, "pack", "packed"),
    cases: stateCount(run, "case", "Commissioned"),
    pallets: stateCount(run, "pallet", "Commissioned"),
  };
}
