import type { ContainerLevel, ConveyorCounters, ConveyorEvent, Verdict } from "../../contract/device-port.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";

/*
 * The register map between line and PLC (README.md has it as a table). Holding registers, 16 bits, 32-bit values
 * low word first. Only the line writes from `lineHeartbeat` on, only the PLC below and in the event ring.
 */

export const mapVersion = 1;

export const register = {
  mapVersion: 0,
  bootId: 1,
  plcHeartbeat: 3,
  state: 4,
  eventsWritten: 5,
  commandAck: 7,
  commandResult: 8,
  infeed: 10,
  triggers: 12,
  accepted: 14,
  rejected: 16,
  bin: 18,
  cases: 20,
  pallets: 22,
  downstreamRejected: 24,
  lastTrackingId: 26,
  lineHeartbeat: 100,
  session: 101,
  command: 110,
  verdicts: 200,
  events: 1000,
} as const;

export const plcLimits = {
  headerRegisters: 28,
  verdictSlots: 64,
  verdictRegisters: 4,
  eventSlots: 256,
  eventRegisters: 8,
  commandRegisters: 8,
  registersTotal: 1000 + 256 * 8,
  /** Modbus Application Protocol V1.1b3: at most 125 registers a read; 15 events are 120. */
  eventsPerRead: 15,
  heartbeatMissMs: 2_000,
} as const;

/** Written all the time and worth nothing after a power-on: both heartbeats. */
export const volatileRegisters: ReadonlySet<number> = new Set([register.plcHeartbeat, register.lineHeartbeat]);

export const stateBit = { running: 1, infeedOpen: 2, infeedHeld: 4, emergencyStop: 8, alarm: 16 } as const;

export const operation = {
  prepare: 1,
  start: 2,
  stop: 3,
  openInfeed: 4,
  shutInfeed: 5,
  judgeContainer: 6,
  judgeLabel: 7,
  finish: 8,
  /** A new line program is at the other end: what is in the zone is unknown to it. */
  hello: 9,
} as const;

export const commandResult = {
  done: 0,
  running: 1,
  unknownContainer: 2,
  emergencyStop: 3,
  alarm: 4,
  badArgument: 5,
  unknownOperation: 6,
} as const;

export const verdictCode: Readonly<Record<Verdict, number>> = { accept: 1, reject: 2 };
export const levelCode: Readonly<Record<ContainerLevel, number>> = { case: 1, pallet: 2 };

export function levelOf(code: number): ContainerLevel | undefined {
  return code === 1 ? "case" : code === 2 ? "pallet" : undefined;
}

export function verdictOf(code: number): Verdict | undefined {
  return code === 1 ? "accept" : code === 2 ? "reject" : undefined;
}

export function words(value: number): [low: number, high: number] {
  return [value & 0xffff, (value >>> 16) & 0xffff];
}

export function wordAt(registers: ArrayLike<number>, at: number): number {
  return registers[at] ?? 0;
}

export function doubleAt(registers: ArrayLike<number>, at: number): number {
  return wordAt(registers, at) + wordAt(registers, at + 1) * 0x10000;
}

// ---------------------------------------------------------------- header

export type PlcHeader = {
  readonly mapVersion: number;
  readonly bootId: number;
  readonly heartbeat: number;
  readonly state: number;
  readonly eventsWritten: number;
  readonly commandAck: number;
  readonly commandResult: number;
  readonly counters: ConveyorCounters;
};

export function parseHeader(registers: readonly number[]): PlcHeader {
  return {
    mapVersion: wordAt(registers, register.mapVersion),
    bootId: doubleAt(registers, register.bootId),
    heartbeat: wordAt(registers, register.plcHeartbeat),
    state: wordAt(registers, register.state),
    eventsWritten: doubleAt(registers, register.eventsWritten),
    commandAck: wordAt(registers, register.commandAck),
    commandResult: wordAt(registers, register.commandResult),
    counters: {
      infeed: doubleAt(registers, register.infeed),
      triggers: doubleAt(registers, register.triggers),
      accepted: doubleAt(registers, register.accepted),
      rejected: doubleAt(registers, register.rejected),
      bin: doubleAt(registers, register.bin),
      cases: doubleAt(registers, register.cases),
      pallets: doubleAt(registers, register.pallets),
      downstreamRejected: doubleAt(registers, register.downstreamRejected),
    },
  };
}

// ---------------------------------------------------------------- event ring

export type PlcEvent = Exclude<ConveyorEvent, { readonly type: "link" }>;

const eventCode = { "print-go": 1, gate: 2, "container-full": 3, "label-applied": 4, alarm: 5, running: 6 } as const;

