import { createClient, ProblemError } from "../../contract/client.ts";
import { enterpriseApi, type Verification } from "../../contract/enterprise-api.ts";
import type { Environment } from "../../contract/envelope.ts";
import type { BodyOf } from "../../contract/endpoint.ts";
import type { Company, networkApi } from "../../contract/network-api.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { bodyCheck } from "../../runtime/http/schema-check.ts";
import { isFault } from "../../runtime/fault.ts";
import type { Database, Machine } from "../../runtime/machine.ts";
import { hubSuccess, parseHubAnswer, printPackRequest, transactionId } from "../authorities/eu-hub/messages.ts";
import { activeCompany, mayUseConnection, responsibleFor } from "../companies/company.ts";
import { loadCompanies, loadCompany, loadConnection } from "../companies/company.store.ts";

export type Reach = { readonly url: string; readonly token?: string };
export type Answerers = {
  readonly enterprise: (gln: string) => Reach | undefined;
  readonly euHub: { readonly url: string; readonly simulated: boolean } | undefined;
};
export type Question = BodyOf<typeof networkApi.verify>;

/** What another company's system answers is checked before it goes on to the one who asked. */
const isAnswer = bodyCheck(enterpriseApi.answerVerification.reply);

/** A verification answers within a second or says that it cannot: a person waits at a counter. */
export const answerTimeoutMs = 5_000;

/** GS1 Lightweight Messaging's word for a pack whose number the hub knows, but not like this. */
const unknownNumber = "No_match_GTIN_Serial";

/** Asks who answers for this number: the market's hub where there is one, else its maker. */
export async function verifyPack(
  machine: Machine,
  database: Database,
  environment: Environment,
  requester: string,
  question: Question,
  answerers: Answerers,
): Promise<Verification> {
  must(activeCompany(await loadCompany(database, requester, environment), requester));
  if (question.market === "eu") return askHub(machine, requester, question, answerers.euHub);
  const company = responsibleFor(question.gtin, await loadCompanies(database, environment));
  if (!company) return deny("network.unknown-number", "gtin");
  must(activeCompany(company, company.gln));
  if (company.gln !== requester)
    must(mayUseConnection(await loadConnection(database, company.gln, requester, environment), "verification"));
  return askMaker(machine, company, requester, question, answerers.enterprise(company.gln));
}

async function askMaker(
  machine: Machine,
  company: Company,
  requester: string,
  question: Question,
  reach: Reach | undefined,
): Promise<Verification> {
  if (!reach) return deny("network.no-answer", company.gln, "no address");
  const { gtin, serial, lot, expiry } = question;
  const client = createClient({ ...reach, fetch: machine.network.fetch, timeoutMs: answerTimeoutMs });
  try {
    const answer = await client.call(enterpriseApi.answerVerification, {
      query: { gtin, serial, lot, expiry, requester },
    });
    if (!isAnswer(answer).ok) return deny("network.no-answer", company.name, "an answer that cannot be read");
    // Whatever a company calls itself in its answer: who was asked is what the network vouches for.
    return { ...answer, responder: company.gln, simulated: false, source: "network" };
  } catch (error) {
    return noAnswer(error, company.name);
  }
}

async function askHub(
  machine: Machine,
  requester: string,
  question: Question,
  hub: Answerers["euHub"],
): Promise<Verification> {
  if (!hub) return deny("network.no-authority", "eu");
  const body = printPackRequest("verify", question, transactionId(machine.random.uuid7()));
  try {
    const reply = await machine.network.fetch({
      method: "POST",
      url: `${hub.url}/`,
      headers: { "content-type": "application/soap+xml; charset=utf-8" },
      body,
      timeoutMs: answerTimeoutMs,
    });
    const answer = must(parseHubAnswer(Buffer.from(reply.body).toString("utf8")));
    const known = answer.code === hubSuccess;
    return {
      verified: known && answer.state === "active",
      reason: known ? (answer.state === "active" ? null : answer.state) : unknownNumber,
      additional: known ? null : `${answer.code} ${answer.description}`.slice(0, 100),
      responder: requester,
      source: "authority",
      simulated: hub.simulated,
      at: machine.clock.now(),
    };
  } catch (error) {
    return noAnswer(error, "the hub");
  }
}

function noAnswer(error: unknown, who: string): never {
  if (isFault(error)) return deny("network.no-answer", who, error.message);
  if (error instanceof ProblemError) return deny("network.no-answer", who, error.code);
  throw error;
}
