import type { Clock } from "../../runtime/machine.ts";
import type { CameraOrder } from "../dataman/camera-process.ts";
import type { PlcSimulator } from "../modbus-plc/simulator.ts";
import type { ZebraFault, ZebraSimulator } from "../zebra/simulator.ts";
import type { Belt } from "./belt.ts";
import type { ConveyorBrain } from "./conveyor.ts";
import type { DeviceName, PrinterName } from "./machines.ts";
import type { Steps } from "./steps.ts";

/** What can be made to go wrong in the SIMULATED hall, by hand or by a test. */
export type HallFaults = {
  readonly printer: (printer: PrinterName, fault: ZebraFault, active: boolean) => void;
  /** The network cable of a device; comes back by itself after `forMs` when told. */
  readonly cutCable: (device: DeviceName, forMs?: number) => void;
  readonly mendCable: (device: DeviceName) => void;
  readonly emergencyStop: (active: boolean) => void;
  /** The next two packs get each other's print. */
  readonly swapNext: () => void;
  /** Somebody takes a pack off the belt; the oldest behind the camera unless told. False: nothing there. */
  readonly removePack: (trackingId?: number) => boolean;
  readonly jamRejector: () => void;
};

export type FaultWires = {
  readonly printers: Readonly<Record<PrinterName, ZebraSimulator>>;
  readonly plc: PlcSimulator;
  readonly brain: ConveyorBrain;
  readonly belt: Belt;
  readonly clock: Clock;
  readonly orderCamera: (order: CameraOrder) => void;
  readonly swapNext: () => void;
  readonly step: Steps["step"];
};

export function faultBoard(wires: FaultWires): HallFaults {
  const cable = (device: DeviceName, action: "cut" | "mend") => {
    if (device === "conveyor") wires.plc.outlet[action]();
    else if (device === "packPrinter" || device === "casePrinter" || device === "palletPrinter")
      wires.printers[device].outlet[action]();
    else wires.orderCamera({ camera: device, action });
  };
  return {
    printer: (printer, fault, active) => wires.step(() => wires.printers[printer].setFault(fault, active)),
    cutCable(device, forMs) {
      cable(device, "cut");
      if (forMs !== undefined) wires.clock.after(forMs, () => cable(device, "mend"));
    },
    mendCable: (device) => cable(device, "mend"),
    emergencyStop: (active) => wires.step(() => wires.brain.emergencyStop(active)),
    swapNext: () => wires.step(wires.swapNext),
    removePack(trackingId) {
      const oldest = wires.belt.packs().at(-1)?.pack.trackingId;
      const wanted = trackingId ?? oldest;
      return wanted !== undefined && wires.step(() => wires.belt.remove(wanted)) !== undefined;
    },
    jamRejector: () => wires.step(wires.brain.jamRejector),
  };
}
