import type { ContainerLevel, Verdict } from "../../contract/device-port.ts";
import type { Shelf } from "../shelf.ts";
import type { Burned } from "../zebra/simulator.ts";
import { printOf, type Print } from "./print.ts";
import type { World } from "./world.ts";

/** A case or a pallet on its way through packer, label station and out. */
export type Container = {
  readonly level: ContainerLevel;
  readonly index: number;
  /** Tracking ids of packs, or indexes of cases. */
  items: readonly number[];
  /**
   * `content`: waits for the judgement of its content; `rework`: with the operator; `refill`: waits for more;
   * `labelling`: waits for its label or for the label's judgement; `closed`: done; `aside`: nobody judges it.
   */
  state: "content" | "rework" | "refill" | "labelling" | "closed" | "aside";
  label: Print | undefined;
  labelsTried: number;
  presented: number;
};

export function newContainer(level: ContainerLevel, index: number, items: readonly number[]): Container {
  return { level, index, items, state: "content", label: undefined, labelsTried: 0, presented: 0 };
}

export type LabelPrinter = { readonly dataReady: () => boolean; startPrint(): Burned };

/** Prints and applies the next label, to one container after the other. */
export type LabelStation = {
  readonly take: (index: number) => void;
  /** Called often; applies a label when container and label are both there. */
  readonly step: () => void;
  /** False: no such container waits for a judgement here. */
  readonly judge: (index: number, verdict: Verdict) => boolean;
  /** Applied labels that nobody judged are told again. */
  readonly announce: () => void;
};

export type LabelStationWires = {
  readonly printer: LabelPrinter;
  /** The label is on, before anybody looks at it: what may happen to it happens now. */
  readonly printed: (container: Readonly<Container>) => void;
  readonly applied: (container: Readonly<Container>) => void;
  readonly closed: (container: Readonly<Container>) => void;
};

export function containersOf(world: Pick<World, "cases" | "pallets">, level: ContainerLevel): Shelf<Container> {
  return level === "case" ? world.cases : world.pallets;
}

export function labelStation(
  level: ContainerLevel,
  world: Pick<World, "packer" | "cases" | "pallets">,
  wires: LabelStationWires,
): LabelStation {
  const containers = containersOf(world, level);
  const queue = () => world.packer.now().labelling[level];
  const first = (): Readonly<Container> | undefined => {
    const [index] = queue();
    return index === undefined ? undefined : containers.get(index);
  };
  const setQueue = (indexes: readonly number[]) => {
    world.packer.edit().labelling[level] = indexes;
  };
  return {
    take(index) {
      containers.edit(index).state = "labelling";
      setQueue([...queue(), index]);
    },
    step() {
      const waits = first();
      if (!waits || waits.label || !wires.printer.dataReady()) return;
      const container = containers.edit(waits.index);
      container.label = printOf(wires.printer.startPrint());
      wires.printed(container);
      container.labelsTried++;
      wires.applied(container);
    },
    judge(index, verdict) {
      const waits = first();
      if (!waits?.label || waits.index !== index) return false;
      const container = containers.edit(index);
      if (verdict === "reject") {
        container.label = undefined;
        return true;
      }
      setQueue(queue().slice(1));
      container.state = "closed";
      wires.closed(container);
      return true;
    },
    announce() {
      const waits = first();
      if (waits?.label) wires.applied(waits);
    },
  };
}
