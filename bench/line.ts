import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  DeviceEvent,
  LineDevices,
  OpenDevices,
  Printer,
  PrintRecord,
  Reader,
} from "../src/contract/device-port.ts";
import { startVerdictProcess, type VerdictProcess } from "../src/l2-line/verdict-process.ts";
import { silentLog } from "../src/runtime/log.ts";
import { realMachine } from "../src/runtime/machine.real.ts";
import { person, runId, testOrder } from "../test/simulation/line-world.ts";
import { type Bench, type BenchRow, benchRow, bySize, resultHash, timedOf } from "./harness.ts";
import { durableCommitRate } from "./limit/durable-commit.ts";

const unit = "verdicts";
/** Reads that come in while one commit is under way, at a very fast line or after a stall. */
const burst = 8;

/** From the camera's event to the verdict handed to the conveyor, durable in between. */
export const bench: Bench = {
  name: "line",
  unit,
  summary:
    "the camera's picture in, the verdict durable and out to the gate, beside bare SQLite commits with synchronous=FULL",
  async *rows(size) {
    const packs = bySize(size, { small: 60, normal: 4_000, full: 60_000 });
    yield await measure("line.verdict", packs, 1);
    yield await measure("line.burst", packs * 2, burst);
  },
};

async function measure(name: string, packs: number, atOnce: number): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), "packtrail-bench-"));
  const machine = realMachine({ log: silentLog });
  try {
    const bare = machine.database.sqlite(join(folder, "bare.sqlite"));
    const limitRate = await durableCommitRate(bare, Math.max(100, Math.ceil(packs / atOnce / 4)), atOnce);
    bare.close();
    const calls = Math.floor(packs / atOnce);
    const warmupCalls = Math.min(50, calls);
    const devices = benchDevices(atOnce);
    const config = {
      lineId: "line-1",
      environment: "validation",
      journalPath: join(folder, "journal.sqlite"),
    } as const;
    const line = await startVerdictProcess(config, machine, devices.open, (error) => {
      throw error;
    });
    await startRun(line, (calls + warmupCalls + 4) * atOnce);
    const durations: number[] = [];
    for (let call = -warmupCalls; call < calls; call++) {
      await devices.print();
      const start = performance.now();
      await devices.read();
      if (call >= 0) durations.push(performance.now() - start);
      devices.gate();
    }
    const timed = timedOf(durations, atOnce);
    const hash = resultHash();
    for (const { body } of await line.port.entries(0, 200)) if (body.kind === "verdict") hash.add(JSON.stringify(body));
    await line.stop();
    return benchRow(name, unit, timed, limitRate, hash.hex());
  } finally {
    machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startRun(line: VerdictProcess, quantity: number): Promise<void> {
  const signature = {
    signatureId: runId,
    userId: person,
    userName: "op",
    meaning: "performed",
    at: 1,
    recordHash: "0".repeat(64),
  };
  const order = testOrder({ quantity, packsPerCase: 500, casesPerPallet: 500, spare: 40 });
  await line.port.command({ name: "prepareRun", order });
  await line.port.command({ name: "clearLine", runId, checklist: ["bin empty"], signatures: [signature, signature] });
  await line.port.command({ name: "start", runId, by: person });
  while ((await line.port.run(runId))?.state !== "Execute") await new Promise((resolve) => setTimeout(resolve, 5));
}

type BenchDevices = { readonly open: OpenDevices; print(): Promise<void>; read(): Promise<void>; gate(): void };

/** Devices that answer at once and print whenever they are fed; packs pass when the bench says so. */
function benchDevices(atOnce: number): BenchDevices {
  let emit: (event: DeviceEvent) => void = () => undefined;
  const queue: PrintRecord[] = [];
  let trackingId = 0;
  let judged = 0;
  let done: (() => void) | undefined;
  let refilled: (() => void) | undefined;
  const nothing = async () => undefined;
  const counters = {
    infeed: 0,
    triggers: 0,
    accepted: 0,
    rejected: 0,
    downstreamRejected: 0,
    bin: 0,
    cases: 0,
    pallets: 0,
  };
  const identity = { maker: "Packtrail", model: "SIMULATED for benches", simulated: true };
  const printer: Printer = {
    identity,
    capabilities: { queueMax: 64, receiveAck: true, printDone: true, perItemEcho: true, flush: true },
    async print(record) {
      queue.push(record);
      refilled?.();
    },
    flush: nothing,
    printCount: async () => trackingId,
    close: nothing,
  };
  const reader: Reader = {
    identity,
    loadJob: nothing,
    triggerCount: async () => trackingId,
    image: async () => undefined,
    close: nothing,
  };
  const devices: LineDevices = {
    conveyor: {
      identity,
      prepare: nothing,
      start: nothing,
      stop: nothing,
      infeed: nothing,
      async verdict() {
        if (++judged >= atOnce) done?.();
      },
      judgeContainer: nothing,
      judgeLabel: nothing,
      finish: nothing,
      counters: async () => counters,
      close: nothing,
    },
    packPrinter: printer,
    casePrinter: printer,
    palletPrinter: printer,
    packReader: reader,
    caseContentReader: reader,
    caseLabelReader: reader,
    palletLabelReader: reader,
  };
  let passing: { readonly trackingId: number; readonly elements: string }[] = [];
  const read = (pack: { readonly trackingId: number; readonly elements: string }) =>
    emit({
      device: "packReader",
      event: {
        type: "read",
        triggerId: pack.trackingId,
        imageId: `image-${pack.trackingId}`,
        text: { matched: true, scoreMin: 0.9 },
        symbols: [{ elements: pack.elements, symbology: "]d2", corners: [0, 0, 1, 0, 1, 1, 0, 1], grade: 3.6 }],
      },
    });
  return {
    open: async (emitter) => {
      emit = emitter;
      return devices;
    },
    async print() {
      passing = [];
      while (passing.length < atOnce) {
        if (queue.length === 0) await new Promise<void>((resolve) => (refilled = resolve));
        const record = queue.shift() as PrintRecord;
        passing.push({ trackingId: ++trackingId, elements: record.elements });
        emit({ device: "conveyor", event: { type: "print-go", trackingId } });
        emit({ device: "packPrinter", event: { type: "print-done", seq: record.seq } });
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
    /** Resolves when each pack's verdict has been handed to the conveyor. */
    async read() {
      judged = 0;
      const verdicts = new Promise<void>((resolve) => (done = resolve));
      for (const pack of passing) read(pack);
      await verdicts;
    },
    gate() {
      for (const pack of passing)
        emit({
          device: "conveyor",
          event: { type: "gate", trackingId: pack.trackingId, outcome: "accepted", late: false },
        });
    },
  };
}
