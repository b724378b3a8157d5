import type { Environment } from "../contract/envelope.ts";
import type { LineDevices, OpenDevices } from "../contract/device-port.ts";
import type { RunOrder, RunView } from "../contract/line-api.ts";
import { invariant } from "../kernel/base/invariant.ts";
import { must, ok, refuse, type Refusal, type Result } from "../kernel/base/result.ts";
import { Fault } from "../runtime/fault.ts";
import type { Machine, Timer } from "../runtime/machine.ts";
import { type Heard, perform } from "./device-calls.ts";
import { type Journal, openJournal, runsHeldMax } from "./journal.ts";
import { type LinePort, type Snapshot, snapshotEveryMs } from "./line-port.ts";
import { decide, refusalOf } from "./run/decide.ts";
import { type Command, type DeviceAction, type Input, type Line, newLine, type RunEntry } from "./run/line.ts";
import { listNumbers, viewRun } from "./run/view.ts";

export type VerdictConfig = {
  readonly lineId: string;
  readonly environment: Environment;
  readonly journalPath: string;
  readonly offsetMinutes?: number;
};

export type VerdictProcess = { readonly port: LinePort; stop(): Promise<void> };

export type VerdictMachine = Pick<Machine, "clock" | "log" | "database">;

/** Inputs that wait for the next turn; devices cannot be told to wait, so past it the process stops honestly. */
const inboxMax = 50_000;
const tickEveryMs = 200;
const entriesPerCallMax = 2_000;
/** Records the line keeps in a printer that could hold more: few, so that few are lost with it. */
const depthMax = { pack: 5, case: 1, pallet: 1 } as const;

type Waiting = {
  readonly input: Input;
  readonly settle?: (result: Result<RunView>) => void;
  readonly fail?: (error: unknown) => void;
};

/**
 * The verdict path of one line: devices and journal, no HTTP. It runs at its own pace: what came in since the last turn
 * is decided at once, written in one durable transaction, and only then acted upon. `onFatal` is told when the
 * journal cannot be written or the rules find a bug: from then on nothing is decided, and the process has to be
 * started anew. Throws refusal `line.journal-broken` on a journal that does not add up.
 */
export async function startVerdictProcess(
  config: VerdictConfig,
  machine: VerdictMachine,
  openDevices: OpenDevices,
  onFatal: (error: unknown) => void,
): Promise<VerdictProcess> {
  const { clock, log } = machine;
  const journal = must(
    openJournal(machine.database, { ...config, path: config.journalPath, offsetMinutes: config.offsetMinutes ?? 0 }),
  );
  const loop = turnLoop({
    journal,
    clock,
    onFatal(error) {
      log.error("the verdict path stops", { lineId: config.lineId, error: String(error) });
      onFatal(error);
    },
  });
  const devices = await openDevices((event) => loop.heard({ type: "device", event }));
  const line = newLine(config.lineId, depthOf(devices));
  for (const [runId, run] of journal.runs()) line.runs.set(runId, run);
  const watchers = openWatchers(clock, () => ({ headSeq: journal.head().seq, runs: viewsOf(line) }));
  loop.begin({ line, devices, changed: watchers.changed });
  let ticking: Timer | undefined;
  const tick = () => {
    ticking = clock.after(tickEveryMs, () => {
      loop.heard({ type: "tick" });
      if (loop.problem() === undefined) tick();
    });
  };
  tick();
  return {
    port: portOf({ line, journal, devices, watchers, loop }),
    async stop() {
      ticking?.cancel();
      watchers.close();
      loop.end();
      await Promise.all(Object.values(devices).map((device) => device.close()));
      journal.close();
    },
  };
}

function depthOf({ packPrinter, casePrinter, palletPrinter }: LineDevices): Line["queueMax"] {
  return {
    pack: Math.min(depthMax.pack, packPrinter.capabilities.queueMax),
    case: Math.min(depthMax.case, casePrinter.capabilities.queueMax),
    pallet: Math.min(depthMax.pallet, palletPrinter.capabilities.queueMax),
  };
}

type Floor = { readonly line: Line; readonly devices: LineDevices; readonly changed: () => void };

type TurnLoop = {
  readonly heard: Heard;
  ask(command: Command): Promise<Result<RunView>>;
  /** Takes what came in so far, after the word that the process has started. */
  begin(floor: Floor): void;
  /** Why nothing is decided any more. */
  readonly problem: () => Fault | undefined;
  end(): void;
};

