import type { Database, Sql } from "../../runtime/machine.ts";
import { sharedTransactions } from "../../runtime/postgres/shared-transactions.ts";
import { uuidOfHex } from "./encoding/epc-key.ts";
import { loadCommissionings } from "./event.store.ts";
import { findLots, loadLotNames, type LotName, loadLotCounts } from "./lot.store.ts";
import type { EventRow } from "./event-row.ts";
import { type AsOf, asOfNow } from "./as-of.ts";
import { loadContents } from "./contents.ts";
import { type Raised, saveExceptions } from "./exception.store.ts";
import { otherClass, ssccClass } from "./identifier.ts";
import { type LedgerContext, resolveThings, type Thing, thingsOfKeys } from "./identity.ts";
import { loadDirectory } from "./identity.store.ts";
import { type AppliedEvent, applyToStore } from "./ledger-apply.ts";
import { dispositionOfStatus, historyViolations, type Standing, standingOfStatus, violations } from "./ledger-rules.ts";
import { entriesOf, type Lineage, loadLineage, staysIn } from "./lineage.ts";
import { sqlHistory, thingsOfMembers } from "./member-things.ts";
import { type Ancestor, ancestorsIn, type ObjectState, objectStates, publicEventId } from "./object-state.ts";
import { sqlStateStore } from "./state.store.ts";
import { coreNow, emptySet, holdMore, nameOf } from "./working-set.ts";

// The one door to the ledger: nothing outside this folder knows whether a pack lives in a dense chunk, a delta or a
// row. Identifiers go in in any spelling and come out as canonical Digital Links.

export type { AsOf } from "./as-of.ts";
export type { LedgerContext } from "./identity.ts";
export type { LinkKind, Standing } from "./ledger-rules.ts";
export { type Ancestor, type ObjectState, publicEventId } from "./object-state.ts";

/** One event of a history, as far as people and partners ask for it. */
export type LedgerEvent = {
  /** The eventID it came with, else `urn:uuid:` and its key here. */
  readonly eventId: string;
  readonly key: string;
  readonly at: number;
  readonly offsetMinutes: number;
  readonly type: EventRow["type"];
  readonly action: EventRow["action"];
  readonly bizStep: string | undefined;
  readonly disposition: string | undefined;
  readonly readPoint: string | undefined;
  readonly bizLocation: string | undefined;
  readonly source: "own" | "shared";
  readonly captureId: string;
  /** Taken back by an error declaration, or one itself. */
  readonly declared: boolean;
  readonly declaration: boolean;
};

export type HistoryEntry = {
  readonly event: LedgerEvent;
  /** The container that the event named, when it was not the object itself. */
  readonly through: string | undefined;
  /** The container that the object itself is in after this event. */
  readonly parentAfter: string | undefined;
};

export type AppliedEvents = {
  /** What the rules object to, with what the caller raised. */
  readonly raised: readonly Raised[];
  /** Lots that have other good packs than before: what was reported on them is due for correction. */
  readonly correctedLots: readonly LotName[];
};

/** Applies events that were just stored, and records what the rules object to. `withdrawn`: ids that declarations among them took out. */
export async function applyEvents(
  sql: Sql,
  ctx: LedgerContext,
  events: readonly AppliedEvent[],
  about: {
    readonly at: number;
    readonly source: EventRow["source"];
    readonly withdrawn: ReadonlySet<string>;
    readonly raised: readonly Raised[];
  },
): Promise<AppliedEvents> {
  const applied = await applyToStore(sqlStateStore(sql, true), sqlHistory(sql, ctx), events, about.withdrawn);
  const derived = applied.violations.map(({ subject, eventId, code }) => ({
    subject,
    eventId: uuidOfHex(eventId),
    code,
    ...violations[code],
  }));
  const raised: Raised[] = [...derived, ...about.raised];
  await saveExceptions(sql, ctx, raised, { subjects: applied.replayed, derivedCodes: historyViolations }, about.at);
  // What others tell of packs after we sent them off corrects no report of ours.
  const changed = about.source === "own" ? applied.changedLots : [];
  const corrected = about.withdrawn.size === 0 ? changed : [...changed, ...applied.replayedLots];
  const correctedLots = await loadLotNames(sql, [...new Set(corrected)]);
  return { raised, correctedLots };
}

