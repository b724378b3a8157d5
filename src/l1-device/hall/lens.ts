import type { Clock } from "../../runtime/machine.ts";
import { printExposure } from "../dataman/optics.ts";
import type { Picture } from "../raster/picture.ts";
import type { Address } from "../wire/address.ts";
import { keepConnected } from "../wire/link.ts";

/** SIMULATED light path and trigger wire from the hall to a camera. */
export type Lens = {
  /** False when nobody looks: the camera is gone. */
  readonly expose: (triggerId: number, picture: Picture) => boolean;
  readonly connected: () => boolean;
  readonly close: () => Promise<void>;
};

const dark: Picture = { width: 0, height: 0, pixels: new Uint8Array() };

/** `pulses`: how often the trigger wire has fired, the exposure that is being made among them. */
export function openLens(address: Address, clock: Clock, pulses: () => number): Lens {
  const link = keepConnected(address, clock, {
    opened() {
      link.send(printExposure({ triggerId: 0, pulses: pulses(), picture: dark }));
    },
    bytes() {},
    closed() {},
  });
  return {
    expose: (triggerId, picture) => link.send(printExposure({ triggerId, pulses: pulses(), picture })),
    connected: link.connected,
    close: link.close,
  };
}
