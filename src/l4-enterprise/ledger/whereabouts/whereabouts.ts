import type { Sql } from "../../../runtime/machine.ts";
import { type AsOf, isNow, loadEventsAsOf } from "../as-of.ts";
import { type Cohort, cohortsOf } from "./cohort.ts";
import type { MemberSet } from "../encoding/members.ts";
import type { EventRow } from "../event-row.ts";
import { keyOf, type LedgerContext, resolveThings, type Thing } from "../identity.ts";
import { otherClass, ssccClass } from "../identifier.ts";
import { loadDirectory } from "../identity.store.ts";
import { deriveCore } from "../ledger-apply.ts";
import { type Core, isEnded } from "../ledger-rules.ts";
import { lotRow } from "../ledger.ts";
import { entriesOf, type Lineage, levelsMax, loadLineage } from "../lineage.ts";
import { loadLots } from "../lot.store.ts";
import { type Ancestor, ancestorsIn, type ObjectState, objectStates, publicEventId } from "../object-state.ts";
import { sqlStateStore } from "../state.store.ts";
import { type Entry, leaves, upTo } from "../timeline.ts";
import { latestEventsAt, membersOfLot, placesUnder } from "./whereabouts.store.ts";
import { emptySet, historyIds, holdMore } from "../working-set.ts";

// Where a lot's packs are, and what is at a place. Neither reads more than the lot's own cases, or the latest that
// happened at the place: no question here grows with the company.

/** Packs that share one history, with what that history tells. */
export type Group = {
  readonly packs: number;
  readonly state: ObjectState;
  /** Outermost container; undefined for loose packs. */
  readonly top: string | undefined;
  /** Public ids of the shipments it went through, own and partners', in order. */
  readonly shippings: readonly string[];
};

/** The packs of a lot, now or at another moment. Empty for a lot that nothing is known of. */
export async function lotWhereabouts(
  sql: Sql,
  ctx: LedgerContext,
  gtin: string,
  lot: string,
  asOf: AsOf,
): Promise<Group[]> {
  const row = await lotRow(sql, ctx, gtin, lot);
  if (row === undefined) return [];
  const cohorts = await cohortsOf(sql, ctx, await membersOfLot(sql, row.lot));
  // Those commissioned again into another lot are of that one.
  const groups = await groupsOf(sql, ctx, cohorts, asOf);
  return groups.filter(({ state }) => state.lot === lot && state.commissionedAt !== undefined);
}

async function groupsOf(sql: Sql, ctx: LedgerContext, cohorts: readonly Cohort[], asOf: AsOf): Promise<Group[]> {
  const lineage = await loadLineage(
    sql,
    ctx,
    cohorts.map(({ one }) => one),
    asOf,
  );
  const states = await objectStates(
    sql,
    lineage,
    cohorts.map(({ one }) => one),
  );
  return cohorts.flatMap(({ one, count }) => {
    const state = states.get(one);
    if (state === undefined) return [];
    const shippings = entriesOf(lineage, one)
      .filter(isShipping)
      .map(({ row }) => publicEventId(row));
    return [{ packs: count, state, top: topOf(lineage, one)?.id, shippings }];
  });
}

function isShipping({ row }: Entry): boolean {
  return row.bizStep === "shipping" && !row.declared && row.declares === undefined;
}

function topOf(lineage: Lineage, thing: Thing): Ancestor | undefined {
  return ancestorsIn(lineage, thing).at(-1);
}

// ---------------------------------------------------------------- a place

export type PlaceEvent = {
  readonly at: number;
  readonly eventId: string;
  readonly bizStep: string | undefined;
  readonly captureId: string;
  readonly source: EventRow["source"];
  /** How many packs and containers the event itself names. */
  readonly named: number;
};

export type LotAtPlace = { readonly gtin: string; readonly lot: string | undefined; readonly packs: number };

