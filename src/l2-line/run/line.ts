import type {
  ContainerLevel,
  ConveyorCounters,
  DeviceEvent,
  LineDevices,
  PrintRecord,
  ReaderEvent,
  ReaderJob,
  Verdict,
} from "../../contract/device-port.ts";
import type { JournalBody } from "../../contract/journal.ts";
import type { RunOrder } from "../../contract/line-api.ts";
import type { SignatureRecord } from "../../contract/shapes.ts";
import type { Level, Run } from "./run.ts";

export type DeviceName = keyof LineDevices;
export const deviceNames = [
  "conveyor",
  "packPrinter",
  "packReader",
  "caseContentReader",
  "casePrinter",
  "caseLabelReader",
  "palletPrinter",
  "palletLabelReader",
] as const satisfies readonly DeviceName[];

export type PrinterName = "packPrinter" | "casePrinter" | "palletPrinter";
export const printerOf: Readonly<Record<Level, PrinterName>> = {
  pack: "packPrinter",
  case: "casePrinter",
  pallet: "palletPrinter",
};
export function levelOfPrinter(device: PrinterName): Level {
  return device === "packPrinter" ? "pack" : device === "casePrinter" ? "case" : "pallet";
}

export type Read = Extract<ReaderEvent, { readonly type: "read" }>;

/** A pack between print head and gate, as far as this process saw it. */
export type PassingPack = { expected: string | null; read: Read | undefined };

/** A container told by the conveyor and not yet judged; in the order told. */
export type FullContainer = {
  readonly level: ContainerLevel;
  readonly index: number;
  readonly count: number;
  read: Read | undefined;
};

/** Stands for a picture that was taken and lost on its way: nothing was read. */
export function lostPicture(triggerId: number): Read {
  return { type: "read", triggerId, symbols: [], imageId: "lost" };
}

export type LabelApplied = { readonly index: number; read: Read | undefined; readAt: number };

/** Procedures of several device calls whose end is an input; one at a time. */
export type Procedure = "prepare" | "start-belt" | "stop-belt" | "recover" | "final-counters";

/**
 * What this process knows of the devices and forgets when it ends: a restart takes everything on the belt as unknown,
 * so that nothing here has to be durable.
 */
export type Belt = {
  readonly links: Record<DeviceName, boolean>;
  /** Why printers must be emptied and counters read before anything goes on; null when nothing is in doubt. */
  recovery: string | null;
  procedure: { readonly name: Procedure; readonly epoch: number } | null;
  epoch: number;
  /** Numbers in the pack printer that no pack took yet. */
  queue: string[];
  /** Sequence numbers that the pack printer has not acknowledged. */
  readonly unacknowledged: Set<number>;
  readonly packs: Map<number, PassingPack>;
  /** Packs that never came to the gate. */
  readonly lost: Set<number>;
  passedTo: number;
  infeed: boolean | null;
  fulls: FullContainer[];
  readonly applied: Record<ContainerLevel, LabelApplied | null>;
  /** Content pictures that came before their container was told. */
  readonly earlyReads: Map<string, Read>;
  /** The station was told to strip this container's label and has not applied another. */
  readonly stripped: Record<ContainerLevel, number | null>;
  /** Packs up to this one were on the belt at the latest recovery: the gate may answer against the verdict. */
  recoveredTo: number;
  /** Readers whose link was lost: pictures taken meanwhile never come. */
  readonly blind: Set<DeviceName>;
  counters: ConveyorCounters | null;
  countersAsked: boolean;
  /** The counters are older than the case that came back from rework. */
  countersStale: boolean;
  finishAskedAt: number;
  finishAttempts: number;
  lastChangeAt: number;
  /** A device that refused or did not answer is not asked again before. */
  retryAt: number;
};

export function newBelt(): Belt {
  return {
    links: Object.fromEntries(deviceNames.map((name) => [name, true])) as Record<DeviceName, boolean>,
    recovery: null,
    procedure: null,
    epoch: 0,
    queue: [],
    unacknowledged: new Set(),
    packs: new Map(),
    lost: new Set(),
    passedTo: 0,
    infeed: null,
    fulls: [],
    applied: { case: null, pallet: null },
    earlyReads: new Map(),
    stripped: { case: null, pallet: null },
    recoveredTo: 0,
    blind: new Set(),
    counters: null,
    countersAsked: false,
    countersStale: false,
    finishAskedAt: 0,
    finishAttempts: 0,
    lastChangeAt: 0,
    retryAt: 0,
  };
}

/** One packaging line: the runs that it holds, and what stands on it now. */
export type Line = {
  readonly lineId: string;
  readonly runs: Map<string, Run>;
  /** How many records each printer may hold unprinted. */
  readonly queueMax: Record<Level, number>;
  belt: Belt;
};

