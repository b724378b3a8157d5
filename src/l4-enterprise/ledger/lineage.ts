import type { Sql } from "../../runtime/machine.ts";
import { type AsOf, loadEventsAsOf } from "./as-of.ts";
import { type EventRow, factOf } from "./event-row.ts";
import { classOfKey } from "./encoding/epc-key.ts";
import { keyOf, type LedgerContext, type Thing, thingsOfKeys } from "./identity.ts";
import { sqlStateStore } from "./state.store.ts";
import { concernsContents, type Entry, type Stay, staysOf, upTo } from "./timeline.ts";
import { emptySet, historyIds, holdMore, nameOf, type WorkingSet } from "./working-set.ts";

/** A container in a container in a container …: past this many something is wrong, and we stop. */
export const levelsMax = 12;

/** Objects, everything they were ever in, and all their events: enough to tell their history without asking again. */
export type Lineage = {
  readonly set: WorkingSet;
  readonly events: ReadonlyMap<string, EventRow>;
  readonly byKey: ReadonlyMap<string, Thing>;
  readonly asOf: AsOf;
};

/** Loads level by level, each in a few statements however many objects there are. What is later than `asOf` is left out. */
export async function loadLineage(
  sql: Sql,
  ctx: LedgerContext,
  things: readonly Thing[],
  asOf: AsOf,
): Promise<Lineage> {
  const store = sqlStateStore(sql, false);
  const set = emptySet();
  const events = new Map<string, EventRow>();
  const byKey = new Map<string, Thing>();
  const lineage = { set, events, byKey, asOf };
  let level: readonly Thing[] = things;
  for (let depth = 0; depth < levelsMax && level.length > 0; depth++) {
    await holdMore(store, set, level);
    const ids = new Set(level.flatMap((thing) => historyIds(set, thing)));
    for (const row of await loadEventsAsOf(
      sql,
      [...ids].filter((id) => !events.has(id)),
      asOf,
    ))
      events.set(row.id, row);
    const parents = new Set(
      each(lineage, level).flatMap((thing) => staysIn(lineage, thing).map(({ parent }) => parent)),
    );
    const unknown = [...parents].filter((key) => !byKey.has(key));
    const found = await thingsOfKeys(sql, ctx, unknown);
    for (const [key, thing] of found) byKey.set(key, thing);
    level = [...found.values()];
  }
  return lineage;
}

/**
 * The same for all packs of ours with the same events in the same role. Undefined where the role may differ: an event
 * that makes some of what it names, or whose container is of the pack's own class.
 */
export function companyOf(lineage: Lineage, thing: Thing): string | undefined {
  if (thing.home !== "chunk") return undefined;
  let name = "";
  for (const id of historyIds(lineage.set, thing)) {
    const row = lineage.events.get(id);
    if (row === undefined) continue;
    if (row.type === "TransformationEvent") return undefined;
    if (row.parent !== undefined && classOfKey(row.parent) === thing.classId) return undefined;
    name += id;
  }
  return name;
}

/** One of those that were always named together, and all others. */
function each(lineage: Lineage, things: readonly Thing[]): Thing[] {
  const told = new Set<string>();
  return things.filter((thing) => {
    const company = companyOf(lineage, thing);
    if (company === undefined) return true;
    if (told.has(company)) return false;
    told.add(company);
    return true;
  });
}

/** The object's own events in order, up to the lineage's moment. */
export function ownRows({ set, events, asOf }: Lineage, thing: Thing): EventRow[] {
  const rows = historyIds(set, thing)
    .map((id) => events.get(id))
    .filter((row) => row !== undefined);
  return upTo(rows, asOf.at);
}

export function staysIn(lineage: Lineage, thing: Thing): Stay[] {
  return staysOf(thing, ownRows(lineage, thing));
}

/** Own events and, for the time of each stay, those of the containers around, in order. */
export function entriesOf(lineage: Lineage, thing: Thing, around: ReadonlySet<string> = new Set()): Entry[] {
  const name = nameOf(thing);
  const known = ownRows(lineage, thing);
  const stays = staysOf(thing, known);
  const rows = known.filter((row) => !passesBy(row, thing, stays));
  const own = new Set(rows.map(({ id }) => id));
  const entries: Entry[] = rows.map((row) => ({ row, through: undefined }));
  for (const { parent, since, until } of stays) {
    const container = lineage.byKey.get(parent);
    // A hierarchy that events closed into a ring is told once around.
    if (container === undefined || around.has(nameOf(container))) continue;
    for (const entry of entriesOf(lineage, container, new Set([...around, name]))) {
      const { row } = entry;
      if (own.has(row.id) || row.id <= since || (until !== undefined && row.id >= until)) continue;
      if (entry.through === undefined && !concernsContents(row, container)) continue;
      entries.push({ row, through: entry.through ?? parent });
    }
  }
  return entries.sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
}

/** "Everything was unpacked" is kept with all that was ever packed there; it is no news of what was not inside by then. */
function passesBy(row: EventRow, thing: Thing, stays: readonly Stay[]): boolean {
  return factOf(row).unpacksAll && row.parent !== keyOf(thing) && !stays.some(({ until }) => until === row.id);
}
