import type { LotTrace } from "../../contract/trace-api.ts";
import { deny } from "../../kernel/base/result.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { openExceptionsOfLot } from "../exceptions/lot-exceptions.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { isEnded, type Standing } from "../ledger/ledger-rules.ts";
import { statesOf } from "../ledger/ledger.ts";
import { type Group, lotWhereabouts } from "../ledger/whereabouts/whereabouts.ts";
import { signaturesOfLot } from "../lots/lot-signatures.ts";
import { loadLot } from "../lots/lot.store.ts";
import { loadParties, loadProduct } from "../master-data/master-data.store.ts";
import { reportsOfLot } from "../reports/report.store.ts";
import { type Shipment, shipmentsOfEvents } from "../shipments/shipment.store.ts";
import { asOfQuery, type MomentQuery, momentView } from "./subject.ts";

/** Outermost containers that are shown. */
export const topsShownMax = 200;

/** A lot at a moment. Throws the refusal `lot.unknown` when neither ledger nor lot records have it. */
export async function lotTrace(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  { gtin, lot }: { readonly gtin: string; readonly lot: string },
  query: MomentQuery,
): Promise<LotTrace> {
  const groups = await lotWhereabouts(sql, ctx, gtin, lot, asOfQuery(query));
  const record = await loadLot(sql, company, gtin, lot);
  if (groups.length === 0 && record === undefined) deny("lot.unknown", lot);
  const tops = topsOf(groups);
  const shown = tops.slice(0, topsShownMax);
  const states = await statesOf(
    sql,
    ctx,
    shown.map(({ key }) => key),
    asOfQuery(query),
  );
  const shipments = await shipmentsOf(sql, company, groups);
  return {
    gtin,
    lot,
    expiry: groups[0]?.state.expiry ?? null,
    productName: (await loadProduct(sql, company, gtin))?.name ?? null,
    asOf: momentView(query),
    packs: sum(groups),
    byState: counted(groups, ({ standing, disposition }) => ({ standing, disposition })),
    byPlace: counted(groups, ({ place, here }) => ({ place: place ?? null, here })),
    containers: shown.map(({ key, packs }) => ({
      id: key,
      packs,
      place: states.get(key)?.place ?? null,
      disposition: states.get(key)?.disposition ?? "",
    })),
    containerCount: tops.length,
    loose: sum(groups.filter(({ top }) => top === undefined)),
    shipments: shipments.map(({ shipment, name, groups: sent }) => ({
      deliveryId: shipment.deliveryId,
      direction: shipment.direction,
      partner: shipment.partner,
      partnerName: name,
      purchaseOrder: shipment.purchaseOrder,
      state: shipment.state,
      at: shipment.shippedAt,
      packs: sum(sent),
    })),
    recall: recallOf(shipments),
    openExceptions: await openExceptionsOfLot(sql, ctx, gtin, lot),
    reports: (await reportsOfLot(sql, company, gtin, lot)).map(({ reportId, kind, state }) => ({
      reportId,
      kind,
      state,
    })),
    signatures: await signaturesOfLot(sql, company, gtin, lot),
  };
}

function sum(groups: readonly Group[]): number {
  return groups.reduce((packs, group) => packs + group.packs, 0);
}

/** Groups of one answer counted together, most packs first. */
function counted<T extends object>(groups: readonly Group[], of: (state: Group["state"]) => T): (T & Packs)[] {
  const found = new Map<string, T & Packs>();
  for (const { packs, state } of groups) {
    const answer = of(state);
    const name = JSON.stringify(answer);
    found.set(name, { ...answer, packs: (found.get(name)?.packs ?? 0) + packs });
  }
  return [...found.values()].sort((a, b) => b.packs - a.packs);
}
type Packs = { packs: number };

function topsOf(groups: readonly Group[]): { key: string; packs: number }[] {
  const tops = new Map<string, number>();
  for (const { top, packs } of groups) if (top !== undefined) tops.set(top, (tops.get(top) ?? 0) + packs);
  return [...tops].map(([key, packs]) => ({ key, packs })).sort((a, b) => b.packs - a.packs);
}

type ShipmentOfGroups = { readonly shipment: Shipment; readonly name: string; readonly groups: readonly Group[] };

/** Deliveries that packs of these groups were in, the latest first. */
async function shipmentsOf(sql: Sql, company: Company, groups: readonly Group[]): Promise<ShipmentOfGroups[]> {
  const events = [...new Set(groups.flatMap(({ shippings }) => shippings))];
  const names = new Map((await loadParties(sql, company)).map(({ gln, name }) => [gln, name]));
  const shipments = await shipmentsOfEvents(sql, company, events);
  return shipments
    .map(({ shippingEvent, ...shipment }) => ({
      shipment,
      name: names.get(shipment.partner) ?? shipment.partner,
      groups: groups.filter(({ shippings }) => shippings.includes(shippingEvent)),
    }))
    .sort((a, b) => (b.shipment.shippedAt ?? 0) - (a.shipment.shippedAt ?? 0));
}

/** A pack that went to a partner twice counts once. */
function recallOf(shipments: readonly ShipmentOfGroups[]): LotTrace["recall"] {
  const sent = shipments.filter(({ shipment }) => shipment.direction === "outbound");
  const partners = new Map(sent.map(({ shipment, name }) => [shipment.partner, name]));
  const rows = [...partners].map(([partner, partnerName]) => {
    const theirs = sent.filter(({ shipment }) => shipment.partner === partner);
    const groups = [...new Set(theirs.flatMap((each) => each.groups))];
    const away = groups.filter(({ state }) => !state.here);
    return {
      partner,
      partnerName,
      packs: sum(groups),
      back: sum(groups) - sum(away),
      ended: sum(away.filter(({ state }) => isGone(state.standing))),
      deliveries: theirs.length,
    };
  });
  return rows.sort((a, b) => b.packs - a.packs);
}

function isGone(standing: Standing): boolean {
  return isEnded(standing) || standing === "dispensed";
}
