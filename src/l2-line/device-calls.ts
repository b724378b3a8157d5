import type { LineDevices } from "../contract/device-port.ts";
import { RefusalError } from "../kernel/base/result.ts";
import { isFault } from "../runtime/fault.ts";
import type {
  DeviceAction,
  DeviceName,
  FinalCounters,
  Input,
  Printed,
  Procedure,
  ProcedureResult,
} from "./run/line.ts";

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Heard = (input: Without<Input, "at">) => void;

/** Does what was decided. Never waits: what the devices answer comes back as an input. */
export function perform(devices: LineDevices, action: DeviceAction, heard: Heard): void {
  const { conveyor } = devices;
  const quietly = (device: DeviceName, call: Promise<void>) => {
    call.catch((error: unknown) => heard({ type: "action-failed", device, detail: problem(error).detail }));
  };
  switch (action.type) {
    case "print": {
      const { device, record } = action;
      devices[device].print(record).then(
        () => heard({ type: "print-taken", device, seq: record.seq }),
        (error: unknown) => heard({ type: "print-failed", device, seq: record.seq, detail: problem(error).detail }),
      );
      return;
    }
    case "verdict":
      return quietly("conveyor", conveyor.verdict(action.trackingId, action.verdict, action.cause));
    case "infeed":
      return quietly("conveyor", conveyor.infeed(action.open));
    case "judge-container":
      return judged(conveyor.judgeContainer(action.level, action.index, action.verdict), heard);
    case "judge-label":
      return judged(conveyor.judgeLabel(action.level, action.index, action.verdict), heard);
    case "finish":
      return quietly("conveyor", conveyor.finish(action.level));
    case "read-counters":
      conveyor.counters().then(
        (counters) => heard({ type: "counters", counters }),
        () => heard({ type: "counters", counters: null }),
      );
      return;
    default:
      return void run(devices, action, heard);
  }
}

/** A container that the conveyor does not know as waiting has been judged before: told again after a lost link. */
function judged(call: Promise<void>, heard: Heard): void {
  call.catch((error: unknown) => {
    if (error instanceof RefusalError && error.refusal.code === "device.unknown-container") return;
    heard({ type: "action-failed", device: "conveyor", detail: problem(error).detail });
  });
}

type Steps = Extract<DeviceAction, { readonly epoch: number }>;

async function run(devices: LineDevices, action: Steps, heard: Heard): Promise<void> {
  const { epoch } = action;
  const name: Procedure = action.type;
  try {
    heard({ type: "done", epoch, result: await steps(devices, action) });
  } catch (error) {
    heard({ type: "failed", epoch, name, ...problem(error) });
  }
}

async function steps(devices: LineDevices, action: Steps): Promise<ProcedureResult> {
  const { conveyor } = devices;
  switch (action.type) {
    case "start-belt":
      await conveyor.start();
      return { name: "start-belt" };
    case "stop-belt":
      await conveyor.stop();
      return { name: "stop-belt" };
    case "prepare":
      await conveyor.stop();
      await conveyor.prepare(action.pattern);
      await Promise.all(
        (["packReader", "caseContentReader", "caseLabelReader", "palletLabelReader"] as const).map((name) =>
          devices[name].loadJob(action.jobs[name]),
        ),
      );
      await flush(devices);
      return { name: "prepare", printed: await printed(devices) };
    case "recover":
      await conveyor.stop();
      await flush(devices);
      return { name: "recover", printed: await printed(devices), conveyor: await conveyor.counters() };
    case "final-counters":
      await conveyor.stop();
      await flush(devices);
      return { name: "final-counters", ...(await finalCounters(devices)) };
  }
}

async function flush(devices: LineDevices): Promise<void> {
  await Promise.all([devices.packPrinter.flush(), devices.casePrinter.flush(), devices.palletPrinter.flush()]);
}

async function printed(devices: LineDevices): Promise<Printed> {
  const [pack, packCase, pallet] = await Promise.all([
    devices.packPrinter.printCount(),
    devices.casePrinter.printCount(),
    devices.palletPrinter.printCount(),
  ]);
  return { pack, case: packCase, pallet };
}

async function finalCounters(devices: LineDevices): Promise<FinalCounters> {
  const [pack, caseContent, caseLabel, palletLabel] = await Promise.all([
    devices.packReader.triggerCount(),
    devices.caseContentReader.triggerCount(),
    devices.caseLabelReader.triggerCount(),
    devices.palletLabelReader.triggerCount(),
  ]);
  return {
    printed: await printed(devices),
    pictures: { pack, caseContent, caseLabel, palletLabel },
    conveyor: await devices.conveyor.counters(),
  };
}

function problem(error: unknown): { readonly code: string; readonly detail: string } {
  const detail = error instanceof Error ? error.message : String(error);
  if (isFault(error)) return { code: error.code, detail };
  return { code: error instanceof RefusalError ? error.refusal.code : "device.unexpected", detail };
}
