import type { DeviceEvent, LineDevices, OpenDevices } from "../../contract/device-port.ts";
import { start as startLine } from "../../l2-line/start.ts";
import type { Machine } from "../../runtime/machine.ts";
import { deviceNames, lineModel, openModel, type LineModel } from "../../../test/simulation/line-devices.ts";
import type { Started } from "./instance.ts";
import { type Life, never } from "./life.ts";
import type { SimClock } from "./sim-clock.ts";
import type { Chance } from "./sim-random.ts";

/** Takes the place of a device: how a guard of the line is taken out. */
export type AroundDevices = (devices: LineDevices) => LineDevices;

/** One packaging line's machines in memory, and the process that drives them. */
export type SimLine = {
  readonly model: LineModel;
  start(config: Readonly<Record<string, unknown>>, machine: Machine, life: Life, options: object): Promise<Started>;
  /** The belt moves while somebody works here; an idle hall takes no events. */
  setWorking(on: boolean): void;
};

const pitchMs = 50;

export function simLine(chance: Chance, clock: SimClock, around: AroundDevices | undefined): SimLine {
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
        const devices = await open((event: DeviceEvent) => life.dead || emit(event));
        pump = ownPump;
        return mortal(around ? around(devices) : devices, life);
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
