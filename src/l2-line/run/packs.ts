import { type Read, type PassingPack } from "./line.ts";
import { isSettled, type NumberRecord, type Run } from "./run.ts";
import { act, clear, holdFor, move, record, type Turn } from "./turn.ts";
import { causeNumber, judge, type Judgement, type RejectCause } from "./verdict.ts";
import { settleDoubts } from "./doubts.ts";

// A pack from print head to gate.

/** Wrong numbers in a row after which prints and packs are taken to be out of step: two neighbours swapped are two. */
const misreadsMax = 3;

/** A pack passed the head: it took the oldest number in the printer. */
export function onPrintGo(turn: Turn, trackingId: number): void {
  const { belt } = turn;
  // An earlier pack that was seen by the camera but not at the head: its print-go was lost.
  for (const [earlier, pack] of belt.packs) {
    if (earlier < trackingId && earlier > belt.passedTo) decide(turn, earlier, pack, held(pack.read));
  }
  belt.passedTo = Math.max(belt.passedTo, trackingId);
  if (belt.recovery !== null || isSettled(turn.run, trackingId)) return;
  const known = belt.packs.get(trackingId);
  const pack: PassingPack = { expected: belt.queue.shift() ?? null, read: known?.read };
  belt.packs.set(trackingId, pack);
  if (pack.expected === null) decide(turn, trackingId, pack, { verdict: "reject", cause: "no-print", serial: null });
  else if (pack.read) judgePack(turn, trackingId, pack);
}

export function onPackRead(turn: Turn, read: Read): void {
  const { belt, run } = turn;
  const trackingId = read.triggerId;
  if (isSettled(run, trackingId) || run.decided.has(trackingId)) return;
  const pack = belt.packs.get(trackingId);
  if (pack) {
    pack.read ??= read;
    if (trackingId <= belt.passedTo) judgePack(turn, trackingId, pack);
  } else if (belt.recovery === null && trackingId > Math.max(belt.passedTo, belt.recoveredTo)) {
    // The camera's connection was faster than the conveyor's: the print-go is on its way.
    belt.packs.set(trackingId, { expected: null, read });
  } else decide(turn, trackingId, { expected: null, read }, heldRead(run, read));
}

/** The number's print was confirmed: a pack read before that can be judged now. */
export function onEncoded(turn: Turn, number: string): void {
  for (const [trackingId, pack] of turn.belt.packs) {
    if (pack.expected === number && pack.read && trackingId <= turn.belt.passedTo)
      return judgePack(turn, trackingId, pack);
  }
}

function judgePack(turn: Turn, trackingId: number, pack: PassingPack): void {
  if (!pack.read) return;
  const judgement = judge(turn.run, pack.expected, pack.read);
  if (judgement.verdict === "accept") {
    const number = turn.run.numbers.pack.get(judgement.serial);
    // Printed for certain, the printer's own word is still on its way; without it the gate rejects.
    if (number?.state === "Allocated") return;
    if (number?.state !== "Encoded" || number.place !== "belt")
      return decide(turn, trackingId, pack, { ...judgement, verdict: "reject", cause: "duplicate-number" });
  }
  decide(turn, trackingId, pack, judgement);
}

function held(read: Read | undefined): Judgement {
  return {
    verdict: "reject",
    cause: "held",
    serial: null,
    ...(read?.symbols[0] ? { grade: read.symbols[0].grade } : {}),
  };
}

/** A pack that stood on the belt when the line lost its sequence: rejected whatever it says, and known by what it says. */
function heldRead(run: Run, read: Read): Judgement {
  const judgement = judge(run, null, read);
  if (
    judgement.verdict === "reject" &&
    (judgement.serial === null || judgement.cause === "invalid-number" || judgement.cause === "unknown-number")
  )
    return judgement;
  return { verdict: "reject", cause: "held", serial: judgement.serial };
}

