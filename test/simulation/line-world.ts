import type { JournalBody } from "../../src/contract/journal.ts";
import type { RunOrder } from "../../src/contract/line-api.ts";
import { whyNot } from "../../src/l2-line/run/commands.ts";
import { decide } from "../../src/l2-line/run/decide.ts";
import { evolve } from "../../src/l2-line/run/evolve.ts";
import { type Command, type DeviceAction, type Input, type Line, newLine } from "../../src/l2-line/run/line.ts";
import { contraries } from "../../src/l2-line/run/packs.ts";
import { binContent, newRun, type Run } from "../../src/l2-line/run/run.ts";
import { packCode } from "../../src/l2-line/run/verdict.ts";
import { isFault } from "../../src/runtime/fault.ts";
import { RefusalError } from "../../src/kernel/base/result.ts";
import { checkDigit } from "../../src/kernel/gs1/check-digit.ts";
import type { LineModel } from "./line-devices.ts";

// The line's pure core and the devices in memory, turned together without a process, a file or a clock.

export type WorldEntry = { readonly at: number; readonly runId: string; readonly body: JournalBody };

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export type World = {
  line: Line;
  readonly journal: WorldEntry[];
  readonly model: LineModel;
  readonly orders: Map<string, RunOrder>;
  now: number;
  queue: Without<Input, "at">[];
  /** Journal writes left until the process dies; `after`: durable, but nothing of it done. */
  crash: { writes: number; when: "before" | "after" } | null;
  crashes: number;
};

export const runId = "0193b3a0-0000-7000-8000-000000000001";
export const person = "0193b3a0-0000-7000-8000-0000000000aa";

export type OrderShape = {
  readonly quantity: number;
  readonly packsPerCase: number;
  readonly casesPerPallet: number;
  readonly spare?: number;
  readonly consecutiveRejectsMax?: number;
};

export function testOrder(shape: OrderShape): RunOrder {
  const { quantity, packsPerCase, casesPerPallet, spare = 400 } = shape;
  const sscc = (extension: number, counter: number) => {
    const body = `${extension}9521234${String(counter).padStart(9, "0")}`;
    return body + String(checkDigit(body));
  };
  const cases = Math.ceil(quantity / packsPerCase);
  return {
    runId,
    workOrderId: "0193b3a0-0000-7000-8000-000000000002",
    owner: "9521234000006",
    environment: "validation",
    lineId: "line-1",
    market: "eu",
    marketRulesVersion: 1,
    gtin: "09521234543213",
    productName: "Exampline 10 mg",
    productVersion: 1,
    companyPrefixLength: 7,
    lot: "L26A",
    expiry: "281130",
    quantity,
    recipe: {
      recipeId: "carton-10",
      version: 1,
      packsPerCase,
      casesPerPallet,
      consecutiveRejectsMax: shape.consecutiveRejectsMax ?? 5,
      gradeMin: 1.5,
      textScoreMin: 0.55,
      checkText: true,
      overagePercent: 5,
      overageMin: 20,
    },
    numbers: {
      pack: Array.from({ length: quantity + spare }, (_, i) => `S${String(i * 7919 + 10_000_000).padStart(11, "0")}`),
      case: Array.from({ length: cases + spare }, (_, i) => sscc(1, i)),
      pallet: Array.from({ length: Math.ceil(cases / casesPerPallet) + spare }, (_, i) => sscc(2, i)),
    },
  };
}

export function newWorld(model: LineModel): World {
  const queueMax = { pack: model.queueMax, case: 2, pallet: 2 };
  return {
    line: newLine("line-1", queueMax),
    journal: [],
    model,
    orders: new Map(),
    now: 1_000,
    queue: [],
    crash: null,
    crashes: 0,
  };
}

/** The runs as the journal alone tells them. */
export function foldJournal(world: World): Map<string, Run> {
  const runs = new Map<string, Run>();
  for (const [id, order] of world.orders)
    if (world.journal.some((entry) => entry.runId === id)) runs.set(id, newRun(order));
  for (const { runId: id, body, at } of world.journal) evolve(runs.get(id) as Run, body, at);
  return runs;
}

export function command(world: World, asked: Command): string | undefined {
  if (asked.name === "prepareRun") world.orders.set(asked.order.runId, asked.order);
  const refused = feed(world, { type: "command", command: asked });
  drainQueue(world);
  return refused;
}

/** One input taken as the verdict process takes it: decided, made durable, acted on. */
export function feed(world: World, input: Without<Input, "at">): string | undefined {
  const decision = decide(world.line, { ...input, at: world.now });
  if (decision.entries.length > 0 && world.crash) {
    if (world.crash.writes-- <= 0) {
      if (world.crash.when === "after") write(world, decision.entries);
      restart(world);
      return undefined;
    }
  }
  write(world, decision.entries);
  for (const action of decision.actions) perform(world, action);
  return decision.refusal?.code;
}

function write(world: World, entries: readonly { readonly runId: string; readonly body: JournalBody }[]): void {
  for (const entry of entries) world.journal.push({ at: world.now, ...entry });
}

/** kill -9 and a new process on the same journal. */
export function restart(world: World): void {
  world.crash = null;
  world.crashes++;
  world.queue = [];
  world.line = newLine("line-1", world.line.queueMax);
  for (const [id, run] of foldJournal(world)) world.line.runs.set(id, run);
  world.model.newSession();
  feed(world, { type: "opened" });
}

export function drainQueue(world: World): void {
  for (let input = world.queue.shift(); input !== undefined; input = world.queue.shift()) feed(world, input);
}

function hear(world: World): void {
  for (let event = world.model.deliver(); event; event = world.model.deliver()) {
    world.queue.push({ type: "device", event });
    drainQueue(world);
  }
}

