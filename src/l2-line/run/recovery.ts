import type { ConveyorCounters } from "../../contract/device-port.ts";
import { settleCounted } from "./doubts.ts";
import { deviceNames, lostPicture, printerOf, type Printed } from "./line.ts";
import { contraries, loseNumber } from "./packs.ts";
import { isSettled, type Level, levels, type Run } from "./run.ts";
import { act, begin, clear, move, raise, record, type Turn } from "./turn.ts";

// After a lost link, a restart, or prints out of step: printers emptied, counters read, and the truth told of
// every number that was on its way.

/** Starts as soon as every device is there. Printers are emptied before anything else is decided. */
export function recoverIfPossible(turn: Turn): void {
  const { belt } = turn;
  if (belt.recovery === null || belt.procedure !== null || turn.at < belt.retryAt || !allLinked(turn)) return;
  begin(turn, "recover");
}

export function allLinked(turn: Turn): boolean {
  return deviceNames.every((name) => turn.belt.links[name]);
}

export type Readings = { readonly printed: Printed; readonly conveyor: ConveyorCounters };

const untouched: ConveyorCounters = {
  infeed: 0,
  triggers: 0,
  accepted: 0,
  rejected: 0,
  downstreamRejected: 0,
  bin: 0,
  cases: 0,
  pallets: 0,
};

/** Until devices are prepared they still count for the run before: of this one nothing is printed or on the belt. */
export function ownReadings(run: Run, read: Readings): Readings {
  return run.devicesPrepared ? read : { printed: run.printedAtStart, conveyor: untouched };
}

/**
 * The alarm of a conveyor that started anew during the run: it gives its tracking ids a second time, so that no pack
 * outside a closed case can be told from another any more. It stands until the run is aborted.
 */
export const countersLost = "counters-lost";

/** The alarm of a printer that counts fewer prints than it confirmed: its own counter proves nothing of this run any more. */
export const printsLost = "print-counters-lost";

/** The highest tracking id that the conveyor gave in this run, as far as the journal knows. */
export function lastTracked(run: Run): number {
  let last = run.settledTo;
  for (const ids of [run.settled, run.decided.keys()]) for (const trackingId of ids) last = Math.max(last, trackingId);
  return last;
}

export function onRecovered(turn: Turn, read: Readings): void {
  const { belt } = turn;
  const { printed, conveyor } = ownReadings(turn.run, read);
  for (const level of levels) settleSent(turn, level, printed[level]);
  const inDoubt = settlePassed(turn, conveyor);
  record(turn, {
    kind: "devices-recovered",
    printed,
    conveyor: { infeed: conveyor.infeed, accepted: conveyor.accepted, rejected: conveyor.rejected },
    inDoubt,
  });
  settleCounted(turn);
  belt.recovery = null;
  belt.recoveredTo = conveyor.infeed;
  belt.passedTo = Math.max(belt.passedTo, conveyor.infeed);
  belt.queue = [];
  belt.packs.clear();
  belt.unacknowledged.clear();
  belt.infeed = null;
  belt.counters = conveyor;
  clear(turn, "restarted");
  const tracked = lastTracked(turn.run);
  if (conveyor.infeed < tracked)
    raise(turn, countersLost, `the conveyor counts ${conveyor.infeed} packs and has told of pack ${tracked}`);
  countLostPictures(turn);
  tellAgain(turn);
}

/**
 * What the printer's counter has beyond the prints confirmed were the oldest in its queue: printed, but no word of it.
 * They are encoded and doubted, the others were emptied out. All of them are invalid for good.
 */
export function settleSent(turn: Turn, level: Level, printedNow: number): void {
  const { run } = turn;
  let unconfirmed = printedNow - run.printedAtStart[level] - run.encoded[level];
  if (unconfirmed < 0)
    raise(
      turn,
      printsLost,
      `${printerOf[level]} counts ${printedNow} prints, ${run.printedAtStart[level] + run.encoded[level]} are known`,
    );
  for (const number of run.sent[level].slice()) {
    if (unconfirmed-- > 0) {
      move(turn, level, number, "Encoded", { cause: "print-confirmed" });
      move(turn, level, number, "SNInvalid", { cause: "print-doubted" });
    } else move(turn, level, number, "SNInvalid", { cause: "sent-unproved" });
  }
  if (unconfirmed > 0)
    raise(turn, "print-count", `${printerOf[level]} counted ${unconfirmed} prints that nobody sent it`);
}

