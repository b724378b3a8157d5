import type { ContainerLevel } from "../../contract/device-port.ts";
import { newCell, newShelf, type Cell, type Shelf } from "../shelf.ts";
import { plcLimits, type AlarmCode } from "../modbus-plc/registers.ts";
import { newPrinterMemory, type PrinterMemory } from "../zebra/simulator.ts";
import type { Container } from "./containers.ts";
import type { CameraName, PrinterName } from "./machines.ts";
import type { Pack } from "./pack.ts";

/** A place on the belt; `present` is false when somebody took the pack away. */
export type BeltPlace = { readonly trackingId: number; present: boolean };

export type BeltState = {
  /** From the head on. */
  readonly places: (BeltPlace | null)[];
  infeedOpen: boolean;
  lastTrackingId: number;
};

export type PackerState = {
  /** How often it was prepared. */
  run: number;
  packsPerCase: number;
  casesPerPallet: number;
  finishing: boolean;
  /** Tracking ids, the oldest first. */
  collecting: readonly number[];
  /** Indexes of cases. */
  stacking: readonly number[];
  /** Indexes of containers that wait for their label, first come first. */
  readonly labelling: Record<ContainerLevel, readonly number[]>;
};

export type ConveyorState = {
  alarms: readonly AlarmCode[];
  /** The next pack that should fall does not. */
  jammed: boolean;
};

export type SpoilerState = {
  run: number;
  swapOrdered: boolean;
  /** Waits for the next pack to get each other's print. */
  awaitingSwap: number | null;
};

/**
 * All of the SIMULATED hall that outlives its process: things and where they are, and what machines keep without
 * power. Plain data; whatever is not in here is lost with the process.
 */
export type World = {
  /** Every carton that is anywhere in the hall, by tracking id. */
  readonly packs: Shelf<Pack>;
  readonly cases: Shelf<Container>;
  readonly pallets: Shelf<Container>;
  /** Tracking ids in the order in which they fell. */
  readonly bin: Shelf<number>;
  readonly downstreamBin: Shelf<number>;
  readonly belt: Cell<BeltState>;
  readonly packer: Cell<PackerState>;
  readonly conveyor: Cell<ConveyorState>;
  readonly spoiler: Cell<SpoilerState>;
  /** Pulses at each camera's trigger input. */
  readonly triggers: Cell<Record<CameraName, number>>;
  readonly printers: Readonly<Record<PrinterName, Cell<PrinterMemory>>>;
  /** The PLC's register file. */
  readonly registers: Uint16Array;
};

export function newWorld(): World {
  return {
    packs: newShelf(),
    cases: newShelf(),
    pallets: newShelf(),
    bin: newShelf(),
    downstreamBin: newShelf(),
    belt: newCell<BeltState>({ places: [], infeedOpen: false, lastTrackingId: 0 }),
    packer: newCell<PackerState>({
      run: 0,
      packsPerCase: 1,
      casesPerPallet: 1,
      finishing: false,
      collecting: [],
      stacking: [],
      labelling: { case: [], pallet: [] },
    }),
    conveyor: newCell<ConveyorState>({ alarms: [], jammed: false }),
    spoiler: newCell<SpoilerState>({ run: 0, swapOrdered: false, awaitingSwap: null }),
    triggers: newCell({ packReader: 0, caseContentReader: 0, caseLabelReader: 0, palletLabelReader: 0 }),
    printers: {
      packPrinter: newCell(newPrinterMemory()),
      casePrinter: newCell(newPrinterMemory()),
      palletPrinter: newCell(newPrinterMemory()),
    },
    registers: new Uint16Array(plcLimits.registersTotal),
  };
}

/** Those of `trackingIds` that are in the hall, in that order. */
export function packsOf(world: Pick<World, "packs">, trackingIds: readonly number[]): Readonly<Pack>[] {
  return trackingIds.flatMap((trackingId) => world.packs.get(trackingId) ?? []);
}
