import { newPack, type Pack } from "./pack.ts";
import type { BeltState, World } from "./world.ts";

/** The belt from print head to gate: a shift register, one place a pitch. */
export const beltPlaces = { head: 0, camera: 3 } as const;
export const beltLimits = { gateMin: 5, gateMax: 48, packsPerMinuteMax: 6_000 } as const;

export type BeltStation = {
  /** Whether a pack may enter now: data ready at the head, room at the packer. */
  readonly mayEnter: () => boolean;
  /** Under the print head; `before` is the pack ahead of it when it has not reached the camera. */
  readonly atHead: (pack: Readonly<Pack>, before: Readonly<Pack> | undefined) => void;
  readonly atCamera: (pack: Readonly<Pack>) => void;
  /** At the gate; false leaves it there and everything stands until the belt is started again. */
  readonly atGate: (pack: Readonly<Pack>) => boolean;
  /** A pack that should be at the gate is not: somebody took it from the belt. */
  readonly missingAtGate: (trackingId: number) => void;
};

export type Belt = {
  /** One pitch further. */
  readonly step: () => void;
  readonly packs: () => readonly { readonly place: number; readonly pack: Readonly<Pack> }[];
  /** Takes a pack off the belt by hand; undefined when it is not there. */
  readonly remove: (trackingId: number) => Readonly<Pack> | undefined;
  readonly setGate: (places: number) => void;
  readonly gate: () => number;
  readonly clear: () => void;
  readonly setInfeed: (open: boolean) => void;
};

/** How many places the gate is behind the head, so that a pack takes `gateDelayMs` from the camera to it. */
export function gatePlace(packsPerMinute: number, gateDelayMs: number): number {
  const pitchMs = 60_000 / packsPerMinute;
  const places = beltPlaces.camera + Math.ceil(gateDelayMs / pitchMs);
  return Math.min(beltLimits.gateMax, Math.max(beltLimits.gateMin, places));
}

export function openBelt(world: Pick<World, "belt" | "packs">, station: BeltStation, gateAt: number): Belt {
  const { belt, packs } = world;
  let gate = gateAt;

  const here = (place: number): Readonly<Pack> | undefined => {
    const there = belt.now().places[place];
    return there?.present ? packs.get(there.trackingId) : undefined;
  };
  const step = () => {
    const state = belt.edit();
    const { places } = state;
    if (!leaveGate(places)) return;
    places.unshift(null);
    if (places.length > gate + 1) places.length = gate + 1;
    const seen = here(beltPlaces.camera);
    if (seen) station.atCamera(seen);
    if (!state.infeedOpen || !station.mayEnter()) return;
    const pack = newPack(++state.lastTrackingId);
    packs.put(pack.trackingId, pack);
    places[beltPlaces.head] = { trackingId: pack.trackingId, present: true };
    station.atHead(pack, here(beltPlaces.head + 1));
  };
  const leaveGate = (places: BeltState["places"]): boolean => {
    // A gate that was moved nearer finds several packs behind it; they leave one after the other.
    for (let place = places.length - 1; place >= gate; place--) {
      const there = places[place];
      if (!there) continue;
      const pack = here(place);
      if (!pack) station.missingAtGate(there.trackingId);
      else if (!station.atGate(pack)) return false;
      places[place] = null;
    }
    return true;
  };

  return {
    step,
    packs: () =>
      belt.now().places.flatMap((_, place) => {
        const pack = here(place);
        return pack ? [{ place, pack }] : [];
      }),
    remove(trackingId) {
      const there = belt.edit().places.find((place) => place?.present && place.trackingId === trackingId);
      const pack = packs.get(trackingId);
      if (!there || !pack) return undefined;
      there.present = false;
      packs.remove(trackingId);
      return pack;
    },
    setGate(next) {
      gate = next;
    },
    gate: () => gate,
    clear() {
      const state = belt.edit();
      state.places.length = 0;
      state.lastTrackingId = 0;
    },
    setInfeed(open) {
      belt.edit().infeedOpen = open;
    },
  };
}
