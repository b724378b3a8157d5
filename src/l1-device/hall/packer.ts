import type { ContainerLevel, Verdict } from "../../contract/device-port.ts";
import { labelStation, newContainer, type Container, type LabelPrinter } from "./containers.ts";
import type { Pack } from "./pack.ts";

export type PackCase = Container<Pack>;
export type Pallet = Container<PackCase>;

export const packerLimits = { casesOpenMax: 4, presentationsMax: 3 } as const;

export type PackerWires = {
  readonly casePrinter: LabelPrinter;
  readonly palletPrinter: LabelPrinter;
  /** Container-full: the event, and the picture of what is inside. */
  readonly present: (container: PackCase | Pallet) => void;
  readonly labelPrinted: (container: PackCase | Pallet) => void;
  readonly labelApplied: (container: PackCase | Pallet) => void;
  readonly closed: (container: PackCase | Pallet) => void;
  /** Which packs an operator's hand scanner cannot read. */
  readonly unreadable: (packs: readonly Pack[]) => Promise<readonly Pack[]>;
  /** A pack was taken out of a case and put into the rework bin. */
  readonly discarded: (pack: Pack) => void;
};

/** Case packer, palletiser and their label stations. */
export type Packer = {
  readonly prepare: (packsPerCase: number, casesPerPallet: number) => void;
  readonly accept: (pack: Pack) => void;
  readonly judgeContainer: (level: ContainerLevel, index: number, verdict: Verdict) => boolean;
  readonly judgeLabel: (level: ContainerLevel, index: number, verdict: Verdict) => boolean;
  readonly finish: (level: ContainerLevel) => void;
  /** More packs come: what is short waits for them again. */
  readonly resume: () => void;
  /** No room for more: the infeed is held. */
  readonly blocked: () => boolean;
  readonly step: () => void;
  readonly announce: () => void;
  readonly cases: () => readonly PackCase[];
  readonly pallets: () => readonly Pallet[];
  readonly collecting: () => readonly Pack[];
  /** Takes one pack out of a case that is not closed; undefined when there is none. */
  readonly removeFromCase: (index: number, position: number) => Pack | undefined;
};

export function openPacker(wires: PackerWires): Packer {
  let packsPerCase = 1;
  let casesPerPallet = 1;
  let run = 0;
  let finishing = false;
  let cases: PackCase[] = [];
  let pallets: Pallet[] = [];
  let collecting: Pack[] = [];
  let stacking: PackCase[] = [];

  const caseStation = labelStation<Pack>({
    printer: wires.casePrinter,
    printed: (container) => wires.labelPrinted(container),
    applied: (container) => wires.labelApplied(container),
    closed(container) {
      wires.closed(container);
      stacking.push(container);
      if (stacking.length >= casesPerPallet) stack();
    },
  });
  const palletStation = labelStation<PackCase>({
    printer: wires.palletPrinter,
    printed: (container) => wires.labelPrinted(container),
    applied: (container) => wires.labelApplied(container),
    closed: (container) => wires.closed(container),
  });
  const present = (container: PackCase | Pallet) => {
    container.state = "content";
    container.presented++;
    wires.present(container);
  };
  const close = () => {
    const packed = newContainer("case", cases.length + 1, collecting);
    collecting = [];
    cases.push(packed);
    present(packed);
  };
  const stack = () => {
    const pallet = newContainer("pallet", pallets.length + 1, stacking);
    stacking = [];
    pallets.push(pallet);
    present(pallet);
  };
  /** What the operator does with a case that was not accepted: unreadable packs out, the others stay. */
  const rework = async (container: PackCase) => {
    const mine = run;
    container.state = "rework";
    const found = await wires.unreadable(container.items);
    if (mine !== run) return;
    // Nothing to be seen by hand, time after time: the whole case goes to the bin rather than round for ever.
    const out =
      found.length === 0 && container.presented >= packerLimits.presentationsMax ? [...container.items] : found;
    for (const pack of out) {
      container.items.splice(container.items.indexOf(pack), 1);
      wires.discarded(pack);
    }
    if (container.items.length >= packsPerCase || finishing) represent(container);
    else container.state = "refill";
  };
  const represent = (container: PackCase) => {
    present(container);
    // Nothing is left: its count is zero, there is no container to judge.
    if (container.items.length === 0) container.state = "closed";
  };

  return {
    prepare(packs, perPallet) {
      run++;
      packsPerCase = packs;
      casesPerPallet = perPallet;
      finishing = false;
      [cases, pallets, collecting, stacking] = [[], [], [], []];
      caseStation.clear();
      palletStation.clear();
    },
    accept(pack) {
      const short = cases.find((container) => container.state === "refill");
      if (short) {
        short.items.push(pack);
        if (short.items.length >= packsPerCase) present(short);
        return;
      }
      collecting.push(pack);
      if (collecting.length >= packsPerCase) close();
    },
    judgeContainer(level, index, verdict) {
      const container = level === "case" ? cases[index - 1] : pallets[index - 1];
      if (!container || (container.state !== "content" && container.state !== "aside")) return false;
      if (level === "pallet") {
        if (verdict === "accept") palletStation.take(container as Pallet);
        else container.state = "aside";
        return true;
      }
      if (verdict === "accept") caseStation.take(container as PackCase);
      else void rework(container as PackCase);
      return true;
    },
    judgeLabel: (level, index, verdict) => (level === "case" ? caseStation : palletStation).judge(index, verdict),
    finish(level) {
      if (level === "pallet") {
        if (stacking.length > 0) stack();
        return;
      }
      finishing = true;
      for (const container of cases) if (container.state === "refill") represent(container);
      if (collecting.length > 0) close();
    },
    resume() {
      finishing = false;
    },
    blocked: () =>
      cases.filter(({ state }) => state === "content" || state === "rework" || state === "labelling").length >=
      packerLimits.casesOpenMax,
    step() {
      caseStation.step();
      palletStation.step();
    },
    announce() {
      for (const container of [...cases, ...pallets]) if (container.state === "content") wires.present(container);
      caseStation.announce();
      palletStation.announce();
    },
    cases: () => cases,
    pallets: () => pallets,
    collecting: () => collecting,
    removeFromCase(index, position) {
      const container = cases[index - 1];
      if (!container || container.state === "closed") return undefined;
      const [pack] = container.items.splice(position, 1);
      if (pack) wires.discarded(pack);
      return pack;
    },
  };
}
