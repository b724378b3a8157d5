import type { NumberState as NumberStateSchema, RejectCause, RunState } from "../../contract/journal.ts";
import type { RunOrder } from "../../contract/line-api.ts";
import type { Static } from "typebox";

export type NumberState = Static<typeof NumberStateSchema>;
export type Level = "pack" | "case" | "pallet";
export const levels = ["pack", "case", "pallet"] as const satisfies readonly Level[];
export type ContainerLevel = "case" | "pallet";

/**
 * Where the thing that bears a number is, finer than the number's state. `sent`: in the printer; `belt`: printed,
 * not judged (a label: not yet read back); `rejecting`: on the belt, to be
 * rejected (judged so, or the line lost its sequence);
 * `accepted`: judged good, gate's answer outstanding; `in-doubt`: judged good, gate's answer lost; `loose`:
 * commissioned, in no container; `boxed`: in a container that waits for its label; `packed`: in a closed one;
 * `bin`: in the reject bin; `gone`: nowhere any more.
 */
export type Place =
  | "block"
  | "sent"
  | "belt"
  | "rejecting"
  | "accepted"
  | "in-doubt"
  | "loose"
  | "boxed"
  | "packed"
  | "bin"
  | "gone";

export type NumberRecord = {
  state: NumberState;
  place: Place;
  /** Sequence number of its print; 0 while never sent. */
  seq: number;
  /** The PLC's number of the pack; 0 while unknown. */
  trackingId: number;
  parent: string | null;
};

/** A container that was judged and is not closed. */
export type OpenContainer = {
  readonly level: ContainerLevel;
  readonly index: number;
  /** `rework`: comes again; `label`: content accepted, label outstanding. */
  stage: "rework" | "label";
  numbers: readonly string[];
};

export type DecidedPack = {
  readonly verdict: "accept" | "reject";
  readonly cause: RejectCause | undefined;
  readonly number: string | null;
};

export type VerdictLine = {
  readonly trackingId: number;
  readonly at: number;
  readonly verdict: "accept" | "reject";
  readonly cause?: RejectCause;
  readonly number: string | null;
  readonly imageId?: string;
};

export const lastVerdictsMax = 20;

/**
 * All of a run that must survive: a fold of its journal over the order that opened it. `evolve` changes it in
 * place, because a run holds up to a million numbers; nothing else does.
 */
export type Run = {
  readonly order: RunOrder;
  state: RunState;
  /** Why the run drains: its quantity is reached, or somebody ended it early. */
  ending: "quantity-reached" | "ended-early" | null;
  cleared: boolean;
  /** Counters are zeroed and jobs loaded; until then a start begins from the beginning. */
  devicesPrepared: boolean;
  readonly numbers: Readonly<Record<Level, Map<string, NumberRecord>>>;
  readonly states: Readonly<Record<Level, Map<NumberState, number>>>;
  readonly places: Readonly<Record<Level, Map<Place, number>>>;
  readonly next: Record<Level, number>;
  readonly lastSeq: Record<Level, number>;
  /** Numbers in a printer, oldest first. */
  readonly sent: Readonly<Record<Level, string[]>>;
  /** Packs' numbers at place `belt`. */
  readonly onBelt: Set<string>;
  /** Prints confirmed. */
  readonly encoded: Record<Level, number>;
  readonly printedAtStart: Record<Level, number>;
  /** Packs judged whose gate has not answered. */
  readonly decided: Map<number, DecidedPack>;
  /** Tracking ids up to this one are settled, and those in `settled` beyond it. */
  settledTo: number;
  readonly settled: Set<number>;
  readonly verdicts: { accept: number; reject: number };
  consecutiveRejects: number;
  consecutiveMisreads: number;
  readonly gate: { accepted: number; rejected: number };
  /** Accepted packs without the gate's answer, and how many of them the conveyor's counter says went through. */
  readonly doubts: { readonly trackingIds: Set<number>; accepted: number };
  /** Good packs in no closed container in the order of the belt, those in doubt among them. */
  loose: string[];
  looseCases: string[];
  readonly open: Map<string, OpenContainer>;
  /** Containers that wait for a label, first come first. */
  readonly labelling: Readonly<Record<ContainerLevel, OpenContainer[]>>;
  /** Index → its number, of containers closed lately: a conveyor that tells it again is told again. */
  readonly closed: Readonly<Record<ContainerLevel, Map<number, string>>>;
  readonly rejects: { printVerify: number; downstream: number; unnumbered: number };
  /** Packs that are nowhere: expected in the bin, where whoever took them may have put them. */
  lost: number;
  /** Packs in the bin that were disposed of before. */
  disposed: number;
  /** Packs that two people wrote off as missing. */
  writtenOff: number;
  binCounted: number | null;
  readonly alarms: Map<string, { readonly detail: string; readonly since: number }>;
  readonly lastVerdicts: VerdictLine[];
  /** The counters of the end are on record. */
  countersRead: boolean;
  startedAt: number | null;
  completedAt: number | null;
  /** `run-completed` is written: the line is free for the next run. */
  ended: boolean;
};

