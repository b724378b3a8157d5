import type { ContainerLevel, Verdict } from "../../contract/device-port.ts";
import {
  commandResult,
  levelOf,
  operation,
  verdictOf,
  type AlarmCode,
  type PlcCommand,
} from "../modbus-plc/registers.ts";
import type { RegisterFile } from "../modbus-plc/register-file.ts";
import type { PlcMachine } from "../modbus-plc/simulator.ts";
import type { Belt } from "./belt.ts";
import type { Pack } from "./pack.ts";
import type { Packer } from "./packer.ts";
import { packsOf, type World } from "./world.ts";

/*
 * The brain of the SIMULATED PLC: motor, infeed, gate and monitors. The fail-safe is one rule: a pack that has no
 * accept in its own slot when it reaches the gate is rejected.
 */

export const conveyorLimits = { binMax: 5_000 } as const;

export type ConveyorParts = {
  readonly plc: RegisterFile;
  readonly belt: Belt;
  readonly packer: Packer;
  /** The motor was switched; true is on. */
  readonly motor: (on: boolean) => void;
  /** A new run: everything is taken off belt, tables and out of the bin. */
  readonly cleared: () => void;
};

export type ConveyorBrain = PlcMachine & {
  readonly gate: (pack: Readonly<Pack>) => boolean;
  readonly missing: (trackingId: number) => void;
  readonly running: () => boolean;
  readonly bin: () => readonly Readonly<Pack>[];
  /** Answers how many packs were in it. */
  readonly emptyBin: () => number;
  readonly emergencyStop: (active: boolean) => void;
  /** The next pack that should fall does not: what the reject-confirm sensor is for. */
  readonly jamRejector: () => void;
  readonly alarms: () => readonly AlarmCode[];
  /** Switched on with what it kept: the belt stands, the infeed is shut, what stands in the zone is not known. */
  readonly powerOn: () => void;
};

export function conveyorBrain(world: World, { plc, belt, packer, motor, cleared }: ConveyorParts): ConveyorBrain {
  const { bin, conveyor, packs } = world;
  const alarms = () => conveyor.now().alarms;
  let running = false;

  const alarm = (code: AlarmCode, active: boolean) => {
    if (alarms().includes(code) === active) return;
    conveyor.edit().alarms = active ? [...alarms(), code] : alarms().filter((other) => other !== code);
    plc.push({ type: "alarm", code, active });
    showAlarms();
    if (active) run(false);
  };
  const showAlarms = () => {
    plc.setState("alarm", alarms().length > 0);
    plc.setState("emergencyStop", alarms().includes("e-stop"));
  };
  const run = (on: boolean) => {
    if (running === on) return;
    running = on;
    plc.setState("running", on);
    plc.push({ type: "running", running: on });
    motor(on);
  };
  const infeed = (open: boolean) => {
    belt.setInfeed(open);
    plc.setState("infeedOpen", open);
    if (open) packer.resume();
  };
  const forgetZone = () => {
    for (const { pack } of belt.packs()) packs.edit(pack.trackingId).unknownToLine = true;
  };
  /** Starting clears what a person or a new start has mended; the rest refuses it. */
  const start = (): number => {
    if (alarms().includes("e-stop")) return commandResult.emergencyStop;
    for (const code of ["gap", "reject-unconfirmed"] as const) alarm(code, false);
    if (bin.size() < conveyorLimits.binMax) alarm("bin-full", false);
    if (alarms().length > 0) return commandResult.alarm;
    run(true);
    return commandResult.done;
  };
  const prepare = (packsPerCase: number, casesPerPallet: number): number => {
    if (running) return commandResult.running;
    if (packsPerCase < 1 || casesPerPallet < 1) return commandResult.badArgument;
    belt.clear();
    packer.prepare(packsPerCase, casesPerPallet);
    plc.clearCounters();
    plc.clearVerdicts();
    bin.clear();
    infeed(false);
    cleared();
    return commandResult.done;
  };
  const judge = (
    what: "container" | "label",
    [levelNumber = 0, index = 0, verdictNumber = 0]: readonly number[],
  ): number => {
    const level: ContainerLevel | undefined = levelOf(levelNumber);
    const verdict: Verdict | undefined = verdictOf(verdictNumber);
    if (!level || !verdict) return commandResult.badArgument;
    const known =
      what === "container" ? packer.judgeContainer(level, index, verdict) : packer.judgeLabel(level, index, verdict);
    return known ? commandResult.done : commandResult.unknownContainer;
  };
  const finish = ([levelNumber = 0]: readonly number[]): number => {
    const level = levelOf(levelNumber);
    if (!level) return commandResult.badArgument;
    packer.finish(level);
    return commandResult.done;
  };

  return {
    command({ operation: code, arguments: values }: PlcCommand) {
      switch (code) {
        case operation.prepare:
          return prepare(values[0] ?? 0, values[1] ?? 0);
        case operation.start:
          return start();
        case operation.stop:
          run(false);
          return commandResult.done;
        case operation.openInfeed:
        case operation.shutInfeed:
          infeed(code === operation.openInfeed);
          return commandResult.done;
        case operation.judgeContainer:
          return judge("container", values);
        case operation.judgeLabel:
          return judge("label", values);
        case operation.finish:
          return finish(values);
        case operation.hello:
          return commandResult.done;
        default:
          return commandResult.unknownOperation;
      }
    },
    heartbeat(alive) {
      if (!alive) forgetZone();
      alarm("heartbeat", !alive);
    },
    newSession() {
      run(false);
      infeed(false);
      forgetZone();
      for (const code of alarms()) plc.push({ type: "alarm", code, active: true });
      packer.announce();
    },
    gate(pack) {
      const verdict = pack.unknownToLine ? "reject" : plc.verdict(pack.trackingId);
      if (verdict === "accept") {
        plc.count("accepted");
        plc.push({ type: "gate", trackingId: pack.trackingId, outcome: "accepted", late: false });
        packer.accept(pack.trackingId);
        return true;
      }
      if (conveyor.now().jammed) {
        conveyor.edit().jammed = false;
        alarm("reject-unconfirmed", true);
        return false;
      }
      bin.push(pack.trackingId);
      plc.count("rejected");
      plc.count("bin");
      plc.push({ type: "gate", trackingId: pack.trackingId, outcome: "rejected", late: verdict === undefined });
      if (bin.size() >= conveyorLimits.binMax) alarm("bin-full", true);
      return true;
    },
    missing() {
      // No gate event: nobody saw where it went. Packs pass in order, so the line knows which one is missing.
      alarm("gap", true);
    },
    running: () => running,
    bin: () => packsOf(world, bin.rows()),
    emptyBin() {
      const emptied = bin.rows();
      for (const trackingId of emptied) packs.remove(trackingId);
      bin.clear();
      return emptied.length;
    },
    emergencyStop: (active) => alarm("e-stop", active),
    jamRejector() {
      conveyor.edit().jammed = true;
    },
    alarms,
    powerOn() {
      plc.setState("running", false);
      plc.setState("infeedHeld", false);
      belt.setInfeed(false);
      plc.setState("infeedOpen", false);
      forgetZone();
      showAlarms();
    },
  };
}
