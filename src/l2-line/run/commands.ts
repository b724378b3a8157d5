import type { RunState } from "../../contract/journal.ts";
import { lineRefusals } from "../../contract/refusals/line.ts";
import { deviceNames, type Line } from "./line.ts";
import { countersLost } from "./recovery.ts";
import { binContent, isOnLine, palletsAside, type Run } from "./run.ts";

export type LineRefusal = keyof typeof lineRefusals;

type Question = (line: Line, run: Run) => LineRefusal | null;

const free: Question = (line, run) =>
  [...line.runs.values()].some((other) => other !== run && isOnLine(other)) ? "line.occupied" : null;
const cleared: Question = (_line, run) => (run.cleared ? null : "line.not-cleared");
const notCleared: Question = (_line, run) => (run.cleared ? "line.cleared" : null);
const devicesThere: Question = (line) =>
  deviceNames.every((name) => line.belt.links[name]) ? null : "line.devices-away";
const recovered: Question = (line) =>
  line.belt.recovery === null && line.belt.procedure === null ? null : "line.recovering";
const counting: Question = (_line, run) => (run.alarms.has(countersLost) ? "line.counters-lost" : null);
const binCounted: Question = (_line, run) => (run.binCounted === null ? "line.bin-not-counted" : null);
const binAgrees: Question = (_line, run) => (run.binCounted === binContent(run) ? null : "line.bin-mismatch");
const packsMissing: Question = (_line, run) =>
  (run.binCounted ?? 0) < binContent(run) ? null : "line.nothing-missing";
const palletAside: Question = (_line, run) => (palletsAside(run).length > 0 ? null : "line.no-pallet-aside");

type Rule = { readonly states: readonly RunState[]; readonly unless: readonly Question[] };

/** The one table: which command is possible in which state, and what else has to hold. Server, button and manual read it. */
export const commandRules = {
  clearLine: { states: ["Idle"], unless: [notCleared, free] },
  start: { states: ["Idle"], unless: [cleared, free, devicesThere] },
  hold: { states: ["Starting", "Execute", "Unholding", "Completing"], unless: [] },
  unhold: { states: ["Held"], unless: [devicesThere, recovered, counting] },
  complete: { states: ["Execute", "Held"], unless: [devicesThere, recovered, counting] },
  abort: { states: ["Starting", "Execute", "Holding", "Held", "Unholding", "Completing"], unless: [] },
  countBin: { states: ["Held", "Complete", "Aborted"], unless: [] },
  judgeAgain: { states: ["Held"], unless: [devicesThere, recovered, palletAside] },
  writeOffMissing: { states: ["Complete", "Aborted"], unless: [binCounted, packsMissing] },
  dispose: { states: ["Held", "Complete", "Aborted"], unless: [binCounted, binAgrees] },
  sample: { states: ["Held"], unless: [recovered] },
} as const satisfies Record<string, Rule>;

/** Of an aborted run they wait until the belt is emptied and read. */
const binCommands: ReadonlySet<string> = new Set(["countBin", "writeOffMissing", "dispose"]);

export type CommandName = keyof typeof commandRules;

/** The code of what stands in the way of a command, or null. */
export function whyNot(line: Line, run: Run, command: CommandName): LineRefusal | null {
  const rule: Rule = commandRules[command];
  if (run.ended) return "line.ended";
  if (!rule.states.includes(run.state)) return "line.state";
  for (const question of rule.unless) {
    const code = question(line, run);
    if (code !== null) return code;
  }
  if (binCommands.has(command) && run.state === "Aborted" && line.belt.recovery !== null) return "line.recovering";
  return null;
}

/** The tooltip of a button that cannot be pressed: the same sentence as the server's refusal. */
export function commandReasons(line: Line, run: Run): Record<CommandName, string | null> {
  const names = Object.keys(commandRules) as CommandName[];
  return Object.fromEntries(
    names.map((name) => {
      const code = whyNot(line, run, name);
      return [name, code === null ? null : lineRefusals[code].title];
    }),
  ) as Record<CommandName, string | null>;
}