/** The state of an object now, or at another moment. Undefined when nothing is known of it by then. */
export async function stateOf(
  sql: Sql,
  ctx: LedgerContext,
  id: string,
  asOf: AsOf = asOfNow,
): Promise<ObjectState | undefined> {
  return (await statesOf(sql, ctx, [id], asOf)).get(id);
}

/** Two, so that one is told while the other is read. */
const readersLimits = { transactionsMax: 2, weightMax: 64 };

/** `stateOf` for many who ask at the same time: they share transactions, and with them statements. */
export function statesTogether(
  database: Pick<Database, "transaction">,
  ctx: LedgerContext,
): (id: string) => Promise<ObjectState | undefined> {
  return readTogether(database, async (sql, ids) => {
    const states = await statesOf(sql, ctx, ids);
    return ids.map((id) => states.get(id));
  });
}

/** Questions that come at the same time are asked together. `read` answers one result a question, in their order. */
export function readTogether<T, R>(
  database: Pick<Database, "transaction">,
  read: (sql: Sql, items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  return sharedTransactions<T, R>(database, readersLimits, () => 1, read);
}

/** States of several objects in one go, by the identifiers given. Unknown ones are left out. */
export async function statesOf(
  sql: Sql,
  ctx: LedgerContext,
  ids: readonly string[],
  asOf: AsOf = asOfNow,
): Promise<Map<string, ObjectState>> {
  const { things } = await resolveThings(sql, ctx, ids);
  const lineage = await loadLineage(sql, ctx, [...things.values()], asOf);
  const derived = await objectStates(sql, lineage, new Set(things.values()));
  const states = new Map<string, ObjectState>();
  for (const [id, thing] of things) {
    const state = derived.get(thing);
    if (state !== undefined) states.set(id, state);
  }
  return states;
}

/** Everything that happened to an object, what happened to its containers while it was inside included, oldest first. */
export async function historyOf(
  sql: Sql,
  ctx: LedgerContext,
  id: string,
  asOf: AsOf = asOfNow,
): Promise<HistoryEntry[]> {
  const thing = (await resolveThings(sql, ctx, [id])).things.get(id);
  return thing === undefined ? [] : historyIn(await loadLineage(sql, ctx, [thing], asOf), thing);
}

function historyIn(lineage: Lineage, thing: Thing): HistoryEntry[] {
  const stays = staysIn(lineage, thing);
  return entriesOf(lineage, thing).map(({ row, through }) => {
    const stay = stays.findLast(({ since, until }) => since <= row.id && (until === undefined || row.id < until));
    return {
      event: ledgerEvent(row),
      through: through === undefined ? undefined : lineage.byKey.get(through)?.id,
      parentAfter: stay === undefined ? undefined : lineage.byKey.get(stay.parent)?.id,
    };
  });
}

export type ObjectTrace = {
  readonly state: ObjectState | undefined;
  readonly history: readonly HistoryEntry[];
  /** What is directly in it. */
  readonly children: readonly string[];
  /** The innermost first. */
  readonly ancestors: readonly (Ancestor & { readonly children: number })[];
};

/** State, history, containers and contents of several objects, loaded once for all of them; by the identifiers given. */
export async function tracesOf(
  sql: Sql,
  ctx: LedgerContext,
  ids: readonly string[],
): Promise<Map<string, ObjectTrace>> {
  const { things } = await resolveThings(sql, ctx, ids);
  const distinct = new Set(things.values());
  const lineage = await loadLineage(sql, ctx, [...distinct], asOfNow);
  const states = await objectStates(sql, lineage, distinct);
  const around = new Map([...lineage.byKey.values()].map((thing) => [thing.id, thing]));
  const ancestors = new Map([...distinct].map((thing) => [thing, ancestorsIn(lineage, thing)]));
  const opened = new Set(distinct);
  for (const { id } of [...ancestors.values()].flat()) opened.add(around.get(id) as Thing);
  const { children } = await loadContents(sql, ctx, [...opened], 1);
  const inside = (thing: Thing | undefined) => (thing && children.get(nameOf(thing))) ?? [];
  return new Map(
    [...things].map(([id, thing]) => [
      id,
      {
        state: states.get(thing),
        history: historyIn(lineage, thing),
        children: inside(thing).map((child) => child.thing.id),
        ancestors: (ancestors.get(thing) ?? []).map((each) => ({
          ...each,
          children: inside(around.get(each.id)).length,
        })),
      },
    ]),
  );
}

/** The containers around an object, the innermost first, each with how the link below it is known. */
export async function ancestorsOf(sql: Sql, ctx: LedgerContext, id: string, asOf: AsOf = asOfNow): Promise<Ancestor[]> {
  const thing = (await resolveThings(sql, ctx, [id])).things.get(id);
  if (thing === undefined) return [];
  const lineage = await loadLineage(sql, ctx, [thing], asOf);
  return ancestorsIn(lineage, thing);
}

/** The ids of what is directly in a container, now or at another moment, in the order of its packing. */
export async function childrenOf(sql: Sql, ctx: LedgerContext, id: string, asOf: AsOf = asOfNow): Promise<string[]> {
  const thing = (await resolveThings(sql, ctx, [id])).things.get(id);
  if (thing === undefined) return [];
  const { children } = await loadContents(sql, ctx, [thing], 1, asOf);
  return (children.get(nameOf(thing)) ?? []).map(({ thing: child }) => child.id);
}

export type Inside = {
  /** Each once: what is in the containers however deep and contains nothing itself, and the packs that were named. */
  readonly packs: readonly string[];
  /** Those named that stand in another one named. */
  readonly nested: readonly string[];
};

/** What containers and packs hold together. */
export async function packsIn(sql: Sql, ctx: LedgerContext, ids: readonly string[]): Promise<Inside> {
  const tops = new Set((await resolveThings(sql, ctx, ids)).things.values());
  const { children, leaves } = await loadContents(sql, ctx, [...tops]);
  const below = new Set([...children.values()].flat().map(({ thing }) => nameOf(thing)));
  return {
    packs: leaves.filter((leaf) => !tops.has(leaf) || isPack(leaf)).map(({ id }) => id),
    nested: [...tops].filter((top) => below.has(nameOf(top))).map(({ id }) => id),
  };
}

function isPack({ className }: Thing): boolean {
  return className !== ssccClass && className !== otherClass;
}

/**
 * Holds objects, and the containers around them, to the end of the transaction: whoever else decides about one of them
 * waits, and reads then what became of it.
 */
export async function lockObjects(sql: Sql, ctx: LedgerContext, ids: readonly string[]): Promise<void> {
  const store = sqlStateStore(sql, true);
  const set = emptySet();
  let level = [...new Set((await resolveThings(sql, ctx, ids)).things.values())];
  const held = new Set<string>();
  while (level.length > 0) {
    await holdMore(store, set, level);
    for (const thing of level) held.add(nameOf(thing));
    const parents = level.map((thing) => coreNow(set, thing).parent).filter((key) => key !== undefined);
    const around = await thingsOfKeys(sql, ctx, [...new Set(parents)]);
    level = [...around.values()].filter((thing) => !held.has(nameOf(thing)));
  }
}

export type PackOfLot = {
  readonly id: string;
  readonly serial: string;
  readonly standing: Standing;
  readonly disposition: string;
  readonly parent: string | undefined;
  readonly commissionedBy: ObjectState["commissionedBy"];
};

/** Up to `limit` packs of a lot with their state, those commissioned first. */
export async function packsOfLot(
  sql: Sql,
  ctx: LedgerContext,
  gtin: string,
  lot: string,
  limit: number,
): Promise<PackOfLot[]> {
  const row = await lotRow(sql, ctx, gtin, lot);
  if (row === undefined) return [];
  const sets = (await loadCommissionings(sql, row.lot)).flatMap(({ members }) => [members.inputs, members.outputs]);
  const distinct = new Map<string, Thing>();
  for (const set of sets) {
    for (const thing of (await thingsOfMembers(sql, ctx, [set]))[0] ?? [])
      if (distinct.size < limit) distinct.set(nameOf(thing), thing);
    if (distinct.size >= limit) break;
  }
  const things = [...distinct.values()];
  const states = await statesOf(
    sql,
    ctx,
    things.map(({ id }) => id),
  );
  return things.flatMap((thing) => {
    const state = states.get(thing.id);
    return state === undefined
      ? []
      : [
          {
            id: thing.id,
            serial: thing.serial,
            standing: state.standing,
            disposition: state.disposition,
            parent: state.parent,
            commissionedBy: state.commissionedBy,
          },
        ];
  });
}

export type LotCounts = {
  /** Ever commissioned: the sum of all that follow. */
  readonly commissioned: number;
  readonly good: number;
  readonly sampled: number;
  readonly dispensed: number;
  readonly decommissioned: number;
  readonly destroyed: number;
  /** By what an event told of the pack itself; what happens to its container is not counted here. */
  readonly byDisposition: Readonly<Record<string, number>>;
};

/** Counts of a lot, kept with every capture. Zeros for a lot that nothing is known of. */
export async function lotCounts(sql: Sql, ctx: LedgerContext, gtin: string, lot: string): Promise<LotCounts> {
  const counts = { commissioned: 0, good: 0, sampled: 0, dispensed: 0, decommissioned: 0, destroyed: 0 };
  const byDisposition: Record<string, number> = {};
  const row = await lotRow(sql, ctx, gtin, lot);
  for (const { status, n } of row === undefined ? [] : await loadLotCounts(sql, row.lot)) {
    counts.commissioned += n;
    counts[countedAs[standingOfStatus(status)]] += n;
    const disposition = dispositionOfStatus(status) ?? "unknown";
    byDisposition[disposition] = (byDisposition[disposition] ?? 0) + n;
  }
  return { ...counts, byDisposition };
}

const countedAs = {
  unknown: "good",
  good: "good",
  observed: "good",
  sampled: "sampled",
  "sampled-out": "sampled",
  dispensed: "dispensed",
  "dispensed-out": "dispensed",
  decommissioned: "decommissioned",
  voided: "decommissioned",
  destroyed: "destroyed",
} as const satisfies Record<Standing, keyof Omit<LotCounts, "byDisposition">>;

/** How the ledger keeps a lot; undefined when it never heard of it. */
export async function lotRow(sql: Sql, ctx: LedgerContext, gtin: string, lotNumber: string) {
  const classRow = (await loadDirectory(sql, ctx, [gtin]))?.classes.get(gtin);
  return classRow === undefined ? undefined : (await findLots(sql, [{ classId: classRow.classId, lotNumber }]))[0];
}

function ledgerEvent(row: EventRow): LedgerEvent {
  const { at, offsetMinutes, type, action, bizStep, disposition, readPoint, bizLocation, source, captureId, declared } =
    row;
  return {
    eventId: publicEventId(row),
    key: uuidOfHex(row.id),
    at,
    offsetMinutes,
    type,
    action,
    bizStep,
    disposition,
    readPoint,
    bizLocation,
    source,
    captureId,
    declared,
    declaration: row.declares !== undefined,
  };
}
