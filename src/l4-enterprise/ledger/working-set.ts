import { chunkNumbers } from "../../kernel/serials/pool.ts";
import {
  addEvent,
  type ChunkEvent,
  type DenseChunk,
  emptyChunk,
  eventsOfOffset,
  parentIndex,
  parentOf,
} from "./encoding/dense-chunk.ts";
import { chunkNoOf, keyOf, type Thing } from "./identity.ts";
import { type Core, dispositionOfStatus, nothing, standingOfStatus, statusCode } from "./ledger-rules.ts";
import { packName, type SingleRow, type StateStore } from "./state.store.ts";

/** State that has a row of its own, while it is worked on. */
export type Single = {
  readonly thing: Thing;
  /** The chunk that holds the older part of its history, for one of our packs. */
  readonly chunk: HeldChunk | undefined;
  readonly before: SingleRow | undefined;
  core: Core;
  readonly hist: string[];
  lastEvent: string;
  dirty: boolean;
};

export type HeldChunk = {
  readonly chunk: DenseChunk;
  /** Its packs that have a row of their own, by offset. */
  readonly alone: Map<number, Single>;
  readonly lotBefore: number;
  readonly statusBefore: Uint16Array;
  dirty: boolean;
};

/** What events touch, read once, changed in memory, written once. */
export type WorkingSet = {
  readonly chunks: Map<string, HeldChunk>;
  /** Items and containers by key. */
  readonly rows: Map<string, Single>;
};

export function emptySet(): WorkingSet {
  return { chunks: new Map(), rows: new Map() };
}

export function chunkName(pool: number, chunkNo: number): string {
  return `${pool}/${chunkNo}`;
}

export function nameOf(thing: Thing): string {
  return thing.home === "chunk" ? packName(thing) : keyOf(thing);
}

export function offsetOf(thing: Thing): number {
  return thing.counter % chunkNumbers;
}

/** Reads the rows of these objects: chunks, deltas within them, items and containers, in this order and each in the order of its key. */
export async function holdThings(store: StateStore, things: Iterable<Thing>): Promise<WorkingSet> {
  const set = emptySet();
  await holdMore(store, set, things);
  return set;
}

/** Adds what is not held yet. Of a chunk held before, deltas of packs that are new here are read as well. */
export async function holdMore(store: StateStore, set: WorkingSet, things: Iterable<Thing>): Promise<void> {
  const packs = new Map<number, Map<number, Thing[]>>();
  const rows = { item: new Map<string, Thing>(), container: new Map<string, Thing>() };
  for (const thing of things) {
    if (thing.home !== "chunk") {
      if (!set.rows.has(thing.key)) rows[thing.home].set(thing.key, thing);
      continue;
    }
    let chunks = packs.get(thing.pool);
    if (chunks === undefined) packs.set(thing.pool, (chunks = new Map()));
    const chunkNo = chunkNoOf(thing);
    const group = chunks.get(chunkNo);
    if (group === undefined) chunks.set(chunkNo, [thing]);
    else group.push(thing);
  }
  await holdChunks(store, set, packs);
  await holdDeltas(store, set, packs);
  for (const home of ["item", "container"] as const) {
    if (rows[home].size === 0) continue;
    const found = await store.loadRows(home, [...rows[home].values()]);
    for (const [key, thing] of rows[home]) set.rows.set(key, singleOf(thing, undefined, found.get(key)));
  }
}

type Packs = ReadonlyMap<number, ReadonlyMap<number, readonly Thing[]>>;

async function holdChunks(store: StateStore, set: WorkingSet, packs: Packs): Promise<void> {
  const places = [...packs].flatMap(([pool, chunks]) => [...chunks.keys()].map((chunkNo) => ({ pool, chunkNo })));
  const wanted = places
    .filter(({ pool, chunkNo }) => !set.chunks.has(chunkName(pool, chunkNo)))
    .sort((a, b) => a.pool - b.pool || a.chunkNo - b.chunkNo);
  if (wanted.length === 0) return;
  const loaded = new Map(
    (await store.loadChunks(wanted)).map((chunk) => [chunkName(chunk.pool, chunk.chunkNo), chunk]),
  );
  for (const { pool, chunkNo } of wanted) {
    const name = chunkName(pool, chunkNo);
    const chunk = loaded.get(name) ?? emptyChunk(pool, chunkNo);
    set.chunks.set(name, {
      chunk,
      alone: new Map(),
      lotBefore: chunk.lot,
      statusBefore: chunk.status.slice(),
      dirty: false,
    });
  }
}

