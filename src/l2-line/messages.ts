import { refuse, RefusalError } from "../kernel/base/result.ts";
import type { ApplyOnce, MessageAnswer } from "../runtime/http/message.ts";
import type { Clock, SqliteDatabase } from "../runtime/machine.ts";
import { sha256Hex } from "../runtime/sha256.ts";
import { keepAnswer, keptAnswer } from "./people/gateway.store.ts";

/**
 * The line's inbox. What a message does is done by the verdict process, in its own file, so the two cannot be one
 * transaction: every message of the line may be applied twice with the same end (a run by its id, people by their
 * revision), and the record only saves the second time its work.
 */
export function applyLineMessages(file: SqliteDatabase, clock: Pick<Clock, "now">): ApplyOnce<SqliteDatabase> {
  const underway = new Map<string, Promise<MessageAnswer>>();
  return async (message, work) => {
    const { messageId } = message.envelope;
    const digest = sha256Hex(Buffer.concat([Buffer.from(`${message.endpoint}\n${message.path}\n`), message.body]));
    const key = `${message.sender} ${messageId}`;
    // The same message twice at once: the second waits for what the first came to.
    await underway.get(key)?.catch(() => undefined);
    const kept = keptAnswer(file, message.sender, messageId);
    if (kept) {
      if (kept.digest !== digest) throw new RefusalError(refuse("seam.message-reused").refusal);
      return { status: kept.status, body: kept.body };
    }
    const done = work(file);
    underway.set(key, done);
    try {
      const answer = await done;
      keepAnswer(file, message.sender, messageId, { digest, ...answer }, clock.now());
      return answer;
    } finally {
      underway.delete(key);
    }
  };
}