function decide(turn: Turn, trackingId: number, pack: PassingPack, judgement: Judgement): void {
  const { belt } = turn;
  belt.packs.delete(trackingId);
  const reject = judgement.verdict === "reject";
  const bears = reject ? borne(turn, judgement.serial, pack.expected) : judgement.serial;
  record(turn, {
    kind: "verdict",
    trackingId,
    expected: pack.expected,
    bears,
    verdict: judgement.verdict,
    ...(reject ? { cause: judgement.cause } : {}),
    ...(judgement.grade === undefined ? {} : { grade: judgement.grade }),
    ...(pack.read ? { imageId: pack.read.imageId } : {}),
  });
  act(turn, {
    type: "verdict",
    trackingId,
    verdict: judgement.verdict,
    cause: causeNumber(reject ? judgement.cause : undefined),
  });
  if (reject) afterReject(turn, trackingId, judgement.cause, judgement.serial);
}

/**
 * The number that a rejected pack takes with it: the one read, else the one expected, unless another pack bears it;
 * then the one that no other pack can bear, because two neighbours had each other's print.
 */
function borne(turn: Turn, read: string | null, expected: string | null): string | null {
  const { run } = turn;
  const taken = new Set([...run.decided.values()].map((decided) => decided.number));
  const free = (number: string | null): number is string => {
    const known: NumberRecord | undefined = number === null ? undefined : run.numbers.pack.get(number);
    if (!known || taken.has(number)) return false;
    return known.place === "belt" || known.place === "sent" || known.place === "rejecting";
  };
  if (free(read)) return read;
  if (free(expected)) return expected;
  return expected === null ? null : (orphans(turn)[0] ?? null);
}

/** Numbers printed that no pack on the belt is expected to bear: their own packs were judged under other numbers. */
export function orphans(turn: Turn): string[] {
  const { run, belt } = turn;
  const claimed = new Set<string | null>([
    ...belt.queue,
    ...[...belt.packs.values()].map((pack) => pack.expected),
    ...[...run.decided.values()].map((decided) => decided.number),
  ]);
  return [...run.onBelt].filter((number) => !claimed.has(number));
}

function afterReject(turn: Turn, trackingId: number, cause: RejectCause, serial: string | null): void {
  const { run } = turn;
  const foreign =
    cause === "unknown-number" || cause === "wrong-gtin" || cause === "wrong-lot" || cause === "wrong-expiry";
  if (foreign)
    return holdFor(turn, "foreign-pack", `pack ${trackingId}: ${cause}${serial === null ? "" : ` ${serial}`}`, true);
  if (run.consecutiveMisreads >= misreadsMax)
    return holdFor(turn, "sequence-lost", `${run.consecutiveMisreads} wrong numbers in a row`, true);
  if (run.consecutiveRejects >= run.order.recipe.consecutiveRejectsMax) {
    holdFor(turn, "consecutive-rejects", `${run.consecutiveRejects} rejects in a row, the last for ${cause}`, false);
  }
}

// ---------------------------------------------------------------- the gate

export type GateOutcome = {
  readonly trackingId: number;
  readonly outcome: "accepted" | "rejected";
  readonly late: boolean;
};

export function onGate(turn: Turn, gate: GateOutcome): void {
  const { run, belt } = turn;
  const { trackingId } = gate;
  if (isSettled(run, trackingId)) return;
  loseOvertaken(turn, trackingId);
  if (run.doubts.trackingIds.has(trackingId)) return settleDoubts(turn, trackingId, gate.outcome);
  if (!run.decided.has(trackingId)) {
    const pack = belt.packs.get(trackingId) ?? { expected: null, read: undefined };
    decide(turn, trackingId, pack, {
      verdict: "reject",
      cause: trackingId <= belt.recoveredTo ? "held" : "late",
      serial: null,
    });
  }
  const decided = run.decided.get(trackingId);
  if (!decided) return;
  if (gate.outcome === "accepted" && decided.verdict === "accept" && decided.number !== null) {
    return move(turn, "pack", decided.number, "Commissioned", { cause: "verified-and-accepted", trackingId });
  }
  if (gate.outcome === "accepted") {
    // A reject went through: it has to be taken off by hand before anything moves.
    return holdFor(
      turn,
      contraryAlarm(trackingId),
      `pack ${trackingId} was to be rejected and went through the gate; put it into the reject bin`,
      true,
    );
  }
  const contrary = decided.verdict === "accept";
  const cause: RejectCause = contrary ? (gate.late ? "late" : "gate") : (decided.cause ?? "gate");
  record(turn, { kind: "rejected", stage: "print-verify", trackingId, number: decided.number, cause });
  if (contrary && !gate.late && trackingId > belt.recoveredTo)
    holdFor(turn, "gate-rejected-good", `pack ${trackingId} was to be accepted and was rejected`, false);
}

