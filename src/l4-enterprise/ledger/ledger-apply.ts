import { chunkNumbers } from "../../kernel/serials/pool.ts";
import { coversOffset, flatRuns, parentIndex } from "./encoding/dense-chunk.ts";
import { type EventRow, factOf } from "./event-row.ts";
import { chunkNoOf, keyOf, type Thing } from "./identity.ts";
import { type Core, evolve, type Fact, nothing, type Role, statusCode, type ViolationCode } from "./ledger-rules.ts";
import { findRings } from "./hierarchy-rings.ts";
import type { StateStore } from "./state.store.ts";
import {
  chunkCore,
  coreNow,
  type HeldChunk,
  heldChunk,
  historyIds,
  holdMore,
  holdThings,
  lotOfStatus,
  nameOf,
  offsetOf,
  recordInChunk,
  saveSet,
  setChunkCore,
  type Single,
  singleFor,
  singleIn,
  type WorkingSet,
} from "./working-set.ts";

/** An event with the objects that it names. `members` by role: an aggregation's children, a transformation's inputs and outputs. */
export type AppliedEvent = {
  readonly row: EventRow;
  readonly parent: Thing | undefined;
  readonly members: readonly Thing[];
  readonly outputs: readonly Thing[];
};

export type Violation = { readonly subject: string; readonly eventId: string; readonly code: ViolationCode };

/** `replayed`: whose exceptions were judged anew, so that those not among `violations` are over. */
export type Applied = {
  readonly violations: readonly Violation[];
  readonly replayed: readonly string[];
  /** Lots that objects derived anew belonged to before, or do now. */
  readonly replayedLots: readonly number[];
  /** Lots that have more or fewer good packs than before. */
  readonly changedLots: readonly number[];
};

/** Where older events and the objects they name come from. */
export type History = {
  loadEvents(ids: readonly string[]): Promise<EventRow[]>;
  thingsOf(rows: readonly EventRow[]): Promise<AppliedEvent[]>;
  thingsOfKeys(keys: readonly string[]): Promise<ReadonlyMap<string, Thing>>;
};

/** An event on fewer packs than this rewrites no chunk: each of the packs gets a row of its own. */
const bulkPacksMin = 24;
/** Packing and commissioning touch a pack once or twice in its life, so they may come in smaller groups. */
const bulkPacksMinAdding = 4;
/** A chunk's history must stay within its page: past this many events packs are touched alone. */
const chunkEventsMax = 200;

type Touch = {
  readonly event: AppliedEvent;
  readonly fact: Fact;
  readonly role: Role;
  readonly things: readonly Thing[];
};

type Work = {
  readonly set: WorkingSet;
  readonly events: Map<string, EventRow>;
  readonly violations: Violation[];
  /** To be derived anew from their whole history, because something older changed. */
  readonly replays: Map<string, Thing>;
  readonly withdrawn: ReadonlySet<string>;
};

/**
 * Applies new events to the derived state, whatever the order they arrive in: an object whose later events are known
 * already is derived anew from all of them. `withdrawn`: events that the error declarations among these took out.
 */
export async function applyToStore(
  store: StateStore,
  history: History,
  events: readonly AppliedEvent[],
  withdrawn: ReadonlySet<string>,
): Promise<Applied> {
  const sorted = [...events].sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
  const set = await holdThings(
    store,
    sorted.flatMap(({ parent, members, outputs }) => [...(parent ? [parent] : []), ...members, ...outputs]),
  );
  const work: Work = {
    set,
    events: new Map(sorted.map(({ row }) => [row.id, row])),
    violations: [],
    replays: new Map(),
    withdrawn,
  };
  const touches = sorted.flatMap(touchesOf);
  const more = await unpackings(work, history, sorted);
  await holdMore(
    store,
    set,
    more.flatMap(({ things }) => things),
  );
  for (const touch of [...touches, ...more]) applyTouch(work, touch);
  const replayedLots = await replay(work, history);
  const rings = await findRings(store, history, set, sorted);
  const changedLots = await saveSet(store, set);
  return {
    violations: [...work.violations, ...rings],
    replayed: [...work.replays.values()].map(({ id }) => id),
    replayedLots,
    changedLots,
  };
}

