import type { JournalBody } from "../../contract/journal.ts";
import { invariant, unreachable } from "../../kernel/base/invariant.ts";
import {
  binContent,
  containerKey,
  type Level,
  lastVerdictsMax,
  type NumberRecord,
  type NumberState,
  type OpenContainer,
  type Place,
  type Run,
} from "./run.ts";

type Of<Kind extends JournalBody["kind"]> = Extract<JournalBody, { readonly kind: Kind }>;

/** Containers closed lately that a conveyor may tell again after its link came back. */
const closedMax = 64;

/** One journal entry applied to the run, in place. Total: it never refuses what `decide` has written. */
export function evolve(run: Run, body: JournalBody, at: number): void {
  switch (body.kind) {
    case "run-prepared":
    case "disaggregated":
      return;
    case "line-cleared":
      run.cleared = true;
      return;
    case "run-state":
      return evolveState(run, body, at);
    case "number-sent":
      return evolveSent(run, body);
    case "number-moved":
      return evolveMoved(run, body);
    case "verdict":
      return evolveVerdict(run, body, at);
    case "rejected":
      return evolveRejected(run, body);
    case "pack-lost":
      return evolveLost(run, body);
    case "missing-declared":
      return evolveMissing(run, body);
    case "container-judged":
      return evolveJudged(run, body);
    case "aggregated":
      return evolveAggregated(run, body);
    case "counters-started":
      Object.assign(run.printedAtStart, body.printed);
      run.devicesPrepared = true;
      return;
    case "devices-recovered":
      return evolveRecovered(run, body);
    case "counters":
      run.countersRead = true;
      return;
    case "bin-counted":
      run.binCounted = body.counted - run.disposed;
      return;
    case "signed":
      if (body.subject === binDisposition) run.disposed += binContent(run);
      return;
    case "alarm":
      if (body.active) run.alarms.set(body.code, { detail: body.detail, since: at });
      else run.alarms.delete(body.code);
      return;
    case "run-completed":
      run.ended = true;
      return;
    default:
      return unreachable(body);
  }
}

/** How the cause of the state change begins that ends a run before its quantity. */
export const endedEarly = "ended-early";

/** What the two signatures of a disposition are about. */
export const binDisposition = "bin-disposition";

function evolveState(run: Run, body: Of<"run-state">, at: number): void {
  run.state = body.to;
  if (body.to === "Starting") run.startedAt ??= at;
  if (body.to === "Completing") run.ending ??= "quantity-reached";
  if (body.cause.startsWith(endedEarly)) run.ending = "ended-early";
  if (body.to === "Complete" || body.to === "Aborted") run.completedAt = at;
  if (body.to === "Unholding") {
    run.consecutiveRejects = 0;
    run.consecutiveMisreads = 0;
  }
}

function evolveSent(run: Run, body: Of<"number-sent">): void {
  const record = recordOf(run, body.level, body.number);
  setPlace(run, body.level, body.number, record, "sent");
  record.seq = body.seq;
  run.lastSeq[body.level] = body.seq;
  run.next[body.level]++;
  run.sent[body.level].push(body.number);
}

function evolveMoved(run: Run, body: Of<"number-moved">): void {
  const { level, number, to } = body;
  const record = recordOf(run, level, number);
  invariant(record.state === body.from, `${number} is ${record.state}, not ${body.from}`);
  const before = record.place;
  setState(run, level, record, to);
  if (body.from === "Allocated") take(run.sent[level], number);
  if (body.trackingId !== undefined) record.trackingId = body.trackingId;
  switch (to) {
    case "Encoded":
      run.encoded[level]++;
      // Rejected before the printer's word came: it stays where it is.
      if (before === "sent")
        setPlace(run, level, number, record, level === "pack" && isRejecting(run, number) ? "rejecting" : "belt");
      return;
    case "Commissioned":
      if (level === "pack") {
        settle(run, record.trackingId);
        run.gate.accepted++;
        if (before === "in-doubt") endDoubt(run, record.trackingId, true);
        else run.loose.push(number);
      } else if (level === "case") run.looseCases.push(number);
      return setPlace(run, level, number, record, "loose");
    default:
      if (level === "pack" && body.trackingId !== undefined) settle(run, body.trackingId);
      if (before === "in-doubt") endDoubt(run, record.trackingId, false);
      if (level === "pack" && (before === "loose" || before === "in-doubt")) dropLoose(run, number);
      return setPlace(run, level, number, record, "gone");
  }
}