/** The belt moves on, what was said is heard, a tick now and then. */
export function turnWorld(world: World): void {
  world.now += 50;
  world.model.step();
  hear(world);
  if (world.now % 200 === 0) {
    world.queue.push({ type: "tick" });
    drainQueue(world);
  }
}

function perform(world: World, action: DeviceAction): void {
  const { model, queue } = world;
  const attempt = (work: () => void, failed: (error: Error, code: string) => void) => {
    try {
      work();
    } catch (error) {
      if (isFault(error)) failed(error, error.code);
      else if (error instanceof RefusalError) failed(error, error.refusal.code);
      else throw error;
    }
  };
  const conveyor = (work: () => void) =>
    attempt(work, (error, code) => {
      if (code !== "device.unknown-container")
        queue.push({ type: "action-failed", device: "conveyor", detail: error.message });
    });
  const printed = () => ({
    pack: model.printer("packPrinter").printCount(),
    case: model.printer("casePrinter").printCount(),
    pallet: model.printer("palletPrinter").printCount(),
  });
  const flush = () => {
    for (const name of ["packPrinter", "casePrinter", "palletPrinter"] as const) model.printer(name).flush();
  };
  const stop = () => {
    model.conveyor.stop();
    for (const event of model.deliverConveyor()) queue.push({ type: "device", event });
  };
  const readers = ["packReader", "caseContentReader", "caseLabelReader", "palletLabelReader"] as const;
  switch (action.type) {
    case "print":
      return attempt(
        () => {
          model.printer(action.device).print(action.record);
          queue.push({ type: "print-taken", device: action.device, seq: action.record.seq });
        },
        (error) =>
          queue.push({ type: "print-failed", device: action.device, seq: action.record.seq, detail: error.message }),
      );
    case "verdict":
      return conveyor(() => model.conveyor.verdict(action.trackingId, action.verdict));
    case "infeed":
      return conveyor(() => model.conveyor.infeed(action.open));
    case "judge-container":
      return conveyor(() => model.conveyor.judgeContainer(action.level, action.index, action.verdict));
    case "judge-label":
      return conveyor(() => model.conveyor.judgeLabel(action.level, action.index, action.verdict));
    case "finish":
      return conveyor(() => model.conveyor.finish(action.level));
    case "read-counters":
      return attempt(
        () => void queue.push({ type: "counters", counters: model.conveyor.counters() }),
        () => void queue.push({ type: "counters", counters: null }),
      );
    default: {
      const { epoch, type: name } = action;
      return attempt(
        () => {
          if (name === "prepare") {
            model.conveyor.stop();
            model.conveyor.prepare(action.pattern);
            for (const reader of readers) model.reader(reader).loadJob(action.jobs[reader]);
            flush();
            queue.push({ type: "done", epoch, result: { name, printed: printed() } });
          } else if (name === "start-belt") {
            model.conveyor.start();
            queue.push({ type: "done", epoch, result: { name } });
          } else if (name === "stop-belt") {
            stop();
            queue.push({ type: "done", epoch, result: { name } });
          } else {
            stop();
            flush();
            if (name === "recover")
              queue.push({
                type: "done",
                epoch,
                result: { name, printed: printed(), conveyor: model.conveyor.counters() },
              });
            else {
              const [pack, caseContent, caseLabel, palletLabel] = readers.map((reader) =>
                model.reader(reader).triggerCount(),
              ) as [number, number, number, number];
              queue.push({
                type: "done",
                epoch,
                result: {
                  name,
                  printed: printed(),
                  pictures: { pack, caseContent, caseLabel, palletLabel },
                  conveyor: model.conveyor.counters(),
                },
              });
            }
          }
        },
        (error, code) => queue.push({ type: "failed", epoch, name, code, detail: error.message }),
      );
    }
  }
}

const signature = {
  signatureId: "0193b3a0-0000-7000-8000-0000000000bb",
  userId: person,
  userName: "op",
  meaning: "performed",
  at: 1,
  recordHash: "0".repeat(64),
};

export function prepared(world: World, order: RunOrder): Run {
  command(world, { name: "prepareRun", order });
  command(world, { name: "clearLine", runId, checklist: ["bin empty"], signatures: [signature, signature] });
  command(world, { name: "start", runId, by: person });
  return theRun(world);
}

export function theRun(world: World): Run {
  return world.line.runs.get(runId) as Run;
}

/** What a sensible operator does: puts what went wrong into the bin and goes on. */
export function operate(world: World): void {
  const run = theRun(world);
  if (run.state !== "Held" || whyNot(world.line, run, "unhold") !== null) return;
  for (const trackingId of contraries(run)) world.model.carryToBin(trackingId);
  command(world, { name: "unhold", runId, by: person, reason: "the belt is as it should be" });
}

/** What is not in the bin and should be: everything in it is scanned by hand, two people sign for the rest. */
export function writeOff(world: World, packs: readonly { readonly elements: string | null }[]): string | undefined {
  const missing = binContent(theRun(world)) - packs.length;
  if (missing <= 0) return undefined;
  const read = packs.flatMap(({ elements }) => packCode(elements ?? "")?.serial ?? []);
  const found = read.filter((serial, index) => read.indexOf(serial) === index);
  return command(world, {
    name: "writeOffMissing",
    runId,
    by: person,
    reason: "searched for, not found",
    found,
    unnumbered: packs.length - found.length,
    missing,
    signatures: [signature, signature],
  });
}

export function dispose(world: World): void {
  world.crash = null;
  const { bin, downstreamBin } = world.model.truth();
  const packs = [...bin, ...downstreamBin];
  command(world, { name: "countBin", runId, by: person, counted: packs.length });
  writeOff(world, packs);
  command(world, { name: "dispose", runId, by: person, reason: "rejects", signatures: [signature, signature] });
}