/** Neighbouring chunks are asked for in one range. */
async function holdDeltas(store: StateStore, set: WorkingSet, packs: Packs): Promise<void> {
  const ranges: { pool: number; from: number; to: number }[] = [];
  for (const [pool, chunks] of packs) {
    for (const chunkNo of [...chunks.keys()].sort((a, b) => a - b)) {
      let [from, to] = [Number.POSITIVE_INFINITY, 0];
      for (const { counter } of chunks.get(chunkNo) ?? []) {
        from = Math.min(from, counter);
        to = Math.max(to, counter);
      }
      const last = ranges.at(-1);
      if (last !== undefined && last.pool === pool && from - last.to <= chunkNumbers) last.to = to;
      else ranges.push({ pool, from, to });
    }
  }
  if (ranges.length === 0) return;
  for (const [name, row] of await store.loadDeltas(ranges)) {
    const [pool, counter] = name.split(":").map(Number) as [number, number];
    const thing = packs
      .get(pool)
      ?.get(Math.floor(counter / chunkNumbers))
      ?.find((each) => each.counter === counter);
    if (thing === undefined) continue;
    const held = heldChunk(set, thing);
    if (!held.alone.has(offsetOf(thing))) held.alone.set(offsetOf(thing), singleOf(thing, held, row));
  }
}

export function heldChunk(set: WorkingSet, thing: Thing): HeldChunk {
  const held = set.chunks.get(chunkName(thing.pool, chunkNoOf(thing)));
  if (held === undefined) throw new RangeError(`the chunk of ${thing.id} is not held`);
  return held;
}

function singleOf(thing: Thing, chunk: HeldChunk | undefined, row: SingleRow | undefined): Single {
  const hist = [...(row?.hist ?? [])];
  const base = chunk === undefined ? [] : eventsOfOffset(chunk.chunk, offsetOf(thing));
  return {
    thing,
    chunk,
    before: row,
    hist,
    core: row === undefined ? nothing : coreOf(row),
    lastEvent: [...base, ...hist].reduce((last, id) => (id > last ? id : last), ""),
    dirty: false,
  };
}

/** The row of an object, when it has one of its own here. */
export function singleIn(set: WorkingSet, thing: Thing): Single | undefined {
  return thing.home === "chunk" ? heldChunk(set, thing).alone.get(offsetOf(thing)) : set.rows.get(thing.key);
}

/** The row of an object that will be touched alone; one of our packs gets its delta. */
export function singleFor(set: WorkingSet, thing: Thing): Single {
  const known = singleIn(set, thing);
  if (known !== undefined) return known;
  if (thing.home !== "chunk") {
    const single = singleOf(thing, undefined, undefined);
    set.rows.set(thing.key, single);
    return single;
  }
  const held = heldChunk(set, thing);
  const single = singleOf(thing, held, undefined);
  single.core = chunkCore(held.chunk, offsetOf(thing));
  held.alone.set(offsetOf(thing), single);
  return single;
}

function coreOf(row: SingleRow): Core {
  return {
    standing: standingOfStatus(row.status),
    disposition: dispositionOfStatus(row.status),
    parent: row.parent,
    lot: row.lot,
  };
}

export function chunkCore(chunk: DenseChunk, offset: number): Core {
  const status = chunk.status[offset] as number;
  const standing = standingOfStatus(status);
  return {
    standing,
    disposition: dispositionOfStatus(status),
    parent: parentOf(chunk, offset),
    lot: lotOfStatus(chunk.lot, status),
  };
}

/** What was never commissioned belongs to no lot. */
export function lotOfStatus(lot: number, status: number): number {
  const standing = standingOfStatus(status);
  return standing === "unknown" || standing === "voided" ? 0 : lot;
}

export function setChunkCore(held: HeldChunk, offset: number, core: Core): void {
  held.chunk.status[offset] = statusCode(core);
  held.chunk.parent[offset] = parentIndex(held.chunk, core.parent);
  held.dirty = true;
}

