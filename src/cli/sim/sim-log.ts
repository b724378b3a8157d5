import { createLog } from "../../runtime/log.ts";
import type { Log, LogFields } from "../../runtime/machine.ts";
import type { Life } from "./life.ts";

/** Lines kept of a run; a failing one shows the last of them. */
const linesMax = 20_000;

export type SimLog = {
  of(life: Life): Log;
  /** What somebody in the hall saw or did. */
  note(message: string, fields: LogFields): void;
  readonly lines: readonly string[];
  readonly errors: readonly string[];
};

/** Keeps what the levels log, in simulated time; a dead process says nothing. */
export function createSimLog(now: () => number): SimLog {
  const lines: string[] = [];
  const errors: string[] = [];
  const keep = (line: string) => {
    lines.push(line.trimEnd());
    if (lines.length > linesMax) lines.shift();
  };
  const hall = createLog({ level: "info", now, fields: { instance: "hall" }, write: keep });
  return {
    note: (message, fields) => hall.info(message, fields),
    lines,
    errors,
    of: (life) =>
      createLog({
        level: "info",
        now,
        fields: { instance: life.instance, life: life.number },
        write: (line) => {
          if (life.dead) return;
          keep(line);
          if (line.includes('"level":"error"')) errors.push(line.trimEnd());
        },
      }),
  };
}
