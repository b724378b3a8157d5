import { join } from "node:path";
import { realClock } from "../../runtime/clock.real.ts";
import type { Clock, Log } from "../../runtime/machine.ts";
import { doubleAt, register, words } from "../modbus-plc/registers.ts";
import { startPlc } from "../modbus-plc/simulator.ts";
import type { Address } from "../wire/address.ts";
import { beltPlaces, gatePlace } from "./belt.ts";
import { faultBoard, type HallFaults } from "./faults.ts";
import { openFloor, type Floor } from "./floor.ts";
import { handheld, type Handheld } from "./handheld.ts";
import {
  startMachines,
  type DeviceName,
  type HallMachines,
  type MachineOptions,
  type PrinterName,
} from "./machines.ts";
import type { Packer } from "./packer.ts";
import type { Pack } from "./pack.ts";
import { startPitch } from "./pitch.ts";
import { pictureOf } from "./print.ts";
import { usualSpoiling, type SpoilRates } from "./spoiling.ts";
import { openSteps, type Steps } from "./steps.ts";
import { packsOf, type World } from "./world.ts";
import { openWorld } from "./world.store.ts";

/*
 * SIMULATED packaging hall: one line's machines, each speaking its own protocol over TCP, with the physics between
 * them: cartons on a belt, prints on cartons, light from cartons into cameras.
 */

export type HallOptions = MachineOptions & {
  readonly seed: number;
  readonly packsPerMinute: number;
  /** How long a pack takes from the camera to the gate, at least; a verdict after that is too late. */
  readonly gateDelayMs?: number;
  readonly spoiling?: SpoilRates;
};

export const hallLimits = { gateDelayMs: 700, stationEveryMs: 20 } as const;

export type HallView = {
  readonly running: boolean;
  readonly packsPerMinute: number;
  readonly camera: number;
  readonly gate: number;
  readonly packs: readonly { readonly place: number; readonly pack: Readonly<Pack> }[];
  readonly bin: readonly Readonly<Pack>[];
  readonly downstreamBin: readonly Readonly<Pack>[];
  readonly packer: Packer;
  readonly alarms: readonly string[];
  readonly printers: Readonly<
    Record<PrinterName, { readonly queue: number; readonly labels: number; readonly faults: readonly string[] }>
  >;
};

export type Hall = {
  readonly addresses: Readonly<Record<DeviceName, Address>>;
  readonly faults: HallFaults;
  readonly handheld: Handheld;
  readonly view: () => HallView;
  readonly setPace: (packsPerMinute: number) => void;
  /** Counts and takes away what the gate rejected. */
  readonly emptyBin: () => number;
  /** Takes one pack out of a case that is not closed; undefined when there is none. */
  readonly removeFromCase: (index: number, position: number) => Readonly<Pack> | undefined;
  /** Those of these tracking ids that are anywhere in the hall. */
  readonly findPacks: (trackingIds: readonly number[]) => readonly Readonly<Pack>[];
  readonly stop: () => Promise<void>;
};

/** With a `dataDir` that holds a hall, its machines are switched on again around the same things. */
export async function startHall(options: HallOptions, log: Log): Promise<Hall> {
  const clock = realClock();
  const store = openWorld(options.dataDir === undefined ? ":memory:" : join(options.dataDir, "hall.sqlite"));
  const { world } = store;
  const steps = openSteps(store.save);
  const machines = await startMachines(options, clock, world, steps.tell);
  const hand = handheld(machines.decoder, options.seed);
  const gateDelayMs = options.gateDelayMs ?? hallLimits.gateDelayMs;
  let packsPerMinute = options.packsPerMinute;

  const pitch = startPitch(
    () => 60_000 / packsPerMinute,
    () => steps.step(floor.belt.step),
  );
  const floor: Floor = openFloor(world, {
    ...wires(world, machines, steps, hand, log),
    seed: options.seed,
    spoiling: options.spoiling ?? usualSpoiling,
    gate: gatePlace(packsPerMinute, gateDelayMs),
    motor: pitch.set,
  });
  const { belt, brain, packer } = floor;
  const bootId = nextBootId(world, clock);
  // Saved before anybody can read it: no line may meet the same boot id after two power-ons.
  steps.step(() => {
    world.registers.set(words(bootId), register.bootId);
    brain.powerOn();
    packer.powerOn();
  });
  const plc = await startPlc({ host: options.host, port: options.ports?.conveyor ?? 0 }, bootId, brain, {
    registers: world.registers,
    step: steps.step,
  });
  const stations = setInterval(() => {
    if (!brain.alarms().includes("e-stop")) steps.step(packer.step);
  }, hallLimits.stationEveryMs);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    clearInterval(stations);
    pitch.set(false);
    await plc.close();
    await machines.stop();
    store.close();
  };
  log.info("SIMULATED packaging hall is up", {
    seed: options.seed,
    packsPerMinute,
    gate: belt.gate(),
    switchedOnAgain: store.found,
    packs: world.packs.size(),
  });

  return {
    addresses: { ...machines.addresses, conveyor: plc.address },
    faults: faultBoard({
      printers: machines.printers,
      plc,
      brain,
      belt,
      clock,
      orderCamera: machines.programs.order,
      swapNext: floor.spoiler.swapNext,
      step: steps.step,
    }),
    handheld: hand,
    view: () => ({
      running: brain.running(),
      packsPerMinute,
      camera: beltPlaces.camera,
      gate: belt.gate(),
      packs: belt.packs(),
      bin: brain.bin(),
      downstreamBin: packsOf(world, world.downstreamBin.rows()),
      packer,
      alarms: brain.alarms(),
      printers: printersView(machines),
    }),
    setPace(next) {
      packsPerMinute = next;
      belt.setGate(gatePlace(next, gateDelayMs));
    },
    emptyBin: () => steps.step(brain.emptyBin),
    removeFromCase: (index, position) => steps.step(() => packer.removeFromCase(index, position)),
    findPacks: (trackingIds) => packsOf(world, trackingIds),
    stop: () => (stopped ??= stop()),
  };
}

/** Another number at every power-on: a line that sees it change knows that the PLC was off. */
function nextBootId({ registers }: World, clock: Clock): number {
  const last = doubleAt(registers, register.bootId);
  return last === 0 ? (clock.now() ^ (process.pid << 16)) >>> 0 : (last + 1) >>> 0;
}

/** What ties the floor to machines with sockets: light to cameras, the hand scanner of the rework table. */
function wires(world: World, { printers, lenses }: HallMachines, steps: Steps, hand: Handheld, log: Log) {
  const { expose, inspect }: Pick<Parameters<typeof openFloor>[1], "expose" | "inspect"> = {
    expose(camera, triggerId, picture) {
      world.triggers.edit()[camera]++;
      steps.tell(() => lenses[camera].expose(triggerId, picture()));
    },
    inspect(packs, found) {
      const look = async () => {
        const reads = await Promise.all(packs.map(({ print }) => hand.scan(pictureOf(print), "gs1-datamatrix")));
        const unreadable = packs.filter((_, i) => reads[i] === undefined).map(({ trackingId }) => trackingId);
        steps.step(() => found(unreadable));
      };
      look().catch((error: unknown) => log.error("the rework table stands", { error }));
    },
  };
  return { printers, expose, inspect };
}

function printersView({ printers }: HallMachines): HallView["printers"] {
  const one = (name: PrinterName) => ({
    queue: printers[name].queueDepth(),
    labels: printers[name].labelCount(),
    faults: printers[name].faults(),
  });
  return { packPrinter: one("packPrinter"), casePrinter: one("casePrinter"), palletPrinter: one("palletPrinter") };
}
