import type { Clock, Database, Sql } from "../machine.ts";
import type { ApplyOnce } from "../http/message.ts";
import { applyOnce, requestHash } from "./inbox.ts";

const contentType = "application/json";

/** The inbox of a level over PostgreSQL, as its HTTP server asks for it: one transaction for the work and its record. */
export function applyMessages(database: Database, clock: Pick<Clock, "now">): ApplyOnce<Sql> {
  return (message, work) =>
    database.transaction(async (sql) => {
      const { messageId, owner, environment } = message.envelope;
      const [method = ""] = message.endpoint.split(" ");
      const hash = requestHash({ method, path: message.path, body: message.body });
      const result = await applyOnce(
        sql,
        { messageId, owner, environment, sender: message.sender, requestHash: hash, at: clock.now() },
        async () => {
          const { status, body } = await work(sql);
          return { status, contentType, reply: Buffer.from(JSON.stringify(body ?? null)) };
        },
      );
      return { status: result.status, body: JSON.parse(Buffer.from(result.reply).toString("utf8")) as unknown };
    });
}
