import type { Environment } from "../../contract/envelope.ts";
import { networkApi } from "../../contract/network-api.ts";
import { deny } from "../../kernel/base/result.ts";
import type { Actor } from "../../runtime/http/actor.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Database, Machine, Sql } from "../../runtime/machine.ts";
import { traceAcross } from "./trace.ts";
import { type Answerers, verifyPack } from "./verify.ts";

export type QuestionRoutes = {
  readonly machine: Machine;
  readonly database: Database;
  readonly environment: Environment;
  readonly answerers: Answerers;
};

export function questionRoutes(
  server: HttpServer<Sql>,
  { machine, database, environment, answerers }: QuestionRoutes,
): void {
  server.route(networkApi.verify, ({ body, actor }) =>
    verifyPack(machine, database, environment, companyOf(actor), body, answerers),
  );

  server.route(networkApi.trace, async ({ body, actor }) => ({
    answers: await traceAcross(machine, database, environment, companyOf(actor), body, answerers),
  }));
}

/** The company that asks is the one whose credential it is, whatever the question or the envelope says. */
export function companyOf(actor: Actor): string {
  const owner = actor.kind === "machine" ? actor.owner : undefined;
  return owner ?? deny("gxp.owner-scope", "", "only a company's own system may ask");
}
