import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import type { Sql } from "../../runtime/machine.ts";
import { cohortsOf } from "../ledger/whereabouts/cohort.ts";
import type { EventRow } from "../ledger/event-row.ts";
import { keyOf, type LedgerContext, resolveThings, type Thing } from "../ledger/identity.ts";
import { lotRow, publicEventId } from "../ledger/ledger.ts";
import { entriesOf, type Lineage, loadLineage } from "../ledger/lineage.ts";
import { withThings } from "../ledger/member-things.ts";
import { membersOfLot } from "../ledger/whereabouts/whereabouts.store.ts";
import { nameOf } from "../ledger/working-set.ts";
import { epcisEvent } from "./event-document.ts";

/** An event of a trace, narrowed to what the trace is about. */
export type TracedEvent = {
  readonly event: EpcisEvent;
  /** The eventID of the whole, when the event names others too and was narrowed. */
  readonly partOf: string | undefined;
  readonly captureId: string;
  readonly source: EventRow["source"];
};

/**
 * What happened to a pack or container, and to the containers around it while it was inside, in order; each event names
 * it and them only, and what was packed into it. Events that were taken back are left out.
 */
export async function eventsForTrace(sql: Sql, ctx: LedgerContext, id: string): Promise<TracedEvent[]> {
  const thing = (await resolveThings(sql, ctx, [id])).things.get(id);
  if (thing === undefined) return [];
  const lineage = await loadLineage(sql, ctx, [thing], {});
  const around = new Set([...lineage.byKey.values(), thing].map(nameOf));
  return tracedEvents(sql, ctx, lineage, [thing], (each) => around.has(nameOf(each)));
}

/** The same of a lot: undefined when that is more than `eventsMax` events. */
export async function eventsForLot(
  sql: Sql,
  ctx: LedgerContext,
  { gtin, lot }: { readonly gtin: string; readonly lot: string },
  eventsMax: number,
): Promise<TracedEvent[] | undefined> {
  const row = await lotRow(sql, ctx, gtin, lot);
  if (row === undefined) return [];
  const cohorts = (await cohortsOf(sql, ctx, await membersOfLot(sql, row.lot))).filter(
    ({ core }) => core.lot === row.lot,
  );
  const things = cohorts.map(({ one }) => one);
  const lineage = await loadLineage(sql, ctx, things, {});
  if (lineage.events.size > eventsMax) return undefined;
  const packs = new Map<number, Set<number>>();
  const keys = new Set([...lineage.byKey.values()].map(keyOf));
  for (const { members } of cohorts) {
    for (const key of members.keys) keys.add(key);
    for (const { pool, counters } of members.own) {
      const known = packs.get(pool) ?? new Set();
      packs.set(pool, known);
      for (const counter of counters) known.add(counter);
    }
  }
  return tracedEvents(sql, ctx, lineage, things, (thing) =>
    thing.home === "chunk" ? packs.get(thing.pool)?.has(thing.counter) === true : keys.has(keyOf(thing)),
  );
}

async function tracedEvents(
  sql: Sql,
  ctx: LedgerContext,
  lineage: Lineage,
  things: readonly Thing[],
  wanted: (thing: Thing) => boolean,
): Promise<TracedEvent[]> {
  const rows = new Map<string, EventRow>();
  for (const thing of things)
    for (const { row } of entriesOf(lineage, thing))
      if (!row.declared && row.declares === undefined) rows.set(row.id, row);
  const sorted = [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const subjects = new Set(things.map(nameOf));
  return (await withThings(sql, ctx, sorted)).map((applied) => {
    // What was packed into the very thing is its own story: told whole.
    const parent = applied.parent !== undefined && subjects.has(nameOf(applied.parent));
    const event = epcisEvent(applied, parent ? undefined : wanted);
    const partOf = event.eventID === undefined ? publicEventId(applied.row) : undefined;
    return { event, partOf, captureId: applied.row.captureId, source: applied.row.source };
  });
}
