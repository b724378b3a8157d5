import type { Environment } from "../../contract/envelope.ts";
import type { MessageView } from "../../contract/network-api.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";

/** What a company gave the network for a partner or an authority, and what became of it. The bytes stay as received. */
export const documentSchema = `
create table network_message (
  message_id uuid primary key,
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  receiver text not null,
  kind text not null,
  content_type text not null,
  bytes int not null,
  sha256 text not null,
  trace_id text not null,
  state text not null check (state in ('waiting', 'delivered', 'accepted', 'refused')),
  created_at bigint not null,
  settled_at bigint,
  detail text not null default '',
  simulated boolean not null default false,
  body bytea not null
);
create index network_message_newest on network_message (environment, created_at desc);
`;

export type StoredMessage = {
  readonly messageId: string;
  readonly owner: string;
  readonly environment: Environment;
  readonly receiver: string;
  readonly kind: string;
  readonly contentType: string;
  readonly sha256: string;
  readonly traceId: string;
  readonly at: number;
  readonly body: Uint8Array;
};

export type Settlement = {
  readonly state: "delivered" | "accepted" | "refused";
  readonly detail: string;
  readonly simulated: boolean;
};

const SAVE: Statement = {
  name: "network_message_save",
  text: `insert into network_message (message_id, owner, environment, receiver, kind, content_type, bytes, sha256, trace_id, state, created_at, body)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, $11)`,
};
const SETTLE: Statement = {
  name: "network_message_settle",
  text: `update network_message set state = $2, detail = $3, simulated = $4, settled_at = $5 where message_id = $1
    returning owner, environment, receiver, kind, trace_id`,
};
const NEWEST: Statement = {
  name: "network_message_newest",
  text: `select m.message_id, m.owner, m.receiver, m.kind, m.bytes, m.state, m.created_at, m.detail, coalesce(o.attempts, 0) as attempts
    from network_message m left join outbox o on o.message_id = m.message_id
    where m.environment = $1 order by m.created_at desc limit $2`,
};
const COUNTS: Statement = {
  name: "network_message_counts",
  text: "select state, count(*) as n from network_message where environment = $1 and ($2::text is null or owner = $2) group by state",
};

export async function saveMessage(sql: Sql, message: StoredMessage): Promise<void> {
  const { messageId, owner, environment, receiver, kind, contentType, body, sha256, traceId, at } = message;
  await sql.run(SAVE, [
    messageId,
    owner,
    environment,
    receiver,
    kind,
    contentType,
    body.length,
    sha256,
    traceId,
    at,
    body,
  ]);
}

export type Settled = {
  readonly owner: string;
  readonly environment: Environment;
  readonly receiver: string;
  readonly kind: string;
  readonly traceId: string;
};

/** Undefined: no such message is kept here. */
export async function settleMessage(
  sql: Sql,
  messageId: string,
  to: Settlement,
  at: number,
): Promise<Settled | undefined> {
  const [row] = await sql.run<{
    owner: string;
    environment: Environment;
    receiver: string;
    kind: string;
    trace_id: string;
  }>(SETTLE, [messageId, to.state, to.detail, to.simulated, at]);
  return (
    row && {
      owner: row.owner,
      environment: row.environment,
      receiver: row.receiver,
      kind: row.kind,
      traceId: row.trace_id,
    }
  );
}

type NewestRow = {
  message_id: string;
  owner: string;
  receiver: string;
  kind: string;
  bytes: number;
  state: MessageView["state"];
  created_at: string;
  detail: string;
  attempts: number;
};

export async function newestMessages(
  sql: Pick<Sql, "run">,
  environment: Environment,
  limit: number,
): Promise<MessageView[]> {
  const rows = await sql.run<NewestRow>(NEWEST, [environment, limit]);
  return rows.map((row) => ({
    messageId: row.message_id,
    from: row.owner,
    to: row.receiver,
    kind: row.kind,
    bytes: row.bytes,
    state: row.state,
    attempts: row.attempts,
    at: Number(row.created_at),
    detail: row.detail,
  }));
}

/** All of them, or one company's. */
export async function countMessages(
  sql: Pick<Sql, "run">,
  environment: Environment,
  owner: string | undefined,
): Promise<Record<MessageView["state"], number>> {
  const rows = await sql.run<{ state: MessageView["state"]; n: string }>(COUNTS, [environment, owner ?? null]);
  const counts = { waiting: 0, delivered: 0, accepted: 0, refused: 0 };
  for (const row of rows) counts[row.state] = Number(row.n);
  return counts;
}
