import type { RunState } from "../../../src/contract/journal.ts";
import type { RunView } from "../../../src/contract/line-api.ts";
import type { Tone } from "../design/tag.tsx";

/** PackML names (ISA-TR88.00.02) with what they mean to whoever stands at the line. */
export const runStateWords: Readonly<Record<RunState, readonly [tone: Tone, meaning: string]>> = {
  Idle: ["idle", "waits for clearance and start"],
  Starting: ["info", "starting up"],
  Execute: ["good", "running"],
  Holding: ["warn", "coming to a stop"],
  Held: ["warn", "held"],
  Unholding: ["info", "going on"],
  Completing: ["info", "draining the line"],
  Complete: ["good", "run complete"],
  Aborted: ["bad", "aborted"],
};

const waiting: readonly RunState[] = ["Idle", "Complete", "Aborted"];

/** The run the operator works on: the one on the line, else one that still wants something done, else the newest. */
export function currentRun(runs: readonly RunView[]): RunView | undefined {
  return (
    runs.find(({ state }) => !waiting.includes(state)) ??
    runs.find(({ commands }) => Object.values(commands).some((reason) => reason === null)) ??
    runs[0]
  );
}

export function rejectedOf({ rejects }: RunView): number {
  return rejects.printVerify + rejects.downstream;
}
