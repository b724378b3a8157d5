import type { ContainerLevel, Verdict } from "../../contract/device-port.ts";
import type { Picture } from "../raster/picture.ts";

/** A case or a pallet on its way through packer, label station and out. */
export type Container<Item> = {
  readonly level: ContainerLevel;
  readonly index: number;
  readonly items: Item[];
  /**
   * `content`: waits for the judgement of its content; `rework`: with the operator; `refill`: waits for more;
   * `labelling`: waits for its label or for the label's judgement; `closed`: done; `aside`: nobody judges it.
   */
  state: "content" | "rework" | "refill" | "labelling" | "closed" | "aside";
  label: Picture | undefined;
  labelsTried: number;
  presented: number;
};

export function newContainer<Item>(level: ContainerLevel, index: number, items: Item[]): Container<Item> {
  return { level, index, items, state: "content", label: undefined, labelsTried: 0, presented: 0 };
}

export type LabelPrinter = { readonly dataReady: () => boolean; startPrint(): Picture };

/** Prints and applies the next label, to one container after the other. */
export type LabelStation<Item> = {
  readonly take: (container: Container<Item>) => void;
  /** Called often; applies a label when container and label are both there. */
  readonly step: () => void;
  /** False: no such container waits for a judgement here. */
  readonly judge: (index: number, verdict: Verdict) => boolean;
  /** Applied labels that nobody judged are told again. */
  readonly announce: () => void;
  readonly waiting: () => number;
  readonly clear: () => void;
};

export type LabelStationWires<Item> = {
  readonly printer: LabelPrinter;
  /** The label is on, before anybody looks at it: what may happen to it happens now. */
  readonly printed: (container: Container<Item>) => void;
  readonly applied: (container: Container<Item>) => void;
  readonly closed: (container: Container<Item>) => void;
};

export function labelStation<Item>(wires: LabelStationWires<Item>): LabelStation<Item> {
  let queue: Container<Item>[] = [];
  return {
    take(container) {
      container.state = "labelling";
      queue.push(container);
    },
    step() {
      const [first] = queue;
      if (!first || first.label || !wires.printer.dataReady()) return;
      first.label = wires.printer.startPrint();
      wires.printed(first);
      first.labelsTried++;
      wires.applied(first);
    },
    judge(index, verdict) {
      const [first] = queue;
      if (!first?.label || first.index !== index) return false;
      if (verdict === "reject") {
        first.label = undefined;
        return true;
      }
      queue.shift();
      first.state = "closed";
      wires.closed(first);
      return true;
    },
    announce() {
      const [first] = queue;
      if (first?.label) wires.applied(first);
    },
    waiting: () => queue.length,
    clear() {
      queue = [];
    },
  };
}