function touchesOf(event: AppliedEvent): Touch[] {
  const { row, parent, members, outputs } = event;
  const fact = factOf(row);
  const links = row.type === "AggregationEvent" || row.type === "AssociationEvent";
  const touches: Touch[] = [];
  const add = (role: Role, things: readonly Thing[]) =>
    things.length > 0 && touches.push({ event, fact, role, things });
  if (parent !== undefined) add(links ? "parent" : "object", [parent]);
  add(links ? "child" : row.type === "TransformationEvent" ? "input" : "object", members);
  add("output", outputs);
  return touches;
}

/**
 * "Everything in it was unpacked" names nobody: it is kept with everything that was ever packed into the container,
 * whichever of the two arrives first. To those that were not inside by then it means nothing (`evolve`).
 */
async function unpackings(work: Work, history: History, events: readonly AppliedEvent[]): Promise<Touch[]> {
  const touches: Touch[] = [];
  for (const event of events) {
    const { row, parent } = event;
    if (row.type !== "AggregationEvent" || parent === undefined) continue;
    const fact = factOf(row);
    const older = historyIds(work.set, parent);
    if (fact.unpacksAll) {
      const rows = (await history.loadEvents(older)).filter((each) => packsInto(each, row.parent));
      const packings = [...(await history.thingsOf(rows)), ...events.filter((each) => packsInto(each.row, row.parent))];
      const children = new Map(packings.flatMap(({ members }) => members).map((thing) => [nameOf(thing), thing]));
      touches.push({ event, fact, role: "child", things: [...children.values()] });
    } else if (fact.action === "ADD" && older.some((id) => id > row.id)) {
      for (const later of await history.loadEvents(older.filter((id) => id > row.id))) {
        const laterFact = factOf(later);
        if (!laterFact.unpacksAll || later.parent !== row.parent) continue;
        work.events.set(later.id, later);
        touches.push({
          event: { row: later, parent, members: [], outputs: [] },
          fact: laterFact,
          role: "child",
          things: event.members,
        });
      }
    }
  }
  return touches;
}

function packsInto(row: EventRow, parent: string | undefined): boolean {
  return row.type === "AggregationEvent" && row.action === "ADD" && row.parent === parent;
}

function applyTouch(work: Work, touch: Touch): void {
  const { fact, role, things } = touch;
  let own = 0;
  for (const { home } of things) if (home === "chunk") own++;
  const bulk =
    own >= (fact.action === "ADD" ? bulkPacksMinAdding : bulkPacksMin) && role !== "parent" && role !== "output";
  const chunks = new Map<HeldChunk, Thing[]>();
  let held: HeldChunk | undefined;
  for (const thing of things) {
    if (thing.home !== "chunk" || !bulk) {
      touchSingle(work, touch, singleFor(work.set, thing));
      continue;
    }
    // Packs come in the order of their counters, or nearly.
    if (held === undefined || held.chunk.pool !== thing.pool || held.chunk.chunkNo !== chunkNoOf(thing))
      held = heldChunk(work.set, thing);
    const alone = held.alone.get(offsetOf(thing));
    if (alone !== undefined) touchSingle(work, touch, alone);
    else if (chunks.get(held)?.push(thing) === undefined) chunks.set(held, [thing]);
  }
  for (const [chunk, group] of chunks) {
    if (chunkTakes(chunk, fact)) touchChunk(work, touch, chunk, group);
    else for (const thing of group) touchSingle(work, touch, singleFor(work.set, thing));
  }
}

