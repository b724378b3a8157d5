import type { Environment } from "../../contract/envelope.ts";
import { networkApi } from "../../contract/network-api.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Database, Machine, Sql } from "../../runtime/machine.ts";
import { relayReport } from "../authorities/report.handler.ts";
import { relayDocument } from "./document.handler.ts";
import { companyOf } from "../questions/question.routes.ts";
import { newestMessages } from "./document.store.ts";

const newestMax = 200;

export type DocumentRoutes = {
  readonly machine: Machine;
  readonly database: Database;
  readonly environment: Environment;
  readonly gateways: { readonly euHub: boolean };
};

export function documentRoutes(
  server: HttpServer<Sql>,
  { machine, database, environment, gateways }: DocumentRoutes,
): void {
  server.route(networkApi.messages, () => newestMessages(database, environment, newestMax));

  server.message(networkApi.sendDocument, async ({ sql, envelope, query, mediaType, rawBody, actor }) => {
    companyOf(actor);
    await relayDocument(sql, machine, envelope, { to: query.to, kind: query.kind, mediaType, body: rawBody });
    return { accepted: true as const };
  });

  server.message(networkApi.report, async ({ sql, envelope, body, actor }) => {
    companyOf(actor);
    await relayReport(sql, machine, envelope, body, gateways);
    return { accepted: true as const };
  });
}
