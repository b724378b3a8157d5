import type { Clock } from "../../runtime/machine.ts";
import { printExposure } from "../dataman/optics.ts";
import type { Picture } from "../raster/picture.ts";
import type { Address } from "../wire/address.ts";
import { keepConnected } from "../wire/link.ts";

/** SIMULATED light path from the hall to a camera: pixels and a trigger number, nothing else. */
export type Lens = {
  /** False when nobody looks: the camera is gone. */
  readonly expose: (triggerId: number, picture: Picture) => boolean;
  readonly connected: () => boolean;
  readonly close: () => Promise<void>;
};

export function openLens(address: Address, clock: Clock): Lens {
  const link = keepConnected(address, clock, { opened() {}, bytes() {}, closed() {} });
  return {
    expose: (triggerId, picture) => link.send(printExposure({ triggerId, picture })),
    connected: link.connected,
    close: link.close,
  };
}
