import type { Environment } from "../../contract/envelope.ts";
import { networkApi } from "../../contract/network-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { deny, must } from "../../kernel/base/result.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Database, Machine, Sql } from "../../runtime/machine.ts";
import { checkPrefixes } from "./company.ts";
import {
  loadCompanies,
  loadCompany,
  loadConnection,
  lockCompanies,
  saveCompany,
  saveConnection,
} from "./company.store.ts";

export function companyRoutes(
  server: HttpServer<Sql>,
  { machine, database, environment }: { machine: Machine; database: Database; environment: Environment },
): void {
  server.route(networkApi.companies, () => loadCompanies(database, environment));

  server.route(networkApi.writeCompany, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const { company, reason } = body;
      if (company.gln !== params.gln) deny("http.invalid", "/company/gln", "another GLN than in the path");
      await lockCompanies(sql);
      must(checkPrefixes(company, await loadCompanies(sql, environment)));
      const before = await loadCompany(sql, company.gln, environment);
      const at = machine.clock.now();
      await saveCompany(sql, company, environment, at);
      await audit(sql, {
        actor: auditActor(actor),
        action: "company.write",
        subject: `company/${company.gln}`,
        before,
        after: company,
        reason,
        at,
        traceId,
        owner: company.gln,
      });
      return company;
    }),
  );

  server.route(networkApi.connect, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const { reason, ...connection } = body;
      for (const gln of [params.from, params.to]) {
        if (!(await loadCompany(sql, gln, environment))) deny("network.unknown-company", gln);
      }
      const pair = { owner: params.from, partner: params.to };
      const before = await loadConnection(sql, pair.owner, pair.partner, environment);
      const at = machine.clock.now();
      await saveConnection(sql, pair, connection, environment, at);
      await audit(sql, {
        actor: auditActor(actor),
        action: "company.connect",
        subject: `connection/${pair.owner}/${pair.partner}`,
        before,
        after: connection,
        reason,
        at,
        traceId,
        owner: pair.owner,
      });
      return { accepted: true as const };
    }),
  );
}
