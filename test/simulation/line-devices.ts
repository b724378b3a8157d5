import type {
  ContainerLevel,
  ConveyorCounters,
  ConveyorEvent,
  DeviceEvent,
  LineDevices,
  PrintRecord,
  ReaderEvent,
  ReaderJob,
  SymbolRead,
  Verdict,
} from "../../src/contract/device-port.ts";
import { RefusalError } from "../../src/kernel/base/result.ts";
import { Fault } from "../../src/runtime/fault.ts";
import { type Rates, seeded, usualRates } from "./line-chance.ts";
import { modelPacker, type ModelContainer, type ModelPack } from "./line-packer.ts";

// SIMULATED devices of one packaging line, in memory and deterministic: seeded spoiled prints, lost links, kills.
// They know nothing of the line's state and keep their own truth, against which a run can be checked.

export type DeviceName = keyof LineDevices;
export type PrinterName = "packPrinter" | "casePrinter" | "palletPrinter";
export type ReaderName = "packReader" | "caseContentReader" | "caseLabelReader" | "palletLabelReader";

const cameraPlace = 3;
const gatePlace = 6;
const heartbeatMissSteps = 20;

type ModelPrinter = { queue: PrintRecord[]; count: number };
const printerNames = ["packPrinter", "casePrinter", "palletPrinter"] as const;
const readerNames = ["packReader", "caseContentReader", "caseLabelReader", "palletLabelReader"] as const;
export const deviceNames: readonly DeviceName[] = ["conveyor", ...printerNames, ...readerNames];

export type LineModel = ReturnType<typeof lineModel>;