/** Packs pass the gate in order: one that never came was taken from the belt. Its number is lost. */
function loseOvertaken(turn: Turn, trackingId: number): void {
  const { run, belt } = turn;
  const overtaken = [...run.decided.keys(), ...belt.packs.keys()].filter(
    (each) => each < trackingId && !belt.lost.has(each) && !run.doubts.trackingIds.has(each) && !isContrary(run, each),
  );
  for (const each of new Set(overtaken)) losePack(turn, each);
}

/** The pack is not where it should be; its number ends here. */
export function losePack(turn: Turn, trackingId: number): void {
  const { run, belt } = turn;
  const number = run.decided.get(trackingId)?.number ?? belt.packs.get(trackingId)?.expected ?? null;
  belt.packs.delete(trackingId);
  belt.lost.add(trackingId);
  if (number === null) record(turn, { kind: "pack-lost", stage: "print-verify", trackingId, number });
  else loseNumber(turn, number, trackingId);
  holdFor(turn, "pack-lost", `pack ${trackingId} was taken from the belt between print head and gate`, false);
}

/** The gate missed a pack. They come in order, so it is the first of which it has not told. */
export function loseNext(turn: Turn): void {
  const { run, belt } = turn;
  for (let trackingId = run.settledTo + 1; trackingId <= belt.passedTo; trackingId++) {
    if (
      isSettled(run, trackingId) ||
      belt.lost.has(trackingId) ||
      run.doubts.trackingIds.has(trackingId) ||
      isContrary(run, trackingId)
    )
      continue;
    return losePack(turn, trackingId);
  }
}

/** Nothing has moved for long on a belt that runs: what should have come to the gate will not come. */
export function loseAll(turn: Turn): void {
  const { run, belt } = turn;
  for (const trackingId of new Set([...run.decided.keys(), ...belt.packs.keys()])) {
    if (!belt.lost.has(trackingId) && !run.doubts.trackingIds.has(trackingId) && !isContrary(run, trackingId))
      losePack(turn, trackingId);
  }
}

export function loseNumber(turn: Turn, number: string, trackingId?: number): void {
  const cause = turn.run.numbers.pack.get(number)?.state === "Encoded" ? "lost-before-commissioning" : "sent-unproved";
  move(turn, "pack", number, "SNInvalid", { cause, ...(trackingId === undefined ? {} : { trackingId }) });
}

const contraryPrefix = "gate-passed-reject-";

function contraryAlarm(trackingId: number): string {
  return `${contraryPrefix}${trackingId}`;
}

/** Rejects that the gate let through and that nobody has yet put into the bin. */
export function contraries(run: Run): number[] {
  return [...run.alarms.keys()]
    .filter((code) => code.startsWith(contraryPrefix))
    .map((code) => Number(code.slice(contraryPrefix.length)));
}

function isContrary(run: Run, trackingId: number): boolean {
  return run.alarms.has(contraryAlarm(trackingId));
}

/** Whoever lets the line go on says that rejects which went through are in the bin now. */
export function binContraries(turn: Turn): void {
  const { run } = turn;
  for (const trackingId of contraries(run)) {
    const decided = run.decided.get(trackingId);
    if (decided)
      record(turn, { kind: "rejected", stage: "print-verify", trackingId, number: decided.number, cause: "gate" });
    clear(turn, contraryAlarm(trackingId));
  }
}