/** A chunk is of one lot, and its row must stay small. */
function chunkTakes({ chunk }: HeldChunk, fact: Fact): boolean {
  if (chunk.events.length >= chunkEventsMax) return false;
  const commissions = fact.type === "ObjectEvent" && fact.action === "ADD";
  if (!commissions || chunk.lot === fact.lot) return true;
  return chunk.status.every((status) => lotOfStatus(1, status) === 0);
}

function touchSingle(work: Work, { fact, role }: Touch, single: Single): void {
  if (single.hist.includes(fact.id)) return;
  const inOrder = fact.id > single.lastEvent;
  single.hist.push(fact.id);
  single.dirty = true;
  if (inOrder) single.lastEvent = fact.id;
  const changesOlder = withdraws(work, fact) || (!inOrder && !fact.declared && !fact.declaration);
  if (changesOlder) work.replays.set(nameOf(single.thing), single.thing);
  if (changesOlder || work.replays.has(nameOf(single.thing))) return;
  const { core, violation } = evolve(single.core, fact, role, single.thing.home === "chunk");
  single.core = core;
  if (violation !== undefined) work.violations.push({ subject: single.thing.id, eventId: fact.id, code: violation });
}

function withdraws(work: Work, fact: Fact): boolean {
  const declares = work.events.get(fact.id)?.declares;
  return declares !== undefined && work.withdrawn.has(declares);
}

function touchChunk(work: Work, { fact, role }: Touch, held: HeldChunk, things: readonly Thing[]): void {
  const { chunk } = held;
  const { offsets, byOffset } = inOrder(things);
  const later = fact.id > chunk.lastEvent ? [] : chunk.events.filter(({ event }) => event > fact.id);
  recordInChunk(held, { event: fact.id, runs: flatRuns(offsets) });
  const all = withdraws(work, fact);
  if (fact.declared || (fact.declaration && !all)) return;
  if (fact.type === "ObjectEvent" && fact.action === "ADD") chunk.lot = fact.lot;
  // Packs of one event are mostly in one state: each state is judged once.
  const judged = new Map<
    number,
    { core: Core; status: number; parent: number; violation: ViolationCode | undefined }
  >();
  for (let index = 0; index < offsets.length; index++) {
    const offset = offsets[index] as number;
    const thing = byOffset[index] as Thing;
    if (all || later.some(({ runs }) => coversOffset(runs, offset))) work.replays.set(nameOf(thing), thing);
    if (work.replays.size > 0 && work.replays.has(nameOf(thing))) continue;
    const state = (chunk.status[offset] as number) * 0x1_0000 + (chunk.parent[offset] as number);
    let next = judged.get(state);
    if (next === undefined) {
      const { core, violation } = evolve(chunkCore(chunk, offset), fact, role, true);
      next = { core, status: statusCode(core), parent: parentIndex(chunk, core.parent), violation };
      judged.set(state, next);
    }
    chunk.status[offset] = next.status;
    chunk.parent[offset] = next.parent;
    if (next.violation !== undefined)
      work.violations.push({ subject: thing.id, eventId: fact.id, code: next.violation });
  }
}

/** Packs of one chunk by their offset, each once; nearly always they come in this order. */
function inOrder(things: readonly Thing[]): { offsets: number[]; byOffset: readonly Thing[] } {
  const offsets = things.map(offsetOf);
  for (let index = 1; index < offsets.length; index++) {
    if ((offsets[index] as number) > (offsets[index - 1] as number)) continue;
    const byOffset = [...new Map(things.map((thing) => [offsetOf(thing), thing])).values()].sort(
      (a, b) => offsetOf(a) - offsetOf(b),
    );
    return { offsets: byOffset.map(offsetOf), byOffset };
  }
  return { offsets, byOffset: things };
}

