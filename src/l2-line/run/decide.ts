import type { ConveyorEvent, DeviceEvent, ReaderEvent } from "../../contract/device-port.ts";
import type { RunOrder } from "../../contract/line-api.ts";
import { unreachable } from "../../kernel/base/invariant.ts";
import { ok, refuse, type Refused, type Result } from "../../kernel/base/result.ts";
import { serialTransitions } from "../../kernel/serials/states.ts";
import { whyNot } from "./commands.ts";
import { onContainerFull, onContentRead } from "./containers.ts";
import { onLabelApplied, onLabelRead } from "./label-station.ts";
import type { Command, DeviceName, Input, Line, PrinterName, RunCommand } from "./line.ts";
import { missingProblem } from "./missing.ts";
import { command } from "./operation.ts";
import { judgeAgainProblem } from "./pallet-aside.ts";
import { loseNext, onGate, onPackRead, onPrintGo } from "./packs.ts";
import { advance, pollCounters } from "./planner.ts";
import { onPrintDone } from "./printing.ts";
import { onDone, onFailed, retryAfterMs } from "./procedures.ts";
import { isActive, isOnLine, newRun, type Run } from "./run.ts";
import { clear, type Decision, enter, holdFor, needRecovery, raise, record, type Turn } from "./turn.ts";

const nothing: Decision = { entries: [], actions: [] };

/**
 * One input taken: what is recorded and what is done once that is durable. No clock, no randomness, no devices. Entries
 * are applied to `line` already (a run holds up to a million numbers, so it is changed in place); whoever cannot
 * make them durable must forget `line` and fold the journal again.
 */
export function decide(line: Line, input: Input): Decision {
  if (input.type === "command" && input.command.name === "prepareRun")
    return prepareRun(line, input.command.order, input.at);
  if (input.type === "device" && input.event.event.type === "link")
    line.belt.links[input.event.device] = input.event.event.up;
  const run = input.type === "command" ? line.runs.get(runIdOf(input.command)) : onLine(line);
  if (!run) return input.type === "command" ? { ...nothing, refusal: { code: "line.run-unknown" } } : nothing;
  const turn: Turn = { line, belt: line.belt, run, at: input.at, entries: [], actions: [] };
  if (input.type === "command") {
    const refused = commanded(turn, input.command);
    if (refused) return { ...nothing, refusal: refused.refusal };
  } else hear(turn, input);
  advance(turn);
  return { entries: turn.entries, actions: turn.actions };
}

function onLine(line: Line): Run | undefined {
  for (const run of line.runs.values()) if (isOnLine(run)) return run;
  return undefined;
}

function runIdOf(asked: Command): string {
  return asked.name === "prepareRun" ? asked.order.runId : asked.runId;
}

// ---------------------------------------------------------------- commands

function prepareRun(line: Line, order: RunOrder, at: number): Decision {
  const known = line.runs.get(order.runId);
  if (known)
    return JSON.stringify(known.order) === JSON.stringify(order)
      ? nothing
      : { ...nothing, refusal: { code: "line.run-differs" } };
  const checked = checkOrder(line, order);
  if (!checked.ok) return { ...nothing, refusal: checked.refusal };
  const run = newRun(order);
  line.runs.set(order.runId, run);
  const turn: Turn = { line, belt: line.belt, run, at, entries: [], actions: [] };
  const { workOrderId, gtin, lot, expiry, quantity, recipe, numbers } = order;
  record(turn, {
    kind: "run-prepared",
    workOrderId,
    gtin,
    lot,
    expiry,
    quantity,
    recipeId: recipe.recipeId,
    recipeVersion: recipe.version,
    allocated: { pack: numbers.pack.length, case: numbers.case.length, pallet: numbers.pallet.length },
  });
  return { entries: turn.entries, actions: turn.actions };
}

function checkOrder(line: Line, order: RunOrder): Result<true> {
  const { numbers, quantity, recipe } = order;
  if (order.lineId !== line.lineId) return refuse("line.other-line", "/lineId");
  const cases = Math.ceil(quantity / recipe.packsPerCase);
  const wanted = { pack: quantity, case: cases, pallet: Math.ceil(cases / recipe.casesPerPallet) };
  for (const level of ["pack", "case", "pallet"] as const) {
    if (numbers[level].length < wanted[level]) return refuse("line.numbers-short", `/numbers/${level}`);
    if (new Set(numbers[level]).size < numbers[level].length)
      return refuse("line.numbers-doubled", `/numbers/${level}`);
    for (const other of line.runs.values()) {
      if (level === "pack" && other.order.gtin !== order.gtin) continue;
      const twice = numbers[level].findIndex((number) => other.numbers[level].has(number));
      if (twice >= 0) return refuse("line.numbers-doubled", `/numbers/${level}/${twice}`);
    }
  }
  return ok(true);
}

function commanded(turn: Turn, asked: Command): Refused | undefined {
  if (asked.name === "prepareRun") return undefined;
  const refused = refusalOf(turn.line, asked);
  if (refused) return refused;
  command(turn, asked);
  return undefined;
}

/** Why a person's command is not possible as it is asked, or undefined. */
export function refusalOf(line: Line, asked: RunCommand): Refused | undefined {
  const run = line.runs.get(asked.runId);
  if (!run) return refuse("line.run-unknown");
  const code = whyNot(line, run, asked.name);
  if (code !== null) return refuse(code, run.state);
  if (asked.name === "sample") return sampleProblem(run, asked.serial, asked.reason);
  if (asked.name === "judgeAgain") return judgeAgainProblem(run, asked);
  return asked.name === "writeOffMissing" ? missingProblem(run, asked) : undefined;
}