export function recordInChunk(held: HeldChunk, event: ChunkEvent): void {
  addEvent(held.chunk, event.event, event.runs);
  held.dirty = true;
}

/** Keys of all events of an object, in no order. */
export function historyIds(set: WorkingSet, thing: Thing): string[] {
  const single = singleIn(set, thing);
  const base = thing.home === "chunk" ? eventsOfOffset(heldChunk(set, thing).chunk, offsetOf(thing)) : [];
  return single === undefined ? base : [...base, ...single.hist];
}

export function coreNow(set: WorkingSet, thing: Thing): Core {
  const single = singleIn(set, thing);
  if (single !== undefined) return single.core;
  return thing.home === "chunk" ? chunkCore(heldChunk(set, thing).chunk, offsetOf(thing)) : nothing;
}

/** Writes what changed, in one order everywhere: chunks, deltas, items, containers, lot counts. Answers lots whose number of good packs changed. */
export async function saveSet(store: StateStore, set: WorkingSet): Promise<number[]> {
  const chunks = [...set.chunks.values()];
  const rowsDirty = [...set.rows.values()].filter(({ dirty }) => dirty);
  const rowOf = ({ core, hist, before }: Single): SingleRow => ({
    parent: core.parent,
    lot: core.lot,
    status: statusCode(core),
    hist,
    version: before?.version ?? 0,
  });
  await store.saveChunks(chunks.filter(({ dirty }) => dirty).map(({ chunk }) => chunk));
  const deltas = chunks.flatMap(({ alone }) => [...alone.values()].filter(({ dirty }) => dirty));
  await store.saveDeltas(
    deltas.map((single) => ({ pool: single.thing.pool, counter: single.thing.counter, ...rowOf(single) })),
  );
  for (const home of ["item", "container"] as const) {
    const rows = rowsDirty.filter(({ thing }) => thing.home === home);
    await store.saveRows(
      home,
      rows.map((single) => ({ key: keyOf(single.thing), bucket: single.thing.bucket, ...rowOf(single) })),
    );
  }
  const counts = lotCountChanges(set);
  await store.addLotCounts(counts);
  const good = new Map<number, number>();
  for (const { lot, status, n } of counts)
    if (standingOfStatus(status) === "good") good.set(lot, (good.get(lot) ?? 0) + n);
  return [...good].filter(([, n]) => n !== 0).map(([lot]) => lot);
}

const lotSlots = 16;

function lotCountChanges(set: WorkingSet): { lot: number; status: number; slot: number; n: number }[] {
  const changes = new Map<string, { lot: number; status: number; n: number }>();
  const add = (lot: number, status: number, n: number) => {
    if (lot === 0) return;
    const name = `${lot}:${status}`;
    const change = changes.get(name);
    if (change === undefined) changes.set(name, { lot, status, n });
    else change.n += n;
  };
  for (const { chunk, alone, lotBefore, statusBefore, dirty } of set.chunks.values()) {
    if (!dirty) continue;
    for (let offset = 0; offset < chunkNumbers; offset++) {
      const was = statusBefore[offset] as number;
      const is = chunk.status[offset] as number;
      if ((was === is && lotBefore === chunk.lot) || alone.has(offset)) continue;
      add(lotOfStatus(lotBefore, was), was, -1);
      add(lotOfStatus(chunk.lot, is), is, 1);
    }
  }
  const singles = [...set.rows.values(), ...[...set.chunks.values()].flatMap(({ alone }) => [...alone.values()])];
  for (const { thing, chunk, before, core, dirty } of singles) {
    if (!dirty) continue;
    // Before it had a row of its own, the chunk counted it.
    const status = before?.status ?? chunk?.statusBefore[offsetOf(thing)] ?? 0;
    add(before?.lot ?? lotOfStatus(chunk?.lotBefore ?? 0, status), status, -1);
    add(core.lot, statusCode(core), 1);
  }
  const first = set.chunks.values().next().value?.chunk;
  const slot = ((first?.chunkNo ?? 0) + (first?.pool ?? 0)) % lotSlots;
  return [...changes.values()].filter(({ n }) => n !== 0).map((change) => ({ ...change, slot }));
}
