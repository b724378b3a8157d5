import { Worker } from "node:worker_threads";
import { added, type Found, type Leg } from "./campaign.ts";

export type PoolOptions = {
  readonly seed: number;
  /** Inputs of every parser. */
  readonly count: number;
  readonly workers: number;
  /** The module whose `targets` are fuzzed. */
  readonly module: URL;
  readonly inputMsMax?: number;
  readonly progress?: (name: string, done: number) => void;
};

/** One input takes no more of the processor than this. Time on the wall says nothing where others use the machine too. */
export const inputMsMax = 20_000;
const workersMax = 2;
/** What the parsers of one thread may hold together. */
const heapMiBMax = 768;
const legInputs = 50_000;

export type Job = { readonly name: string; readonly from: number; readonly to: number };
export type Answer = Leg & { readonly name: string };

/** A thread of its own with a watchdog beside it: what throws, hangs, or takes the memory says which input it was. */
class Runner {
  private readonly beat = new Int32Array(new SharedArrayBuffer(4));
  private readonly options: PoolOptions;
  private readonly worker: Worker;

  constructor(options: PoolOptions) {
    this.options = options;
    this.worker = new Worker(new URL("worker.ts", import.meta.url), {
      workerData: { seed: options.seed, module: options.module.href, beat: this.beat },
      resourceLimits: { maxOldGenerationSizeMb: heapMiBMax },
    });
  }

  run(job: Job, progress: (done: number) => void): Promise<Answer> {
    return new Promise((resolve) => {
      let last = -1;
      let spentMs = 0;
      let asking = false;
      const escape = (rule: string): void => {
        const index = Atomics.load(this.beat, 0);
        const found = { target: job.name, index, rule, input: "", smallest: "" };
        done({ name: job.name, tally: {}, found });
      };
      const look = async (): Promise<void> => {
        const index = Atomics.load(this.beat, 0);
        progress(index - job.from);
        const { user, system } = await this.worker.cpuUsage();
        const nowMs = (user + system) / 1_000;
        if (index !== last) [last, spentMs] = [index, nowMs];
        else if (nowMs - spentMs > (this.options.inputMsMax ?? inputMsMax))
          escape("one input takes longer than the bound");
      };
      const watch = setInterval(() => {
        if (asking) return;
        asking = true;
        // A thread that has died meanwhile has said so itself.
        void look().then(
          () => (asking = false),
          () => undefined,
        );
      }, 250);
      const died = (error: Error) => escape(`the thread died: ${error.message}`);
      const done = (answer: Answer): void => {
        clearInterval(watch);
        this.worker.off("message", done);
        this.worker.off("error", died);
        resolve(answer);
      };
      this.worker.on("message", done);
      this.worker.on("error", died);
      Atomics.store(this.beat, 0, job.from);
      this.worker.postMessage(job, []);
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

/**
 * Every target's inputs 0 to `count`, in legs that any free thread takes. A target with an escape is left there; the
 * others go on. What is answered depends on seed and count, not on threads.
 */
export async function fuzz(names: readonly string[], options: PoolOptions): Promise<ReadonlyMap<string, Leg>> {
  const results = new Map<string, Leg>(names.map((name) => [name, { tally: {} }]));
  const jobs = names.flatMap((name) => legsOf(name, options.count));
  const take = (): Job | undefined => {
    let job = jobs.shift();
    while (job && results.get(job.name)?.found) job = jobs.shift();
    return job;
  };
  const done = new Map<string, number>();
  const thread = async (): Promise<void> => {
    let runner = new Runner(options);
    for (let job = take(); job; job = take()) {
      const { name, from, to } = job;
      const before = done.get(name) ?? 0;
      const answer = await runner.run(job, (more) => options.progress?.(name, before + more));
      done.set(name, (done.get(name) ?? 0) + to - from);
      results.set(name, merged(results.get(name), answer));
      if (!answer.found) continue;
      await runner.stop();
      runner = new Runner(options);
    }
    await runner.stop();
  };
  await Promise.all(Array.from({ length: Math.min(options.workers, workersMax) }, thread));
  return results;
}

function legsOf(name: string, count: number): Job[] {
  const legs: Job[] = [];
  for (let from = 0; from < count; from += legInputs) legs.push({ name, from, to: Math.min(count, from + legInputs) });
  return legs;
}

function merged(before: Leg | undefined, answer: Leg): Leg {
  const found = earlier(before?.found, answer.found);
  return { tally: added(before?.tally ?? {}, answer.tally), ...(found ? { found } : {}) };
}

function earlier(a: Found | undefined, b: Found | undefined): Found | undefined {
  return a && b ? (a.index <= b.index ? a : b) : (a ?? b);
}
