import { newPack, type Pack } from "./pack.ts";

/** The belt from print head to gate: a shift register, one place a pitch. */
export const beltPlaces = { head: 0, camera: 3 } as const;
export const beltLimits = { gateMin: 5, gateMax: 48, packsPerMinuteMax: 6_000 } as const;

export type BeltStation = {
  /** Whether a pack may enter now: data ready at the head, room at the packer. */
  readonly mayEnter: () => boolean;
  /** Under the print head; `before` is the pack ahead of it when it has not reached the camera. */
  readonly atHead: (pack: Pack, before: Pack | undefined) => void;
  readonly atCamera: (pack: Pack) => void;
  /** At the gate; false leaves it there and everything stands until the belt is started again. */
  readonly atGate: (pack: Pack) => boolean;
  /** A pack that should be at the gate is not: somebody took it from the belt. */
  readonly missingAtGate: (trackingId: number) => void;
};

export type Belt = {
  /** One pitch further. */
  readonly step: () => void;
  readonly packs: () => readonly { readonly place: number; readonly pack: Pack }[];
  /** Takes a pack off the belt by hand; undefined when it is not there. */
  readonly remove: (trackingId: number) => Pack | undefined;
  readonly setGate: (places: number) => void;
  readonly gate: () => number;
  readonly clear: () => void;
  readonly setInfeed: (open: boolean) => void;
  readonly infeedOpen: () => boolean;
  readonly lastTrackingId: () => number;
};

/** How many places the gate is behind the head, so that a pack takes `gateDelayMs` from the camera to it. */
export function gatePlace(packsPerMinute: number, gateDelayMs: number): number {
  const pitchMs = 60_000 / packsPerMinute;
  const places = beltPlaces.camera + Math.ceil(gateDelayMs / pitchMs);
  return Math.min(beltLimits.gateMax, Math.max(beltLimits.gateMin, places));
}

type Place = { readonly pack: Pack; present: boolean };

export function openBelt(station: BeltStation, gateAt: number): Belt {
  let places: (Place | undefined)[] = [];
  let gate = gateAt;
  let infeedOpen = false;
  let lastTrackingId = 0;

  const step = () => {
    if (!leaveGate()) return;
    places.unshift(undefined);
    if (places.length > gate + 1) places.length = gate + 1;
    const seen = places[beltPlaces.camera];
    if (seen?.present) station.atCamera(seen.pack);
    if (!infeedOpen || !station.mayEnter()) return;
    const pack = newPack(++lastTrackingId);
    places[beltPlaces.head] = { pack, present: true };
    const ahead = places[beltPlaces.head + 1];
    station.atHead(pack, ahead?.present ? ahead.pack : undefined);
  };
  const leaveGate = (): boolean => {
    // A gate that was moved nearer finds several packs behind it; they leave one after the other.
    for (let place = places.length - 1; place >= gate; place--) {
      const here = places[place];
      if (!here) continue;
      if (!here.present) station.missingAtGate(here.pack.trackingId);
      else if (!station.atGate(here.pack)) return false;
      places[place] = undefined;
    }
    return true;
  };

  return {
    step,
    packs: () => places.flatMap((here, place) => (here?.present ? [{ place, pack: here.pack }] : [])),
    remove(trackingId) {
      const here = places.find((place) => place?.present && place.pack.trackingId === trackingId);
      if (!here) return undefined;
      here.present = false;
      return here.pack;
    },
    setGate(next) {
      gate = next;
    },
    gate: () => gate,
    clear() {
      places = [];
      lastTrackingId = 0;
    },
    setInfeed(open) {
      infeedOpen = open;
    },
    infeedOpen: () => infeedOpen,
    lastTrackingId: () => lastTrackingId,
  };
}
