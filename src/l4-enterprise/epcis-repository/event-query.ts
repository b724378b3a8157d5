import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import type { Sql } from "../../runtime/machine.ts";
import { type AsOf, asOfNow } from "../ledger/as-of.ts";
import { loadEvents, loadEventsByRef } from "../ledger/event.store.ts";
import { hexOfUuid } from "../ledger/encoding/epc-key.ts";
import { type LedgerContext, resolveThings } from "../ledger/identity.ts";
import { loadDirectory } from "../ledger/identity.store.ts";
import { loadLineage, ownRows } from "../ledger/lineage.ts";
import { withThings } from "../ledger/member-things.ts";
import { epcisEvent } from "./event-document.ts";

const ownRef = /^urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Events by eventID, in order. One eventID may answer several: an error declaration repeats that of the event it takes
 * back (EPCIS 2.0 §7.4.1.2).
 */
export async function eventsById(sql: Sql, ctx: LedgerContext, eventIds: readonly string[]): Promise<EpcisEvent[]> {
  const scope = (await loadDirectory(sql, ctx, []))?.scope;
  if (scope === undefined) return [];
  const keys = eventIds
    .map((id) => ownRef.exec(id)?.[1])
    .filter((uuid) => uuid !== undefined)
    .map(hexOfUuid);
  const found = [...(await loadEventsByRef(sql, scope, eventIds)), ...(await loadEvents(sql, keys))];
  const mine = found.filter((row) => row.scope === scope);
  const rows = [...new Map(mine.map((row) => [row.id, row])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return (await withThings(sql, ctx, rows)).map((event) => epcisEvent(event));
}

/** The events that name an object itself, in order; with all that they name. */
export async function eventsOf(sql: Sql, ctx: LedgerContext, id: string, asOf: AsOf = asOfNow): Promise<EpcisEvent[]> {
  const thing = (await resolveThings(sql, ctx, [id])).things.get(id);
  if (thing === undefined) return [];
  const lineage = await loadLineage(sql, ctx, [thing], asOf);
  return (await withThings(sql, ctx, ownRows(lineage, thing))).map((event) => epcisEvent(event));
}