function turnLoop({
  journal,
  clock,
  onFatal,
}: {
  readonly journal: Journal;
  readonly clock: Machine["clock"];
  readonly onFatal: (error: unknown) => void;
}): TurnLoop {
  const inbox: Waiting[] = [];
  let floor: Floor | undefined;
  let scheduled = false;
  let over: Fault | undefined;

  const now = () => Math.max(clock.now(), journal.lastAt());
  const stop = (error: unknown) => {
    over ??= away(error);
    for (const waiting of inbox.splice(0)) waiting.fail?.(over);
  };
  const fatal = (error: unknown) => {
    if (over) return;
    stop(error);
    onFatal(error);
  };
  const schedule = () => {
    if (scheduled || !floor) return;
    scheduled = true;
    queueMicrotask(turn);
  };
  const take = (waiting: Waiting) => {
    if (over) return waiting.fail?.(over);
    inbox.push(waiting);
    if (inbox.length > inboxMax)
      return fatal(new Fault("permanent", "line.overrun", `${inboxMax} inputs wait for a turn`));
    schedule();
  };
  const heard: Heard = (input) => take({ input: { ...input, at: now() } });
  const turn = () => {
    scheduled = false;
    if (over || !floor) return;
    const { line, devices, changed } = floor;
    const taken = inbox.splice(0);
    const made: Made = { entries: [], actions: [], orders: [], refusals: new Map() };
    try {
      const at = now();
      for (const { input } of taken) decideOne(line, input, at, made);
      if (made.entries.length > 0) journal.append(made.entries, at, made.orders);
    } catch (error) {
      for (const waiting of taken) waiting.fail?.(away(error));
      return fatal(error);
    }
    forgetOldRuns(line);
    for (const action of made.actions) perform(devices, action, heard);
    for (const waiting of taken) waiting.settle?.(answerOf(line, waiting.input, made.refusals.get(waiting.input)));
    changed();
  };
  return {
    heard,
    ask: (command) =>
      new Promise((settle, fail) => {
        take({ input: { type: "command", command, at: now() }, settle, fail });
      }),
    begin(ready) {
      floor = ready;
      // First of all: what was on the line when the journal ended is unknown now.
      inbox.unshift({ input: { type: "opened", at: now() } });
      schedule();
    },
    problem: () => over,
    end: () => stop(new Error("stopped")),
  };
}

/** Runs long closed stay in the journal, not in memory. */
function forgetOldRuns(line: Line): void {
  for (const [runId, run] of line.runs) {
    if (line.runs.size <= runsHeldMax) return;
    if (run.ended) line.runs.delete(runId);
  }
}

type Made = {
  readonly entries: RunEntry[];
  readonly actions: DeviceAction[];
  readonly orders: RunOrder[];
  readonly refusals: Map<Input, Refusal>;
};

function decideOne(line: Line, input: Input, at: number, made: Made): void {
  const decision = decide(line, { ...input, at });
  made.entries.push(...decision.entries);
  made.actions.push(...decision.actions);
  if (decision.refusal) made.refusals.set(input, decision.refusal);
  else if (input.type === "command" && input.command.name === "prepareRun" && decision.entries.length > 0)
    made.orders.push(input.command.order);
}

function answerOf(line: Line, input: Input, refusal: Refusal | undefined): Result<RunView> {
  if (refusal) return refuse(refusal.code, refusal.at, refusal.message);
  invariant(input.type === "command", "only commands are answered");
  const runId = input.command.name === "prepareRun" ? input.command.order.runId : input.command.runId;
  const run = line.runs.get(runId);
  return run ? ok(viewRun(line, run)) : refuse("line.run-unknown");
}

function viewsOf(line: Line): RunView[] {
  return [...line.runs.values()].reverse().map((run) => viewRun(line, run));
}

function away(error: unknown): Fault {
  return new Fault("ambiguous", "line.verdict-path-away", "the verdict path stopped; it is started anew", error);
}

type PortParts = {
  readonly line: Line;
  readonly journal: Journal;
  readonly devices: LineDevices;
  readonly watchers: Watchers;
  readonly loop: TurnLoop;
};

function portOf({ line, journal, devices, watchers, loop }: PortParts): LinePort {
  const asked = async <T>(work: () => T): Promise<T> => {
    const fault = loop.problem();
    if (fault) throw fault;
    return work();
  };
  return {
    command: loop.ask,
    runs: () => asked(() => viewsOf(line)),
    run: (runId) =>
      asked(() => {
        const run = line.runs.get(runId);
        return run ? viewRun(line, run) : null;
      }),
    refusal: (command) => asked(() => refusalOf(line, command)?.refusal ?? null),
    numbers: (runId, query) =>
      asked(() => {
        const run = line.runs.get(runId);
        return run ? listNumbers(run, query) : null;
      }),
    entries: (after, limit) => asked(() => journal.entriesAfter(after, Math.min(limit, entriesPerCallMax))),
    devices: () =>
      asked(() =>
        Object.fromEntries(
          Object.entries(line.belt.links).map(([name, up]) => [
            name,
            { ...devices[name as keyof LineDevices].identity, up },
          ]),
        ),
      ),
    async image(imageId) {
      for (const name of ["packReader", "caseContentReader", "caseLabelReader", "palletLabelReader"] as const) {
        const picture = await devices[name].image(imageId).catch(() => undefined);
        if (picture) return picture;
      }
      return null;
    },
    subscribe: watchers.subscribe,
  };
}

type Watchers = { changed(): void; subscribe(listener: (snapshot: Snapshot) => void): () => void; close(): void };

/** Tells at once when nothing was told lately, else when `snapshotEveryMs` have passed. */
function openWatchers(clock: Machine["clock"], snapshot: () => Snapshot): Watchers {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let timer: Timer | undefined;
  return {
    changed() {
      if (timer || listeners.size === 0) return;
      timer = clock.after(snapshotEveryMs, () => {
        timer = undefined;
        const now = snapshot();
        for (const listener of listeners) listener(now);
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(snapshot());
      return () => void listeners.delete(listener);
    },
    close() {
      timer?.cancel();
      listeners.clear();
    },
  };
}