function evolveVerdict(run: Run, body: Of<"verdict">, at: number): void {
  const number = body.bears === undefined ? body.expected : body.bears;
  run.decided.set(body.trackingId, { verdict: body.verdict, cause: body.cause, number });
  run.verdicts[body.verdict]++;
  const record = number === null ? undefined : run.numbers.pack.get(number);
  if (number !== null && record) {
    record.trackingId = body.trackingId;
    if (body.verdict === "accept") setPlace(run, "pack", number, record, "accepted");
    else if (record.place === "belt") setPlace(run, "pack", number, record, "rejecting");
  }
  countRow(run, body);
  run.lastVerdicts.push({
    trackingId: body.trackingId,
    at,
    verdict: body.verdict,
    number,
    ...(body.cause === undefined ? {} : { cause: body.cause }),
    ...(body.imageId === undefined ? {} : { imageId: body.imageId }),
  });
  if (run.lastVerdicts.length > lastVerdictsMax) run.lastVerdicts.shift();
}

/** Rejects in a row; those that a hold itself brings about say nothing of the printer. */
function countRow(run: Run, body: Of<"verdict">): void {
  if (body.verdict === "accept") {
    run.consecutiveRejects = 0;
    run.consecutiveMisreads = 0;
  } else if (body.cause !== "held" && body.cause !== "no-print" && body.cause !== "invalid-number") {
    run.consecutiveRejects++;
    const outOfStep = body.cause === "wrong-number" || body.cause === "duplicate-number";
    run.consecutiveMisreads = outOfStep ? run.consecutiveMisreads + 1 : 0;
  }
}

function evolveRejected(run: Run, body: Of<"rejected">): void {
  run.binCounted = null;
  if (body.stage === "downstream") run.rejects.downstream++;
  else {
    const decided = run.decided.get(body.trackingId);
    run.rejects.printVerify++;
    // A reject that the gate let through was carried to the bin by hand.
    if (body.cause === "gate" && decided?.verdict === "reject") run.gate.accepted++;
    else run.gate.rejected++;
    settle(run, body.trackingId);
  }
  if (body.number === null) {
    run.rejects.unnumbered++;
    return;
  }
  const record = recordOf(run, "pack", body.number);
  if (record.place === "in-doubt") endDoubt(run, body.trackingId, false);
  if (record.place === "in-doubt" || record.place === "loose") dropLoose(run, body.number);
  if (record.place !== "gone") setPlace(run, "pack", body.number, record, "bin");
}

function evolveLost(run: Run, body: Of<"pack-lost">): void {
  run.lost++;
  run.binCounted = null;
  if (body.stage === "print-verify") settle(run, body.trackingId);
  if (body.number === null) return;
  dropLoose(run, body.number);
  setPlace(run, "pack", body.number, recordOf(run, "pack", body.number), "bin");
}

function evolveMissing(run: Run, body: Of<"missing-declared">): void {
  run.writtenOff += body.missing;
  for (const number of body.found) {
    const known = recordOf(run, "pack", number);
    if (known.place !== "gone") setPlace(run, "pack", number, known, "bin");
  }
}

