import type { Conveyor, ConveyorEvent, Emit } from "../../contract/device-port.ts";
import { RefusalError } from "../../kernel/base/result.ts";
import { Fault } from "../../runtime/fault.ts";
import type { Machine } from "../../runtime/machine.ts";
import type { Address } from "../wire/address.ts";
import { keepConnected } from "../wire/link.ts";
import { registersOf, type Registers } from "./connection.ts";
import {
  commandResult,
  eventRegister,
  levelCode,
  mapVersion,
  operation,
  parseEvent,
  parseHeader,
  plcLimits,
  printCommandBlock,
  printVerdict,
  register,
  stateBit,
  verdictCode,
  verdictRegister,
  words,
  type PlcEvent,
  type PlcHeader,
} from "./registers.ts";

export const plcDriverLimits = {
  pollRunningMs: 5,
  pollIdleMs: 15,
  heartbeatEveryMs: 250,
  commandTimeoutMs: 3_000,
} as const;

export type PlcConfig = { readonly address: Address; readonly unit: number; readonly simulated: boolean };

type Pending = {
  readonly sequence: number;
  readonly block: readonly number[];
  readonly settle: (result: number) => void;
  readonly fail: (fault: Fault) => void;
};

const refusalOf: Readonly<Record<number, string>> = {
  [commandResult.running]: "device.running",
  [commandResult.unknownContainer]: "device.unknown-container",
  [commandResult.emergencyStop]: "device.emergency-stop",
  [commandResult.alarm]: "device.alarm-active",
  [commandResult.badArgument]: "device.argument",
  [commandResult.unknownOperation]: "device.operation",
};

/**
 * A PLC with the register map of this folder. Events are read from its ring in order, each exactly once: the driver
 * keeps its place over reconnects, and when the ring overran it, it says `event-overrun`, drops the link and starts
 * a new session, which makes the PLC reject what stands between print head and gate.
 */
