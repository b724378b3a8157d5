import type { ContainerLevel, Verdict } from "../../contract/device-port.ts";
import { containersOf, labelStation, newContainer, type Container, type LabelPrinter } from "./containers.ts";
import type { Pack } from "./pack.ts";
import { packsOf, type World } from "./world.ts";

export const packerLimits = { casesOpenMax: 4, presentationsMax: 3 } as const;

export type PackerWires = {
  readonly casePrinter: LabelPrinter;
  readonly palletPrinter: LabelPrinter;
  /** Container-full: the event, and the picture of what is inside. */
  readonly present: (container: Readonly<Container>) => void;
  readonly labelPrinted: (container: Readonly<Container>) => void;
  readonly labelApplied: (container: Readonly<Container>) => void;
  readonly closed: (container: Readonly<Container>) => void;
  /** An operator looks for packs that a hand scanner cannot read; tells them later, in a step of its own. */
  readonly inspect: (packs: readonly Readonly<Pack>[], found: (unreadable: readonly number[]) => void) => void;
  /** A pack was taken out of a case and put into the rework bin. */
  readonly discarded: (trackingId: number) => void;
};

/** Case packer, palletiser and their label stations. */
export type Packer = {
  readonly prepare: (packsPerCase: number, casesPerPallet: number) => void;
  readonly accept: (trackingId: number) => void;
  readonly judgeContainer: (level: ContainerLevel, index: number, verdict: Verdict) => boolean;
  readonly judgeLabel: (level: ContainerLevel, index: number, verdict: Verdict) => boolean;
  readonly finish: (level: ContainerLevel) => void;
  /** More packs come: what is short waits for them again. */
  readonly resume: () => void;
  /** No room for more: the infeed is held. */
  readonly blocked: () => boolean;
  readonly step: () => void;
  readonly announce: () => void;
  /** The hall was dark: the operator goes on with the cases on the rework table. */
  readonly powerOn: () => void;
  readonly cases: () => readonly Readonly<Container>[];
  readonly pallets: () => readonly Readonly<Container>[];
  readonly collecting: () => readonly Readonly<Pack>[];
  /** Takes one pack out of a case that is not closed; undefined when there is none. */
  readonly removeFromCase: (index: number, position: number) => Readonly<Pack> | undefined;
};

export function openPacker(world: World, wires: PackerWires): Packer {
  const { cases, pallets, packer } = world;
  const stations = {
    case: labelStation("case", world, {
      printer: wires.casePrinter,
      printed: wires.labelPrinted,
      applied: wires.labelApplied,
      closed(container) {
        wires.closed(container);
        packer.edit().stacking = [...packer.now().stacking, container.index];
        if (packer.now().stacking.length >= packer.now().casesPerPallet) collect("pallet");
      },
    }),
    pallet: labelStation("pallet", world, {
      printer: wires.palletPrinter,
      printed: wires.labelPrinted,
      applied: wires.labelApplied,
      closed: wires.closed,
    }),
  };
  const present = (level: ContainerLevel, index: number) => {
    const container = containersOf(world, level).edit(index);
    container.state = "content";
    container.presented++;
    wires.present(container);
  };
  /** What is collected becomes a case, what is stacked a pallet. */
  const collect = (level: ContainerLevel) => {
    const containers = containersOf(world, level);
    const state = packer.edit();
    const index = containers.size() + 1;
    containers.put(index, newContainer(level, index, level === "case" ? state.collecting : state.stacking));
    if (level === "case") state.collecting = [];
    else state.stacking = [];
    present(level, index);
  };
  /** What the operator does with a case that was not accepted: unreadable packs out, the others stay. */
  const rework = (index: number) => {
    const { run } = packer.now();
    const container = cases.edit(index);
    container.state = "rework";
    wires.inspect(packsOf(world, container.items), (found) => {
      if (packer.now().run === run) reworked(index, found);
    });
  };
  const reworked = (index: number, found: readonly number[]) => {
    const container = cases.edit(index);
    // Nothing to be seen by hand, time after time: the whole case goes to the bin rather than round for ever.
    const hopeless = found.length === 0 && container.presented >= packerLimits.presentationsMax;
    const out = hopeless ? container.items : container.items.filter((trackingId) => found.includes(trackingId));
    container.items = container.items.filter((trackingId) => !out.includes(trackingId));
    for (const trackingId of out) wires.discarded(trackingId);
    const { packsPerCase, finishing } = packer.now();
    if (container.items.length >= packsPerCase || finishing) represent(index);
    else container.state = "refill";
  };
  const represent = (index: number) => {
    present("case", index);
    // Nothing is left: its count is zero, there is no container to judge.
    const container = cases.edit(index);
    if (container.items.length === 0) container.state = "closed";
  };

  return {
    prepare(packsPerCase, casesPerPallet) {
      const state = packer.edit();
      Object.assign(state, { packsPerCase, casesPerPallet, finishing: false, collecting: [], stacking: [] });
      Object.assign(state.labelling, { case: [], pallet: [] });
      state.run++;
      cases.clear();
      pallets.clear();
    },
    accept(trackingId) {
      const { packsPerCase } = packer.now();
      const short = cases.rows().find((container) => container.state === "refill");
      if (short) {
        const container = cases.edit(short.index);
        container.items = [...container.items, trackingId];
        if (container.items.length >= packsPerCase) present("case", short.index);
        return;
      }
      packer.edit().collecting = [...packer.now().collecting, trackingId];
      if (packer.now().collecting.length >= packsPerCase) collect("case");
    },
    judgeContainer(level, index, verdict) {
      const container = containersOf(world, level).get(index);
      if (!container || (container.state !== "content" && container.state !== "aside")) return false;
      if (verdict === "accept") stations[level].take(index);
      else if (level === "case") rework(index);
      else pallets.edit(index).state = "aside";
      return true;
    },
    judgeLabel: (level, index, verdict) => stations[level].judge(index, verdict),
    finish(level) {
      if (level === "pallet") {
        if (packer.now().stacking.length > 0) collect("pallet");
        return;
      }
      packer.edit().finishing = true;
      for (const { state, index } of cases.rows()) if (state === "refill") represent(index);
      if (packer.now().collecting.length > 0) collect("case");
    },
    resume() {
      packer.edit().finishing = false;
    },
    blocked: () =>
      cases.rows().filter(({ state }) => state === "content" || state === "rework" || state === "labelling").length >=
      packerLimits.casesOpenMax,
    step() {
      stations.case.step();
      stations.pallet.step();
    },
    announce() {
      for (const container of [...cases.rows(), ...pallets.rows()])
        if (container.state === "content") wires.present(container);
      stations.case.announce();
      stations.pallet.announce();
    },
    powerOn() {
      for (const { state, index } of cases.rows()) if (state === "rework") rework(index);
    },
    cases: cases.rows,
    pallets: pallets.rows,
    collecting: () => packsOf(world, packer.now().collecting),
    removeFromCase(index, position) {
      const container = cases.get(index);
      const trackingId = container?.items[position];
      if (!container || container.state === "closed" || trackingId === undefined) return undefined;
      cases.edit(index).items = container.items.filter((_, at) => at !== position);
      wires.discarded(trackingId);
      return world.packs.get(trackingId);
    },
  };
}
