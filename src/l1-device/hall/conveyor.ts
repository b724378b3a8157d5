import type { ContainerLevel, Verdict } from "../../contract/device-port.ts";
import {
  commandResult,
  levelOf,
  operation,
  verdictOf,
  type AlarmCode,
  type PlcCommand,
} from "../modbus-plc/registers.ts";
import type { PlcMachine, PlcSimulator } from "../modbus-plc/simulator.ts";
import type { Belt } from "./belt.ts";
import type { Pack } from "./pack.ts";
import type { Packer } from "./packer.ts";

/*
 * The brain of the SIMULATED PLC: motor, infeed, gate and monitors. The fail-safe is one rule: a pack that has no
 * accept in its own slot when it reaches the gate is rejected.
 */

export const conveyorLimits = { binMax: 5_000 } as const;

export type ConveyorParts = {
  readonly plc: PlcSimulator;
  readonly belt: Belt;
  readonly packer: Packer;
  /** The motor was switched; true is on. */
  readonly motor: (on: boolean) => void;
  /** A new run: everything is taken off belt, tables and out of the bin. */
  readonly cleared: () => void;
};

export type ConveyorBrain = PlcMachine & {
  readonly gate: (pack: Pack) => boolean;
  readonly missing: (trackingId: number) => void;
  readonly running: () => boolean;
  readonly bin: () => readonly Pack[];
  readonly emptyBin: () => readonly Pack[];
  readonly emergencyStop: (active: boolean) => void;
  /** The next pack that should fall does not: what the reject-confirm sensor is for. */
  readonly jamRejector: () => void;
  readonly alarms: () => readonly AlarmCode[];
};

export function conveyorBrain(parts: () => ConveyorParts): ConveyorBrain {
  const alarms = new Set<AlarmCode>();
  let running = false;
  let bin: Pack[] = [];
  let jammed = false;

  const alarm = (code: AlarmCode, active: boolean) => {
    if (alarms.has(code) === active) return;
    if (active) alarms.add(code);
    else alarms.delete(code);
    parts().plc.push({ type: "alarm", code, active });
    parts().plc.setState("alarm", alarms.size > 0);
    parts().plc.setState("emergencyStop", alarms.has("e-stop"));
    if (active) run(false);
  };
  const run = (on: boolean) => {
    if (running === on) return;
    running = on;
    const { plc, motor } = parts();
    plc.setState("running", on);
    plc.push({ type: "running", running: on });
    motor(on);
  };
  const infeed = (open: boolean) => {
    parts().belt.setInfeed(open);
    parts().plc.setState("infeedOpen", open);
    if (open) parts().packer.resume();
  };
  const forgetZone = () => {
    for (const { pack } of parts().belt.packs()) pack.unknownToLine = true;
  };
  /** Starting clears what a person or a new start has mended; the rest refuses it. */
  const start = (): number => {
    if (alarms.has("e-stop")) return commandResult.emergencyStop;
    for (const code of ["gap", "reject-unconfirmed"] as const) alarm(code, false);
    if (bin.length < conveyorLimits.binMax) alarm("bin-full", false);
    if (alarms.size > 0) return commandResult.alarm;
    run(true);
    return commandResult.done;
  };
  const prepare = (packsPerCase: number, casesPerPallet: number): number => {
    if (running) return commandResult.running;
    if (packsPerCase < 1 || casesPerPallet < 1) return commandResult.badArgument;
    const { plc, belt, packer, cleared } = parts();
    belt.clear();
    packer.prepare(packsPerCase, casesPerPallet);
    plc.clearCounters();
    plc.clearVerdicts();
    bin = [];
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
    const { packer } = parts();
    const known =
      what === "container" ? packer.judgeContainer(level, index, verdict) : packer.judgeLabel(level, index, verdict);
    return known ? commandResult.done : commandResult.unknownContainer;
  };
  const finish = ([levelNumber = 0]: readonly number[]): number => {
    const level = levelOf(levelNumber);
    if (!level) return commandResult.badArgument;
    parts().packer.finish(level);
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
      for (const code of alarms) parts().plc.push({ type: "alarm", code, active: true });
      parts().packer.announce();
    },
    gate(pack) {
      const { plc, packer } = parts();
      const verdict = pack.unknownToLine ? "reject" : plc.verdict(pack.trackingId);
      if (verdict === "accept") {
        plc.count("accepted");
        plc.push({ type: "gate", trackingId: pack.trackingId, outcome: "accepted", late: false });
        packer.accept(pack);
        return true;
      }
      if (jammed) {
        jammed = false;
        alarm("reject-unconfirmed", true);
        return false;
      }
      bin.push(pack);
      plc.count("rejected");
      plc.count("bin");
      plc.push({ type: "gate", trackingId: pack.trackingId, outcome: "rejected", late: verdict === undefined });
      if (bin.length >= conveyorLimits.binMax) alarm("bin-full", true);
      return true;
    },
    missing() {
      // No gate event: nobody saw where it went. Packs pass in order, so the line knows which one is missing.
      alarm("gap", true);
    },
    running: () => running,
    bin: () => bin,
    emptyBin() {
      const emptied = bin;
      bin = [];
      return emptied;
    },
    emergencyStop: (active) => alarm("e-stop", active),
    jamRejector() {
      jammed = true;
    },
    alarms: () => [...alarms],
  };
}
