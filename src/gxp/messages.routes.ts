import { commonApi } from "../contract/common-api.ts";
import { must } from "../kernel/base/result.ts";
import type { HttpServer } from "../runtime/http/server-options.ts";
import { messagesStatus, resend, skip } from "../runtime/messages/messages-status.ts";
import { audit } from "./audit/audit.ts";
import type { Gxp } from "./gxp.ts";
import { checkReason } from "./people/account.ts";
import { doneBy } from "./people/people.routes.ts";

/** The messages page: what waits, and a person's two ways on with what was refused, each with its reason. */
export function registerMessageRoutes<Tx>(server: HttpServer<Tx>, gxp: Gxp): void {
  server.route(commonApi.lanes, () => gxp.database.transaction((sql) => messagesStatus(sql)));
  server.route(commonApi.resendMessage, async (call) => {
    const { messageId } = call.params;
    const reason = must(checkReason(call.body.reason));
    await gxp.database.transaction(async (sql) => {
      const { lane } = must(await resend(sql, messageId));
      await audit(sql, {
        ...doneBy(call),
        action: "message.resend",
        subject: `message/${messageId}`,
        after: { lane },
        reason,
        at: gxp.clock.now(),
      });
    });
    return { accepted: true as const };
  });
  server.route(commonApi.skipMessage, async (call) => {
    const { messageId } = call.params;
    const reason = must(checkReason(call.body.reason));
    await gxp.database.transaction(async (sql) => {
      const at = gxp.clock.now();
      const { lane } = must(await skip(sql, messageId, reason, at));
      await audit(sql, {
        ...doneBy(call),
        action: "message.skip",
        subject: `message/${messageId}`,
        after: { lane },
        reason,
        at,
      });
    });
    return { accepted: true as const };
  });
}
