import type { DeviceEvent, LineDevices, OpenDevices, Printer, PrintRecord } from "../../contract/device-port.ts";
import { start as startLine } from "../../l2-line/start.ts";
import type { Machine } from "../../runtime/machine.ts";
import { deviceNames, lineModel, type LineModel } from "../../../test/simulation/line-devices.ts";
import { openModel } from "../../../test/simulation/line-model-port.ts";
import type { Started } from "./instance.ts";
import { type Life, never } from "./life.ts";
import type { SimClock } from "./sim-clock.ts";
import type { Chance } from "./sim-random.ts";

/** Stand between a line and its devices: how a guard of the line is taken out. */
export type LineHooks = {
  readonly devices?: (devices: LineDevices) => LineDevices;
  readonly event?: (event: DeviceEvent) => DeviceEvent;
  /** Share of labels that repeat the one before, 0..1. */
  readonly repeatedLabels?: number;
};

/** One packaging line's machines in memory, and the process that drives them. */
export type SimLine = {
  readonly model: LineModel;
  start(config: Readonly<Record<string, unknown>>, machine: Machine, life: Life, options: object): Promise<Started>;
  /** The belt moves while somebody works here; an idle hall takes no events. */
  setWorking(on: boolean): void;
};

const pitchMs = 50;
/** Share of labels on which the printer repeats the one before, as some do after their ribbon was changed. */
const repeatedLabelShare = 0.06;

export function simLine(chance: Chance, clock: SimClock, hooks: LineHooks = {}): SimLine {
  const model = lineModel({ seed: chance.between(0, 2 ** 31) });
  let pump: (() => void) | undefined;
  let working = false;
  let moving = false;
  const move = () => {
    if (!working) {
      moving = false;
      return;
    }
    // Nobody listens while the line's process is down, and the belt knows nothing of that.
    if (pump) pump();
    else model.step();
    clock.after(pitchMs, move);
  };
  return {
    model,
    async start(config, machine, life, options) {
      const { open, pump: ownPump } = openModel(model);
      life.onDeath(() => {
        pump = undefined;
        for (const name of deviceNames) model.cut(name);
      });
      const openDevices: OpenDevices = async (emit) => {
        if (life.dead) return never();
        // A new process connects anew: what was cut by the death of the last one is there again.
        for (const name of deviceNames) model.restore(name);
        const heard = (event: DeviceEvent) => life.dead || emit(hooks.event ? hooks.event(event) : event);
        const devices = forgetful(await open(heard), chance, hooks.repeatedLabels ?? repeatedLabelShare);
        pump = ownPump;
        return mortal(hooks.devices ? hooks.devices(devices) : devices, life);
      };
      await startLine(config as never, machine, openDevices, options);
      return {};
    },
    setWorking(on) {
      working = on;
      if (!on || moving) return;
      moving = true;
      clock.after(pitchMs, move);
    },
  };
}

/** Label printers that now and then print their last label once more. */
function forgetful(devices: LineDevices, chance: Chance, share: number): LineDevices {
  const repeating = (printer: Printer): Printer => {
    let last: PrintRecord | undefined;
    return {
      ...printer,
      print(record) {
        const printed = last && chance.happens(share) ? { ...last, seq: record.seq } : record;
        last = record;
        return printer.print(printed);
      },
    };
  };
  return { ...devices, casePrinter: repeating(devices.casePrinter), palletPrinter: repeating(devices.palletPrinter) };
}

/** What a dead process asks of a device never reaches it. */
function mortal(devices: LineDevices, life: Life): LineDevices {
  const wrapped = Object.entries(devices).map(([name, device]) => [
    name,
    new Proxy(device, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => (life.dead ? never() : Reflect.apply(value, target, args));
      },
    }),
  ]);
  return Object.fromEntries(wrapped) as LineDevices;
}
