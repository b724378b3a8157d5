import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import type { Sql } from "../../runtime/machine.ts";
import { loadContents } from "../ledger/contents.ts";
import type { EventRow } from "../ledger/event-row.ts";
import { type LedgerContext, resolveThings, type Thing } from "../ledger/identity.ts";
import { withThings } from "../ledger/member-things.ts";
import { historyIds, nameOf } from "../ledger/working-set.ts";
import { epcisEvent } from "./event-document.ts";

/**
 * The commissionings and the packings of everything inside these containers and packs, themselves included, in the
 * order in which they happened. Each event names only what is inside: a commissioning of a whole lot shrinks to the
 * packs of this shipment, and then bears no eventID. Events that were taken back are left out.
 */
export async function eventsForShipment(
  sql: Sql,
  ctx: LedgerContext,
  topLevelIds: readonly string[],
): Promise<EpcisEvent[]> {
  const { things } = await resolveThings(sql, ctx, topLevelIds);
  const contents = await loadContents(sql, ctx, [...things.values()]);
  const everything = new Map([...contents.containers, ...contents.leaves].map((thing) => [nameOf(thing), thing]));
  const rows = new Map<string, { row: EventRow; names: Set<string> }>();
  const keep = (row: EventRow, thing: Thing) => {
    const entry = rows.get(row.id) ?? { row, names: new Set<string>() };
    entry.names.add(nameOf(thing));
    rows.set(row.id, entry);
  };
  for (const thing of everything.values()) {
    const made = historyIds(contents.set, thing)
      .map((id) => contents.events.get(id))
      .filter((row) => row !== undefined && commissions(row)) as EventRow[];
    // The first takes effect; a second commissioning never does.
    const first = made.sort((a, b) => (a.id < b.id ? -1 : 1))[0];
    if (first !== undefined) keep(first, thing);
  }
  for (const packed of contents.children.values()) for (const { thing, row } of packed) keep(row, thing);
  const events = await withThings(
    sql,
    ctx,
    [...rows.values()].map(({ row }) => row),
  );
  return events
    .sort((a, b) => (a.row.id < b.row.id ? -1 : 1))
    .map((event) => epcisEvent(event, (thing) => rows.get(event.row.id)?.names.has(nameOf(thing)) === true));
}

function commissions(row: EventRow): boolean {
  if (row.declared || row.declares !== undefined) return false;
  return (row.type === "ObjectEvent" && row.action === "ADD") || row.type === "TransformationEvent";
}
