import { isFault } from "../../runtime/fault.ts";
import type { Company } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { runJob } from "./capture-job.handler.ts";
import { forgetJob, loadOpenJobs } from "./capture-job.store.ts";

/** Captures the documents that wait, one after the other. */
export type CaptureJobs = {
  /** There may be something to do. */
  wake(): void;
  /** Resolves when nothing is being captured; nothing is begun afterwards. */
  stop(): Promise<void>;
};

/** After a fault of the world: the job is where its last slice left it. */
const retryMs = 5_000;

/**
 * Documents that were still coming when the last process ended were never acknowledged and are forgotten; what was
 * begun goes on.
 */
export function startCaptureJobs(company: Company, ctx: LedgerContext): CaptureJobs {
  const { machine, database } = company;
  let stopped = false;
  let again = false;
  let running: Promise<void> | undefined;

  async function forgetBroken(): Promise<void> {
    for (const { jobId } of await loadOpenJobs(database, company, ["receiving"])) await forgetJob(database, jobId);
  }

  async function runAll(): Promise<void> {
    do {
      again = false;
      for (const job of await loadOpenJobs(database, company, ["capturing", "waiting"])) {
        if (stopped) return;
        await runJob(company, ctx, job);
      }
    } while (again && !stopped);
  }

  function begin(work: () => Promise<void>): void {
    running = work()
      .catch((error: unknown) => {
        machine.log.error("capturing a document failed and is tried again", { error });
        if (!isFault(error)) return;
        again = false;
        machine.clock.after(retryMs, wake);
      })
      .finally(() => {
        running = undefined;
        if (again && !stopped) begin(runAll);
      });
  }

  function wake(): void {
    if (stopped) return;
    again = true;
    if (running === undefined) begin(runAll);
  }

  begin(async () => {
    await forgetBroken();
    await runAll();
  });
  return {
    wake,
    async stop() {
      stopped = true;
      await running;
    },
  };
}