const sampleCauses = serialTransitions.find((row) => row.from === "Commissioned" && row.to === "Sampled")?.causes ?? [];

function sampleProblem(run: Run, serial: string, cause: string): Refused | undefined {
  if (!sampleCauses.includes(cause)) return refuse("serials.cause", "/reason", `one of ${sampleCauses.join(", ")}`);
  const known = run.numbers.pack.get(serial);
  if (!known) return refuse("line.number-unknown", "/serial");
  return known.place === "loose" ? undefined : refuse("line.not-loose", "/serial");
}

// ---------------------------------------------------------------- devices

function hear(turn: Turn, input: Exclude<Input, { readonly type: "command" }>): void {
  const { belt } = turn;
  switch (input.type) {
    case "device":
      return onDevice(turn, input.event);
    case "print-taken":
      belt.unacknowledged.delete(input.seq);
      return;
    case "print-failed":
      if (isActive(turn.run))
        holdFor(turn, "print-not-taken", `${input.device} record ${input.seq}: ${input.detail}`.slice(0, 200), true);
      return;
    case "done":
    case "failed":
      if (belt.procedure?.epoch !== input.epoch) return;
      belt.procedure = null;
      if (input.type === "done") onDone(turn, input.result);
      else onFailed(turn, input.name, input.code, input.detail);
      return;
    case "counters":
      belt.countersAsked = false;
      if (!input.counters) return;
      belt.counters = input.counters;
      belt.countersStale = false;
      return;
    case "action-failed":
      if (input.device !== "conveyor") return;
      belt.infeed = null;
      belt.retryAt = input.at + retryAfterMs;
      return;
    case "opened":
      return onOpened(turn);
    case "tick":
      return pollCounters(turn);
    default:
      return unreachable(input);
  }
}

/** The process came up on a journal in which the run was on the line: nothing on the belt is known any more. */
function onOpened(turn: Turn): void {
  const { run } = turn;
  if (run.state === "Aborted" && !run.countersRead) return needRecovery(turn, "restarted");
  if (!isActive(run)) return;
  raise(
    turn,
    "restarted",
    "the line's verdict process was started anew; look at belt, gate and packer before going on",
  );
  needRecovery(turn, "restarted");
  if (run.state !== "Held" && run.state !== "Holding") enter(turn, "Holding", "restarted");
  if (run.state === "Holding") enter(turn, "Held", "restarted");
}

function onDevice(turn: Turn, { device, event }: DeviceEvent): void {
  if (event.type === "link") return onLink(turn, device, event.up, event.detail ?? "");
  if (event.type === "fault") {
    if (isActive(turn.run)) holdFor(turn, `${device}-${event.code}`.slice(0, 100), event.detail, false);
    return;
  }
  switch (device) {
    case "conveyor":
      return onConveyor(turn, event);
    case "packPrinter":
    case "casePrinter":
    case "palletPrinter":
      return onPrinter(turn, device, event);
    default:
      return onReader(turn, device, event);
  }
}

function onPrinter(turn: Turn, device: PrinterName, event: DeviceEvent["event"]): void {
  if (event.type === "print-done") onPrintDone(turn, device, event.seq);
}

function onLink(turn: Turn, device: DeviceName, up: boolean, detail: string): void {
  if (up) return clear(turn, `link-${device}`);
  if (!isActive(turn.run)) return;
  turn.belt.blind.add(device);
  holdFor(
    turn,
    `link-${device}`,
    `the connection to ${device} is lost${detail === "" ? "" : `: ${detail}`}`.slice(0, 200),
    true,
  );
}

function onConveyor(turn: Turn, event: ConveyorEvent): void {
  switch (event.type) {
    case "link":
      return;
    case "print-go":
      return onPrintGo(turn, event.trackingId);
    case "gate":
      changed(turn);
      return onGate(turn, event);
    case "container-full":
      changed(turn);
      return onContainerFull(turn, event.level, event.index, event.count);
    case "label-applied":
      changed(turn);
      return onLabelApplied(turn, event.level, event.index);
    case "alarm":
      return onAlarm(turn, event.code, event.active);
    case "running":
      if (!event.running && turn.belt.procedure?.name !== "final-counters") beltStopped(turn);
      return;
    default:
      return unreachable(event);
  }
}

function changed(turn: Turn): void {
  turn.belt.lastChangeAt = turn.at;
  turn.belt.finishAttempts = 0;
}

function onAlarm(turn: Turn, code: string, active: boolean): void {
  const name = `conveyor-${code}`;
  if (!active) return clear(turn, name);
  if (code === "gap" && turn.belt.recovery === null) loseNext(turn);
  // Events that were overwritten unread: print-goes and gate answers may be among them.
  if (isActive(turn.run)) holdFor(turn, name, `the conveyor stopped: ${code}`, code === "event-overrun");
}

function beltStopped(turn: Turn): void {
  const { state } = turn.run;
  if (state === "Execute" || state === "Completing")
    holdFor(turn, "belt-stopped", "the belt was stopped at the machine", false);
}

type ReaderDevice = "packReader" | "caseContentReader" | "caseLabelReader" | "palletLabelReader";

function onReader(turn: Turn, device: ReaderDevice, event: DeviceEvent["event"]): void {
  const read = event as ReaderEvent;
  if (read.type !== "read") return;
  if (device === "packReader") return onPackRead(turn, read);
  if (device === "caseContentReader") return onContentRead(turn, read);
  return onLabelRead(turn, device === "caseLabelReader" ? "case" : "pallet", read);
}
