import type { Environment } from "../../contract/envelope.ts";
import type { Sql, Statement } from "../machine.ts";

/** A message as it waits. Instants are ms UTC. */
export type OutboxRow = {
  readonly messageId: string;
  readonly lane: string;
  readonly seq: string;
  readonly destination: string;
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly owner: string;
  readonly environment: Environment;
  readonly traceId: string;
  readonly attempts: number;
  readonly body: Uint8Array;
};

export type OutboxState = "waiting" | "ambiguous" | "refused" | "sent" | "skipped";

/** The channel that wakes the sender. */
export const outboxChannel = "outbox";

export const OUTBOX_ENQUEUE: Statement = {
  name: "outbox-enqueue",
  // NOTIFY only when the lane was empty: notifying transactions commit one after the other across the whole
  // server (PostgreSQL takes a lock for it at commit), and a lane that has messages waiting is being looked after.
  text: `with lane as (
  insert into outbox_lane (lane, destination, waiting, last_seq) values ($2, $3, 1, 1)
  on conflict (lane) do update set waiting = outbox_lane.waiting + 1, last_seq = outbox_lane.last_seq + 1
    where outbox_lane.waiting < $12
  returning waiting, last_seq
), message as (
  insert into outbox (message_id, lane, seq, destination, method, path, content_type, owner, environment, trace_id, created_at, body)
  select $1, $2, last_seq, $3, $4, $5, $6, $7, $8, $9, $10, $11 from lane
  returning seq
)
select message.seq, case when lane.waiting = 1 then pg_notify('${outboxChannel}', '') end from message, lane`,
};

export const OUTBOX_CLAIM: Statement = {
  name: "outbox-claim",
  text: `update outbox_lane set claim = $1, claimed_until = $2
where lane in (
  select lane from outbox_lane
  where waiting > 0 and not stopped and next_at <= $3 and claimed_until <= $3
  order by next_at limit $4 for update skip locked
)
returning lane`,
};

/** When the next lane is due: the least of them, or null when nothing waits. */
export const OUTBOX_NEXT: Statement = {
  name: "outbox-next",
  text: `select min(greatest(next_at, claimed_until)) as "nextAt" from outbox_lane where waiting > 0 and not stopped`,
};

export const OUTBOX_BATCH: Statement = {
  name: "outbox-batch",
  // The first one whatever its size, then as many as fit into $3 bytes.
  text: `select message_id as "messageId", lane, seq, destination, method, path, content_type as "contentType", owner,
  environment, trace_id as "traceId", attempts, body
from (
  select *, sum(octet_length(body)) over (order by seq) as bytes, row_number() over (order by seq) as position
  from (
    select * from outbox where lane = $1 and state in ('waiting', 'ambiguous') order by seq limit $2
  ) as head
) as sized
where position = 1 or bytes <= $3
order by seq`,
};

const OUTBOX_SENT: Statement = {
  name: "outbox-sent",
  text: `update outbox set state = 'sent', attempts = attempts + 1, reply_status = s.status, last_error = null, settled_at = $3
from unnest($1::uuid[], $2::int[]) as s(message_id, status)
where outbox.message_id = s.message_id and outbox.state in ('waiting', 'ambiguous')`,
};

const OUTBOX_FAILED: Statement = {
  name: "outbox-failed",
  // Once in doubt, in doubt until answered: a refused connection proves nothing about the attempt before.
  text: `update outbox set state = case when $2 = 'waiting' and state = 'ambiguous' then state else $2 end,
  attempts = attempts + 1, reply_status = $3, last_error = $4, next_at = $5
where message_id = $1 and state in ('waiting', 'ambiguous')`,
};

// Every write about a lane names the claim: a sender that lost its lane to another changes nothing.
const LANE_PROGRESS: Statement = {
  name: "outbox-lane-progress",
  text: `update outbox_lane set waiting = waiting - $3, claimed_until = $4, last_error = null
where lane = $1 and claim = $2 returning waiting`,
};

const LANE_FAILED: Statement = {
  name: "outbox-lane-failed",
  text: `update outbox_lane set stopped = $3, next_at = $4, last_error = $5 where lane = $1 and claim = $2`,
};

export const LANE_RELEASE: Statement = {
  name: "outbox-lane-release",
  // The moment of the last service becomes the lane's place among those that are due: busy lanes take turns.
  text: "update outbox_lane set claim = null, claimed_until = 0, next_at = greatest(next_at, $3) where lane = $1 and claim = $2",
};

/** Something other than the receiver failed: the claim is left to run out, so that it is not tried in a loop. */
export const LANE_ERROR: Statement = { text: "update outbox_lane set last_error = $3 where lane = $1 and claim = $2" };

/** At start: claims of a sender that was killed. Two senders at once repeat messages, which every receiver knows. */
export const LANE_TAKE_OVER: Statement = {
  text: "update outbox_lane set claim = null, claimed_until = 0 where claim is not null",
};

export type Sent = { readonly messageId: string; readonly status: number };

/** False: another sender has the lane now; the transaction must not commit. */
export async function saveSent(
  sql: Sql,
  lane: { name: string; claim: string; claimedUntil: number },
  sent: readonly Sent[],
  now: number,
): Promise<boolean> {
  const rows = await sql.run(LANE_PROGRESS, [lane.name, lane.claim, sent.length, lane.claimedUntil]);
  if (rows.length === 0) return false;
  await sql.run(OUTBOX_SENT, [sent.map(({ messageId }) => messageId), sent.map(({ status }) => status), now]);
  return true;
}

export async function saveFailed(
  sql: Sql,
  lane: { name: string; claim: string },
  failure: {
    messageId: string;
    state: "waiting" | "ambiguous" | "refused";
    status: number | null;
    error: string;
    nextAt: number;
  },
): Promise<void> {
  await sql.run(LANE_FAILED, [lane.name, lane.claim, failure.state === "refused", failure.nextAt, failure.error]);
  await sql.run(OUTBOX_FAILED, [failure.messageId, failure.state, failure.status, failure.error, failure.nextAt]);
}
