import type { ContainerLevel, ConveyorEvent, Verdict } from "../../src/contract/device-port.ts";

// SIMULATED case packer and palletiser, in memory: the same habits as the hall's, without pictures.

export type ModelPack = {
  readonly trackingId: number;
  elements: string | null;
  /** Read badly at the camera: `none` is a good print. */
  spoiled: "none" | "no-read" | "low-grade" | "wrong-text" | "damaged-later" | "glare";
  unknownToLine: boolean;
};

export type ModelContainer = {
  readonly level: ContainerLevel;
  readonly index: number;
  packs: ModelPack[];
  cases: ModelContainer[];
  state: "content" | "refill" | "labelling" | "closed" | "aside";
  label: string | null;
  torn: boolean;
  labelsTried: number;
  presented: number;
};

export type PackerWires = {
  event(event: ConveyorEvent): void;
  /** The reader at this station is triggered. */
  look(container: ModelContainer, what: "content" | "label"): void;
  takeLabel(level: ContainerLevel): string | undefined;
  torn(container: ModelContainer): boolean;
  discarded(pack: ModelPack): void;
  closed(container: ModelContainer): void;
};

const presentationsMax = 3;
export const casesOpenMax = 4;

export function modelPacker(wires: PackerWires, packsPerCase: number, casesPerPallet: number) {
  const cases: ModelContainer[] = [];
  const pallets: ModelContainer[] = [];
  const stations: Record<ContainerLevel, ModelContainer[]> = { case: [], pallet: [] };
  let collecting: ModelPack[] = [];
  let stacking: ModelContainer[] = [];
  let finishing = false;

  const fresh = (level: ContainerLevel, index: number): ModelContainer => ({
    level,
    index,
    packs: [],
    cases: [],
    state: "content",
    label: null,
    torn: false,
    labelsTried: 0,
    presented: 0,
  });
  const tell = (container: ModelContainer) => {
    const count = container.level === "case" ? container.packs.length : container.cases.length;
    wires.event({ type: "container-full", level: container.level, index: container.index, count });
    if (container.level === "case") wires.look(container, "content");
  };
  const present = (container: ModelContainer) => {
    container.state = "content";
    container.presented++;
    tell(container);
    if (container.level === "case" && container.packs.length === 0) container.state = "closed";
  };
  const close = () => {
    const container = { ...fresh("case", cases.length + 1), packs: collecting };
    collecting = [];
    cases.push(container);
    present(container);
  };
  const stack = () => {
    const container = { ...fresh("pallet", pallets.length + 1), cases: stacking };
    stacking = [];
    pallets.push(container);
    present(container);
  };
  const rework = (container: ModelContainer) => {
    const unreadable = container.packs.filter((pack) => pack.spoiled === "damaged-later" || pack.spoiled === "no-read");
    const out = unreadable.length === 0 && container.presented >= presentationsMax ? [...container.packs] : unreadable;
    container.packs = container.packs.filter((pack) => !out.includes(pack));
    for (const pack of out) wires.discarded(pack);
    if (container.packs.length >= packsPerCase || finishing) present(container);
    else container.state = "refill";
  };
  const apply = (container: ModelContainer) => {
    wires.event({ type: "label-applied", level: container.level, index: container.index });
    wires.look(container, "label");
  };

  return {
    cases,
    pallets,
    accept(pack: ModelPack) {
      const short = cases.find((container) => container.state === "refill");
      if (short) {
        short.packs.push(pack);
        if (short.packs.length >= packsPerCase) present(short);
        return;
      }
      collecting.push(pack);
      if (collecting.length >= packsPerCase) close();
    },
    judgeContainer(level: ContainerLevel, index: number, verdict: Verdict): boolean {
      const container = (level === "case" ? cases : pallets)[index - 1];
      if (!container || (container.state !== "content" && container.state !== "aside")) return false;
      if (verdict === "accept") {
        container.state = "labelling";
        stations[level].push(container);
      } else if (level === "pallet") container.state = "aside";
      else rework(container);
      return true;
    },
    judgeLabel(level: ContainerLevel, index: number, verdict: Verdict): boolean {
      const [first] = stations[level];
      if (!first?.label || first.index !== index) return false;
      if (verdict === "reject") {
        first.label = null;
        return true;
      }
      stations[level].shift();
      first.state = "closed";
      wires.closed(first);
      if (level === "case") {
        stacking.push(first);
        if (stacking.length >= casesPerPallet) stack();
      }
      return true;
    },
    finish(level: ContainerLevel) {
      if (level === "pallet") {
        if (stacking.length > 0) stack();
        return;
      }
      finishing = true;
      for (const container of cases) if (container.state === "refill") present(container);
      if (collecting.length > 0) close();
    },
    resume() {
      finishing = false;
    },
    blocked: () => cases.filter(({ state }) => state === "content" || state === "labelling").length >= casesOpenMax,
    step() {
      for (const level of ["case", "pallet"] as const) {
        const [first] = stations[level];
        if (!first || first.label) continue;
        const label = wires.takeLabel(level);
        if (label === undefined) continue;
        first.label = label;
        first.torn = wires.torn(first);
        first.labelsTried++;
        apply(first);
      }
    },
    announce() {
      for (const container of [...cases, ...pallets]) if (container.state === "content") tell(container);
      for (const level of ["case", "pallet"] as const) if (stations[level][0]?.label) apply(stations[level][0]);
    },
    /** Takes a pack out by hand, wherever it is outside a closed case. */
    remove(trackingId: number): ModelPack | undefined {
      for (const place of [collecting, ...cases.filter(({ state }) => state !== "closed").map(({ packs }) => packs)]) {
        const at = place.findIndex((pack) => pack.trackingId === trackingId);
        if (at >= 0) return place.splice(at, 1)[0];
      }
      return undefined;
    },
    /** Everything that is in no closed case. */
    outside: (): ModelPack[] => [
      ...collecting,
      ...cases.filter(({ state }) => state !== "closed").flatMap(({ packs }) => packs),
    ],
  };
}