function evolveJudged(run: Run, body: Of<"container-judged">): void {
  const key = containerKey(body.level, body.index);
  const container: OpenContainer = {
    level: body.level,
    index: body.index,
    stage: body.verdict === "accept" ? "label" : "rework",
    numbers: body.numbers,
  };
  // A pallet of which nothing is known stands aside all the same; only an abort clears it.
  const stays = body.level === "pallet" && run.state !== "Aborted";
  if (body.verdict === "reject" && body.numbers.length === 0 && !stays) {
    const queue = run.labelling[body.level];
    const at = queue.findIndex((waiting) => waiting.index === body.index);
    if (at >= 0) queue.splice(at, 1);
    run.open.delete(key);
    return;
  }
  run.open.set(key, container);
  if (body.verdict === "reject") return;
  const inside = new Set(body.numbers);
  for (const other of run.open.values()) {
    if (other.stage === "rework" && other.level === body.level)
      other.numbers = other.numbers.filter((number) => !inside.has(number));
  }
  if (body.level === "case") run.loose = run.loose.filter((number) => !inside.has(number));
  else run.looseCases = run.looseCases.filter((number) => !inside.has(number));
  const child = childOf(body.level);
  for (const number of body.numbers) setPlace(run, child, number, recordOf(run, child, number), "boxed");
  run.labelling[body.level].push(container);
}

function evolveAggregated(run: Run, body: Of<"aggregated">): void {
  const queue = run.labelling[body.level];
  const at = queue.findIndex((container) => container.numbers[0] === body.children[0]);
  const container = queue[at];
  invariant(container, `no container waits for ${body.parent}`);
  queue.splice(at, 1);
  run.open.delete(containerKey(body.level, container.index));
  const closed = run.closed[body.level];
  closed.set(container.index, body.parent);
  for (const [oldest] of closed) {
    if (closed.size <= closedMax) break;
    closed.delete(oldest);
  }
  const child = childOf(body.level);
  for (const number of body.children) {
    const record = recordOf(run, child, number);
    record.parent = body.parent;
    setPlace(run, child, number, record, "packed");
  }
}

function evolveRecovered(run: Run, body: Of<"devices-recovered">): void {
  for (const number of run.onBelt) setPlace(run, "pack", number, recordOf(run, "pack", number), "rejecting");
  run.consecutiveMisreads = 0;
  for (const trackingId of body.inDoubt) {
    const number = run.decided.get(trackingId)?.number;
    invariant(number, `pack ${trackingId} is in doubt without a number`);
    setPlace(run, "pack", number, recordOf(run, "pack", number), "in-doubt");
    run.loose.push(number);
    run.doubts.trackingIds.add(trackingId);
  }
  if (body.inDoubt.length > 0) run.doubts.accepted = body.conveyor.accepted - run.gate.accepted;
}

// ---------------------------------------------------------------- bookkeeping

function childOf(level: "case" | "pallet"): Level {
  return level === "case" ? "pack" : "case";
}

function recordOf(run: Run, level: Level, number: string): NumberRecord {
  const record = run.numbers[level].get(number);
  invariant(record, `${level} ${number} is not of run ${run.order.runId}`);
  return record;
}

function setState(run: Run, level: Level, record: NumberRecord, to: NumberState): void {
  count(run.states[level], record.state, -1);
  count(run.states[level], to, 1);
  record.state = to;
}

function setPlace(run: Run, level: Level, number: string, record: NumberRecord, to: Place): void {
  count(run.places[level], record.place, -1);
  count(run.places[level], to, 1);
  if (level === "pack" && record.place === "belt") run.onBelt.delete(number);
  if (level === "pack" && to === "belt") run.onBelt.add(number);
  record.place = to;
}

function count<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function isRejecting(run: Run, number: string): boolean {
  for (const decided of run.decided.values()) if (decided.number === number) return decided.verdict === "reject";
  return false;
}

function settle(run: Run, trackingId: number): void {
  run.decided.delete(trackingId);
  if (trackingId <= run.settledTo) return;
  run.settled.add(trackingId);
  while (run.settled.delete(run.settledTo + 1)) run.settledTo++;
}

function endDoubt(run: Run, trackingId: number, accepted: boolean): void {
  run.doubts.trackingIds.delete(trackingId);
  if (accepted) run.doubts.accepted--;
}

function dropLoose(run: Run, number: string): void {
  take(run.loose, number);
  for (const container of run.open.values()) {
    if (container.stage === "rework") container.numbers = container.numbers.filter((each) => each !== number);
  }
}

function take(list: string[], number: string): void {
  const at = list.indexOf(number);
  if (at >= 0) list.splice(at, 1);
}
