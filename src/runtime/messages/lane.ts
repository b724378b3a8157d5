import type { Database, HttpReply, Log, Machine, Sql } from "../machine.ts";
import { backoffMs, type Destination, deliver, type Outcome } from "./delivery.ts";
import { LANE_RELEASE, OUTBOX_BATCH, type OutboxRow, type Sent, saveFailed, saveSent } from "./outbox.store.ts";

export type OutboxOptions = {
  readonly database: Database;
  readonly machine: Machine;
  readonly log: Log;
  /** Undefined: not configured (yet); the messages wait and the lane says why. */
  readonly destinations: (name: string) => Destination | undefined;
  /**
   * Runs in the transaction that records the outcome, so that what the level concludes from an answer is written
   * exactly once. With it each message is a transaction of its own. Not called for what is tried again.
   */
  readonly onSettled?: (sql: Sql, message: OutboxRow, outcome: Settled) => Promise<void>;
  readonly limits?: Partial<OutboxLimits>;
};

export type Settled =
  | { readonly state: "sent"; readonly status: number; readonly reply: HttpReply }
  | { readonly state: "refused"; readonly status: number | null; readonly error: string };

export type OutboxLimits = {
  /** Lanes that are delivered at the same time. */
  readonly lanesMax: number;
  readonly batchMax: number;
  readonly batchBytesMax: number;
  readonly timeoutMs: number;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** Looking without having been woken. */
  readonly pollMs: number;
};

/** A batch's outcomes are written at its end, or when this much time went by: what a kill makes us send again. */
const flushMs = 200;
/** After as many a lane goes to the end of the queue. */
const batchesPerTurnMax = 10;
/** On top of the wait for one answer: what writing it down may take. */
const leaseMarginMs = 30_000;

export type LaneContext = OutboxOptions & { readonly limits: OutboxLimits; readonly log: Log };
export type Lane = { readonly name: string; readonly claim: string };

/** How long a claim holds: longer than the longest wait for one answer. */
export function leaseMs(limits: OutboxLimits): number {
  return limits.timeoutMs + leaseMarginMs;
}

/** Delivers a lane until it is empty, fails, is stopped or had its turn, then lets go of it. */
export async function runLane(context: LaneContext, lane: Lane, stopping: AbortSignal): Promise<void> {
  const { database, machine, limits } = context;
  for (let batch = 0; batch < batchesPerTurnMax; batch++) {
    const rows = await database.run<OutboxRow>(OUTBOX_BATCH, [lane.name, limits.batchMax, limits.batchBytesMax]);
    if (rows.length === 0 || stopping.aborted || !(await runBatch(context, lane, rows, stopping))) break;
  }
  await database.run(LANE_RELEASE, [lane.name, lane.claim, machine.clock.now()]);
}

/** True: all were sent. Sent ones are written together, a failure ends the batch. */
async function runBatch(
  context: LaneContext,
  lane: Lane,
  rows: readonly OutboxRow[],
  stopping: AbortSignal,
): Promise<boolean> {
  const { machine, limits } = context;
  let sent: Sent[] = [];
  let flushedAt = machine.clock.monotonicMs();
  const flush = async (settle?: (sql: Sql) => Promise<void>): Promise<void> => {
    if (sent.length === 0 && settle === undefined) return;
    const now = machine.clock.now();
    await context.database.transaction(async (sql) => {
      const mine = await saveSent(sql, { ...lane, claimedUntil: now + leaseMs(limits) }, sent, now);
      if (!mine) throw new LaneLost(lane.name);
      await settle?.(sql);
    });
    sent = [];
    flushedAt = machine.clock.monotonicMs();
  };
  for (const row of rows) {
    if (stopping.aborted) break;
    const outcome = await deliver(machine, row, context.destinations(row.destination), limits.timeoutMs);
    if (outcome.kind === "sent") {
      sent.push({ messageId: row.messageId, status: outcome.status });
      const { onSettled } = context;
      if (onSettled !== undefined) {
        await flush((sql) => onSettled(sql, row, { state: "sent", status: outcome.status, reply: outcome.reply }));
      } else if (machine.clock.monotonicMs() - flushedAt > flushMs) await flush();
      continue;
    }
    await flush((sql) => fail(context, sql, lane, row, outcome));
    return false;
  }
  await flush();
  return !stopping.aborted;
}

async function fail(
  context: LaneContext,
  sql: Sql,
  lane: Lane,
  row: OutboxRow,
  outcome: Exclude<Outcome, { kind: "sent" }>,
): Promise<void> {
  const { machine, limits, log } = context;
  const chance = (machine.random.bytes(1)[0] ?? 0) / 256;
  const waitMs = backoffMs(row.attempts, chance, limits.backoffMinMs, limits.backoffMaxMs);
  const asked = "retryAfterMs" in outcome ? (outcome.retryAfterMs ?? 0) : 0;
  const nextAt = machine.clock.now() + Math.min(Math.max(waitMs, asked), limits.backoffMaxMs);
  const state = outcome.kind === "refused" ? "refused" : outcome.kind === "ambiguous" ? "ambiguous" : "waiting";
  await saveFailed(sql, lane, {
    messageId: row.messageId,
    state,
    status: outcome.status,
    error: outcome.error,
    nextAt,
  });
  if (outcome.kind === "refused")
    await context.onSettled?.(sql, row, { state: "refused", status: outcome.status, error: outcome.error });
  log[outcome.kind === "refused" ? "error" : "warn"]("a message was not delivered", {
    lane: lane.name,
    messageId: row.messageId,
    traceId: row.traceId,
    outcome: outcome.kind,
    status: outcome.status,
    error: outcome.error,
    attempts: row.attempts + 1,
    ...(outcome.kind === "refused" ? {} : { nextAt }),
  });
}

/** The transaction rolls back; the other sender repeats what was sent, which the receiver knows. */
export class LaneLost extends Error {
  constructor(lane: string) {
    super(`another sender has taken ${lane}`);
    this.name = "LaneLost";
  }
}
