import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { correctReports } from "../reports/report.handler.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { captureIn } from "./capture.handler.ts";

/** Documents of our own sites: one transaction with the inbox row, so that the same message is captured once. */
export function captureRoutes(server: HttpServer<Sql>, company: Company, ctx: LedgerContext): void {
  const { machine, owner } = company;
  server.message(enterpriseApi.capture, async ({ sql, envelope, mediaType, rawBody, actor, traceId }) => {
    const done = await captureIn(sql, machine, ctx, {
      document: rawBody,
      contentType: mediaType,
      source: "own",
      messageId: envelope.messageId,
    });
    const { captureId, received, captured, duplicate, exceptions, correctedLots } = done;
    await correctReports(sql, company, correctedLots, machine.clock.now());
    // The document itself is the record of what was captured; the entry says who brought it, per document.
    await audit(sql, {
      actor: auditActor(actor),
      action: "event.capture",
      subject: `capture/${captureId}`,
      after: { received, captured, duplicate, exceptions },
      at: machine.clock.now(),
      traceId,
      owner,
    });
    return { captureId, state: "captured" as const, events: { received, captured, duplicate }, exceptions };
  });
}
