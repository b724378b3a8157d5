import type { AuthorityReport } from "../../contract/network-api.ts";
import { audit, type auditActor, systemActor } from "../../gxp/audit/audit.ts";
import { deny } from "../../kernel/base/result.ts";
import { markets } from "../../kernel/markets/market.ts";
import type { Sql } from "../../runtime/machine.ts";
import { enqueue, jsonMessage } from "../../runtime/messages/outbox.ts";
import { type Company, networkDestination } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { packsOfLot } from "../ledger/ledger.ts";
import type { Lot } from "../lots/lot.ts";
import { loadProduct } from "../master-data/master-data.store.ts";
import { addReport, lockReport, markAnswered, markDueForCorrection, markSent, type State, type StoredReport } from "./report.store.ts";

/** A hub takes this many packs in one upload; a larger lot makes several. */
export const packsPerReportMax = 250_000;
const packsPerLotMax = 5_000_000;
/** States from which a report may be sent. */
export const sendableStates: readonly State[] = ["generated", "refused", "due-for-correction"];

/** The reports that the lot's market wants before release or shipping, made of what the ledger holds now. */
export async function generateReports(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  lot: Lot,
  at: number,
): Promise<void> {
  for (const rule of markets[lot.market].reports) {
    const product = await loadProduct(sql, company, lot.gtin);
    if (!product) return deny("product.unknown", lot.gtin);
    // Sampled and destroyed packs never reach the market: the hub must not hold them as active.
    const serials = (await packsOfLot(sql, ctx, lot.gtin, lot.lot, packsPerLotMax))
      .filter((each) => each.standing === "good")
      .map((each) => each.serial);
    const { gtin, name, commonName, dosageForm, strength, packSize, manufacturerName, version } = product;
    for (let from = 0; from < serials.length; from += packsPerReportMax) {
      const part = serials.slice(from, from + packsPerReportMax);
      const body: AuthorityReport = {
        kind: "pack-data",
        market: lot.market,
        lot: lot.lot,
        expiry: lot.expiry,
        serials: part,
        product: { gtin, name, commonName, dosageForm, strength, packSize, manufacturerName, version },
      };
      const reportId = company.machine.random.uuid7();
      await addReport(sql, company, {
        reportId,
        kind: rule.code,
        subject: `${gtin} lot ${lot.lot}`,
        gtin,
        lot: lot.lot,
        packs: part.length,
        body,
        at,
      });
      await audit(sql, {
        actor: systemActor("reports"),
        action: "report.generate",
        subject: `report/${reportId}`,
        after: { kind: rule.code, gtin, lot: lot.lot, packs: part.length },
        at,
        owner: company.owner,
      });
    }
  }
}

/** Events of these lots were corrected: reports that were built on them may say what is no longer so. */
export async function correctReports(sql: Sql, company: Company, lots: readonly { readonly gtin: string; readonly lot: string }[], at: number): Promise<void> {
  for (const { gtin, lot } of lots) {
    for (const reportId of await markDueForCorrection(sql, company, gtin, lot)) {
      await audit(sql, {
        actor: systemActor("reports"),
        action: "report.due-for-correction",
        subject: `report/${reportId}`,
        after: { state: "due-for-correction" },
        at,
        owner: company.owner,
      });
    }
  }
}

/** A corrected report names those of its packs that the ledger still holds as good. */
async function corrected(sql: Sql, ctx: LedgerContext, report: StoredReport): Promise<AuthorityReport> {
  const { body } = report;
  if (report.state !== "due-for-correction" || body.kind !== "pack-data") return body;
  const good = new Set((await packsOfLot(sql, ctx, report.gtin, report.lot, packsPerLotMax)).filter((each) => each.standing === "good").map((each) => each.serial));
  return { ...body, serials: body.serials.filter((serial) => good.has(serial)) };
}

/** Gives the report to the network; its answer comes as a delivery receipt. */
export async function sendReport(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  reportId: string,
  by: { readonly actor: ReturnType<typeof auditActor>; readonly traceId: string },
): Promise<StoredReport> {
  const { machine, owner, environment } = company;
  const report = await lockReport(sql, company, reportId);
  if (!report) return deny("report.unknown", reportId);
  if (!sendableStates.includes(report.state)) deny("report.state", report.state);
  const at = machine.clock.now();
  const messageId = machine.random.uuid7();
  await enqueue(
    sql,
    jsonMessage({
      messageId,
      destination: networkDestination,
      orderKey: `report-${report.gtin}`,
      method: "POST",
      path: "/v1/authority-reports",
      owner,
      environment,
      traceId: by.traceId,
      at,
      json: await corrected(sql, ctx, report),
    }),
  );
  await markSent(sql, reportId, messageId, at);
  await audit(sql, {
    ...by,
    action: "report.send",
    subject: `report/${reportId}`,
    before: { state: report.state },
    after: { state: "sent", messageId },
    at,
    owner,
  });
  return { ...report, state: "sent", sentAt: at, answeredAt: null, answer: "" };
}

export type Receipt = {
  readonly messageId: string;
  readonly state: "delivered" | "accepted" | "refused";
  readonly detail: string;
  readonly simulated: boolean;
  readonly at: number;
};

/** The authority's answer. False: the message was no report. */
export async function answerReport(sql: Sql, company: Company, receipt: Receipt, traceId: string): Promise<boolean> {
  const state: State = receipt.state === "refused" ? "refused" : "accepted";
  const answered = await markAnswered(sql, receipt.messageId, state, {
    at: receipt.at,
    text: receipt.detail,
    simulated: receipt.simulated,
  });
  if (!answered) return false;
  await audit(sql, {
    actor: systemActor("authority"),
    action: "report.answer",
    subject: `report/${answered.reportId}`,
    after: { state, detail: receipt.detail, simulated: receipt.simulated },
    at: company.machine.clock.now(),
    traceId,
    owner: company.owner,
  });
  return true;
}