export function newLine(lineId: string, queueMax: Readonly<Record<Level, number>>): Line {
  return { lineId, runs: new Map(), queueMax: { ...queueMax }, belt: newBelt() };
}

export type Command =
  | { readonly name: "prepareRun"; readonly order: RunOrder }
  | {
      readonly name: "clearLine";
      readonly runId: string;
      readonly checklist: readonly string[];
      readonly signatures: readonly SignatureRecord[];
    }
  | { readonly name: "start"; readonly runId: string; readonly by: string }
  | {
      /** Of `unhold` the reason is what the person saw on the line and put right. */
      readonly name: "hold" | "unhold" | "complete" | "abort";
      readonly runId: string;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly name: "countBin"; readonly runId: string; readonly by: string; readonly counted: number }
  | {
      readonly name: "dispose";
      readonly runId: string;
      readonly by: string;
      readonly reason: string;
      readonly signatures: readonly SignatureRecord[];
    }
  | {
      readonly name: "judgeAgain";
      readonly runId: string;
      readonly by: string;
      readonly reason: string;
      /** The conveyor's count of the pallet. */
      readonly index: number;
      /** SSCCs scanned by hand on it. */
      readonly cases: readonly string[];
    }
  | {
      readonly name: "writeOffMissing";
      readonly runId: string;
      readonly by: string;
      readonly reason: string;
      /** Serials scanned by hand in the bin. */
      readonly found: readonly string[];
      /** Packs in the bin without a readable code. */
      readonly unnumbered: number;
      /** Packs that are not there. */
      readonly missing: number;
      readonly signatures: readonly SignatureRecord[];
    }
  | {
      readonly name: "sample";
      readonly runId: string;
      readonly by: string;
      readonly serial: string;
      readonly reason: string;
    };

/** What a person asks of a run that the line holds. */
export type RunCommand = Exclude<Command, { readonly name: "prepareRun" }>;

export type Printed = Readonly<Record<Level, number>>;

export type FinalCounters = {
  readonly printed: Printed;
  readonly pictures: {
    readonly pack: number;
    readonly caseContent: number;
    readonly caseLabel: number;
    readonly palletLabel: number;
  };
  readonly conveyor: ConveyorCounters;
};

export type ProcedureResult =
  | { readonly name: "prepare"; readonly printed: Printed }
  | { readonly name: "start-belt" | "stop-belt" }
  | { readonly name: "recover"; readonly printed: Printed; readonly conveyor: ConveyorCounters }
  | ({ readonly name: "final-counters" } & FinalCounters);

/** All that a line ever reacts to. `at` is the wall clock when it came in, milliseconds UTC. */
export type Input = { readonly at: number } & (
  | { readonly type: "device"; readonly event: DeviceEvent }
  | { readonly type: "command"; readonly command: Command }
  | { readonly type: "print-taken"; readonly device: PrinterName; readonly seq: number }
  | { readonly type: "print-failed"; readonly device: PrinterName; readonly seq: number; readonly detail: string }
  | { readonly type: "done"; readonly epoch: number; readonly result: ProcedureResult }
  | {
      readonly type: "failed";
      readonly epoch: number;
      readonly name: Procedure;
      readonly code: string;
      readonly detail: string;
    }
  | { readonly type: "counters"; readonly counters: ConveyorCounters | null }
  | { readonly type: "action-failed"; readonly device: DeviceName; readonly detail: string }
  /** The process has (again) started on this journal and holds its devices. */
  | { readonly type: "opened" }
  | { readonly type: "tick" }
);

export type ReaderJobs = Readonly<
  Record<"packReader" | "caseContentReader" | "caseLabelReader" | "palletLabelReader", ReaderJob>
>;

/** What to do once the entries are durable, in this order. */
export type DeviceAction =
  | { readonly type: "print"; readonly device: PrinterName; readonly record: PrintRecord }
  | { readonly type: "verdict"; readonly trackingId: number; readonly verdict: Verdict; readonly cause: number }
  | { readonly type: "infeed"; readonly open: boolean }
  | {
      readonly type: "judge-container";
      readonly level: ContainerLevel;
      readonly index: number;
      readonly verdict: Verdict;
    }
  | { readonly type: "judge-label"; readonly level: ContainerLevel; readonly index: number; readonly verdict: Verdict }
  | { readonly type: "finish"; readonly level: ContainerLevel }
  | { readonly type: "read-counters" }
  | {
      readonly type: "prepare";
      readonly epoch: number;
      readonly pattern: { readonly packsPerCase: number; readonly casesPerPallet: number };
      readonly jobs: ReaderJobs;
    }
  | { readonly type: "start-belt" | "stop-belt" | "recover" | "final-counters"; readonly epoch: number };

export type RunEntry = { readonly runId: string; readonly body: JournalBody };
