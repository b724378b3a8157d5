import type { JournalBody, RunState } from "../../contract/journal.ts";
import type { Refusal } from "../../kernel/base/result.ts";
import { moveNumber } from "../../kernel/serials/states.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { evolve } from "./evolve.ts";
import type { Belt, DeviceAction, Line, Procedure, RunEntry } from "./line.ts";
import type { Level, NumberState, Run } from "./run.ts";

/**
 * One decision being made: what is recorded is applied to the run at once, so that the next rule sees it, and
 * what is to be done waits until the record is durable.
 */
export type Turn = {
  readonly line: Line;
  readonly belt: Belt;
  readonly run: Run;
  readonly at: number;
  readonly entries: RunEntry[];
  readonly actions: DeviceAction[];
};

/** What a decision came to. A refusal has neither entries nor actions. */
export type Decision = {
  readonly entries: readonly RunEntry[];
  readonly actions: readonly DeviceAction[];
  readonly refusal?: Refusal;
};

export function record(turn: Turn, body: JournalBody): void {
  evolve(turn.run, body, turn.at);
  turn.entries.push({ runId: turn.run.order.runId, body });
}

export function act(turn: Turn, action: DeviceAction): void {
  turn.actions.push(action);
}

export type MoveDetails = { readonly cause: string; readonly trackingId?: number; readonly by?: string };

/** Moves a number as the kernel's table of states allows; another move is a bug of this level. */
export function move(turn: Turn, level: Level, number: string, to: NumberState, details: MoveDetails): void {
  const from = turn.run.numbers[level].get(number)?.state;
  invariant(from !== undefined, `${level} ${number} is not of this run`);
  const allowed = moveNumber(from, to, { by: 2, cause: details.cause });
  invariant(allowed.ok, `${level} ${number}: ${from} to ${to} because of ${details.cause}`);
  record(turn, {
    kind: "number-moved",
    level,
    number,
    from,
    to,
    cause: details.cause,
    ...(details.trackingId === undefined ? {} : { trackingId: details.trackingId }),
    ...(details.by === undefined ? {} : { by: details.by }),
  });
}

export function enter(turn: Turn, to: RunState, cause: string, by?: string): void {
  record(turn, { kind: "run-state", from: turn.run.state, to, cause, ...(by === undefined ? {} : { by }) });
  turn.belt.lastChangeAt = turn.at;
}

export function raise(turn: Turn, code: string, detail: string): void {
  if (!turn.run.alarms.has(code)) record(turn, { kind: "alarm", code, active: true, detail });
}

export function clear(turn: Turn, code: string): void {
  if (turn.run.alarms.has(code)) record(turn, { kind: "alarm", code, active: false, detail: "" });
}

/** Starts a procedure on the devices; what an earlier one still answers is for nobody. */
export function begin(turn: Turn, name: Exclude<Procedure, "prepare">): void {
  turn.belt.procedure = { name, epoch: ++turn.belt.epoch };
  act(turn, { type: name, epoch: turn.belt.epoch });
}

/** The line stops by itself: alarm, belt stopped; `recover` when the order of prints and packs is not certain any more. */
export function holdFor(turn: Turn, code: string, detail: string, recover: boolean): void {
  raise(turn, code, detail);
  if (recover) needRecovery(turn, code);
  const state = turn.run.state;
  if (state !== "Starting" && state !== "Execute" && state !== "Unholding" && state !== "Completing") return;
  enter(turn, "Holding", code);
  begin(turn, "stop-belt");
}

/** Everything seen of the belt and the printers' queues is uncertain from now on. */
export function needRecovery(turn: Turn, why: string): void {
  turn.belt.recovery = why;
  if (turn.belt.procedure?.name === "recover") turn.belt.procedure = null;
  turn.belt.queue = [];
  turn.belt.packs.clear();
}
