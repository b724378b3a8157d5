import { chunkNumbers } from "../../kernel/serials/pool.ts";
import type { Sql } from "../../runtime/machine.ts";
import { eventsOfOffset } from "../ledger/encoding/dense-chunk.ts";
import { loadCommissionings, loadEvents } from "../ledger/event.store.ts";
import type { EventRow } from "../ledger/event-row.ts";
import { keyOf, type LedgerContext, type Thing } from "../ledger/identity.ts";
import { loadPools } from "../ledger/identity.store.ts";
import { packsOf, withThings } from "../ledger/member-things.ts";
import { sqlStateStore } from "../ledger/state.store.ts";
import { coreNow, emptySet, type HeldChunk, historyIds, holdMore, nameOf } from "../ledger/working-set.ts";

/** Everything that hangs together with a lot: no event outside names an object inside, nor the other way round. */
export type Connected = {
  readonly lots: ReadonlySet<number>;
  readonly events: ReadonlyMap<string, EventRow>;
  readonly things: ReadonlyMap<string, Thing>;
  readonly chunks: readonly { readonly pool: number; readonly chunkNo: number }[];
  /** It goes on past what is looked at in one go. */
  readonly tooLarge: boolean;
};

export const connectedMax = { events: 50_000, things: 1_000_000 } as const;

/**
 * Walks from a lot's packs over their events to everything named there, and on. `locking`: the rows that it finds stay
 * as they are to the end of the transaction.
 */
export async function connectedTo(
  sql: Sql,
  ctx: LedgerContext,
  lot: number,
  locking: boolean,
  max: { readonly events: number; readonly things: number } = connectedMax,
): Promise<Connected> {
  const store = sqlStateStore(sql, locking);
  const set = emptySet();
  const lots = new Set<number>();
  const events = new Map<string, EventRow>();
  const things = new Map<string, Thing>();
  const newLots = new Set([lot]);
  let level: Thing[] = [];
  const tooLarge = () => events.size > max.events || things.size > max.things;
  const open = async (rows: readonly EventRow[]) => {
    const fresh = rows.filter((row) => !events.has(row.id));
    for (const row of fresh) {
      events.set(row.id, row);
      if (row.lot !== 0 && !lots.has(row.lot)) newLots.add(row.lot);
    }
    for (const { parent, members, outputs } of await withThings(sql, ctx, fresh)) {
      for (const thing of [...(parent === undefined ? [] : [parent]), ...members, ...outputs]) {
        if (things.has(nameOf(thing))) continue;
        things.set(nameOf(thing), thing);
        level.push(thing);
      }
    }
  };
  while ((newLots.size > 0 || level.length > 0) && !tooLarge()) {
    const [lotsNow, thingsNow] = [[...newLots], level];
    newLots.clear();
    level = [];
    for (const each of lotsNow) {
      lots.add(each);
      await open(await loadCommissionings(sql, each));
    }
    await holdMore(store, set, thingsNow);
    const ids = new Set<string>();
    for (const thing of thingsNow) {
      const { lot: its } = coreNow(set, thing);
      if (its !== 0 && !lots.has(its)) newLots.add(its);
      for (const id of historyIds(set, thing)) if (!events.has(id)) ids.add(id);
    }
    await open(await loadEvents(sql, [...ids]));
    for (const thing of await chunkNeighbours(sql, ctx, thingsNow, [...set.chunks.values()])) {
      if (things.has(nameOf(thing))) continue;
      things.set(nameOf(thing), thing);
      level.push(thing);
    }
  }
  const chunks = [...set.chunks.values()].map(({ chunk: { pool, chunkNo } }) => ({ pool, chunkNo }));
  return { lots, events, things, chunks, tooLarge: tooLarge() };
}

/** A chunk is one row: whatever else has state in it is a part of what it is deleted with. */
async function chunkNeighbours(
  sql: Sql,
  ctx: LedgerContext,
  fresh: readonly Thing[],
  held: readonly HeldChunk[],
): Promise<Thing[]> {
  const places = new Set(
    fresh
      .filter(({ home }) => home === "chunk")
      .map(({ pool, counter }) => `${pool}/${Math.floor(counter / chunkNumbers)}`),
  );
  const chunks = held.filter(({ chunk }) => places.has(`${chunk.pool}/${chunk.chunkNo}`));
  if (chunks.length === 0) return [];
  const pools = await loadPools(sql, ctx, [...new Set(chunks.map(({ chunk }) => chunk.pool))]);
  return chunks.flatMap(({ chunk }) => {
    const counters = Array.from({ length: chunkNumbers }, (_, offset) => offset)
      .filter((offset) => eventsOfOffset(chunk, offset).length > 0)
      .map((offset) => chunk.chunkNo * chunkNumbers + offset);
    return counters.length === 0 ? [] : packsOf(ctx, pools.get(chunk.pool), counters);
  });
}

/** Keys of rows by the table that they lie in. */
export function rowKeys(things: Iterable<Thing>) {
  const keys = {
    item: [] as KeyAt[],
    container: [] as KeyAt[],
    packs: [] as { pool: number; counter: number; bucket: number }[],
  };
  for (const thing of things) {
    const { home, pool, counter, bucket } = thing;
    if (home === "chunk") keys.packs.push({ pool, counter, bucket });
    else keys[home].push({ key: keyOf(thing), bucket });
  }
  return keys;
}

type KeyAt = { readonly key: string; readonly bucket: number };