export function openPlc(
  config: PlcConfig,
  machine: Pick<Machine, "clock" | "log" | "random">,
  emit: Emit<ConveyorEvent>,
): Conveyor {
  const { clock, log, random } = machine;
  const ended = new AbortController();
  let registers: Registers | undefined;
  let connection = 0;
  let session: { readonly id: number; readonly bootId: number } | undefined;
  let eventsRead = 0;
  let sequence = 0;
  let pending: Pending | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let up = false;

  const link = keepConnected(config.address, clock, {
    created(socket) {
      registers = registersOf(socket, config.unit);
    },
    opened() {
      const mine = ++connection;
      void serve(mine).catch((error: unknown) => {
        log.warn("conveyor link given up", { error });
        if (mine === connection) link.drop(error instanceof Error ? error.message : "gave up");
      });
    },
    closed(detail) {
      connection++;
      up = false;
      emit({ type: "link", up: false, detail });
    },
  });
  const on = (): Registers => {
    if (!registers || !link.connected()) throw new Fault("transient", "conveyor.offline", "the PLC is not connected");
    return registers;
  };

  const serve = async (mine: number) => {
    const header = parseHeader(await on().read(0, plcLimits.headerRegisters));
    if (header.mapVersion !== mapVersion)
      throw new Fault("permanent", "conveyor.map-version", `register map ${header.mapVersion}, not ${mapVersion}`);
    await on().write(register.lineHeartbeat, [beats]);
    const fresh = session?.bootId !== header.bootId;
    if (fresh) await greet(header);
    else if (pending) await on().write(register.command, pending.block);
    up = true;
    emit({ type: "link", up: true, detail: fresh ? "new session" : "session resumed" });
    let plcBeat = { count: header.heartbeat, atMs: clock.monotonicMs() };
    let ourBeatMs = clock.monotonicMs();
    const current = () => mine === connection && !ended.signal.aborted;
    while (current()) {
      const now = parseHeader(await on().read(0, plcLimits.headerRegisters));
      const atMs = clock.monotonicMs();
      if (now.heartbeat !== plcBeat.count) plcBeat = { count: now.heartbeat, atMs };
      if (atMs - plcBeat.atMs > plcLimits.heartbeatMissMs)
        throw new Fault("transient", "conveyor.heartbeat", "the PLC's heartbeat stopped");
      await drain(now.eventsWritten);
      // After the events: what a command caused has been told before the command is done.
      if (pending && now.commandAck === pending.sequence) pending.settle(now.commandResult);
      if (atMs - ourBeatMs >= plcDriverLimits.heartbeatEveryMs) {
        ourBeatMs = atMs;
        beats = (beats + 1) & 0xffff;
        await on().write(register.lineHeartbeat, [beats]);
      }
      const running = (now.state & stateBit.running) !== 0;
      await clock.sleep(running || pending ? plcDriverLimits.pollRunningMs : plcDriverLimits.pollIdleMs, ended.signal);
    }
  };
  let beats = 1;

  const greet = async (header: PlcHeader) => {
    const [a = 0, b = 0, c = 0, d = 1] = random.bytes(4);
    const id = (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
    eventsRead = header.eventsWritten;
    session = { id, bootId: header.bootId };
    pending?.fail(
      new Fault("ambiguous", "conveyor.new-session", "the PLC started anew while a command was on its way"),
    );
    sequence = (header.commandAck % 0xffff) + 1;
    await on().write(register.session, words(id));
    await on().write(register.command, printCommandBlock(sequence, operation.hello));
  };
  const drain = async (written: number) => {
    if (written - eventsRead > plcLimits.eventSlots) overrun(written);
    for (let left = written - eventsRead; left > 0; left = written - eventsRead) {
      const slot = eventsRead % plcLimits.eventSlots;
      const count = Math.min(left, plcLimits.eventsPerRead, plcLimits.eventSlots - slot);
      const block = await on().read(eventRegister(eventsRead), count * plcLimits.eventRegisters);
      for (let i = 0; i < count; i++)
        take(block.slice(i * plcLimits.eventRegisters, (i + 1) * plcLimits.eventRegisters), written);
    }
  };
  const take = (entry: readonly number[], written: number) => {
    const event = parseEvent(entry, eventsRead);
    if (!event.ok && event.refusal.code === "device.event-number") overrun(written);
    eventsRead++;
    if (event.ok) emit(event.value satisfies PlcEvent);
    else throw new Fault("permanent", event.refusal.code, `event ${eventsRead - 1} of the PLC is malformed`);
  };
  const overrun = (written: number): never => {
    session = undefined;
    emit({ type: "alarm", code: "event-overrun", active: true });
    throw new Fault(
      "permanent",
      "conveyor.event-overrun",
      `events ${eventsRead} to ${written} were overwritten before they were read`,
    );
  };

  /** One command at a time; a lost connection sends it again under its own sequence, which the PLC does once. */
  const command = (code: number, values: readonly number[] = []): Promise<void> => {
    const done = queue.then(() => run(code, values));
    queue = done.catch(() => undefined);
    return done;
  };
  const run = async (code: number, values: readonly number[]): Promise<void> => {
    if (!up) throw new Fault("transient", "conveyor.offline", "the PLC is not connected");
    sequence = (sequence % 0xffff) + 1;
    const block = printCommandBlock(sequence, code, values);
    const result = await new Promise<number>((resolve, reject) => {
      const timer = clock.after(plcDriverLimits.commandTimeoutMs, () =>
        pending?.fail(new Fault("ambiguous", "conveyor.no-answer", `command ${code} was not acknowledged`)),
      );
      const over =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          timer.cancel();
          pending = undefined;
          settle(value);
        };
      pending = { sequence, block, settle: over(resolve), fail: over(reject) };
      // A failed write is no answer: the link goes, comes back, and the block is written again.
      void on()
        .write(register.command, block)
        .catch((error: unknown) => log.warn("command on its way when the link went", { error }));
    });
    if (result === commandResult.done) return;
    throw new RefusalError({ code: refusalOf[result] ?? "device.operation" });
  };

  return {
    identity: { maker: "Packtrail", model: "Modbus TCP line map 1", simulated: config.simulated },
    prepare: ({ packsPerCase, casesPerPallet }) => command(operation.prepare, [packsPerCase, casesPerPallet]),
    start: () => command(operation.start),
    stop: () => command(operation.stop),
    infeed: (open) => command(open ? operation.openInfeed : operation.shutInfeed),
    async verdict(trackingId, verdict, cause) {
      await on().write(verdictRegister(trackingId), printVerdict(trackingId, verdict, cause));
    },
    judgeContainer: (level, index, verdict) =>
      command(operation.judgeContainer, [levelCode[level], index, verdictCode[verdict]]),
    judgeLabel: (level, index, verdict) =>
      command(operation.judgeLabel, [levelCode[level], index, verdictCode[verdict]]),
    finish: (level) => command(operation.finish, [levelCode[level]]),
    counters: async () => parseHeader(await on().read(0, plcLimits.headerRegisters)).counters,
    async close() {
      ended.abort();
      connection++;
      pending?.fail(new Fault("ambiguous", "conveyor.closed", "the driver was closed"));
      await link.close();
    },
  };
}
