import { audit, type auditActor } from "../../gxp/audit/audit.ts";
import { deny, must, ok, refuse, type Result } from "../../kernel/base/result.ts";
import { parseEpcisJson } from "../../kernel/epcis/json.ts";
import { parseEpcisXml } from "../../kernel/epcis/xml.ts";
import type { Sql } from "../../runtime/machine.ts";
import { type Company, placeOf } from "../company-scope.ts";
import { type Captured, captureIn } from "../epcis-repository/capture.handler.ts";
import { canonicalUri } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { lockObjects, statesOf } from "../ledger/ledger.ts";
import { loadParty } from "../master-data/master-data.store.ts";
import { correctReports } from "../reports/report.handler.ts";
import { captureOwn, newEventId } from "./capture-own.ts";
import { afterAll, contentsOf } from "./contents.ts";
import { announcements, receivingEvent } from "./own-events.ts";
import { addShipment, markReceived, type Shipment, withdrawAnnounced } from "./shipment.store.ts";

export type PartnerDelivery = {
  readonly from: string;
  readonly messageId: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
};

/** A document may tell of this many shipments to us. */
const announcementsMax = 1_000;

/** A partner's document: captured as theirs, and every shipment in it that is for us waits to be received. */
export async function takeDocument(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  delivery: PartnerDelivery,
  by: { readonly actor: ReturnType<typeof auditActor>; readonly traceId: string },
): Promise<Captured> {
  const { machine, owner, self } = company;
  const { from, messageId, mediaType, bytes } = delivery;
  const captured = await captureIn(sql, machine, ctx, {
    document: bytes,
    contentType: mediaType,
    source: "shared",
    partner: from,
    messageId,
  });
  await correctReports(sql, company, captured.correctedLots, machine.clock.now());
  const text = new TextDecoder().decode(bytes);
  const { events } = must(mediaType.includes("xml") ? parseEpcisXml(text) : parseEpcisJson(text));
  const us = canonicalUri(placeOf(self));
  const at = machine.clock.now();
  const announcing = announcements(events, captured.eventIds, (party) => canonicalUri(party) === us);
  if (announcing.length > announcementsMax)
    deny("capture.too-large", "/epcisBody/eventList", `at most ${announcementsMax} shipments`);
  for (const deliveryId of await withdrawAnnounced(sql, company, from, captured.withdrawn)) {
    await audit(sql, {
      ...by,
      action: "shipment.withdraw",
      subject: `shipment/${deliveryId}`,
      before: { state: "announced" },
      after: { state: "refused", reason: "its sender took the shipping back" },
      at,
      owner,
    });
  }
  for (const announced of announcing) {
    const ids = [...new Set(announced.ids.map(canonicalUri))];
    const contents = await contentsOf(sql, ctx, ids);
    const deliveryId = machine.random.uuid7();
    const lines = contents.lots.map(({ gtin, lot, packs }) => ({ gtin, lot, quantity: packs }));
    const added = await addShipment(sql, company, {
      deliveryId,
      direction: "inbound",
      partner: from,
      purchaseOrder: announced.purchaseOrder,
      site: null,
      lines,
      state: "announced",
      contents: ids,
      packs: contents.packs,
      shippingEvent: announced.eventId,
      shippedAt: null,
      at,
    });
    if (added)
      await audit(sql, {
        ...by,
        action: "shipment.announce",
        subject: `shipment/${deliveryId}`,
        after: { from, contents: ids, packs: contents.packs },
        at,
        owner,
      });
  }
  return captured;
}

/** What stands there against what was announced: received whole, or not at all. */
export function compareDelivery(announced: readonly string[], scanned: readonly string[]): Result<true> {
  const [there, told] = [new Set(scanned), new Set(announced)];
  const missing = announced.filter((id) => !there.has(id));
  if (missing.length > 0) return refuse("shipment.mismatch", missing[0], `${missing.length} announced, not scanned`);
  const extra = scanned.filter((id) => !told.has(id));
  return extra.length > 0 ? refuse("shipment.mismatch", extra[0], `${extra.length} scanned, not announced`) : ok(true);
}

export async function receive(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  shipment: Shipment,
  scanned: readonly string[],
  by: { readonly actor: ReturnType<typeof auditActor>; readonly traceId: string },
): Promise<void> {
  const { machine, owner, self } = company;
  must(compareDelivery(shipment.contents, scanned));
  const from = (await loadParty(sql, company, shipment.partner)) ?? deny("party.unknown", shipment.partner);
  await lockObjects(sql, ctx, shipment.contents);
  const states = await statesOf(sql, ctx, shipment.contents);
  const at = machine.clock.now();
  await captureOwn(sql, company, ctx, [
    receivingEvent({
      when: { at: afterAll(states, at), offsetMinutes: 0 },
      eventId: newEventId(company),
      ids: shipment.contents,
      by: self,
      from,
      purchaseOrder: shipment.purchaseOrder,
    }),
  ]);
  await markReceived(sql, shipment.deliveryId, at);
  await audit(sql, {
    ...by,
    action: "shipment.receive",
    subject: `shipment/${shipment.deliveryId}`,
    before: { state: shipment.state },
    after: { state: "received" },
    at,
    owner,
  });
}
