import type { Clock, Database, Sql } from "../machine.ts";
import type { ApplyOnce, Incoming, MessageAnswer } from "../http/message.ts";
import { type SharedLimits, sharedTransactions } from "../postgres/shared-transactions.ts";
import { applyAllOnce, applyOnce, type InboxMessage, type RecordedReply, requestHash } from "./inbox.ts";

const contentType = "application/json";

function inboxMessage(message: Incoming, at: number): InboxMessage {
  const { messageId, owner, environment } = message.envelope;
  const [method = ""] = message.endpoint.split(" ");
  const hash = requestHash({ method, path: message.path, body: message.body });
  return { messageId, owner, environment, sender: message.sender, requestHash: hash, at };
}

function replyOf({ status, body }: MessageAnswer): RecordedReply {
  return { status, contentType, reply: Buffer.from(JSON.stringify(body ?? null)) };
}

function answerOf({ status, reply }: RecordedReply): MessageAnswer {
  return { status, body: JSON.parse(Buffer.from(reply).toString("utf8")) as unknown };
}

/** The inbox of a level over PostgreSQL, as its HTTP server asks for it: one transaction for the work and its record. */
export function applyMessages(database: Database, clock: Pick<Clock, "now">): ApplyOnce<Sql> {
  return (message, work) =>
    database.transaction(async (sql) => {
      const result = await applyOnce(sql, inboxMessage(message, clock.now()), async () => replyOf(await work(sql)));
      return answerOf(result);
    });
}

/**
 * The same for messages that come by the dozen: those that come at the same time share a transaction. `work` answers
 * one reply an item, in their order; an item is what a message was read as, before.
 */
export function applyTogether<T>(
  database: Database,
  clock: Pick<Clock, "now">,
  limits: SharedLimits,
  weightOf: (item: T) => number,
  work: (sql: Sql, items: readonly T[]) => Promise<readonly MessageAnswer[]>,
): (message: Incoming, item: T) => Promise<MessageAnswer> {
  type Member = { readonly message: InboxMessage; readonly item: T };
  const shared = sharedTransactions<Member, RecordedReply>(
    database,
    limits,
    ({ item }) => weightOf(item),
    (sql, members) =>
      applyAllOnce(
        sql,
        members.map(({ message }) => message),
        async (places) => {
          const items = places.map((place) => (members[place] as Member).item);
          return (await work(sql, items)).map(replyOf);
        },
      ),
  );
  return async (message, item) => answerOf(await shared({ message: inboxMessage(message, clock.now()), item }));
}