export function lineModel(options: { readonly seed: number; readonly rates?: Rates; readonly queueMax?: number }) {
  const random = seeded(options.seed);
  const rates = options.rates ?? usualRates;
  let packsPerCase = 1;
  let casesPerPallet = 1;
  let counters = zeroCounters();
  let running = false;
  let infeedOpen = false;
  let silentSteps = 0;
  let heartbeatAlarm = false;
  let swapWith: ModelPack | undefined;
  const alarms = new Set<string>();
  let places: (ModelPack | null | undefined)[] = [];
  const slots = new Map<number, Verdict>();
  let bin: ModelPack[] = [];
  let downstreamBin: ModelPack[] = [];
  const printers: Record<PrinterName, ModelPrinter> = {
    packPrinter: { queue: [], count: 0 },
    casePrinter: { queue: [], count: 7 },
    palletPrinter: { queue: [], count: 3 },
  };
  const triggers: Record<ReaderName, number> = {
    packReader: 0,
    caseContentReader: 0,
    caseLabelReader: 0,
    palletLabelReader: 0,
  };
  const connected = Object.fromEntries(deviceNames.map((name) => [name, true])) as Record<DeviceName, boolean>;
  const waiting = Object.fromEntries(deviceNames.map((name) => [name, []])) as unknown as Record<
    DeviceName,
    DeviceEvent[]
  >;
  const faultNext: { gatePasses: boolean } = { gatePasses: false };
  let images = 0;

  const push = (device: DeviceName, event: DeviceEvent["event"]) => {
    // A PLC's ring keeps events while its client is away; printers and cameras speak to nobody then.
    if (device === "conveyor" || connected[device]) waiting[device].push({ device, event } as DeviceEvent);
  };
  const tell = (event: ConveyorEvent) => push("conveyor", event);
  const wires = {
    event: tell,
    look: (container: ModelContainer, what: "content" | "label") => look(container, what),
    takeLabel: (level: ContainerLevel) => startPrint(level === "case" ? "casePrinter" : "palletPrinter")?.elements,
    torn: (container: ModelContainer) => container.labelsTried === 0 && random() < rates.tornLabel,
    discarded(pack: ModelPack) {
      downstreamBin.push(pack);
      counters.downstreamRejected++;
    },
    closed(container: ModelContainer) {
      counters[container.level === "case" ? "cases" : "pallets"]++;
    },
  };
  let packer = modelPacker(wires, packsPerCase, casesPerPallet);

  const startPrint = (name: PrinterName): PrintRecord | undefined => {
    const printer = printers[name];
    const record = printer.queue.shift();
    if (!record) return undefined;
    printer.count++;
    push(name, { type: "print-done", seq: record.seq });
    return record;
  };
  const symbol = (elements: string, symbology: string, grade = 3.6): SymbolRead => ({
    elements,
    symbology,
    corners: [0, 0, 1, 0, 1, 1, 0, 1],
    grade,
  });
  const read = (device: ReaderName, triggerId: number, symbols: SymbolRead[], matched = true) => {
    triggers[device]++;
    const event: ReaderEvent = {
      type: "read",
      triggerId,
      symbols,
      text: { matched, scoreMin: matched ? 0.9 : 0.2 },
      imageId: `${device}-${++images}`,
    };
    push(device, event);
  };
  const lookAtPack = (pack: ModelPack) => {
    const unreadable = pack.spoiled === "no-read" || pack.elements === null;
    const grade = pack.spoiled === "low-grade" ? 0.5 : 3.6;
    read(
      "packReader",
      pack.trackingId,
      unreadable ? [] : [symbol(pack.elements as string, "]d2", grade)],
      pack.spoiled !== "wrong-text",
    );
    counters.triggers++;
  };
  const look = (container: ModelContainer, what: "content" | "label") => {
    if (what === "label") {
      const device = container.level === "case" ? "caseLabelReader" : "palletLabelReader";
      return read(device, container.index, container.torn || !container.label ? [] : [symbol(container.label, "]C1")]);
    }
    const seen = container.packs.filter((pack) => {
      if (pack.spoiled === "glare") {
        pack.spoiled = "none";
        return false;
      }
      return pack.spoiled !== "damaged-later" && pack.spoiled !== "no-read" && pack.elements !== null;
    });
    read(
      "caseContentReader",
      container.index,
      seen.map((pack) => symbol(pack.elements as string, "]d2")),
    );
  };

  const atHead = () => {
    const record = startPrint("packPrinter");
    if (!record) return;
    const pack: ModelPack = {
      trackingId: ++counters.infeed,
      elements: record.elements,
      spoiled: lot(),
      unknownToLine: false,
    };
    places[0] = pack;
    const before = places[1];
    if (swapWith && swapWith === before) [swapWith.elements, pack.elements] = [pack.elements, swapWith.elements];
    swapWith = pack.spoiled === "none" && random() < rates.swapped ? pack : undefined;
    tell({ type: "print-go", trackingId: pack.trackingId });
  };
  const lot = (): ModelPack["spoiled"] => {
    const draw = random();
    if (draw < rates.spoiled)
      return (["no-read", "low-grade", "wrong-text"] as const)[Math.floor(random() * 3)] ?? "no-read";
    if (draw < rates.spoiled + rates.damagedLater) return "damaged-later";
    return draw < rates.spoiled + rates.damagedLater + rates.glare ? "glare" : "none";
  };
  const atGate = (pack: ModelPack) => {
    const verdict = pack.unknownToLine ? "reject" : slots.get(pack.trackingId);
    const passes = verdict === "accept" || faultNext.gatePasses;
    if (verdict !== "accept" && passes) faultNext.gatePasses = false;
    if (passes) {
      counters.accepted++;
      tell({ type: "gate", trackingId: pack.trackingId, outcome: "accepted", late: false });
      packer.accept(pack);
      return;
    }
    bin.push(pack);
    counters.rejected++;
    counters.bin++;
    tell({ type: "gate", trackingId: pack.trackingId, outcome: "rejected", late: verdict === undefined });
  };
  const run = (on: boolean) => {
    if (running === on) return;
    running = on;
    tell({ type: "running", running: on });
  };
  const alarm = (code: string, active: boolean) => {
    if (alarms.has(code) === active) return;
    if (active) alarms.add(code);
    else alarms.delete(code);
    tell({ type: "alarm", code, active });
    if (active) run(false);
  };
  const forgetZone = () => {
    for (const pack of places) if (pack) pack.unknownToLine = true;
  };
  const moveBelt = () => {
    const last = places[gatePlace];
    if (last === null) alarm("gap", true);
    else if (last) atGate(last);
    places[gatePlace] = undefined;
    if (!running) return;
    places = [undefined, ...places.slice(0, gatePlace)];
    const seen = places[cameraPlace];
    if (seen) lookAtPack(seen);
    if (infeedOpen && !packer.blocked() && printers.packPrinter.queue.length > 0) atHead();
  };
  const refuse = (code: string): never => {
    throw new RefusalError({ code });
  };
  const need = (device: DeviceName) => {
    if (!connected[device]) throw new Fault("transient", `${device}.offline`, `${device} is not connected`);
  };

  const conveyor = {
    prepare(pattern: { readonly packsPerCase: number; readonly casesPerPallet: number }) {
      need("conveyor");
      if (running) refuse("device.running");
      ({ packsPerCase, casesPerPallet } = pattern);
      packer = modelPacker(wires, packsPerCase, casesPerPallet);
      counters = zeroCounters();
      places = [];
      slots.clear();
      [bin, downstreamBin] = [[], []];
      infeedOpen = false;
    },
    start() {
      need("conveyor");
      alarm("gap", false);
      if (alarms.size > 0) refuse("device.alarm-active");
      run(true);
    },
    stop() {
      need("conveyor");
      run(false);
    },
    infeed(open: boolean) {
      need("conveyor");
      infeedOpen = open;
      if (open) packer.resume();
    },
    verdict(trackingId: number, verdict: Verdict) {
      need("conveyor");
      slots.set(trackingId, verdict);
    },
    judgeContainer(level: ContainerLevel, index: number, verdict: Verdict) {
      need("conveyor");
      if (!packer.judgeContainer(level, index, verdict)) refuse("device.unknown-container");
    },
    judgeLabel(level: ContainerLevel, index: number, verdict: Verdict) {
      need("conveyor");
      if (!packer.judgeLabel(level, index, verdict)) refuse("device.unknown-container");
    },
    finish(level: ContainerLevel) {
      need("conveyor");
      packer.finish(level);
    },
    counters(): ConveyorCounters {
      need("conveyor");
      return { ...counters };
    },
  };
  const printer = (name: PrinterName) => ({
    print(record: PrintRecord) {
      need(name);
      printers[name].queue.push(record);
    },
    flush() {
      need(name);
      printers[name].queue = [];
    },
    printCount() {
      need(name);
      return printers[name].count;
    },
  });
  const reader = (name: ReaderName) => ({
    loadJob(_job: ReaderJob) {
      need(name);
      triggers[name] = 0;
    },
    triggerCount() {
      need(name);
      return triggers[name];
    },
  });

  return {
    conveyor,
    printer,
    reader,
    queueMax: options.queueMax ?? 5,
    /** One pitch of the belt. */
    step() {
      silentSteps = connected.conveyor ? 0 : silentSteps + 1;
      if (silentSteps > heartbeatMissSteps && !heartbeatAlarm) {
        heartbeatAlarm = true;
        forgetZone();
        alarm("heartbeat", true);
      }
      if (running) moveBelt();
      packer.step();
    },
    /** The next event that the line hears now, each device's in its own order, between devices by lot; or nothing yet. */
    deliver(): DeviceEvent | undefined {
      const names = deviceNames.filter(
        (name) =>
          waiting[name].length > 0 &&
          (name !== "conveyor" || connected.conveyor || waiting[name][0]?.event.type === "link"),
      );
      if (names.length === 0 || random() >= 0.9) return undefined;
      return waiting[names[Math.floor(random() * names.length)] ?? "conveyor"].shift();
    },
    /** What a PLC's driver has told before a command is done. */
    deliverConveyor: (): DeviceEvent[] => (connected.conveyor ? waiting.conveyor.splice(0) : []),
    cut(device: DeviceName) {
      if (!connected[device]) return;
      connected[device] = false;
      const down = { device, event: { type: "link", up: false, detail: "cut" } } as DeviceEvent;
      if (device === "conveyor") waiting.conveyor.unshift(down);
      else waiting[device] = [down];
    },
    restore(device: DeviceName) {
      if (connected[device]) return;
      connected[device] = true;
      const up = { device, event: { type: "link", up: true } } as DeviceEvent;
      if (device === "conveyor") {
        const told = waiting.conveyor[0]?.event.type === "link" ? 1 : 0;
        waiting.conveyor.splice(told, 0, up);
      } else waiting[device].push(up);
      if (device === "conveyor" && heartbeatAlarm) {
        heartbeatAlarm = false;
        alarm("heartbeat", false);
      }
    },
    /** The PLC loses its power: the packs stay where they are, its counters and tracking ids start anew. */
    losePower() {
      run(false);
      infeedOpen = false;
      counters = zeroCounters();
      slots.clear();
      waiting.conveyor = [];
    },
    /** Another line program says hello: what the old one had not heard is gone, what stands in the zone is unknown. */
    newSession() {
      for (const name of deviceNames) {
        waiting[name] = [];
        connected[name] = true;
      }
      run(false);
      infeedOpen = false;
      forgetZone();
      waiting.conveyor = [];
      for (const code of alarms) tell({ type: "alarm", code, active: true });
      packer.announce();
    },
    /** Somebody takes a pack off the belt between head and gate. */
    takeFromBelt(): number | undefined {
      const at = places.findIndex((pack) => pack);
      const pack = places[at];
      if (!pack) return undefined;
      places[at] = null;
      return pack.trackingId;
    },
    /** What an operator does who is told that a reject went through. */
    carryToBin(trackingId: number) {
      const pack = packer.remove(trackingId);
      if (pack) bin.push(pack);
    },
    /** A sample taken out of the packer; it is nobody's reject. */
    removeByHand: (trackingId: number) => packer.remove(trackingId),
    /** After an abort: everything that is not in a closed case goes into the bin. */
    clearBelt() {
      for (const pack of places) if (pack) bin.push(pack);
      places = [];
      downstreamBin.push(...packer.outside());
    },
    passNextReject() {
      faultNext.gatePasses = true;
    },
    random,
    truth: () => ({
      bin,
      downstreamBin,
      cases: packer.cases,
      pallets: packer.pallets,
      counters,
      running,
      printed: printers.packPrinter.count,
      onBelt: places.filter((pack) => pack),
    }),
    connected,
  };
}

function zeroCounters() {
  return { infeed: 0, triggers: 0, accepted: 0, rejected: 0, downstreamRejected: 0, bin: 0, cases: 0, pallets: 0 };
}
