import { registerFile, type RegisterFile } from "../modbus-plc/register-file.ts";
import type { Picture } from "../raster/picture.ts";
import { dice } from "../raster/random.ts";
import { openBelt, type Belt, type BeltStation } from "./belt.ts";
import type { Container, LabelPrinter } from "./containers.ts";
import { conveyorBrain, type ConveyorBrain } from "./conveyor.ts";
import type { CameraName, PrinterName } from "./machines.ts";
import { mishaps, type Mishaps } from "./mishaps.ts";
import { openPacker, type Packer, type PackerWires } from "./packer.ts";
import { openedCase, photograph, skew } from "./pictures.ts";
import { pictureOf, printOf } from "./print.ts";
import type { SpoilRates } from "./spoiling.ts";
import { packsOf, type World } from "./world.ts";

/*
 * The physics of the SIMULATED hall: what belt, head, gate, packer and label stations do to the world. Synchronous;
 * knows no socket and no clock.
 */

export type FloorOptions = {
  readonly seed: number;
  readonly spoiling: SpoilRates;
  /** Places from the head to the gate. */
  readonly gate: number;
  readonly printers: Readonly<Record<PrinterName, LabelPrinter>>;
  /** Light into a camera; the picture is taken when it leaves the hall. */
  readonly expose: (camera: CameraName, triggerId: number, picture: () => Picture) => void;
  readonly inspect: PackerWires["inspect"];
  /** The motor was switched; true is on. */
  readonly motor: (on: boolean) => void;
};

export type Floor = {
  readonly belt: Belt;
  readonly packer: Packer;
  readonly brain: ConveyorBrain;
  readonly spoiler: Mishaps;
};

type Parts = FloorOptions & {
  readonly world: World;
  readonly plc: RegisterFile;
  readonly spoiler: Mishaps;
  readonly brain: () => ConveyorBrain;
  readonly packer: () => Packer;
};

export function openFloor(world: World, options: FloorOptions): Floor {
  const plc = registerFile(world.registers);
  const spoiler = mishaps(world, options.seed, options.spoiling);
  const parts: Parts = { ...options, world, plc, spoiler, brain: () => brain, packer: () => packer };
  const packer: Packer = openPacker(world, packerWires(parts));
  const belt: Belt = openBelt(world, beltStation(parts), options.gate);
  const brain: ConveyorBrain = conveyorBrain(world, {
    plc,
    belt,
    packer,
    motor: options.motor,
    cleared() {
      spoiler.nextRun();
      world.downstreamBin.clear();
      world.packs.clear();
    },
  });
  return { belt, packer, brain, spoiler };
}

/** Head, camera and gate of the belt. */
function beltStation({ seed, world, printers, expose, spoiler, plc, brain, packer }: Parts): BeltStation {
  const { packPrinter } = printers;
  return {
    mayEnter() {
      // Data Ready is wired to the PLC: no pack goes under a head that has nothing to print.
      const held = !packPrinter.dataReady() || packer().blocked();
      plc.setState("infeedHeld", held);
      return !held;
    },
    atHead(pack, before) {
      plc.count("infeed");
      plc.setLastTrackingId(pack.trackingId);
      world.packs.edit(pack.trackingId).print = printOf(packPrinter.startPrint());
      plc.push({ type: "print-go", trackingId: pack.trackingId });
      spoiler.atHead(pack, before);
    },
    atCamera({ trackingId, print }) {
      plc.count("triggers");
      const roll = dice(seed, spoiler.run(), trackingId, 5);
      expose("packReader", trackingId, () => photograph(pictureOf(print), skew.pack, roll));
    },
    atGate: (pack) => brain().gate(pack),
    missingAtGate: (trackingId) => brain().missing(trackingId),
  };
}

/** What leaves packer and label stations as events and as light. */
function packerWires({ seed, world, printers, expose, inspect, spoiler, plc }: Parts): PackerWires {
  return {
    casePrinter: printers.casePrinter,
    palletPrinter: printers.palletPrinter,
    inspect,
    present({ level, index, items, presented }) {
      plc.push({ type: "container-full", level, index, count: items.length });
      if (level === "pallet" || items.length === 0) return;
      for (const pack of packsOf(world, items)) spoiler.inPacker(pack);
      const prints = packsOf(world, items).map(({ print }) => print);
      const roll = dice(seed, spoiler.run(), index, presented, 6);
      expose("caseContentReader", index, () => photograph(openedCase(prints), skew.case, roll, 8));
    },
    labelPrinted: spoiler.atLabel,
    labelApplied({ level, index, label, labelsTried }: Readonly<Container>) {
      plc.push({ type: "label-applied", level, index });
      if (!label) return;
      const roll = dice(seed, spoiler.run(), index, labelsTried, level === "case" ? 8 : 9);
      expose(level === "case" ? "caseLabelReader" : "palletLabelReader", index, () =>
        photograph(pictureOf(label), skew.label, roll),
      );
    },
    closed: ({ level }) => plc.count(level === "case" ? "cases" : "pallets"),
    discarded(trackingId) {
      plc.count("downstreamRejected");
      world.downstreamBin.push(trackingId);
    },
  };
}