export type PlaceWhereabouts = {
  /** Outermost containers, the latest to come first. */
  readonly containers: readonly ObjectState[];
  /** Packs in those of the containers that were counted, and loose ones. */
  readonly lots: readonly LotAtPlace[];
  readonly loose: number;
  /** Containers whose contents were not counted, because there are so many. */
  readonly uncounted: number;
  readonly arrivals: readonly PlaceEvent[];
  readonly departures: readonly PlaceEvent[];
  /** The oldest event that was looked at; undefined: all that ever happened there was. */
  readonly since: number | undefined;
};

/** The latest events at a place that are looked at to say what stands there. */
export const placeEventsMax = 2_000;
/** Containers whose contents are counted. */
export const countedContainersMax = 100;

/** What stands at a place (canonical URI; its parts included), by its latest events. */
export async function placeWhereabouts(
  sql: Sql,
  ctx: LedgerContext,
  place: string,
  asOf: AsOf & { readonly at: number },
): Promise<PlaceWhereabouts | undefined> {
  const places = await placesUnder(sql, place);
  // Places are shared by all scopes of a database.
  const scope = (await loadDirectory(sql, ctx, []))?.scope;
  if (places.size === 0 || scope === undefined) return undefined;
  const ids = await latestEventsAt(sql, scope, [...places.keys()], asOf.at, placeEventsMax);
  const events = await loadEventsAsOf(sql, ids, asOf);
  const rows = events
    .filter((row) => !row.declared && row.declares === undefined)
    .sort((a, b) => (a.id > b.id ? -1 : 1));
  const cohorts = await cohortsOf(sql, ctx, rows.flatMap(setsOf));
  const lineage = await loadLineage(
    sql,
    ctx,
    cohorts.map(({ one }) => one),
    asOf,
  );
  const states = await objectStates(
    sql,
    lineage,
    cohorts.map(({ one }) => one),
  );
  const uris = new Set(places.values());
  const here = cohorts.flatMap((cohort) => {
    const state = states.get(cohort.one);
    const stands = state !== undefined && stoodAt(lineage, cohort.one, state, uris);
    return stands ? [{ cohort, state }] : [];
  });
  const containers = here
    .filter(({ cohort }) => isContainer(cohort.one))
    .sort((a, b) => (b.state.lastEventAt ?? 0) - (a.state.lastEventAt ?? 0));
  const loose = here.filter(({ cohort }) => !isContainer(cohort.one));
  const counted = containers.slice(0, countedContainersMax).map(({ cohort }) => cohort.one);
  const inside = await packsInside(sql, ctx, counted, asOf);
  return {
    containers: containers.map(({ state }) => state),
    lots: summed([
      ...loose.map(({ cohort: { one, count }, state: { lot } }) => ({ gtin: one.className, lot, packs: count })),
      ...(await packsOfLots(sql, inside)),
    ]),
    loose: loose.reduce((sum, { cohort }) => sum + cohort.count, 0),
    uncounted: containers.length - counted.length,
    arrivals: rows.filter(({ bizStep }) => arrivalSteps.has(bizStep ?? "")).map(placeEvent),
    departures: rows.filter((row) => leaves(row)).map(placeEvent),
    since: ids.length < placeEventsMax ? undefined : rows.at(-1)?.at,
  };
}

const arrivalSteps: ReadonlySet<string> = new Set(["receiving", "arriving", "accepting"]);

function setsOf({ parent, members }: EventRow): MemberSet[] {
  return [members.inputs, members.outputs, ...(parent === undefined ? [] : [{ own: [], keys: [parent] }])];
}

function isContainer({ className }: Thing): boolean {
  return className === ssccClass || className === otherClass;
}

/** Outermost, alive, last seen there, and not sent off since. */
function stoodAt(lineage: Lineage, thing: Thing, state: ObjectState, places: ReadonlySet<string>): boolean {
  if (state.parent !== undefined || isEnded(state.standing) || state.standing === "dispensed") return false;
  if (state.place === undefined || !places.has(state.place)) return false;
  const last = entriesOf(lineage, thing).findLast(({ row }) => !row.declared && row.declares === undefined);
  return last !== undefined && !leaves(last.row);
}

function placeEvent(row: EventRow): PlaceEvent {
  const { at, bizStep, captureId, source, members, parent } = row;
  const named = [members.inputs, members.outputs].reduce(
    (sum, { own, keys }) => sum + keys.length + own.reduce((n, { counters }) => n + counters.length, 0),
    parent === undefined ? 0 : 1,
  );
  return { at, eventId: publicEventId(row), bizStep, captureId, source, named };
}