/** Codes on the wire; the order is part of the map. */
export const alarmCodes = [
  "reject-unconfirmed",
  "bin-full",
  "gap",
  "heartbeat",
  "e-stop",
  "case-aside",
  "event-overrun",
] as const;
export type AlarmCode = (typeof alarmCodes)[number];

/** Eight registers: number of the event (low, high), type, two values of 32 bits, one of 16. */
export function printEvent(number: number, event: PlcEvent): number[] {
  const [type, first, second, third] = eventFields(event);
  return [...words(number), type, ...words(first), ...words(second), third];
}

function eventFields(event: PlcEvent): [type: number, first: number, second: number, third: number] {
  switch (event.type) {
    case "print-go":
      return [eventCode["print-go"], event.trackingId, 0, 0];
    case "gate":
      return [eventCode.gate, event.trackingId, event.outcome === "accepted" ? 1 : 2, event.late ? 1 : 0];
    case "container-full":
      return [eventCode["container-full"], event.index, event.count, levelCode[event.level]];
    case "label-applied":
      return [eventCode["label-applied"], event.index, 0, levelCode[event.level]];
    case "alarm":
      return [eventCode.alarm, alarmCodes.indexOf(event.code as AlarmCode), 0, event.active ? 1 : 0];
    case "running":
      return [eventCode.running, 0, 0, event.running ? 1 : 0];
  }
}

/** One ring entry; refuses `device.event-number` when it is not event `expected` (overwritten or not yet there). */
export function parseEvent(registers: readonly number[], expected: number): Result<PlcEvent> {
  if (doubleAt(registers, 0) !== expected >>> 0) return refuse("device.event-number", expected);
  const type = wordAt(registers, 2);
  const first = doubleAt(registers, 3);
  const second = doubleAt(registers, 5);
  const third = wordAt(registers, 7);
  const level = levelOf(third);
  switch (type) {
    case eventCode["print-go"]:
      return ok({ type: "print-go", trackingId: first });
    case eventCode.gate:
      if (second !== 1 && second !== 2) return refuse("device.event-malformed", expected);
      return ok({
        type: "gate",
        trackingId: first,
        outcome: second === 1 ? "accepted" : "rejected",
        late: third === 1,
      });
    case eventCode["container-full"]:
      if (!level) return refuse("device.event-malformed", expected);
      return ok({ type: "container-full", level, index: first, count: second });
    case eventCode["label-applied"]:
      if (!level) return refuse("device.event-malformed", expected);
      return ok({ type: "label-applied", level, index: first });
    case eventCode.alarm: {
      const code = alarmCodes[first];
      return code === undefined
        ? refuse("device.event-malformed", expected)
        : ok({ type: "alarm", code, active: third === 1 });
    }
    case eventCode.running:
      return ok({ type: "running", running: third === 1 });
    default:
      return refuse("device.event-malformed", expected);
  }
}

/** First register of the slot that event `number` (counted from 0) stands in. */
export function eventRegister(number: number): number {
  return register.events + (number % plcLimits.eventSlots) * plcLimits.eventRegisters;
}

// ---------------------------------------------------------------- verdict slots

export type VerdictSlot = {
  readonly trackingId: number;
  readonly verdict: Verdict | undefined;
  readonly cause: number;
};

export function verdictRegister(trackingId: number): number {
  return register.verdicts + (trackingId % plcLimits.verdictSlots) * plcLimits.verdictRegisters;
}

export function printVerdict(trackingId: number, verdict: Verdict, cause: number): number[] {
  return [...words(trackingId), verdictCode[verdict], cause & 0xffff];
}

export function parseVerdict(registers: ArrayLike<number>): VerdictSlot {
  return { trackingId: doubleAt(registers, 0), verdict: verdictOf(wordAt(registers, 2)), cause: wordAt(registers, 3) };
}

// ---------------------------------------------------------------- command mailbox

export type PlcCommand = {
  readonly sequence: number;
  readonly operation: number;
  readonly arguments: readonly number[];
};

/** Eight registers: sequence, operation, three arguments of 32 bits. The sequence is never 0. */
export function printCommandBlock(sequence: number, code: number, values: readonly number[] = []): number[] {
  const [first = 0, second = 0, third = 0] = values;
  return [sequence, code, ...words(first), ...words(second), ...words(third)];
}

export function parseCommandBlock(registers: ArrayLike<number>): PlcCommand {
  return {
    sequence: wordAt(registers, 0),
    operation: wordAt(registers, 1),
    arguments: [doubleAt(registers, 2), doubleAt(registers, 4), doubleAt(registers, 6)],
  };
}
