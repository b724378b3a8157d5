import { type Client, ProblemError } from "../../contract/client.ts";
import type { Verification } from "../../contract/enterprise-api.ts";
import { networkApi } from "../../contract/network-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { deny, must } from "../../kernel/base/result.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import { expiryToDate } from "../../kernel/gs1/date.ts";
import type { Actor } from "../../runtime/http/actor.ts";
import { isFault } from "../../runtime/fault.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { lockObjects, readTogether, statesOf } from "../ledger/ledger.ts";
import type { Status } from "../lots/lot.ts";
import { loadLot } from "../lots/lot.store.ts";
import { loadProduct } from "../master-data/master-data.store.ts";
import { reportPack } from "../reports/report.handler.ts";
import { captureOwn, newEventId } from "../shipments/capture-own.ts";
import { afterAll, areHere } from "../shipments/contents.ts";
import { dispensingEvent, unpackingEvent } from "../shipments/own-events.ts";
import type { Scanned } from "../tracing/scan.ts";
import { judgePack, mayHandOut } from "./verify.ts";

export type Pack = Extract<Scanned, { kind: "pack" }>;

/** Judges a pack from our own ledger; what a partner asks through the network, and we of our own packs. */
export async function verifyHere(sql: Sql, company: Company, ctx: LedgerContext, pack: Pack): Promise<Verification> {
  const [verification] = await verifyAllHere(sql, company, ctx, [pack]);
  return verification as Verification;
}

/** `verifyHere` for many who ask at the same time. */
export function verifyTogether(company: Company, ctx: LedgerContext): (pack: Pack) => Promise<Verification> {
  return readTogether(company.database, (sql, packs) => verifyAllHere(sql, company, ctx, packs));
}

async function verifyAllHere(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  packs: readonly Pack[],
): Promise<Verification[]> {
  const { machine, owner } = company;
  const at = machine.clock.now();
  const states = await statesOf(
    sql,
    ctx,
    packs.map(({ id }) => id),
  );
  const statuses = new Map<string, Status | undefined>();
  const nameOf = ({ gtin }: Pack, lot: string | undefined) => `${gtin} ${lot ?? ""}`;
  for (const pack of packs) {
    const lot = states.get(pack.id)?.lot;
    if (lot !== undefined && !statuses.has(nameOf(pack, lot)))
      statuses.set(nameOf(pack, lot), (await loadLot(sql, company, pack.gtin, lot))?.status);
  }
  return packs.map((pack) => {
    const state = states.get(pack.id);
    const expiryDate = pack.expiry === undefined ? undefined : must(expiryToDate(pack.expiry));
    const status = statuses.get(nameOf(pack, state?.lot));
    const judged = judgePack(state, { ...pack, expiryDate }, status, new Date(at).toISOString().slice(0, 10));
    return { ...judged, responder: owner, source: "own", simulated: false, at };
  });
}

/** Verifies where the pack's market says: a hub, its maker, or ourselves when we made it. */
export async function verifyPack(
  company: Company,
  ctx: LedgerContext,
  network: Client | undefined,
  pack: Pack,
  verify: (pack: Pack) => Promise<Verification> = verifyTogether(company, ctx),
): Promise<Verification> {
  const { database } = company;
  const product = await loadProduct(database, company, pack.gtin);
  if (!product) return deny("product.unknown", pack.gtin);
  if (product.market !== "eu" && (await isOurs(company, pack.gtin))) return verify(pack);
  if (!network) return deny("network.not-configured");
  if (pack.lot === undefined || pack.expiry === undefined)
    return deny("shipment.unidentified", 0, "the pack's code names no lot and expiry");
  try {
    const { gtin, serial, lot, expiry } = pack;
    return await network.call(networkApi.verify, { body: { market: product.market, gtin, serial, lot, expiry } });
  } catch (error) {
    if (isFault(error)) return deny("network.no-answer", "network", error.message);
    if (error instanceof ProblemError) return deny(error.code, error.at, error.detail);
    throw error;
  }
}

/** A product that we make: we hold lots of it. */
async function isOurs({ database, owner, environment }: Company, gtin: string): Promise<boolean> {
  const rows = await database.run(
    {
      name: "lots_of_gtin",
      text: "select 1 from lot_record where owner = $1 and environment = $2 and gtin = $3 limit 1",
    },
    [owner, environment, gtin],
  );
  return rows.length > 0;
}

/** Dispenses a verified pack: out of what it stands in, dispensed, and told to the market's hub, in one transaction. */
export async function dispensePack(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  pack: Pack,
  verification: Verification,
  by: { readonly actor: Actor; readonly traceId: string },
): Promise<void> {
  const { machine, owner, self } = company;
  const now = machine.clock.now();
  const lastDay = pack.expiry === undefined ? undefined : must(expiryToDate(pack.expiry));
  must(mayHandOut(verification, lastDay, new Date(now).toISOString().slice(0, 10)));
  await lockObjects(sql, ctx, [pack.id]);
  const states = await statesOf(sql, ctx, [pack.id]);
  if (!states.has(pack.id)) deny("pack.unknown", pack.id);
  must(areHere([pack.id], states));
  const state = states.get(pack.id);
  const at = afterAll(states, now);
  const events: EpcisEvent[] = [];
  const parent = state?.parent;
  if (parent !== undefined)
    events.push(
      unpackingEvent({
        when: { at, offsetMinutes: 0 },
        eventId: newEventId(company),
        parent,
        child: pack.id,
        place: self,
      }),
    );
  events.push(
    dispensingEvent({
      when: { at: at + events.length, offsetMinutes: 0 },
      eventId: newEventId(company),
      id: pack.id,
      place: self,
    }),
  );
  await captureOwn(sql, company, ctx, events);
  const product = await loadProduct(sql, company, pack.gtin);
  if (product?.market === "eu" && pack.lot !== undefined && pack.expiry !== undefined) {
    const { id, gtin, serial, lot, expiry } = pack;
    const told = { actor: auditActor(by.actor), traceId: by.traceId };
    const body = { kind: "pack-state", market: "eu", gtin, serial, lot, expiry, state: "supplied" } as const;
    await reportPack(sql, company, { id, body }, told);
  }
  await audit(sql, {
    actor: auditActor(by.actor),
    traceId: by.traceId,
    chain: `dispensing/${pack.gtin}`,
    action: "pack.dispense",
    subject: pack.id,
    before: { disposition: state?.disposition },
    after: { disposition: "dispensed", verification },
    at: now,
    owner,
  });
}
