import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { Sql, Statement } from "../machine.ts";
import { type OutboxState, outboxChannel } from "./outbox.store.ts";

/** One lane for the messages page. Instants are ms UTC. */
export type LaneStatus = {
  readonly lane: string;
  readonly destination: string;
  readonly waiting: number;
  /** A refused message is at the head; a person resends or skips it. */
  readonly stopped: boolean;
  readonly nextAt: Instant;
  readonly lastError: string | null;
  /** The oldest that was not delivered; null when none waits. */
  readonly oldest: {
    readonly messageId: string;
    readonly at: Instant;
    readonly state: OutboxState;
    readonly attempts: number;
    readonly path: string;
  } | null;
};

const lanesShownMax = 500;

const LANES: Statement = {
  name: "outbox-lanes",
  text: `select l.lane, l.destination, l.waiting, l.stopped, l.next_at as "nextAt", l.last_error as "lastError",
  m.message_id as "messageId", m.created_at as at, m.state, m.attempts, m.path
from outbox_lane l left join lateral (
  select * from outbox where lane = l.lane and state in ('waiting', 'ambiguous', 'refused') order by seq limit 1
) m on true
where l.waiting > 0 or $1
order by l.stopped desc, l.waiting desc, l.lane limit ${lanesShownMax}`,
};
const LOCK_MESSAGE: Statement = { text: "select lane, state from outbox where message_id = $1" };
const LOCK_LANE: Statement = { text: "select lane from outbox_lane where lane = $1 for update" };
const MESSAGE_AGAIN: Statement = {
  text: `update outbox set state = case state when 'refused' then 'waiting' else state end, next_at = 0
where message_id = $1 and state in ('waiting', 'ambiguous', 'refused')`,
};
// A lane stays stopped while another of its messages is refused: what comes after must not overtake it.
const stillStopped = "stopped = exists (select 1 from outbox where lane = $1 and state = 'refused')";
const LANE_AGAIN: Statement = { text: `update outbox_lane set ${stillStopped}, next_at = 0 where lane = $1` };
const SKIP_MESSAGE: Statement = {
  text: "update outbox set state = 'skipped', settled_at = $2, last_error = $3 where message_id = $1 and state = 'refused'",
};
const SKIP_IN_LANE: Statement = {
  text: `update outbox_lane set waiting = waiting - 1, ${stillStopped}, next_at = 0, last_error = null where lane = $1`,
};
const WAKE: Statement = { text: `select pg_notify('${outboxChannel}', '')` };
const PRUNE: Statement = {
  text: `delete from outbox where message_id in
  (select message_id from outbox where settled_at < $1 order by settled_at limit $2 for update skip locked) returning message_id`,
};

/** Lanes that hold messages, stopped ones first; with `all` the empty ones too. */
export async function messagesStatus(
  sql: Sql,
  options: { readonly all: boolean } = { all: false },
): Promise<LaneStatus[]> {
  type Row = {
    lane: string;
    destination: string;
    waiting: string;
    stopped: boolean;
    nextAt: string;
    lastError: string | null;
  } & {
    messageId: string | null;
    at: string;
    state: OutboxState;
    attempts: number;
    path: string;
  };
  const rows = await sql.run<Row>(LANES, [options.all]);
  return rows.map((row) => ({
    lane: row.lane,
    destination: row.destination,
    waiting: Number(row.waiting),
    stopped: row.stopped,
    nextAt: Number(row.nextAt),
    lastError: row.lastError,
    oldest:
      row.messageId === null
        ? null
        : { messageId: row.messageId, at: Number(row.at), state: row.state, attempts: row.attempts, path: row.path },
  }));
}

/** Tries a refused message again, or one that waits at once. The caller audits who asked for it and why. */
export async function resend(sql: Sql, messageId: string): Promise<Result<{ readonly lane: string }>> {
  const found = await locked(sql, messageId);
  if (!found.ok) return found;
  await sql.run(MESSAGE_AGAIN, [messageId]);
  await sql.run(LANE_AGAIN, [found.value.lane]);
  await sql.run(WAKE);
  return ok({ lane: found.value.lane });
}

/**
 * Gives a refused message up so that its lane goes on; `reason` stays with it. Only a refused one: others may
 * have been acted upon, or still will be. The caller audits.
 */
export async function skip(
  sql: Sql,
  messageId: string,
  reason: string,
  at: Instant,
): Promise<Result<{ readonly lane: string }>> {
  const found = await locked(sql, messageId);
  if (!found.ok) return found;
  if (found.value.state !== "refused") return refuse("seam.not-refused", messageId);
  await sql.run(SKIP_MESSAGE, [messageId, at, `skipped: ${reason}`]);
  await sql.run(SKIP_IN_LANE, [found.value.lane]);
  await sql.run(WAKE);
  return ok({ lane: found.value.lane });
}

/** Removes up to `countMax` messages that were delivered or skipped before `before`; how many. */
export async function pruneSettled(sql: Sql, before: Instant, countMax: number): Promise<number> {
  return (await sql.run(PRUNE, [before, countMax])).length;
}

/** The lane's row first, as everybody else does, then what the message is by then. */
async function locked(sql: Sql, messageId: string): Promise<Result<{ lane: string; state: OutboxState }>> {
  const [known] = await sql.run<{ lane: string }>(LOCK_MESSAGE, [messageId]);
  if (known === undefined) return refuse("seam.message-unknown", messageId);
  await sql.run(LOCK_LANE, [known.lane]);
  const [now] = await sql.run<{ lane: string; state: OutboxState }>(LOCK_MESSAGE, [messageId]);
  if (now === undefined) return refuse("seam.message-unknown", messageId);
  if (now.state === "sent" || now.state === "skipped") return refuse("seam.message-settled", messageId);
  return ok(now);
}
