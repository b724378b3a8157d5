import { setTimeout as sleep } from "node:timers/promises";
import type { All } from "../../src/cli/all/start-all.ts";
import type { Progress } from "../../src/cli/demo/progress.ts";
import type { Blow } from "./schedule.ts";
import { backAgain, killTarget, type Target } from "./targets.ts";

export type Kill = { readonly target: Target; readonly stage: string; readonly atMs: number; readonly backMs: number };

export type Disturbance = {
  /** The stages of the batch, with the blows that belong to each. */
  readonly progress: Progress;
  /** Resolves when everything that was killed is back; throws when something is not. */
  settled(): Promise<readonly Kill[]>;
};

/** Lets the blows fall while the batch goes through its stages; a stage does not wait for them. */
export function disturb(all: All, quiet: Progress, blows: readonly Blow[], tell: (line: string) => void): Disturbance {
  const falling: Promise<readonly Kill[]>[] = [];
  const started = performance.now();

  const strike = async ({ stage, targets, afterMs }: Blow): Promise<readonly Kill[]> => {
    await sleep(afterMs);
    const killed = await Promise.all(targets.map(async (target) => ({ target, pid: await killTarget(all, target) })));
    const killedAt = performance.now();
    tell(`${stage}: kill -9 ${targets.join(", ")}`);
    return Promise.all(
      killed.map(async ({ target, pid }) => {
        await backAgain(all, target, pid);
        return {
          target,
          stage,
          atMs: Math.round(killedAt - started),
          backMs: Math.round(performance.now() - killedAt),
        };
      }),
    );
  };
  const release = (blow: Blow) => {
    const fallen = strike(blow);
    // Somebody may look only after the batch failed for it.
    fallen.catch(() => undefined);
    falling.push(fallen);
  };

  const stage: Progress["stage"] = (name, total, unit, work) => {
    let waiting = blows.filter((blow) => blow.stage === name);
    const reach = (share: number) => {
      const due = waiting.filter(({ atShare = 0 }) => atShare <= share);
      waiting = waiting.filter((blow) => !due.includes(blow));
      due.forEach(release);
    };
    return quiet.stage(name, total, unit, async (at) => {
      tell(name);
      reach(0);
      const done = await work((count) => {
        at(count);
        reach(count / total);
      });
      reach(1);
      return done;
    });
  };
  return {
    progress: { ...quiet, stage },
    settled: async () => (await Promise.all(falling)).flat().sort((a, b) => a.atMs - b.atMs),
  };
}
