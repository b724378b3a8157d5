import { realClock } from "../../runtime/clock.real.ts";
import type { Log } from "../../runtime/machine.ts";
import { startPlc, type PlcSimulator } from "../modbus-plc/simulator.ts";
import { dice } from "../raster/random.ts";
import type { Address } from "../wire/address.ts";
import { beltPlaces, gatePlace, openBelt, type Belt, type BeltStation } from "./belt.ts";
import { conveyorBrain, type ConveyorBrain } from "./conveyor.ts";
import { faultBoard, type HallFaults } from "./faults.ts";
import { handheld, type Handheld } from "./handheld.ts";
import {
  startMachines,
  type DeviceName,
  type HallMachines,
  type MachineOptions,
  type PrinterName,
} from "./machines.ts";
import { mishaps, type Mishaps } from "./mishaps.ts";
import { openPacker, type PackCase, type Packer, type Pallet } from "./packer.ts";
import type { Pack } from "./pack.ts";
import { openedCase, photograph, skew } from "./pictures.ts";
import { startPitch } from "./pitch.ts";
import { usualSpoiling, type SpoilRates } from "./spoiling.ts";

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
  readonly packs: readonly { readonly place: number; readonly pack: Pack }[];
  readonly bin: readonly Pack[];
  readonly downstreamBin: readonly Pack[];
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
  /** Wherever it is now: on the belt, in a bin, being packed or in a case. */
  readonly findPack: (trackingId: number) => Pack | undefined;
  readonly stop: () => Promise<void>;
};

export async function startHall(options: HallOptions, log: Log): Promise<Hall> {
  const clock = realClock();
  const machines = await startMachines(options, clock);
  const hand = handheld(machines.decoder, options.seed);
  const gateDelayMs = options.gateDelayMs ?? hallLimits.gateDelayMs;
  let packsPerMinute = options.packsPerMinute;
  let downstreamBin: Pack[] = [];

  const spoiler = mishaps(options.seed, options.spoiling ?? usualSpoiling);
  const parts: HallParts = {
    seed: options.seed,
    machines,
    hand,
    spoiler,
    plc: () => plc,
    brain: () => brain,
    packer: () => packer,
  };
  const packer: Packer = openPacker({
    ...packerWires(parts),
    discarded(pack) {
      plc.count("downstreamRejected");
      downstreamBin.push(pack);
    },
  });
  const belt: Belt = openBelt(beltStation(parts), gatePlace(packsPerMinute, gateDelayMs));
  const pitch = startPitch(() => 60_000 / packsPerMinute, belt.step);
  const brain: ConveyorBrain = conveyorBrain(() => ({
    plc,
    belt,
    packer,
    motor: pitch.set,
    cleared() {
      spoiler.nextRun();
      downstreamBin = [];
    },
  }));
  // Another number at every power-on: a line that sees it change knows that the PLC's memory is gone.
  const bootId = (clock.now() ^ (process.pid << 16)) >>> 0;
  const plc: PlcSimulator = await startPlc({ host: options.host, port: options.ports?.conveyor ?? 0 }, bootId, brain);
  const stations = setInterval(() => {
    if (!brain.alarms().includes("e-stop")) packer.step();
  }, hallLimits.stationEveryMs);
  log.info("SIMULATED packaging hall is up", { seed: options.seed, packsPerMinute, gate: belt.gate() });

  return {
    addresses: { ...machines.addresses, conveyor: plc.address },
    faults: faultBoard({
      printers: machines.printers,
      plc,
      brain,
      belt,
      clock,
      orderCamera: machines.programs.order,
      swapNext: spoiler.swapNext,
    }),
    handheld: hand,
    view: () => ({
      running: brain.running(),
      packsPerMinute,
      camera: beltPlaces.camera,
      gate: belt.gate(),
      packs: belt.packs(),
      bin: brain.bin(),
      downstreamBin,
      packer,
      alarms: brain.alarms(),
      printers: printersView(machines),
    }),
    setPace(next) {
      packsPerMinute = next;
      belt.setGate(gatePlace(next, gateDelayMs));
    },
    emptyBin: () => brain.emptyBin().length,
    findPack: (trackingId) =>
      [
        ...belt.packs().map(({ pack }) => pack),
        ...packer.collecting(),
        ...packer.cases().flatMap((each) => each.items),
        ...brain.bin(),
        ...downstreamBin,
      ].find((pack) => pack.trackingId === trackingId),
    async stop() {
      clearInterval(stations);
      pitch.set(false);
      await plc.close();
      await machines.stop();
    },
  };
}

