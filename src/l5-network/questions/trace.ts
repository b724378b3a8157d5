import { createClient } from "../../contract/client.ts";
import { enterpriseApi } from "../../contract/enterprise-api.ts";
import type { Environment } from "../../contract/envelope.ts";
import type { ReplyOf } from "../../contract/endpoint.ts";
import type { Company, networkApi } from "../../contract/network-api.ts";
import { must, type Result } from "../../kernel/base/result.ts";
import type { Database, Machine } from "../../runtime/machine.ts";
import { bodyCheck } from "../../runtime/http/schema-check.ts";
import { activeCompany } from "../companies/company.ts";
import { loadCompanies, loadCompany, loadConnection } from "../companies/company.store.ts";
import { type Answerers, answerTimeoutMs } from "./verify.ts";

type Answer = ReplyOf<typeof enterpriseApi.answerTrace>;
/** What another company's system answers is checked before it goes on to the one who asked. */
const isAnswer = bodyCheck(enterpriseApi.answerTrace.reply) as (value: unknown) => Result<Answer>;

export type TraceAnswer = ReplyOf<typeof networkApi.trace>["answers"][number];

/**
 * Asks each named company, or every company when none is named, for the hops of one pack that it shares with the
 * requester. Who does not let the requester ask is not asked; who does not answer is in the answer, too.
 */
export async function traceAcross(
  machine: Machine,
  database: Database,
  environment: Environment,
  requester: string,
  question: { readonly id: string; readonly companies: readonly string[] },
  answerers: Pick<Answerers, "enterprise">,
): Promise<TraceAnswer[]> {
  must(activeCompany(await loadCompany(database, requester, environment), requester));
  const all = await loadCompanies(database, environment);
  const asked = all
    .filter((each) => each.gln !== requester && each.state === "active")
    .filter((each) => question.companies.length === 0 || question.companies.includes(each.gln));
  return Promise.all(
    asked.map((company) => ask(machine, database, environment, requester, question.id, company, answerers)),
  );
}

async function ask(
  machine: Machine,
  database: Database,
  environment: Environment,
  requester: string,
  id: string,
  company: Company,
  answerers: Pick<Answerers, "enterprise">,
): Promise<TraceAnswer> {
  const named = { company: company.gln, companyName: company.name, hops: [] };
  const connection = await loadConnection(database, company.gln, requester, environment);
  if (connection?.trace !== true) return { ...named, answer: "refused" };
  const reach = answerers.enterprise(company.gln);
  if (!reach) return { ...named, answer: "unreachable" };
  try {
    const client = createClient({ ...reach, fetch: machine.network.fetch, timeoutMs: answerTimeoutMs });
    const { allowed, hops } = must(
      isAnswer(await client.call(enterpriseApi.answerTrace, { query: { id, requester } })),
    );
    if (!allowed) return { ...named, answer: "refused" };
    // Whatever a company calls itself in its answer: who was asked is what the network vouches for.
    return {
      ...named,
      answer: hops.length === 0 ? "nothing" : "shared",
      hops: hops.map((hop) => ({ ...hop, company: company.gln, companyName: company.name, source: "asked" as const })),
    };
  } catch (error) {
    machine.log.warn("a company did not answer a trace", { company: company.gln, error });
    return { ...named, answer: "unreachable" };
  }
}