/** All packs in these containers however deep, in cohorts; no serial is worked out but one for each. */
async function packsInside(sql: Sql, ctx: LedgerContext, tops: readonly Thing[], asOf: AsOf): Promise<Cohort[]> {
  const found: Cohort[] = [];
  const seen = new Set<string>();
  let level: readonly Thing[] = tops;
  for (let depth = 0; depth < levelsMax && level.length > 0; depth++) {
    const keys = new Set(level.map(keyOf).filter((key) => !seen.has(key)));
    for (const key of keys) seen.add(key);
    const rows = (await ownEvents(sql, level, asOf)).filter(
      ({ type, action, parent }) =>
        type === "AggregationEvent" && action === "ADD" && parent !== undefined && keys.has(parent),
    );
    const cohorts = await cohortsOf(
      sql,
      ctx,
      rows.map(({ members }) => members.inputs),
    );
    const cores = await coresOf(sql, cohorts, asOf);
    const inside = cohorts
      .map((cohort) => ({ ...cohort, core: cores.get(cohort) ?? cohort.core }))
      .filter(({ core }) => keys.has(core.parent ?? ""));
    found.push(...inside.filter(({ one }) => !isContainer(one)));
    level = inside.filter(({ one }) => isContainer(one)).map(({ one }) => one);
  }
  return found;
}

async function ownEvents(sql: Sql, things: readonly Thing[], asOf: AsOf): Promise<EventRow[]> {
  const set = emptySet();
  await holdMore(sqlStateStore(sql, false), set, things);
  const ids = new Set(things.flatMap((thing) => historyIds(set, thing)));
  return upTo(await loadEventsAsOf(sql, [...ids], asOf), asOf.at);
}

async function coresOf(sql: Sql, cohorts: readonly Cohort[], asOf: AsOf): Promise<Map<Cohort, Core>> {
  if (isNow(asOf)) return new Map(cohorts.map((cohort) => [cohort, cohort.core]));
  const set = emptySet();
  const ones = cohorts.map(({ one }) => one);
  await holdMore(sqlStateStore(sql, false), set, ones);
  const ids = new Set(ones.flatMap((thing) => historyIds(set, thing)));
  const events = new Map((await loadEventsAsOf(sql, [...ids], asOf)).map((row) => [row.id, row]));
  return new Map(
    cohorts.map((cohort) => {
      const rows = historyIds(set, cohort.one)
        .map((id) => events.get(id))
        .filter((row) => row !== undefined);
      return [cohort, deriveCore(cohort.one, upTo(rows, asOf.at)).core];
    }),
  );
}

async function packsOfLots(sql: Sql, cohorts: readonly Cohort[]): Promise<LotAtPlace[]> {
  const rows = await loadLots(
    sql,
    [...new Set(cohorts.map(({ core }) => core.lot))].filter((lot) => lot !== 0),
  );
  return cohorts.map(({ one, count, core }) => ({
    gtin: one.className,
    lot: rows.get(core.lot)?.lotNumber,
    packs: count,
  }));
}

/** One line for each product and lot, most packs first. */
function summed(parts: readonly LotAtPlace[]): LotAtPlace[] {
  const lots = new Map<string, LotAtPlace>();
  for (const { gtin, lot, packs } of parts) {
    const name = `${gtin}/${lot ?? ""}`;
    lots.set(name, { gtin, lot, packs: (lots.get(name)?.packs ?? 0) + packs });
  }
  return [...lots.values()].sort((a, b) => b.packs - a.packs);
}

/** The packs in a container however deep, by product and lot, at a moment. */
export async function packsByLot(sql: Sql, ctx: LedgerContext, id: string, asOf: AsOf): Promise<LotAtPlace[]> {
  const thing = (await resolveThings(sql, ctx, [id])).things.get(id);
  return thing === undefined ? [] : summed(await packsOfLots(sql, await packsInside(sql, ctx, [thing], asOf)));
}