export function containerKey(level: ContainerLevel, index: number): string {
  return `${level}/${index}`;
}

export function newRun(order: RunOrder): Run {
  const perLevel = <T>(make: (level: Level) => T): Record<Level, T> => ({
    pack: make("pack"),
    case: make("case"),
    pallet: make("pallet"),
  });
  return {
    order,
    state: "Idle",
    ending: null,
    cleared: false,
    devicesPrepared: false,
    numbers: perLevel(
      (level) =>
        new Map(
          order.numbers[level].map((number) => [
            number,
            { state: "Allocated", place: "block", seq: 0, trackingId: 0, parent: null },
          ]),
        ),
    ),
    states: perLevel((level) => new Map([["Allocated", order.numbers[level].length]])),
    places: perLevel((level) => new Map([["block", order.numbers[level].length]])),
    next: perLevel(() => 0),
    lastSeq: perLevel(() => 0),
    sent: perLevel(() => []),
    onBelt: new Set(),
    encoded: perLevel(() => 0),
    printedAtStart: perLevel(() => 0),
    decided: new Map(),
    settledTo: 0,
    settled: new Set(),
    verdicts: { accept: 0, reject: 0 },
    consecutiveRejects: 0,
    consecutiveMisreads: 0,
    gate: { accepted: 0, rejected: 0 },
    doubts: { trackingIds: new Set(), accepted: 0 },
    loose: [],
    looseCases: [],
    open: new Map(),
    labelling: { case: [], pallet: [] },
    closed: { case: new Map(), pallet: new Map() },
    rejects: { printVerify: 0, downstream: 0, unnumbered: 0 },
    lost: 0,
    disposed: 0,
    writtenOff: 0,
    binCounted: null,
    alarms: new Map(),
    lastVerdicts: [],
    countersRead: false,
    startedAt: null,
    completedAt: null,
    ended: false,
  };
}

export function stateCount(run: Run, level: Level, state: NumberState): number {
  return run.states[level].get(state) ?? 0;
}

export function placeCount(run: Run, level: Level, ...places: readonly Place[]): number {
  return places.reduce((sum, place) => sum + (run.places[level].get(place) ?? 0), 0);
}

/** Good packs: commissioned and neither rejected, sampled nor destroyed. */
export function goodPacks(run: Run): number {
  return placeCount(run, "pack", "loose", "boxed", "packed");
}

/** Numbers that may still become a good pack; of those in doubt as many as the conveyor let through. */
export function undecidedPacks(run: Run): number {
  const doubted = Math.min(placeCount(run, "pack", "in-doubt"), Math.max(0, run.doubts.accepted));
  return placeCount(run, "pack", "sent", "belt", "accepted") + doubted;
}

/** What the bin should hold now. */
export function binContent(run: Run): number {
  const { printVerify, downstream } = run.rejects;
  return printVerify + downstream + run.lost - run.disposed - run.writtenOff;
}

/** Pallets whose content did not agree: they stand aside until a person scans what is on them. */
export function palletsAside(run: Run): number[] {
  const aside = [...run.open.values()].filter(({ level, stage }) => level === "pallet" && stage === "rework");
  return aside.map(({ index }) => index);
}

export function isSettled(run: Run, trackingId: number): boolean {
  return trackingId <= run.settledTo || run.settled.has(trackingId);
}

/** States in which devices work for the run, or wait to. */
export function isActive(run: Run): boolean {
  return run.state !== "Idle" && run.state !== "Complete" && run.state !== "Aborted";
}

/** The run has the line, until its bin is disposed of. */
export function isOnLine(run: Run): boolean {
  return run.state !== "Idle" && !run.ended;
}
