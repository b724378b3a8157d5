/**
 * The port between a line (level 2) and its devices (level 1). A driver implements one of these over the
 * machine's own protocol; `cli` hands drivers to the line, so that neither level imports the other.
 *
 * Every driver delivers its events, in order, through the `emit` it was opened with, and never decides: a
 * driver that lost its device says so (`link`), and the line holds. Ids are the device's own counters:
 * `trackingId` is the PLC's shift-register number of a pack, unique within a run, from 1.
 */
export type Emit<Event> = (event: Event) => void;

/** The connection came or went; after it came back the device's memory must be taken as unknown. */
export type LinkEvent = { readonly type: "link"; readonly up: boolean; readonly detail?: string };

export type DeviceIdentity = { readonly maker: string; readonly model: string; readonly simulated: boolean };

// ---------------------------------------------------------------- coding: pack printer, label printers

/** What goes on one pack or label. `elements` is the raw element string (GS as \x1d) that the symbol holds. */
export type PrintRecord = {
  /** The line's own sequence number of this print, echoed by the device; strictly rising in a run. */
  readonly seq: number;
  readonly elements: string;
  readonly symbol: "gs1-datamatrix" | "gs1-128";
  /** Human readable lines, top to bottom, printed beside or under the symbol. */
  readonly lines: readonly string[];
};

export type PrinterCapabilities = {
  /** Records that the device may hold unprinted; the line keeps at most this many in it. */
  readonly queueMax: number;
  readonly receiveAck: boolean;
  readonly printDone: boolean;
  readonly perItemEcho: boolean;
  readonly flush: boolean;
};

export type PrinterEvent =
  | LinkEvent
  /** The device has put this record on something that passed its head: the number is *encoded*. */
  | { readonly type: "print-done"; readonly seq: number }
  | { readonly type: "fault"; readonly code: string; readonly detail: string };

export type Printer = {
  readonly identity: DeviceIdentity;
  readonly capabilities: PrinterCapabilities;
  /** Resolves when the device has the record (receive-ack); rejects with a Fault, `ambiguous` when it may have it. */
  print(record: PrintRecord): Promise<void>;
  /** Empties the device's queue; resolves once it is proved empty. Records not yet done are then not printed. */
  flush(): Promise<void>;
  /** Prints since power-on, by the device's own counter. */
  printCount(): Promise<number>;
  close(): Promise<void>;
};

// ---------------------------------------------------------------- reading: cameras, scanners

export type SymbolRead = {
  /** As read, GS as \x1d, without the symbology identifier. */
  readonly elements: string;
  /** ISO/IEC 15424: `]d2`, `]C1`. */
  readonly symbology: string;
  /** Four corners in pixels of the image, clockwise from top left: x, y pairs. */
  readonly corners: readonly number[];
  /** Indicative ISO 15415 grade 0..4 by unused error correction; not a verifier's grade. */
  readonly grade: number;
};

/** Optical character verification of known strings, 0..1 for the worst character of each line. */
export type TextCheck = { readonly matched: boolean; readonly scoreMin: number };

export type ReaderEvent =
  | LinkEvent
  /** One picture was taken and judged; no symbol read is `symbols: []`. `triggerId` = trackingId or container index. */
  | {
      readonly type: "read";
      readonly triggerId: number;
      readonly symbols: readonly SymbolRead[];
      readonly text?: TextCheck;
      readonly imageId: string;
    }
  | { readonly type: "fault"; readonly code: string; readonly detail: string };

export type ReaderJob = {
  readonly symbol: "gs1-datamatrix" | "gs1-128";
  /** How many symbols one picture holds at most. */
  readonly symbolsMax: number;
  /**
   * Lines to verify under the symbol, top to bottom; `{serial}` stands for AI 21 of the symbol just read,
   * so that the camera compares what is printed with what is encoded. Absent: no text check.
   */
  readonly textLines?: readonly string[];
};

