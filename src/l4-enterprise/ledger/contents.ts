import type { Sql } from "../../runtime/machine.ts";
import { type AsOf, asOfNow, isNow, loadEventsAsOf } from "./as-of.ts";
import type { EventRow } from "./event-row.ts";
import { partsOfKey } from "./encoding/epc-key.ts";
import { keyOf, type LedgerContext, type Thing } from "./identity.ts";
import { deriveCore } from "./ledger-apply.ts";
import { levelsMax } from "./lineage.ts";
import { withThings } from "./member-things.ts";
import { sqlStateStore } from "./state.store.ts";
import { upTo } from "./timeline.ts";
import { coreNow, emptySet, historyIds, holdMore, nameOf, type WorkingSet } from "./working-set.ts";

/** What is inside containers: each object below with the packing event that put it where it is. */
export type Contents = {
  /** By name: direct children of each container that has any. */
  readonly children: ReadonlyMap<string, readonly Packed[]>;
  readonly containers: readonly Thing[];
  readonly leaves: readonly Thing[];
  /** Every event of everything seen on the way. */
  readonly events: ReadonlyMap<string, EventRow>;
  readonly set: WorkingSet;
};

export type Packed = { readonly thing: Thing; readonly row: EventRow };

/** Walks down from these objects. `levels`: how far; of what is found at the last of them no more is read. */
export async function loadContents(
  sql: Sql,
  ctx: LedgerContext,
  tops: readonly Thing[],
  levels = levelsMax,
  asOf: AsOf = asOfNow,
): Promise<Contents> {
  const store = sqlStateStore(sql, false);
  const set = emptySet();
  const events = new Map<string, EventRow>();
  const children = new Map<string, Packed[]>();
  const seen = new Set<string>();
  const containers: Thing[] = [];
  const leaves: Thing[] = [];
  let level: readonly Thing[] = tops;
  for (let depth = 0; level.length > 0; depth++) {
    const fresh = level.filter((thing) => !seen.has(nameOf(thing)));
    for (const thing of fresh) seen.add(nameOf(thing));
    await holdMore(store, set, fresh);
    const ids = new Set(fresh.flatMap((thing) => historyIds(set, thing)));
    for (const row of await loadEventsAsOf(
      sql,
      [...ids].filter((id) => !events.has(id)),
      asOf,
    ))
      events.set(row.id, row);
    const packings = packingsOf(fresh, set, events, asOf.at);
    for (const thing of fresh)
      (packings.has(nameOf(thing)) || thing.home === "container" ? containers : leaves).push(thing);
    level = await openContainers({ sql, ctx, set, events, asOf }, packings, children);
    if (depth + 1 >= levels) break;
  }
  return { children, containers, leaves, events, set };
}

type Walk = {
  readonly sql: Sql;
  readonly ctx: LedgerContext;
  readonly set: WorkingSet;
  readonly events: Map<string, EventRow>;
  readonly asOf: AsOf;
};

/** Of each container among them, the events that packed into it, the latest first. */
function packingsOf(
  things: readonly Thing[],
  set: WorkingSet,
  events: ReadonlyMap<string, EventRow>,
  at: number | undefined,
): Map<string, EventRow[]> {
  const packings = new Map<string, EventRow[]>();
  const parents = new Set<string>();
  for (const row of events.values()) if (packs(row)) parents.add(row.parent as string);
  // A key is only worked out where some event has a container of that class.
  const classes = new Set([...parents].map((key) => partsOfKey(key).classId));
  for (const thing of things) {
    if (!classes.has(thing.classId)) continue;
    const key = keyOf(thing);
    if (!parents.has(key)) continue;
    const rows = historyIds(set, thing)
      .map((id) => events.get(id))
      .filter((row) => row !== undefined && packs(row) && row.parent === key);
    if (rows.length > 0) packings.set(nameOf(thing), upTo(rows as EventRow[], at).reverse());
  }
  return packings;
}

function packs(row: EventRow): boolean {
  return (
    row.type === "AggregationEvent" &&
    row.action === "ADD" &&
    row.parent !== undefined &&
    !row.declared &&
    row.declares === undefined
  );
}

/** The objects that are in these containers, put down as their children. */
async function openContainers(
  walk: Walk,
  packings: ReadonlyMap<string, readonly EventRow[]>,
  children: Map<string, Packed[]>,
): Promise<Thing[]> {
  const { sql, ctx, set, asOf } = walk;
  const rows = [...new Map([...packings.values()].flat().map((row) => [row.id, row])).values()];
  const things = new Map((await withThings(sql, ctx, rows)).map(({ row, members }) => [row.id, members]));
  await holdMore(sqlStateStore(sql, false), set, [...things.values()].flat());
  const parentNow = isNow(asOf)
    ? (thing: Thing) => coreNow(set, thing).parent
    : await parentsAt(walk, [...things.values()].flat());
  const found: Thing[] = [];
  for (const [container, packingRows] of packings) {
    const packed = new Map<string, Packed>();
    for (const row of packingRows) {
      for (const thing of things.get(row.id) ?? []) {
        if (packed.has(nameOf(thing)) || parentNow(thing) !== row.parent) continue;
        packed.set(nameOf(thing), { thing, row });
        found.push(thing);
      }
    }
    children.set(container, [...packed.values()]);
  }
  return found;
}

async function parentsAt(
  { sql, set, events, asOf }: Walk,
  things: readonly Thing[],
): Promise<(thing: Thing) => string | undefined> {
  const ids = new Set(things.flatMap((thing) => historyIds(set, thing)));
  for (const row of await loadEventsAsOf(
    sql,
    [...ids].filter((id) => !events.has(id)),
    asOf,
  ))
    events.set(row.id, row);
  return (thing) => {
    const rows = historyIds(set, thing)
      .map((id) => events.get(id))
      .filter((row) => row !== undefined);
    return deriveCore(thing, upTo(rows, asOf.at)).core.parent;
  };
}
