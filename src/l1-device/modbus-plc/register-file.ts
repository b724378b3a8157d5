import type { Verdict } from "../../contract/device-port.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import {
  doubleAt,
  eventRegister,
  parseVerdict,
  plcLimits,
  printEvent,
  register,
  stateBit,
  verdictRegister,
  words,
  type PlcEvent,
} from "./registers.ts";

export type PlcCounter =
  | "infeed"
  | "triggers"
  | "accepted"
  | "rejected"
  | "bin"
  | "cases"
  | "pallets"
  | "downstreamRejected";

/** The SIMULATED PLC's memory as its program uses it. */
export type RegisterFile = {
  readonly push: (event: PlcEvent) => void;
  readonly count: (counter: PlcCounter, by?: number) => void;
  readonly counted: (counter: PlcCounter) => number;
  readonly clearCounters: () => void;
  readonly setState: (bit: keyof typeof stateBit, on: boolean) => void;
  readonly setLastTrackingId: (trackingId: number) => void;
  /** What stands in the slot of this pack, when it is this pack's. */
  readonly verdict: (trackingId: number) => Verdict | undefined;
  /** A new run counts its packs from one again: what stands in the slots was for others. */
  readonly clearVerdicts: () => void;
};

/** All that it knows stands in `registers`, which it writes in place. */
export function registerFile(registers: Uint16Array): RegisterFile {
  const set32 = (at: number, value: number) => registers.set(words(value), at);
  return {
    push(event) {
      const written = doubleAt(registers, register.eventsWritten);
      registers.set(printEvent(written, event), eventRegister(written));
      invariant(written + 1 < 2 ** 32, "the event counter has 32 bits");
      // Only now: whoever sees the new count finds the event written.
      set32(register.eventsWritten, written + 1);
    },
    count(counter, by = 1) {
      set32(register[counter], doubleAt(registers, register[counter]) + by);
    },
    counted: (counter) => doubleAt(registers, register[counter]),
    clearCounters() {
      registers.fill(0, register.infeed, register.lastTrackingId + 2);
    },
    setState(bit, on) {
      const state = registers[register.state] as number;
      registers[register.state] = on ? state | stateBit[bit] : state & ~stateBit[bit];
    },
    setLastTrackingId: (trackingId) => set32(register.lastTrackingId, trackingId),
    verdict(trackingId) {
      const at = verdictRegister(trackingId);
      const slot = parseVerdict(registers.subarray(at, at + plcLimits.verdictRegisters));
      return slot.trackingId === trackingId ? slot.verdict : undefined;
    },
    clearVerdicts() {
      registers.fill(0, register.verdicts, register.verdicts + plcLimits.verdictSlots * plcLimits.verdictRegisters);
    },
  };
}