export type Reader = {
  readonly identity: DeviceIdentity;
  loadJob(job: ReaderJob): Promise<void>;
  /** Pictures taken since the job was loaded, by the device's own counter. */
  triggerCount(): Promise<number>;
  /** PNG bytes of a recent picture, or undefined when the device no longer has it. */
  image(imageId: string): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
};

// ---------------------------------------------------------------- conveying: PLC with shift register and gate

export type Verdict = "accept" | "reject";
export type ContainerLevel = "case" | "pallet";

export type ConveyorEvent =
  | LinkEvent
  /** A pack passed the print head; prints and packs are matched in this order. */
  | { readonly type: "print-go"; readonly trackingId: number }
  /** The gate's sensors confirmed where the pack went. No accept in time is a reject by the PLC itself. */
  | {
      readonly type: "gate";
      readonly trackingId: number;
      readonly outcome: "accepted" | "rejected";
      readonly late: boolean;
    }
  /** The packer has collected a layer or case (or the palletiser a pallet) of `count`; its reader is triggered with `index`. */
  | { readonly type: "container-full"; readonly level: ContainerLevel; readonly index: number; readonly count: number }
  /** The label printed last at that station is on the container; the label reader is triggered with `index`. */
  | { readonly type: "label-applied"; readonly level: ContainerLevel; readonly index: number }
  /** A stop by the PLC's own monitors: `reject-unconfirmed`, `bin-full`, `gap`, `heartbeat`, `e-stop`. */
  | { readonly type: "alarm"; readonly code: string; readonly active: boolean }
  | { readonly type: "running"; readonly running: boolean };

export type ConveyorCounters = {
  readonly infeed: number;
  readonly triggers: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Good at the gate, taken out later: a pack that its case's camera could not read. */
  readonly downstreamRejected: number;
  /** Packs that the bin's own sensor counted. */
  readonly bin: number;
  readonly cases: number;
  readonly pallets: number;
};

export type Conveyor = {
  readonly identity: DeviceIdentity;
  /** Sets counters to zero and the pattern of the run; refused while running. */
  prepare(pattern: { readonly packsPerCase: number; readonly casesPerPallet: number }): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Infeed open or shut while the belt runs: the line shuts it when no more packs are wanted. */
  infeed(open: boolean): Promise<void>;
  verdict(trackingId: number, verdict: Verdict, cause: number): Promise<void>;
  /** The container's content was judged: keep it and take a label, or put it aside for rework. */
  judgeContainer(level: ContainerLevel, index: number, verdict: Verdict): Promise<void>;
  /** The container's label was judged by reading it back: move on, or strip it and take another. */
  judgeLabel(level: ContainerLevel, index: number, verdict: Verdict): Promise<void>;
  /** Closes what is collected now as a partial container, when there is anything. */
  finish(level: ContainerLevel): Promise<void>;
  counters(): Promise<ConveyorCounters>;
  close(): Promise<void>;
};

// ---------------------------------------------------------------- a line's set

export type LineDevices = {
  readonly conveyor: Conveyor;
  readonly packPrinter: Printer;
  readonly packReader: Reader;
  readonly caseContentReader: Reader;
  readonly casePrinter: Printer;
  readonly caseLabelReader: Reader;
  readonly palletPrinter: Printer;
  readonly palletLabelReader: Reader;
};

export type DeviceEvent =
  | { readonly device: "conveyor"; readonly event: ConveyorEvent }
  | { readonly device: "packPrinter" | "casePrinter" | "palletPrinter"; readonly event: PrinterEvent }
  | {
      readonly device: "packReader" | "caseContentReader" | "caseLabelReader" | "palletLabelReader";
      readonly event: ReaderEvent;
    };

/** Connects to every device of a line; made by `cli` from the configuration, or by the simulation. */
export type OpenDevices = (emit: Emit<DeviceEvent>) => Promise<LineDevices>;
