import { createHash } from "node:crypto";
import type { Environment } from "../../contract/envelope.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { must, refuse } from "../../kernel/base/result.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { Sql, Statement } from "../machine.ts";
import { byteaArray } from "../postgres/binary-array.ts";

export type InboxMessage = {
  readonly messageId: string;
  /** Who sent it, as signed in: the same id of another sender is another message, and refused. */
  readonly sender: string;
  readonly owner: string;
  readonly environment: Environment;
  /** See `requestHash`. */
  readonly requestHash: string;
  readonly at: Instant;
};

export type RecordedReply = { readonly status: number; readonly contentType: string; readonly reply: Uint8Array };

type Row = RecordedReply & { readonly sender: string; readonly requestHash: string };

const INBOX_INSERT: Statement = {
  name: "inbox-insert",
  // A second arrival of the same id waits here until the first has committed or rolled back.
  text: `insert into inbox (message_id, sender, owner, environment, request_hash, received_at, status, content_type, reply)
values ($1, $2, $3, $4, $5, $6, 0, '', '') on conflict (message_id) do nothing returning message_id`,
};
const INBOX_SELECT: Statement = {
  name: "inbox-select",
  text: `select sender, request_hash as "requestHash", status, content_type as "contentType", reply from inbox where message_id = $1`,
};
const INBOX_REPLY: Statement = {
  name: "inbox-reply",
  text: "update inbox set status = $2, content_type = $3, reply = $4 where message_id = $1",
};

/**
 * Runs `work` for a message that is new and records its reply in the same transaction; the same message again gets
 * the recorded reply, whatever happened in between. When `work` throws, a refusal too, nothing is recorded and the
 * sender may try again. Throws `RefusalError` with `seam.message-reused` when the id came with another request.
 */
export async function applyOnce(
  sql: Sql,
  message: InboxMessage,
  work: () => Promise<RecordedReply>,
): Promise<RecordedReply & { readonly replayed: boolean }> {
  const { messageId, sender, owner, environment, requestHash: hash, at } = message;
  const inserted = await sql.run(INBOX_INSERT, [messageId, sender, owner, environment, hash, at]);
  if (inserted.length === 0) return { ...(await recorded(sql, message)), replayed: true };
  const { status, contentType, reply } = await work();
  await sql.run(INBOX_REPLY, [messageId, status, contentType, reply]);
  return { status, contentType, reply, replayed: false };
}

const INBOX_INSERT_ALL: Statement = {
  name: "inbox-insert-all",
  // In the order of their ids, so that two transactions with the same messages wait instead of deadlocking.
  text: `insert into inbox (message_id, sender, owner, environment, request_hash, received_at, status, content_type, reply)
select m.message_id, m.sender, m.owner, m.environment, m.request_hash, m.at, 0, '', ''
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) as m(message_id, sender, owner, environment, request_hash, at)
order by m.message_id on conflict (message_id) do nothing returning message_id`,
};
const INBOX_REPLY_ALL: Statement = {
  name: "inbox-reply-all",
  text: `update inbox i set status = r.status, content_type = r.content_type, reply = r.reply
from unnest($1::uuid[], $2::int[], $3::text[], $4::bytea[]) as r(message_id, status, content_type, reply) where i.message_id = r.message_id`,
};

/**
 * `applyOnce` for several messages: `work` gets the places of those that are new and answers their replies. A message
 * that is among them twice is worked once.
 */
export async function applyAllOnce(
  sql: Sql,
  messages: readonly InboxMessage[],
  work: (places: readonly number[]) => Promise<readonly RecordedReply[]>,
): Promise<RecordedReply[]> {
  const column = (of: (message: InboxMessage) => string) => messages.map(of);
  const rows = await sql.run<{ message_id: string }>(INBOX_INSERT_ALL, [
    column(({ messageId }) => messageId),
    column(({ sender }) => sender),
    column(({ owner }) => owner),
    column(({ environment }) => environment),
    column(({ requestHash: hash }) => hash),
    column(({ at }) => String(at)),
  ]);
  const fresh = new Set(rows.map(({ message_id }) => message_id));
  const places: number[] = [];
  for (const [place, { messageId }] of messages.entries()) if (fresh.delete(messageId)) places.push(place);
  const replies = places.length === 0 ? [] : await work(places);
  if (places.length > 0)
    await sql.run(INBOX_REPLY_ALL, [
      places.map((place) => messages[place]?.messageId),
      replies.map(({ status }) => status),
      replies.map(({ contentType }) => contentType),
      byteaArray(replies.map(({ reply }) => reply)),
    ]);
  const answers: RecordedReply[] = [];
  for (const [place, message] of messages.entries())
    answers.push(replies[places.indexOf(place)] ?? (await recorded(sql, message)));
  return answers;
}

async function recorded(sql: Sql, message: InboxMessage): Promise<RecordedReply> {
  const [row] = await sql.run<Row>(INBOX_SELECT, [message.messageId]);
  invariant(row !== undefined, "an inbox row conflicts and cannot be seen: applyOnce runs in READ COMMITTED");
  if (row.requestHash !== message.requestHash || row.sender !== message.sender)
    must(refuse("seam.message-reused", "idempotency-key"));
  return { status: row.status, contentType: row.contentType, reply: row.reply };
}

/** SHA-256, hexadecimal, of everything that makes two requests the same: method, path with its query, and body. */
export function requestHash(request: {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
}): string {
  return createHash("sha256").update(`${request.method}\n${request.path}\n`).update(request.body).digest("hex");
}
