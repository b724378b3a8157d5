import { isFault } from "../fault.ts";
import { LaneLost, leaseMs, type OutboxLimits, type OutboxOptions, runLane } from "./lane.ts";
import { LANE_ERROR, LANE_RELEASE, LANE_TAKE_OVER, OUTBOX_CLAIM, OUTBOX_NEXT, outboxChannel } from "./outbox.store.ts";

const limitsDefault: OutboxLimits = {
  lanesMax: 8,
  batchMax: 100,
  batchBytesMax: 16 * 1024 * 1024,
  timeoutMs: 30_000,
  backoffMinMs: 250,
  backoffMaxMs: 60_000,
  pollMs: 5_000,
};
/** A stop waits this long for answers; what comes later counts as not heard, and is sent again by the next start. */
const stopGraceMs = 3_000;
const idlePollMs = 20;
/** After the database went away under a lane: soon, but not in a loop. */
const laneRetryMs = 500;

export type Outbox = {
  /** Resolves when every lane is empty or stopped by a refusal. */
  idle(): Promise<void>;
  /** `idle`, then `stop`. */
  drain(): Promise<void>;
  /** Records the answers that still come within a short grace; the rest waits for the next start. */
  stop(): Promise<void>;
};

/** Starts to deliver this database's outbox: at least once, in order within a lane, lanes beside each other. */
export async function startOutbox(options: OutboxOptions): Promise<Outbox> {
  const { database, machine } = options;
  const limits = { ...limitsDefault, ...options.limits };
  const log = options.log.child({ part: "outbox" });
  const running = new Map<string, Promise<void>>();
  /** Lanes by their claim that were left when the database went away; they are let go of when it is there again. */
  const dropped = new Map<string, string>();
  const stopping = new AbortController();
  let wake = new AbortController();
  await database.run(LANE_TAKE_OVER);
  const listening = await database.listen(outboxChannel, () => wake.abort());

  const turn = async (): Promise<number> => {
    // Woken from here on, the next turn must not sleep.
    wake = new AbortController();
    const free = limits.lanesMax - running.size;
    const now = machine.clock.now();
    for (const [lane, claim] of dropped) {
      await database.run(LANE_RELEASE, [lane, claim, now + laneRetryMs]);
      dropped.delete(lane);
    }
    if (free > 0) {
      const claim = machine.random.uuid7();
      const lanes = await database.run<{ lane: string }>(OUTBOX_CLAIM, [claim, now + leaseMs(limits), now, free]);
      for (const { lane } of lanes) {
        const work = runLane({ ...options, limits, log }, { name: lane, claim }, stopping.signal)
          .catch((error: unknown) => {
            if (isFault(error) && error.kind !== "permanent") dropped.set(lane, claim);
            return report({ ...options, log }, lane, claim, error);
          })
          .finally(() => {
            running.delete(lane);
            wake.abort();
          });
        running.set(lane, work);
      }
    }
    if (running.size >= limits.lanesMax) return limits.pollMs;
    const [next] = await database.run<{ nextAt: string | null }>(OUTBOX_NEXT);
    if (next?.nextAt == null) return limits.pollMs;
    return Math.min(limits.pollMs, Math.max(1, Number(next.nextAt) - machine.clock.now()));
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const delayMs = await turn().catch((error: unknown) => {
        if (!isFault(error)) throw error;
        log.warn("the outbox cannot be read; trying again", { error });
        return limits.pollMs;
      });
      await machine.clock.sleep(delayMs, AbortSignal.any([wake.signal, stopping.signal]));
    }
    await Promise.all(running.values());
  };
  const looping = loop();
  looping.catch((error: unknown) => log.error("the outbox has stopped", { error }));

  const idle = async (): Promise<void> => {
    for (;;) {
      const [next] = await database.run<{ nextAt: string | null }>(OUTBOX_NEXT);
      if (next?.nextAt == null && running.size === 0) return;
      await machine.clock.sleep(idlePollMs);
    }
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    await listening.close();
    const grace = new AbortController();
    await Promise.race([looping, machine.clock.sleep(stopGraceMs, grace.signal)]);
    grace.abort();
  };
  return {
    idle,
    stop,
    async drain() {
      await idle();
      await stop();
    },
  };
}

/** A bug is said loudly, and tried again no sooner than the lane's claim runs out. */
async function report(
  context: Pick<OutboxOptions, "database" | "log">,
  lane: string,
  claim: string,
  error: unknown,
): Promise<void> {
  if (error instanceof LaneLost) return context.log.warn("a lane was taken by another sender", { lane });
  context.log[isFault(error) ? "warn" : "error"]("a lane could not be worked on", { lane, error });
  const text = error instanceof Error ? error.message : String(error);
  await context.database.run(LANE_ERROR, [lane, claim, text]).catch(() => {});
}
