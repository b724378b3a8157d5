import type { DeviceEvent, LineDevices, OpenDevices, PrintRecord } from "../contract/device-port.ts";

/*
 * The least program that runs a line over the device port, for the tests of the simulated hall: prints the next
 * number, accepts what reads as expected, takes every case whose packs are all known. It keeps no journal.
 */
export type TinyLine = {
  readonly devices: LineDevices;
  readonly events: readonly DeviceEvent[];
  /** Expected element string of each pack, by tracking id. */
  readonly expected: ReadonlyMap<number, string>;
  readonly accepted: ReadonlySet<number>;
  readonly rejected: ReadonlySet<number>;
  /** Element strings of each case that was labelled and accepted. */
  readonly cases: ReadonlyMap<number, readonly string[]>;
  readonly pallets: ReadonlySet<number>;
  readonly faults: readonly string[];
  readonly run: (packsPerCase: number, casesPerPallet: number) => Promise<void>;
  until(what: string, condition: () => boolean): Promise<void>;
  readonly close: () => Promise<void>;
};

export const tinyLineLimits = { patienceMs: 30_000, printAhead: 6 } as const;

export const tinyProduct = { gtin: "04012345678901", lot: "LOT7", expiry: "290531" } as const;

function packRecord(seq: number): PrintRecord {
  const serial = `S${String(seq * 7919).padStart(9, "0")}`;
  const { gtin, lot, expiry } = tinyProduct;
  return {
    seq,
    symbol: "gs1-datamatrix",
    elements: `01${gtin}21${serial}\x1d17${expiry}10${lot}`,
    lines: [`(01)${gtin}`, `(21)${serial}`, `(17)${expiry}`, `(10)${lot}`],
  };
}

export const tinyPackText = [
  `(01)${tinyProduct.gtin}`,
  "(21){serial}",
  `(17)${tinyProduct.expiry}`,
  `(10)${tinyProduct.lot}`,
];

function labelRecord(seq: number, extension: number): PrintRecord {
  const sscc = `${extension}401234567${String(seq).padStart(7, "0")}`;
  const sum = Array.from(sscc).reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  const elements = `00${sscc}${(10 - (sum % 10)) % 10}`;
  return { seq, symbol: "gs1-128", elements, lines: [`SSCC (${elements.slice(0, 2)})${elements.slice(2)}`] };
}

