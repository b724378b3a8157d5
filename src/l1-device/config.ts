import { type Static, Type } from "typebox";
import { Name } from "../contract/shapes.ts";

/** The simulated packaging hall (level 1): its devices take consecutive ports, see `hallPorts`. */
export const HallConfig = Type.Object({
  instance: Name,
  host: Type.String({ minLength: 1 }),
  firstPort: Type.Integer({ minimum: 1024, maximum: 65000 }),
  /** Decides which prints are spoiled, how pictures are degraded, and all else that is drawn by lot. */
  seed: Type.Integer({ minimum: 0 }),
  packsPerMinute: Type.Integer({ minimum: 1, maximum: 6000 }),
  dataDir: Type.String({ minLength: 1 }),
});
export type HallConfig = Static<typeof HallConfig>;

/** Where a line's devices are reached; the same for a real hall, with each port the device's own. */
export const DeviceAddresses = Type.Object({
  host: Type.String({ minLength: 1 }),
  firstPort: Type.Integer({ minimum: 1024, maximum: 65000 }),
});
export type DeviceAddresses = Static<typeof DeviceAddresses>;

/** Device → port of the simulated hall; `control` is the HTTP address that only a simulation has. */
export function hallPorts(firstPort: number) {
  return {
    control: firstPort,
    conveyor: firstPort + 1,
    packPrinter: firstPort + 2,
    casePrinter: firstPort + 3,
    palletPrinter: firstPort + 4,
    packReader: firstPort + 5,
    caseContentReader: firstPort + 6,
    caseLabelReader: firstPort + 7,
    palletLabelReader: firstPort + 8,
    /** Optics: where each camera process gets its pixels from. */
    packOptics: firstPort + 9,
    caseContentOptics: firstPort + 10,
    caseLabelOptics: firstPort + 11,
    palletLabelOptics: firstPort + 12,
    /** The hand-held camera of the hall's control. */
    handOptics: firstPort + 13,
  } as const;
}
