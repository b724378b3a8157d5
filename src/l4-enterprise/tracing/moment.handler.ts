import type { MomentView, ObjectAtMoment } from "../../contract/trace-api.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { ancestorsOf, childrenOf, type ObjectState, stateOf, statesOf } from "../ledger/ledger.ts";
import { type LotAtPlace, packsByLot } from "../ledger/whereabouts/whereabouts.ts";
import { loadProduct } from "../master-data/master-data.store.ts";
import type { Scanned } from "./scan.ts";
import { asOfQuery, type MomentQuery, momentView } from "./subject.ts";

/** Children of a container that are shown; a pallet or a tote holds fewer. */
export const childrenShownMax = 500;

/** One object at one moment, with what it stood in and what stood in it. */
export async function momentOf(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  { id }: Scanned,
  query: MomentQuery,
): Promise<MomentView> {
  const asOf = asOfQuery(query);
  const state = await stateOf(sql, ctx, id, asOf);
  const children = await childrenOf(sql, ctx, id, asOf);
  const shown = children.slice(0, childrenShownMax);
  const states = await statesOf(sql, ctx, shown, asOf);
  return {
    asOf: momentView(query),
    object: state === undefined ? null : objectView(state),
    ancestors: (await ancestorsOf(sql, ctx, id, asOf)).map(({ id: ancestor, link }) => ({ id: ancestor, link })),
    children: shown.flatMap((child) => {
      const found = states.get(child);
      return found === undefined ? [] : [objectView(found)];
    }),
    childCount: children.length,
    contents: children.length === 0 ? [] : await lotCountsView(sql, company, await packsByLot(sql, ctx, id, asOf)),
  };
}

export function objectView(state: ObjectState): ObjectAtMoment {
  const { id, standing, disposition, parent, link, lot, expiry, place, owner, lastEventAt } = state;
  return {
    id,
    standing,
    disposition,
    parent: parent ?? null,
    link: link ?? null,
    lot: lot ?? null,
    expiry: expiry ?? null,
    place: place ?? null,
    owner: owner ?? null,
    lastEventAt: lastEventAt ?? null,
  };
}

/** Counts with the products' names. */
export async function lotCountsView(
  sql: Sql,
  company: Company,
  lots: readonly LotAtPlace[],
): Promise<MomentView["contents"]> {
  const names = new Map<string, string | null>();
  for (const { gtin } of lots)
    if (!names.has(gtin)) names.set(gtin, (await loadProduct(sql, company, gtin))?.name ?? null);
  return lots.map(({ gtin, lot, packs }) => ({
    gtin,
    lot: lot ?? null,
    productName: names.get(gtin) ?? null,
    packs,
  }));
}
