import { parentPort, workerData } from "node:worker_threads";
import { runLeg } from "./campaign.ts";
import type { Answer, Job } from "./pool.ts";
import type { Target } from "./target.ts";

// One thread of the fuzzer. It writes the number of each input where the watchdog sees it.
const { seed, module, beat } = workerData as { seed: number; module: string; beat: Int32Array };
const { targets } = (await import(module)) as { targets: readonly Target[] };

// Refusals are errors inside the readers, and most inputs are refused: their stacks would take most of the time.
Error.stackTraceLimit = 0;

parentPort?.on("message", ({ name, from, to }: Job) => {
  const target = targets.find((one) => one.name === name);
  if (!target) throw new Error(`no target ${name}`);
  const leg = runLeg(target, seed, from, to, (index) => {
    Atomics.store(beat, 0, index);
  });
  parentPort?.postMessage({ name, ...leg } satisfies Answer, []);
});