export async function openTinyLine(open: OpenDevices): Promise<TinyLine> {
  const events: DeviceEvent[] = [];
  const expected = new Map<number, string>();
  const accepted = new Set<number>();
  const rejected = new Set<number>();
  const cases = new Map<number, readonly string[]>();
  const pallets = new Set<number>();
  const faults: string[] = [];
  const records = new Map<number, PrintRecord>();
  const goodPacks = new Set<string>();
  const labels = {
    case: { last: 0, wanted: new Map<number, string>() },
    pallet: { last: 0, wanted: new Map<number, string>() },
  };
  const content = new Map<number, { count?: number; reads?: readonly string[] }>();
  const early = new Map<number, DeviceEvent>();
  let seqSent = 0;
  let packsSeen = 0;
  let ahead = 0;
  let devices: LineDevices | undefined;
  const waiting = new Set<() => void>();

  const quietly = (work: Promise<unknown>) => void work.catch((error: unknown) => faults.push(String(error)));
  const feed = () => {
    const printer = devices?.packPrinter;
    if (!printer) return;
    for (; ahead < tinyLineLimits.printAhead; ahead++) {
      const record = packRecord(++seqSent);
      records.set(record.seq, record);
      quietly(printer.print(record));
    }
  };
  const printLabel = (level: "case" | "pallet", index: number) => {
    const record = labelRecord(++labels[level].last, level === "case" ? 1 : 2);
    labels[level].wanted.set(index, record.elements);
    if (devices) quietly((level === "case" ? devices.casePrinter : devices.palletPrinter).print(record));
  };
  const judgeContent = (index: number) => {
    const here = content.get(index);
    // Event and picture come over two connections: either may be first.
    if (here?.count === undefined || !here.reads || !devices) return;
    content.delete(index);
    const good = here.reads.length === here.count && here.reads.every((read) => goodPacks.has(read));
    if (good) cases.set(index, here.reads);
    quietly(devices.conveyor.judgeContainer("case", index, good ? "accept" : "reject"));
    if (good) printLabel("case", index);
  };
  const hear = ({ device, event }: DeviceEvent) => {
    if (event.type === "print-go") {
      expected.set(event.trackingId, records.get(++packsSeen)?.elements ?? "");
      const read = early.get(event.trackingId);
      if (read && early.delete(event.trackingId)) hear(read);
    } else if (event.type === "print-done" && device === "packPrinter") {
      ahead--;
      feed();
    } else if (event.type === "gate") {
      (event.outcome === "accepted" ? accepted : rejected).add(event.trackingId);
      if (event.outcome === "accepted") goodPacks.add(expected.get(event.trackingId) ?? "");
    } else if (event.type === "container-full" && event.level === "case") {
      if (event.count === 0) return;
      content.set(event.index, { ...content.get(event.index), count: event.count });
      judgeContent(event.index);
    } else if (event.type === "container-full") {
      quietly((devices as LineDevices).conveyor.judgeContainer("pallet", event.index, "accept"));
      printLabel("pallet", event.index);
    } else if (event.type === "read" && device === "packReader" && !expected.has(event.triggerId)) {
      // The camera's answer overtook the conveyor's.
      early.set(event.triggerId, { device, event });
    } else if (event.type === "read" && device === "packReader") {
      const [symbol] = event.symbols;
      const good =
        symbol?.elements === expected.get(event.triggerId) &&
        symbol !== undefined &&
        symbol.grade >= 1.5 &&
        event.text?.matched === true;
      quietly((devices as LineDevices).conveyor.verdict(event.triggerId, good ? "accept" : "reject", 0));
    } else if (event.type === "read" && device === "caseContentReader") {
      const reads = event.symbols.map((symbol) => symbol.elements);
      content.set(event.triggerId, { ...content.get(event.triggerId), reads });
      judgeContent(event.triggerId);
    } else if (event.type === "read") {
      const level = device === "caseLabelReader" ? "case" : "pallet";
      const good = event.symbols[0]?.elements === labels[level].wanted.get(event.triggerId);
      quietly((devices as LineDevices).conveyor.judgeLabel(level, event.triggerId, good ? "accept" : "reject"));
      if (!good) printLabel(level, event.triggerId);
      else if (level === "pallet") pallets.add(event.triggerId);
    }
  };
  devices = await open((event) => {
    events.push(event);
    hear(event);
    for (const look of waiting) look();
  });
  const line = devices;

  return {
    devices: line,
    events,
    expected,
    accepted,
    rejected,
    cases,
    pallets,
    faults,
    async run(packsPerCase, casesPerPallet) {
      // Whatever an earlier line left in the printers would stand on this run's packs.
      await Promise.all([line.packPrinter.flush(), line.casePrinter.flush(), line.palletPrinter.flush()]);
      await line.packReader.loadJob({ symbol: "gs1-datamatrix", symbolsMax: 1, textLines: tinyPackText });
      await line.caseContentReader.loadJob({ symbol: "gs1-datamatrix", symbolsMax: packsPerCase + 2 });
      await line.caseLabelReader.loadJob({ symbol: "gs1-128", symbolsMax: 1 });
      await line.palletLabelReader.loadJob({ symbol: "gs1-128", symbolsMax: 1 });
      await line.conveyor.prepare({ packsPerCase, casesPerPallet });
      feed();
      await line.conveyor.infeed(true);
      await line.conveyor.start();
    },
    until(what, condition) {
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!condition()) return;
          stop();
          resolve();
        };
        const stop = () => {
          clearTimeout(patience);
          clearInterval(again);
          waiting.delete(look);
        };
        const again = setInterval(look, 50);
        const patience = setTimeout(() => {
          stop();
          reject(
            new Error(
              `waited in vain: ${what}; accepted ${accepted.size}, rejected ${rejected.size}, cases ${cases.size}, last ${JSON.stringify(events.slice(-5))}`,
            ),
          );
        }, tinyLineLimits.patienceMs);
        waiting.add(look);
        look();
      });
    },
    async close() {
      await Promise.all(Object.values(line).map((device) => device.close()));
    },
  };
}
