/** What a person watches: a bar per stage. On a pipe it is one line per finished stage; with `--json` nothing. */
export type Progress = {
  /** Runs one stage; `at` moves its bar, in units of the stage (packs, containers, steps). */
  stage<T>(name: string, total: number, unit: string, work: (at: (done: number) => void) => Promise<T>): Promise<T>;
  readonly seconds: Readonly<Record<string, number>>;
  /** The rate that a stage had, per second, by its name. */
  readonly rates: Readonly<Record<string, string>>;
};

const barWidth = 28;
const redrawEveryMs = 100;

export function createProgress(out: NodeJS.WriteStream | undefined): Progress {
  const seconds: Record<string, number> = {};
  const rates: Record<string, string> = {};
  return {
    seconds,
    rates,
    async stage(name, total, unit, work) {
      const started = performance.now();
      let drawnAt = 0;
      const draw = (done: number, finished: boolean) => {
        if (!out) return;
        const now = performance.now();
        if (!finished && (!out.isTTY || now - drawnAt < redrawEveryMs)) return;
        drawnAt = now;
        out.write(
          `${out.isTTY ? "\r" : ""}${barLine(name, done, total, unit, (now - started) / 1000)}${finished ? "\n" : ""}`,
        );
      };
      draw(0, false);
      let reached = 0;
      try {
        return await work((done) => {
          reached = done;
          draw(done, false);
        });
      } finally {
        const elapsed = (performance.now() - started) / 1000;
        seconds[name] = Math.round(elapsed * 100) / 100;
        rates[name] = `${(reached / Math.max(elapsed, 0.001)).toFixed(1)} ${unit}/s`;
        draw(reached, true);
      }
    },
  };
}

function barLine(name: string, done: number, total: number, unit: string, elapsed: number): string {
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const filled = Math.round(share * barWidth);
  const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
  const rate = done > 0 ? `${(done / Math.max(elapsed, 0.001)).toFixed(1)} ${unit}/s` : "";
  return `  ${name.padEnd(12)}${bar}  ${String(done).padStart(String(total).length)}/${total} ${unit.padEnd(11)}${elapsed.toFixed(1).padStart(6)} s  ${rate}`;
}