/** Packs that went through the gate unheard; answers those accepted of which the gate's answer stays open. */
function settlePassed(turn: Turn, conveyor: ConveyorCounters): number[] {
  const { run } = turn;
  const byHand = contraries(run);
  const unheard = conveyor.accepted + conveyor.rejected - run.gate.accepted - run.gate.rejected - byHand.length;
  const accepted = conveyor.accepted - run.gate.accepted - byHand.length - doubted(run);
  const passed = unsettled(run, conveyor.infeed, new Set(byHand)).slice(
    0,
    Math.max(0, unheard - run.doubts.trackingIds.size),
  );
  const good = passed.filter((trackingId) => run.decided.get(trackingId)?.verdict === "accept");
  const open: number[] = [];
  for (const trackingId of passed) {
    const decided = run.decided.get(trackingId);
    if (decided?.verdict === "accept" && decided.number !== null && accepted > 0) {
      if (accepted === good.length)
        move(turn, "pack", decided.number, "Commissioned", { cause: "verified-and-accepted", trackingId });
      else open.push(trackingId);
      continue;
    }
    if (!decided)
      record(turn, { kind: "verdict", trackingId, expected: null, bears: null, verdict: "reject", cause: "held" });
    record(turn, {
      kind: "rejected",
      stage: "print-verify",
      trackingId,
      number: decided?.number ?? null,
      cause: decided?.cause ?? "held",
    });
  }
  return open;
}

function doubted(run: Run): number {
  return run.doubts.trackingIds.size === 0 ? 0 : run.doubts.accepted;
}

function unsettled(run: Run, upTo: number, without: ReadonlySet<number>): number[] {
  const found: number[] = [];
  for (let trackingId = run.settledTo + 1; trackingId <= upTo; trackingId++) {
    if (!isSettled(run, trackingId) && !without.has(trackingId) && !run.doubts.trackingIds.has(trackingId))
      found.push(trackingId);
  }
  return found;
}

/** Pictures taken while their reader's link was away never come: nothing was read in them. */
function countLostPictures(turn: Turn): void {
  const { belt } = turn;
  if (belt.blind.has("caseContentReader"))
    for (const full of belt.fulls) if (full.level === "case") full.read ??= lostPicture(full.index);
  for (const level of ["case", "pallet"] as const) {
    const applied = belt.applied[level];
    if (applied && belt.blind.has(level === "case" ? "caseLabelReader" : "palletLabelReader"))
      applied.read ??= lostPicture(applied.index);
  }
  belt.blind.clear();
}

/** Judgements that a lost connection may have swallowed; a conveyor that has them refuses them and nothing changes. */
function tellAgain(turn: Turn): void {
  const { run, belt } = turn;
  for (const { level, index, stage } of run.open.values()) {
    const toldAgain = belt.fulls.some((full) => full.level === level && full.index === index);
    if (!toldAgain)
      act(turn, { type: "judge-container", level, index, verdict: stage === "label" ? "accept" : "reject" });
  }
  for (const level of ["case", "pallet"] as const) {
    const last = [...run.closed[level].keys()].at(-1);
    if (last !== undefined) act(turn, { type: "judge-label", level, index: last, verdict: "accept" });
    const stripped = belt.stripped[level];
    if (stripped !== null) act(turn, { type: "judge-label", level, index: stripped, verdict: "reject" });
  }
}

/** At the end of a run, belt empty: packs that came in and never came to the gate, whoever took them and whenever. */
export function loseUnsettled(turn: Turn, infeed: number): void {
  const { run } = turn;
  for (const trackingId of unsettled(run, infeed, new Set(contraries(run)))) {
    const number = run.decided.get(trackingId)?.number ?? null;
    if (number === null) record(turn, { kind: "pack-lost", stage: "print-verify", trackingId, number });
    else loseNumber(turn, number, trackingId);
  }
}

/**
 * At the end of a run, belt empty: numbers printed of which no pack was seen. As many as there are rejects without
 * a number are in the bin, unreadable; the others are lost.
 */
export function settleUnseen(turn: Turn): void {
  const { run } = turn;
  let inBin = run.rejects.unnumbered;
  for (const [number, { place }] of run.numbers.pack) {
    if (place !== "belt" && place !== "rejecting" && place !== "accepted") continue;
    if (inBin-- > 0) continue;
    loseNumber(turn, number);
  }
}
