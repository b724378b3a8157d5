import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { auditActor } from "../../gxp/audit/audit.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { sendReport } from "./report.handler.ts";
import { loadReports, reportView } from "./report.store.ts";

const reportsShownMax = 200;

export function reportRoutes(server: HttpServer<Sql>, company: Company, ctx: LedgerContext): void {
  const { database } = company;
  server.route(enterpriseApi.reports, async () =>
    (await loadReports(database, company, reportsShownMax)).map(reportView),
  );
  server.route(enterpriseApi.sendReport, ({ params, actor, traceId }) =>
    database.transaction(async (sql) =>
      reportView(await sendReport(sql, company, ctx, params.reportId, { actor: auditActor(actor), traceId })),
    ),
  );
}