/** Derives the flagged objects from all their events; answers the lots they were or are of. */
async function replay(work: Work, history: History): Promise<number[]> {
  if (work.replays.size === 0) return [];
  const things = [...work.replays.values()];
  const ids = new Set(things.flatMap((thing) => historyIds(work.set, thing)));
  const missing = [...ids].filter((id) => !work.events.has(id));
  for (const row of await history.loadEvents(missing)) work.events.set(row.id, row);
  const subjects = new Set(things.map(({ id }) => id));
  const kept = work.violations.filter(({ subject }) => !subjects.has(subject));
  work.violations.splice(0, work.violations.length, ...kept);
  const cores = new Map<Thing, Core>();
  for (const thing of things) {
    const rows = historyIds(work.set, thing)
      .map((id) => work.events.get(id))
      .filter((row) => row !== undefined);
    const { core, violations } = deriveCore(thing, rows, work.withdrawn);
    cores.set(thing, core);
    for (const { eventId, code } of violations) work.violations.push({ subject: thing.id, eventId, code });
  }
  const lots = new Set([...cores].flatMap(([thing, core]) => [coreNow(work.set, thing).lot, core.lot]));
  for (const [thing, core] of cores) settle(work, thing, core);
  for (const held of new Set(things.filter(({ home }) => home === "chunk").map((thing) => heldChunk(work.set, thing))))
    settleLot(work, held, cores);
  return [...lots].filter((lot) => lot !== 0);
}

/** The state that events in any order lead to. */
export function deriveCore(
  thing: Thing,
  rows: readonly EventRow[],
  withdrawn: ReadonlySet<string> = new Set(),
): { core: Core; violations: { eventId: string; code: ViolationCode }[] } {
  const violations: { eventId: string; code: ViolationCode }[] = [];
  let core = nothing;
  for (const row of [...rows].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const fact = withdrawn.has(row.id) ? { ...factOf(row), declared: true } : factOf(row);
    const next = evolve(core, fact, roleIn(row, thing), thing.home === "chunk");
    core = next.core;
    if (next.violation !== undefined) violations.push({ eventId: row.id, code: next.violation });
  }
  return { core, violations };
}

/** What an object was in an event that names it. */
export function roleIn(row: EventRow, thing: Thing): Role {
  switch (row.type) {
    case "AggregationEvent":
    case "AssociationEvent":
      return row.parent === keyOf(thing) ? "parent" : "child";
    case "TransformationEvent": {
      const { keys, own } = row.members.outputs;
      const out =
        thing.home === "chunk"
          ? own.some(({ pool, counters }) => pool === thing.pool && counters.includes(thing.counter))
          : keys.includes(keyOf(thing));
      return out ? "output" : "input";
    }
    default:
      return "object";
  }
}

function settle(work: Work, thing: Thing, core: Core): void {
  const single = singleIn(work.set, thing);
  if (single !== undefined) {
    single.core = core;
    single.dirty = true;
  } else setChunkCore(heldChunk(work.set, thing), offsetOf(thing), core);
}

/** After a replay packs may have changed their lot: the chunk follows when all did, else those that differ get rows of their own. */
function settleLot(work: Work, held: HeldChunk, cores: ReadonlyMap<Thing, Core>): void {
  const { chunk } = held;
  const inChunk = [...cores].filter(
    ([thing]) =>
      thing.home === "chunk" && heldChunk(work.set, thing) === held && singleIn(work.set, thing) === undefined,
  );
  const derived = new Map(inChunk.map(([thing, core]) => [offsetOf(thing), core]));
  const lots = new Set<number>();
  for (let offset = 0; offset < chunkNumbers; offset++) {
    const core = derived.get(offset);
    const lot =
      core === undefined
        ? lotOfStatus(chunk.lot, chunk.status[offset] as number)
        : lotOfStatus(core.lot, statusCode(core));
    if (lot !== 0) lots.add(lot);
  }
  const [only] = lots;
  if (lots.size === 1 && only !== undefined) chunk.lot = only;
  for (const [thing, core] of inChunk) {
    if (lotOfStatus(core.lot, statusCode(core)) === lotOfStatus(chunk.lot, statusCode(core))) continue;
    const single = singleFor(work.set, thing);
    single.core = core;
    single.dirty = true;
  }
}
