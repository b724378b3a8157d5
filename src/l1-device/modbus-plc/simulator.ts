import type { Socket } from "node:net";
import type { Verdict } from "../../contract/device-port.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import type { Address } from "../wire/address.ts";
import { openOutlet, type Outlet } from "../wire/outlet.ts";
import {
  exceptionCode,
  functionCode,
  printException,
  printReadAnswer,
  printWriteAnswer,
  requestFramer,
  type ModbusRequest,
} from "./protocol.ts";
import {
  doubleAt,
  eventRegister,
  mapVersion,
  parseCommandBlock,
  parseVerdict,
  plcLimits,
  printEvent,
  register,
  stateBit,
  verdictRegister,
  words,
  type PlcCommand,
  type PlcEvent,
} from "./registers.ts";

/*
 * SIMULATED PLC, the part that talks: register file, Modbus server, heartbeat, event ring, command mailbox. What
 * the commands move is the hall's (`PlcMachine`).
 */

export type PlcMachine = {
  /** A code of `commandResult`. Runs inside the PLC's scan: synchronous. */
  readonly command: (command: PlcCommand) => number;
  /** The line's heartbeat stopped for longer than `heartbeatMissMs`, or came back. */
  readonly heartbeat: (alive: boolean) => void;
  /** Another line program said hello: it does not know what stands in the zone. */
  readonly newSession: () => void;
};

export type PlcCounter =
  | "infeed"
  | "triggers"
  | "accepted"
  | "rejected"
  | "bin"
  | "cases"
  | "pallets"
  | "downstreamRejected";

export type PlcSimulator = {
  readonly address: Address;
  readonly outlet: Outlet;
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
  readonly lineAlive: () => boolean;
  readonly close: () => Promise<void>;
};

export const plcSimulatorLimits = { heartbeatEveryMs: 200 } as const;

export async function startPlc(address: Address, bootId: number, machine: PlcMachine): Promise<PlcSimulator> {
  const registers: number[] = Array.from({ length: plcLimits.registersTotal }, () => 0);
  const set32 = (at: number, value: number) => {
    [registers[at], registers[at + 1]] = words(value);
  };
  registers[register.mapVersion] = mapVersion;
  set32(register.bootId, bootId);
  let eventsWritten = 0;
  let session = 0;
  let lastBeatMs = Number.NEGATIVE_INFINITY;
  let alive = false;

  const beat = () => {
    lastBeatMs = performance.now();
    if (alive) return;
    alive = true;
    machine.heartbeat(true);
  };
  const timer = setInterval(() => {
    registers[register.plcHeartbeat] = ((registers[register.plcHeartbeat] as number) + 1) & 0xffff;
    if (!alive || performance.now() - lastBeatMs <= plcLimits.heartbeatMissMs) return;
    alive = false;
    machine.heartbeat(false);
  }, plcSimulatorLimits.heartbeatEveryMs);

  const execute = () => {
    const command = parseCommandBlock(registers.slice(register.command, register.command + plcLimits.commandRegisters));
    const nextSession = doubleAt(registers, register.session);
    const fresh = nextSession !== session;
    // The same sequence of the same session is the same command, sent again because its answer was lost.
    if (command.sequence === 0 || (!fresh && command.sequence === registers[register.commandAck])) return;
    session = nextSession;
    if (fresh) machine.newSession();
    registers[register.commandResult] = machine.command(command);
    registers[register.commandAck] = command.sequence;
  };
  const write = (at: number, values: readonly number[]) => {
    values.forEach((value, i) => {
      registers[at + i] = value & 0xffff;
    });
    const touches = (from: number) => at <= from && from < at + values.length;
    if (touches(register.lineHeartbeat)) beat();
    if (touches(register.command)) execute();
  };
  const answer = (request: ModbusRequest): Buffer => {
    if (request.type === "invalid") return printException(request, request.functionCode, request.exception);
    if (request.type === "read") {
      const end = request.address + request.count;
      if (end > registers.length)
        return printException(request, functionCode.readHolding, exceptionCode.illegalAddress);
      return printReadAnswer(request, registers.slice(request.address, end));
    }
    const end = request.address + request.values.length;
    if (request.address < register.lineHeartbeat || end > register.events) {
      return printException(
        request,
        request.single ? functionCode.writeSingle : functionCode.writeMultiple,
        exceptionCode.illegalAddress,
      );
    }
    write(request.address, request.values);
    return printWriteAnswer(request);
  };
  const outlet = await openOutlet(address, (socket: Socket) => {
    const framer = requestFramer();
    socket.on("data", (chunk) => {
      const { requests, broken } = framer(chunk);
      for (const request of requests) socket.write(answer(request));
      if (broken) socket.destroy();
    });
  });

  return {
    address: outlet.address,
    outlet,
    push(event) {
      printEvent(eventsWritten, event).forEach((value, i) => {
        registers[eventRegister(eventsWritten) + i] = value;
      });
      eventsWritten++;
      invariant(eventsWritten < 2 ** 32, "the event counter has 32 bits");
      // Only now: whoever sees the new count finds the event written.
      set32(register.eventsWritten, eventsWritten);
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
      const slot = parseVerdict(registers.slice(at, at + plcLimits.verdictRegisters));
      return slot.trackingId === trackingId ? slot.verdict : undefined;
    },
    clearVerdicts() {
      registers.fill(0, register.verdicts, register.verdicts + plcLimits.verdictSlots * plcLimits.verdictRegisters);
    },
    lineAlive: () => alive,
    async close() {
      clearInterval(timer);
      await outlet.close();
    },
  };
}
