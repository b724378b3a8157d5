import { createHash } from "node:crypto";
import type { Envelope } from "../../contract/envelope.ts";
import type { AuthorityReport } from "../../contract/network-api.ts";
import { deny, must } from "../../kernel/base/result.ts";
import type { Machine, Sql } from "../../runtime/machine.ts";
import type { Settled } from "../../runtime/messages/lane.ts";
import { enqueue } from "../../runtime/messages/outbox.ts";
import type { OutboxRow } from "../../runtime/messages/outbox.store.ts";
import { activeCompany, mayReport } from "../companies/company.ts";
import { loadCompanies, loadCompany } from "../companies/company.store.ts";
import { saveMessage, type Settlement } from "../documents/document.store.ts";
import { hubSuccess, parseHubAnswer, printPackData, printPackRequest, transactionId } from "./eu-hub/messages.ts";

/** The outbox's name of the hub. */
export const euHubDestination = "eu-hub";
const soap = "application/soap+xml; charset=utf-8";

/**
 * Takes a company's report for its market's authority. The transaction id is made of the message id, so that the hub
 * knows a report that is sent again.
 */
export async function relayReport(
  sql: Sql,
  machine: Machine,
  envelope: Envelope,
  report: AuthorityReport,
  gateways: { readonly euHub: boolean },
): Promise<void> {
  const { messageId, owner, environment, traceId } = envelope;
  must(activeCompany(await loadCompany(sql, owner, environment), owner));
  if (report.kind === "pack-data") must(mayReport(owner, report.product.gtin, await loadCompanies(sql, environment)));
  if (report.market !== "eu" || !gateways.euHub) deny("network.no-authority", report.market);
  const trxId = transactionId(messageId);
  const xml =
    report.kind === "pack-data" ? printPackData(report, trxId) : printPackRequest(report.state, report, trxId);
  const body = Buffer.from(xml);
  const at = machine.clock.now();
  const sha256 = createHash("sha256").update(body).digest("hex");
  await saveMessage(sql, {
    messageId,
    owner,
    environment,
    traceId,
    at,
    sha256,
    receiver: euHubDestination,
    kind: `eu.${report.kind}`,
    contentType: soap,
    body,
  });
  // A pack's state must not overtake the upload that makes the pack known, whichever company sent it.
  await enqueue(sql, {
    messageId,
    owner,
    environment,
    traceId,
    at,
    destination: euHubDestination,
    orderKey: report.kind === "pack-data" ? report.product.gtin : report.gtin,
    method: "POST",
    path: "/",
    contentType: soap,
    body,
  });
}

/** What the hub's answer says to the company; a refusal by the hub is an answer, not a failed delivery. */
export function hubSettlement(outcome: Settled, simulated: boolean): Settlement {
  if (outcome.state === "refused") return { state: "refused", detail: outcome.error, simulated };
  const answer = parseHubAnswer(Buffer.from(outcome.reply.body).toString("utf8"));
  if (!answer.ok)
    return { state: "refused", detail: `${answer.refusal.code}: ${answer.refusal.message ?? ""}`, simulated };
  const { code, description } = answer.value;
  return { state: code === hubSuccess ? "accepted" : "refused", detail: `${code}: ${description}`, simulated };
}

export function isForHub(row: Pick<OutboxRow, "destination">): boolean {
  return row.destination === euHubDestination;
}
