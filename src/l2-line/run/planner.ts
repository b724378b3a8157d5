import type { ContainerLevel } from "../../contract/device-port.ts";
import { askCounters, discards, isReworking, judgeFulls, takenOut } from "./containers.ts";
import { inFlight, runLabels } from "./label-station.ts";
import { loseAll, loseNumber, orphans } from "./packs.ts";
import { packsWanted, topUp } from "./printing.ts";
import { recoverIfPossible } from "./recovery.ts";
import { isActive, placeCount } from "./run.ts";
import { act, begin, enter, holdFor, type Turn } from "./turn.ts";

// What the run wants next, worked out anew after everything that happened.

/** Quiet on the belt before what is collected is closed as a partial container. */
const finishQuietMs = 500;
const finishEveryMs = 2_000;
const finishAttemptsMax = 5;
/** A belt that should be empty and whose counters do not say so is taken as empty after this. */
const drainPatienceMs = 15_000;
const labelPatienceMs = 60_000;

export function advance(turn: Turn): void {
  const { run, belt } = turn;
  if (!isActive(run) && (run.state !== "Aborted" || run.countersRead)) return;
  recoverIfPossible(turn);
  if (belt.recovery !== null || run.state === "Aborted") return;
  if (run.devicesPrepared) {
    judgeFulls(turn);
    runLabels(turn);
    watchLabels(turn);
  }
  if (run.state === "Execute") execute(turn);
  if (run.state === "Completing") complete(turn);
}

/** Asked on a tick: counters tell what was taken out by hand, and that the belt is empty. */
export function pollCounters(turn: Turn): void {
  const { run, belt } = turn;
  if (belt.countersAsked || belt.recovery !== null || !isActive(run) || !belt.links.conveyor) return;
  if (isReworking(run) || belt.countersStale || run.state === "Completing") askCounters(turn);
}

function execute(turn: Turn): void {
  const { run, belt } = turn;
  if (run.ending !== null) return startCompleting(turn);
  const out = discards(turn);
  topUp(turn, out);
  if (run.state !== "Execute") return;
  const wanted = packsWanted(run, out) > 0 || belt.queue.length > 0;
  setInfeed(turn, wanted);
  if (wanted) return;
  loseOrphans(turn);
  // Packs in doubt are proved by being read in a case: the last one is closed around them.
  if (placeCount(run, "pack", "sent", "belt", "accepted") > 0) return;
  if (finishContainers(turn)) startCompleting(turn);
}

/** The belt is empty and quiet: a printed number that no pack brought to the gate is lost. */
function loseOrphans(turn: Turn): void {
  const { run, belt, at } = turn;
  const quietMs = at - belt.lastChangeAt;
  if (run.sent.pack.length > 0 || quietMs < finishQuietMs) return;
  if (quietMs > drainPatienceMs) loseAll(turn);
  if (belt.packs.size > 0 || run.decided.size > 0) return;
  for (const number of orphans(turn)) loseNumber(turn, number);
}

function startCompleting(turn: Turn): void {
  enter(turn, "Completing", turn.run.ending ?? "quantity-reached");
  turn.belt.finishAttempts = 0;
}

function complete(turn: Turn): void {
  setInfeed(turn, false);
  if (turn.belt.procedure !== null || turn.at < turn.belt.retryAt || !isDrained(turn) || !finishContainers(turn))
    return;
  begin(turn, "final-counters");
}

/** Every pack that came in went through the gate, and the line heard of each. */
function isDrained(turn: Turn): boolean {
  const { run, belt } = turn;
  const counters = belt.counters;
  if (!counters) return false;
  const gone = counters.accepted + counters.rejected;
  const heard = run.gate.accepted + run.gate.rejected;
  return (counters.infeed === gone && heard === gone) || turn.at - belt.lastChangeAt > drainPatienceMs;
}

function setInfeed(turn: Turn, open: boolean): void {
  if (turn.belt.infeed === open || turn.at < turn.belt.retryAt) return;
  turn.belt.infeed = open;
  act(turn, { type: "infeed", open });
}

/** Closes what is left on the tables, cases before pallets; true when nothing is left outside a closed container. */
function finishContainers(turn: Turn): boolean {
  const { run, belt } = turn;
  if (belt.fulls.length > 0 || run.labelling.case.length > 0 || run.labelling.pallet.length > 0) return false;
  const reworking = isReworking(run);
  if (reworking && run.ending === null) return false;
  // As many as are missing were taken out: it is these.
  if (!reworking && run.loose.length === discards(turn)) for (const serial of run.loose.slice()) takenOut(turn, serial);
  if (reworking || run.loose.length > 0) return finish(turn, "case");
  if (run.looseCases.length > 0) return finish(turn, "pallet");
  return true;
}

function finish(turn: Turn, level: ContainerLevel): false {
  const { belt, run, at } = turn;
  if (at - belt.lastChangeAt < finishQuietMs || at - belt.finishAskedAt < finishEveryMs) return false;
  if (belt.finishAttempts >= finishAttemptsMax) {
    const missing = level === "case" ? run.loose : run.looseCases;
    holdFor(
      turn,
      level === "case" ? "packs-missing" : "cases-missing",
      `${missing.length} good ${level === "case" ? "packs" : "cases"} did not come out: ${missing.slice(0, 4).join(", ")}`,
      false,
    );
    belt.finishAttempts = 0;
    return false;
  }
  belt.finishAskedAt = at;
  belt.finishAttempts++;
  act(turn, { type: "finish", level });
  return false;
}

function watchLabels(turn: Turn): void {
  const { run, belt, at } = turn;
  for (const level of ["case", "pallet"] as const) {
    const sscc = inFlight(turn, level);
    if (
      sscc === undefined ||
      run.numbers[level].get(sscc)?.state !== "Encoded" ||
      at - belt.lastChangeAt < labelPatienceMs
    )
      continue;
    if (isActive(run) && run.state !== "Held")
      holdFor(turn, "label-missing", `the label of ${level} ${sscc} was printed and not seen on its container`, false);
  }
}
