import { traceApi } from "../../contract/trace-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { answerBytes } from "../../runtime/http/answer.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { loadCaptures, loadDocument } from "../epcis-repository/capture.store.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { evidenceOf } from "./evidence.handler.ts";
import { lotTrace } from "./lot-trace.handler.ts";
import { momentOf } from "./moment.handler.ts";
import { placeTrace } from "./place-trace.handler.ts";
import { thingOf } from "./subject.ts";
import { exportTrace } from "./trace-export.handler.ts";

/** What was where, and what that rests on. */
export function traceRoutes(server: HttpServer<Sql>, company: Company, ctx: LedgerContext): void {
  const { database, machine, owner } = company;

  server.route(traceApi.moment, ({ query }) =>
    database.transaction((sql) => momentOf(sql, company, ctx, must(thingOf(query.id)), query)),
  );
  server.route(traceApi.lotTrace, ({ params, query }) =>
    database.transaction((sql) => lotTrace(sql, company, ctx, params, query)),
  );
  server.route(traceApi.placeTrace, ({ query }) =>
    database.transaction((sql) => placeTrace(sql, company, ctx, query.id, query)),
  );
  server.route(traceApi.evidence, ({ query }) =>
    database.transaction((sql) => evidenceOf(sql, company, ctx, must(thingOf(query.id)))),
  );
  server.route(traceApi.document, ({ params: { captureId }, actor, traceId }) =>
    database.transaction(async (sql) => {
      const bytes = (await loadDocument(sql, ctx, captureId)) ?? deny("trace.document-unknown", captureId);
      const capture = (await loadCaptures(sql, ctx, [captureId])).get(captureId);
      await audit(sql, {
        actor: auditActor(actor),
        action: "document.read",
        subject: `capture/${captureId}`,
        after: { bytes: bytes.length },
        at: machine.clock.now(),
        traceId,
        owner,
      });
      // Never shown in the page: a document of a partner's may hold anything.
      const json = capture?.contentType.includes("json") ?? false;
      return answerBytes(bytes, json ? "application/ld+json" : "application/xml", {
        headers: { "content-disposition": `attachment; filename="${captureId}.${json ? "jsonld" : "xml"}"` },
      });
    }),
  );

  server.route(traceApi.exportTrace, ({ body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const { bytes, mediaType, fileName } = await exportTrace(sql, company, ctx, { ...body, actor, traceId });
      return answerBytes(bytes, mediaType, {
        headers: { "content-disposition": `attachment; filename="${fileName}"` },
      });
    }),
  );
}
