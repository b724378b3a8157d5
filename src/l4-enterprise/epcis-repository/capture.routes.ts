import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { auditActor, auditAll } from "../../gxp/audit/audit.ts";
import type { Actor } from "../../runtime/http/actor.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import { applyTogether } from "../../runtime/messages/apply-message.ts";
import type { Company } from "../company-scope.ts";
import { correctReports } from "../reports/report.handler.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { captureReady, identifierCountOf, type ReadyDocument, readyDocument } from "./capture.handler.ts";
import { captureLimits } from "./capture-together.ts";

type Brought = { readonly document: ReadyDocument; readonly actor: Actor; readonly traceId: string };

/** Documents of our own sites: their transaction, which several share, has their inbox rows: the same message is captured once. */
export function captureRoutes(server: HttpServer<Sql>, company: Company, ctx: LedgerContext): void {
  const { machine, database } = company;
  const apply = applyTogether<Brought>(
    database,
    machine.clock,
    captureLimits,
    ({ document }) => identifierCountOf(document),
    (sql, brought) => captureBrought(sql, company, ctx, brought),
  );
  server.joined(enterpriseApi.capture, async ({ incoming, mediaType, rawBody, actor, traceId }) => {
    const document = readyDocument(machine, {
      document: rawBody,
      contentType: mediaType,
      source: "own",
      messageId: incoming.envelope.messageId,
    });
    return (await apply(incoming, { document, actor, traceId })) as Awaited<ReturnType<typeof captureBrought>>[number];
  });
}

async function captureBrought(sql: Sql, company: Company, ctx: LedgerContext, brought: readonly Brought[]) {
  const at = company.machine.clock.now();
  const done = await captureReady(
    sql,
    ctx,
    brought.map(({ document }) => document),
  );
  // What one of them corrects, the documents that share its transaction all name.
  await correctReports(sql, company, done[0]?.correctedLots ?? [], at);
  // The document itself is the record of what was captured; the entry says who brought it, per document.
  await auditAll(
    sql,
    done.map(({ captureId, received, captured, duplicate, exceptions }, index) => {
      const { actor, traceId } = brought[index] as Brought;
      return {
        actor: auditActor(actor),
        action: "event.capture",
        subject: `capture/${captureId}`,
        after: { received, captured, duplicate, exceptions },
        at,
        traceId,
        owner: company.owner,
      };
    }),
  );
  return done.map(({ captureId, received, captured, duplicate, exceptions }) => ({
    status: enterpriseApi.capture.status ?? 200,
    body: { captureId, state: "captured" as const, events: { received, captured, duplicate }, exceptions },
  }));
}
