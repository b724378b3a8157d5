import type { Socket } from "node:net";
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
import { registerFile, type RegisterFile } from "./register-file.ts";
import { doubleAt, mapVersion, parseCommandBlock, plcLimits, register, words, type PlcCommand } from "./registers.ts";

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

export type PlcSimulator = RegisterFile & {
  readonly address: Address;
  readonly outlet: Outlet;
  readonly lineAlive: () => boolean;
  readonly close: () => Promise<void>;
};

export const plcSimulatorLimits = { heartbeatEveryMs: 200 } as const;

export type PlcPower = {
  /** The register file as it was kept without power; it is written in place. */
  readonly registers?: Uint16Array;
  /** Around whatever may change registers: nothing is answered before it returns. */
  readonly step?: <T>(work: () => T) => T;
};

export async function startPlc(
  address: Address,
  bootId: number,
  machine: PlcMachine,
  { registers = new Uint16Array(plcLimits.registersTotal), step = (work) => work() }: PlcPower = {},
): Promise<PlcSimulator> {
  registers[register.mapVersion] = mapVersion;
  registers.set(words(bootId), register.bootId);
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
    step(() => machine.heartbeat(false));
  }, plcSimulatorLimits.heartbeatEveryMs);

  const execute = () => {
    const command = parseCommandBlock(
      registers.subarray(register.command, register.command + plcLimits.commandRegisters),
    );
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
      return printReadAnswer(request, [...registers.subarray(request.address, end)]);
    }
    const end = request.address + request.values.length;
    if (request.address < register.lineHeartbeat || end > register.events) {
      return printException(
        request,
        request.single ? functionCode.writeSingle : functionCode.writeMultiple,
        exceptionCode.illegalAddress,
      );
    }
    step(() => write(request.address, request.values));
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
    ...registerFile(registers),
    lineAlive: () => alive,
    async close() {
      clearInterval(timer);
      await outlet.close();
    },
  };
}
