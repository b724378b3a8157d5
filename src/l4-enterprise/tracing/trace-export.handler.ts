import type { ExportFormat } from "../../contract/trace-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { printInstant } from "../../kernel/base/time.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { parseSubject, type Subject } from "../../kernel/gs1/subject.ts";
import { type Actor, actorName } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import { sha256Hex } from "../../runtime/sha256.ts";
import type { Company } from "../company-scope.ts";
import { loadCaptures } from "../epcis-repository/capture.store.ts";
import { eventsForLot, eventsForTrace, type TracedEvent } from "../epcis-repository/trace-events.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { loadParties } from "../master-data/master-data.store.ts";
import { evidenceOf } from "./evidence.handler.ts";
import { lotTrace } from "./lot-trace.handler.ts";
import { momentOf } from "./moment.handler.ts";
import { printReport, type Section } from "./report-pdf.ts";
import type { Scanned } from "./scan.ts";
import { scannedOf } from "./subject.ts";
import { traceDocument } from "./trace-document.ts";
import { traceHere } from "./trace.handler.ts";
import { lotSections, printed, traceSections } from "./trace-report.ts";

/** Events of one file. */
export const exportedEventsMax = 20_000;

export type Exported = { readonly bytes: Uint8Array; readonly mediaType: string; readonly fileName: string };
type Lot = Extract<Subject, { kind: "lot" }>;
export type ExportRequest = {
  readonly id: string;
  readonly format: ExportFormat;
  readonly reason?: string;
  readonly actor: Actor;
  readonly traceId: string;
};

/**
 * What our ledger has of a pack, container or lot, as a file; who took it, and its hash, are on record. Throws `gs1.*`,
 * `pack.unknown`, `lot.unknown`, `trace.too-large`.
 */
export async function exportTrace(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  request: ExportRequest,
): Promise<Exported> {
  const subject = must(parseSubject(request.id));
  const thing = scannedOf(subject);
  const of = thing ?? (subject.kind === "lot" ? subject : deny("gs1.subject", "/id"));
  const at = company.machine.clock.now();
  const bytes =
    request.format === "pdf"
      ? await pdfOf(sql, company, ctx, of, { at, by: actorName(request.actor) })
      : await epcisOf(sql, ctx, of, at, request.format === "epcis-json" ? "json" : "xml");
  const name = nameOf(of);
  await audit(sql, {
    actor: auditActor(request.actor),
    action: "trace.export",
    subject: `trace/${name}`,
    after: { format: request.format, bytes: bytes.length, sha256: sha256Hex(bytes) },
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    at,
    traceId: request.traceId,
    owner: company.owner,
  });
  const { mediaType, extension } = forms[request.format];
  return { bytes, mediaType, fileName: `trace-${name.replaceAll(/[^0-9A-Za-z]+/g, "-")}.${extension}` };
}

const forms = {
  "epcis-json": { mediaType: "application/ld+json", extension: "jsonld" },
  "epcis-xml": { mediaType: "application/xml", extension: "xml" },
  pdf: { mediaType: "application/pdf", extension: "pdf" },
} as const satisfies Record<ExportFormat, { mediaType: string; extension: string }>;

function nameOf(of: Scanned | Lot): string {
  switch (of.kind) {
    case "pack":
      return `${of.gtin}/${of.serial}`;
    case "container":
      return of.sscc;
    case "lot":
      return `${of.gtin}/lot/${of.lot}`;
  }
}

async function epcisOf(
  sql: Sql,
  ctx: LedgerContext,
  of: Scanned | Lot,
  at: number,
  form: "json" | "xml",
): Promise<Uint8Array> {
  const events: TracedEvent[] | undefined =
    of.kind === "lot" ? await eventsForLot(sql, ctx, of, exportedEventsMax) : await eventsForTrace(sql, ctx, of.id);
  if (events === undefined) return deny("trace.too-large", "/id", `more than ${exportedEventsMax} events`);
  if (events.length === 0) return of.kind === "lot" ? deny("lot.unknown", of.lot) : deny("pack.unknown", "/id");
  const captures = await loadCaptures(sql, ctx, [...new Set(events.map(({ captureId }) => captureId))]);
  const partnerOf = (captureId: string) => captures.get(captureId)?.partner;
  return new TextEncoder().encode(traceDocument(events, { at, partnerOf }, form));
}

async function pdfOf(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  of: Scanned | Lot,
  { at, by }: { readonly at: number; readonly by: string },
): Promise<Uint8Array> {
  const names = new Map((await loadParties(sql, company)).map(({ gln, name }) => [gln, name]));
  const placeName = (place: string) => names.get(/\/414\/(\d{13})/.exec(place)?.[1] ?? "");
  const title = of.kind === "lot" ? `Lot ${of.lot} of GTIN ${of.gtin}` : `Trace of ${printed(of.id)}`;
  const sections = await sectionsOf(sql, company, ctx, of, placeName);
  const { environment, owner, self } = company;
  return printReport({
    title,
    letterhead: `${self.name} (GLN ${owner}), ${environment}`,
    footer: `Asked for by ${by} at ${printInstant(at)}. What partners did not share with us is not in it.`,
    at,
    sections,
  });
}

async function sectionsOf(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  of: Scanned | Lot,
  placeName: (place: string) => string | undefined,
): Promise<Section[]> {
  if (of.kind === "lot") return lotSections(await lotTrace(sql, company, ctx, of, {}), placeName);
  const trace = await traceHere(sql, company, ctx, of);
  if (trace.hops.length === 0) deny("pack.unknown", "/id");
  const moment = await momentOf(sql, company, ctx, of, {});
  return traceSections(trace, moment, await evidenceOf(sql, company, ctx, of), placeName);
}