type HallParts = {
  readonly seed: number;
  readonly machines: HallMachines;
  readonly hand: Handheld;
  readonly spoiler: Mishaps;
  readonly plc: () => PlcSimulator;
  readonly brain: () => ConveyorBrain;
  readonly packer: () => Packer;
};

/** Head, camera and gate of the belt. */
function beltStation({ seed, machines, spoiler, plc, brain, packer }: HallParts): BeltStation {
  const { packPrinter } = machines.printers;
  return {
    mayEnter() {
      // Data Ready is wired to the PLC: no pack goes under a head that has nothing to print.
      const held = !packPrinter.dataReady() || packer().blocked();
      plc().setState("infeedHeld", held);
      return !held;
    },
    atHead(pack, before) {
      plc().count("infeed");
      plc().setLastTrackingId(pack.trackingId);
      pack.panel = packPrinter.startPrint();
      plc().push({ type: "print-go", trackingId: pack.trackingId });
      spoiler.atHead(pack, before);
    },
    atCamera(pack) {
      plc().count("triggers");
      machines.lenses.packReader.expose(
        pack.trackingId,
        photograph(pack.panel, skew.pack, dice(seed, spoiler.run(), pack.trackingId, 5)),
      );
    },
    atGate: (pack) => brain().gate(pack),
    missingAtGate: (trackingId) => brain().missing(trackingId),
  };
}

/** What leaves packer and label stations as events and as light. */
function packerWires({ seed, machines, hand, spoiler, plc }: HallParts) {
  const { lenses } = machines;
  return {
    casePrinter: machines.printers.casePrinter,
    palletPrinter: machines.printers.palletPrinter,
    present(container: PackCase | Pallet) {
      plc().push({
        type: "container-full",
        level: container.level,
        index: container.index,
        count: container.items.length,
      });
      if (container.level === "pallet" || container.items.length === 0) return;
      const packs = (container as PackCase).items;
      for (const pack of packs) spoiler.inPacker(pack);
      const roll = dice(seed, spoiler.run(), container.index, container.presented, 6);
      lenses.caseContentReader.expose(container.index, photograph(openedCase(packs), skew.case, roll, 8));
    },
    labelPrinted: spoiler.atLabel,
    labelApplied(container: PackCase | Pallet) {
      plc().push({ type: "label-applied", level: container.level, index: container.index });
      const roll = dice(
        seed,
        spoiler.run(),
        container.index,
        container.labelsTried,
        container.level === "case" ? 8 : 9,
      );
      const lens = container.level === "case" ? lenses.caseLabelReader : lenses.palletLabelReader;
      if (container.label) lens.expose(container.index, photograph(container.label, skew.label, roll));
    },
    closed: (container: PackCase | Pallet) => plc().count(container.level === "case" ? "cases" : "pallets"),
    async unreadable(packs: readonly Pack[]) {
      const reads = await Promise.all(packs.map((pack) => hand.scan(pack.panel, "gs1-datamatrix")));
      return packs.filter((_, i) => reads[i] === undefined);
    },
  };
}

function printersView({ printers }: HallMachines): HallView["printers"] {
  const one = (name: PrinterName) => ({
    queue: printers[name].queueDepth(),
    labels: printers[name].labelCount(),
    faults: [...printers[name].faults],
  });
  return { packPrinter: one("packPrinter"), casePrinter: one("casePrinter"), palletPrinter: one("palletPrinter") };
}
