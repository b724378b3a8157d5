import type { Evidence } from "../../contract/trace-api.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { loadCaptureHashes, loadCaptures } from "../epcis-repository/capture.store.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { historyOf, stateOf } from "../ledger/ledger.ts";
import { packsByLot } from "../ledger/whereabouts/whereabouts.ts";
import { signaturesOfLot } from "../lots/lot-signatures.ts";
import { loadParties } from "../master-data/master-data.store.ts";
import type { Scanned } from "./scan.ts";

/** Lots inside one container whose signatures are shown. */
const lotsMax = 20;

/** The documents that tell of a thing, the oldest first, and the signatures about its lot (a container: those inside). */
export async function evidenceOf(sql: Sql, company: Company, ctx: LedgerContext, thing: Scanned): Promise<Evidence> {
  const history = await historyOf(sql, ctx, thing.id);
  const told = new Map<string, number>();
  for (const { event } of history) told.set(event.captureId, (told.get(event.captureId) ?? 0) + 1);
  const captures = await loadCaptures(sql, ctx, [...told.keys()]);
  const hashes = await loadCaptureHashes(sql, ctx, [...told.keys()]);
  const names = new Map((await loadParties(sql, company)).map(({ gln, name }) => [gln, name]));
  const documents = [...captures.values()]
    .sort((a, b) => a.capturedAt - b.capturedAt)
    .map(({ captureId, capturedAt, source, partner, contentType }) => ({
      captureId,
      at: capturedAt,
      source,
      company: partner ?? company.owner,
      companyName: partner === undefined ? company.self.name : (names.get(partner) ?? partner),
      mediaType: contentType,
      sha256: hashes.get(captureId) ?? "",
      events: told.get(captureId) ?? 0,
    }));
  const signatures: Evidence["signatures"] = [];
  for (const { gtin, lot } of await lotsOf(sql, ctx, thing)) {
    for (const signature of await signaturesOfLot(sql, company, gtin, lot))
      signatures.push({ ...signature, about: `lot ${lot}` });
  }
  return { documents, signatures };
}

async function lotsOf(sql: Sql, ctx: LedgerContext, thing: Scanned): Promise<{ gtin: string; lot: string }[]> {
  if (thing.kind === "pack") {
    const lot = (await stateOf(sql, ctx, thing.id))?.lot;
    return lot === undefined ? [] : [{ gtin: thing.gtin, lot }];
  }
  const inside = (await packsByLot(sql, ctx, thing.id, {})).slice(0, lotsMax);
  return inside.flatMap(({ gtin, lot }) => (lot === undefined ? [] : [{ gtin, lot }]));
}
