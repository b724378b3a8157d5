import type { AuthorityReport } from "../../contract/network-api.ts";
import { audit, type auditActor, systemActor } from "../../gxp/audit/audit.ts";
import { deny } from "../../kernel/base/result.ts";
import { markets } from "../../kernel/markets/market.ts";
import type { Sql } from "../../runtime/machine.ts";
import { enqueue, jsonMessage } from "../../runtime/messages/outbox.ts";
import { type Company, networkDestination } from "../company-scope.ts";
import { saveExceptions } from "../ledger/exception.store.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { packsOfLot } from "../ledger/ledger.ts";
import type { Lot } from "../lots/lot.ts";
import { loadProduct } from "../master-data/master-data.store.ts";
import {
  addReport,
  lockReport,
  markAnswered,
  markDueForCorrection,
  markSent,
  reportsOfLot,
  type State,
  type StoredReport,
} from "./report.store.ts";

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
    const serials = await goodSerials(sql, ctx, lot.gtin, lot.lot);
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

/** Kinds of reports that name a lot's packs. */
const lotReportKinds = Object.values(markets).flatMap(({ reports }) => reports.map(({ code }) => code));

/** These lots have other good packs than before: reports that were built on them may say what is no longer so. */
export async function correctReports(
  sql: Sql,
  company: Company,
  lots: readonly { readonly gtin: string; readonly lot: string }[],
  at: number,
): Promise<void> {
  for (const lot of lots) {
    for (const reportId of await markDueForCorrection(sql, company, lot, lotReportKinds)) {
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

/** Our own good packs of a lot: what others say of it reaches no authority. */
async function goodSerials(sql: Sql, ctx: LedgerContext, gtin: string, lot: string): Promise<string[]> {
  return (await packsOfLot(sql, ctx, gtin, lot, packsPerLotMax))
    .filter(({ standing, commissionedBy }) => standing === "good" && commissionedBy === "own")
    .map(({ serial }) => serial);
}

/** A corrected report names those of its packs that are still good, and good ones that no report of the lot names. */
async function corrected(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  report: StoredReport,
): Promise<AuthorityReport> {
  const { body, gtin, lot } = report;
  if (report.state !== "due-for-correction" || body.kind !== "pack-data") return body;
  const good = new Set(await goodSerials(sql, ctx, gtin, lot));
  const kept = body.serials.filter((serial) => good.has(serial));
  const named = new Set(
    (await reportsOfLot(sql, company, gtin, lot)).flatMap((each) =>
      each.body.kind === "pack-data" ? each.body.serials : [],
    ),
  );
  const added = [...good].filter((serial) => !named.has(serial));
  return { ...body, serials: [...kept, ...added].slice(0, packsPerReportMax) };
}

/** Gives the report to the network; its answer comes as a delivery receipt. */
export async function sendReport(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  reportId: string,
  by: { readonly actor: ReturnType<typeof auditActor>; readonly traceId: string },
): Promise<StoredReport> {
  const report = await lockReport(sql, company, reportId);
  if (!report) return deny("report.unknown", reportId);
  if (!sendableStates.includes(report.state)) deny("report.state", report.state);
  return dispatchReport(sql, company, report, await corrected(sql, company, ctx, report), by);
}

/** The report on its way, and what it said kept. */
export async function dispatchReport(
  sql: Sql,
  company: Company,
  report: Pick<StoredReport, "reportId" | "gtin" | "state">,
  body: AuthorityReport,
  by: { readonly actor: ReturnType<typeof auditActor>; readonly traceId: string },
): Promise<StoredReport> {
  const { machine, owner, environment } = company;
  const { reportId } = report;
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
      json: body,
    }),
  );
  const packs = body.kind === "pack-data" ? body.serials.length : 1;
  const sent = await markSent(sql, reportId, { messageId, at, packs, body });
  await audit(sql, {
    ...by,
    action: "report.send",
    subject: `report/${reportId}`,
    before: { state: report.state },
    after: { state: "sent", messageId, packs },
    at,
    owner,
  });
  return sent;
}

/** Tells the market's authority what became of one pack; its answer is kept and shown like that of any report. */
export async function reportPack(
  sql: Sql,
  company: Company,
  pack: { readonly id: string; readonly body: Extract<AuthorityReport, { kind: "pack-state" }> },
  by: { readonly actor: ReturnType<typeof auditActor>; readonly traceId: string },
): Promise<void> {
  const { id, body } = pack;
  const { gtin, lot } = body;
  const reportId = company.machine.random.uuid7();
  const at = company.machine.clock.now();
  await addReport(sql, company, { reportId, kind: packStateKind, subject: id, gtin, lot, packs: 1, body, at });
  await audit(sql, {
    ...by,
    action: "report.generate",
    subject: `report/${reportId}`,
    after: { kind: packStateKind, pack: id, state: body.state },
    at,
    owner: company.owner,
  });
  await dispatchReport(sql, company, { reportId, gtin, state: "generated" }, body, by);
}

const packStateKind = "eu.pack-state";

export type Receipt = {
  readonly messageId: string;
  readonly state: "delivered" | "accepted" | "refused";
  readonly detail: string;
  readonly simulated: boolean;
  readonly at: number;
};

/** The authority's answer; that a report was handed over is none. False: the message was no report. */
export async function answerReport(sql: Sql, company: Company, receipt: Receipt, traceId: string): Promise<boolean> {
  if (receipt.state === "delivered") return false;
  const state: State = receipt.state === "refused" ? "refused" : "accepted";
  const answered = await markAnswered(sql, receipt.messageId, state, {
    at: receipt.at,
    text: receipt.detail,
    simulated: receipt.simulated,
  });
  if (!answered) return false;
  if (state === "refused" && answered.kind === packStateKind)
    await raiseRefusal(sql, company, answered.subject, receipt);
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

/** The authority does not agree about a pack that left us: somebody must look, it may be a falsified one. */
async function raiseRefusal(sql: Sql, company: Company, subject: string, receipt: Receipt): Promise<void> {
  const message = `The authority refused what was told of this pack: ${receipt.detail}`;
  const raised = {
    subject,
    eventId: receipt.messageId,
    code: "authority-refused",
    severity: "error",
    message,
  } as const;
  await saveExceptions(sql, company, [raised], { subjects: [], derivedCodes: [] }, company.machine.clock.now());
}
