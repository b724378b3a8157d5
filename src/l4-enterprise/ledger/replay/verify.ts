import { chunkNumbers } from "../../../kernel/serials/pool.ts";
import type { Sql, Statement } from "../../../runtime/machine.ts";
import { eventsOfOffset } from "../encoding/dense-chunk.ts";
import { uuidOfHex } from "../encoding/epc-key.ts";
import { countEvents, loadEventsAfter } from "../event.store.ts";
import { exceptionId } from "../exception.store.ts";
import type { LedgerContext } from "../identity.ts";
import { loadDirectory } from "../identity.store.ts";
import { applyToStore, type Violation } from "../ledger-apply.ts";
import { sqlHistory, withThings } from "../member-things.ts";
import { memoryStateStore, type MemoryStore } from "./state.memory.ts";
import { packName, type SingleRow, sqlStateStore, type StateStore } from "../state.store.ts";
import { chunkCore } from "../working-set.ts";
import { statusCode } from "../ledger-rules.ts";

export type Difference = {
  readonly what: "pack" | "item" | "container" | "lot-count" | "exception" | "rows" | "document" | "event";
  readonly name: string;
  readonly stored: string;
  readonly derived: string;
};

export type Verified = {
  readonly events: number;
  readonly objects: number;
  readonly differences: readonly Difference[];
  /** There were more than are listed. */
  readonly more: boolean;
};

export type VerifyStage = "documents" | "replay" | "packs" | "others";
/** Told as it goes: how many of the stage's documents, events, chunks or rows are done. */
export type VerifyProgress = (stage: VerifyStage, done: number, total: number) => void;

const pageEvents = 500;
const comparePlaces = 500;

const ONE_SNAPSHOT: Statement = { text: "set transaction isolation level repeatable read, read only" };

/** Whatever the transaction reads from now on is of this moment; it may write nothing. Its first statement. */
export async function oneSnapshot(sql: Sql): Promise<void> {
  await sql.run(ONE_SNAPSHOT);
}
const differencesMax = 200;

/**
 * Replays every event of this owner and environment from the first and holds the result against what is stored: the
 * state and history of every object, the counts of every lot, and that every exception was raised. Holds the derived
 * state in memory (about 4 bytes a pack of ours, 500 a row of others); reads only, best in a quiet moment, because
 * what is captured meanwhile would differ.
 */
export async function verifyLedger(
  sql: Sql,
  ctx: LedgerContext,
  progress: VerifyProgress = () => undefined,
): Promise<Verified> {
  const differences: Difference[] = [];
  const scope = (await loadDirectory(sql, ctx, []))?.scope;
  if (scope === undefined) return { events: 0, objects: 0, differences, more: false };
  const memory = memoryStateStore();
  const { events, violations } = await replayAll(sql, ctx, scope, memory, progress);
  const stored = sqlStateStore(sql, false);
  const report = (difference: Difference) => differences.push(difference);
  const packs = await comparePacks(await chunkPlaces(sql, scope, memory), memory, stored, report, progress);
  const others = await compareRows(memory, stored, report, progress);
  await compareRowCounts(sql, scope, memory, report);
  await compareLots(sql, scope, memory, report);
  await compareExceptions(sql, ctx, violations, report);
  return {
    events,
    objects: packs + others,
    differences: differences.slice(0, differencesMax),
    more: differences.length > differencesMax,
  };
}

async function replayAll(
  sql: Sql,
  ctx: LedgerContext,
  scope: number,
  memory: MemoryStore,
  progress: VerifyProgress,
): Promise<{ events: number; violations: Violation[] }> {
  const history = sqlHistory(sql, ctx);
  const violations: Violation[] = [];
  const total = await countEvents(sql, scope);
  let events = 0;
  let after = uuidOfHex("0".repeat(32));
  for (;;) {
    const page = await loadEventsAfter(sql, scope, after, pageEvents);
    const last = page.at(-1);
    if (last === undefined) return { events, violations };
    const applied = await applyToStore(memory, history, await withThings(sql, ctx, page), new Set());
    violations.push(...applied.violations);
    events += page.length;
    progress("replay", events, total);
    after = uuidOfHex(last.id);
  }
}

type Report = (difference: Difference) => void;

/** State as text, the same wherever the pack is kept and in whatever order its events came. */
export function spelled(row: Pick<SingleRow, "status" | "lot" | "parent">, events: readonly string[]): string {
  return `${row.status}/${row.lot}/${row.parent ?? ""}/${[...new Set(events)].sort().join(",")}`;
}

export async function packStates(store: StateStore, place: { pool: number; chunkNo: number }): Promise<string[]> {
  const from = place.chunkNo * chunkNumbers;
  const [chunk] = await store.loadChunks([place]);
  const deltas = await store.loadDeltas([{ pool: place.pool, from, to: from + chunkNumbers - 1 }]);
  return Array.from({ length: chunkNumbers }, (_, offset) => {
    const base = chunk === undefined ? [] : eventsOfOffset(chunk, offset);
    const delta = deltas.get(packName({ pool: place.pool, counter: from + offset }));
    if (delta !== undefined) return spelled(delta, [...base, ...delta.hist]);
    if (chunk === undefined || base.length === 0) return "";
    const core = chunkCore(chunk, offset);
    return spelled({ status: statusCode(core), lot: core.lot, parent: core.parent }, base);
  });
}

type ChunkPlace = { readonly pool: number; readonly chunkNo: number };

const STORED_PLACES: Statement = {
  text: `with mine as (select pool_id from number_pool join epc_class using (class_id) where scope = $1)
select pool, chunk_no from chunk where pool in (select pool_id from mine)
union select pool, counter / ${chunkNumbers} from pack_delta where pool in (select pool_id from mine)`,
};

/** Where packs of ours are kept, or should be. */
async function chunkPlaces(sql: Sql, scope: number, memory: MemoryStore): Promise<ChunkPlace[]> {
  const places = new Map<string, ChunkPlace>();
  const add = (pool: number, chunkNo: number) => places.set(`${pool}/${chunkNo}`, { pool, chunkNo });
  for (const { pool, chunkNo } of memory.chunks.values()) add(pool, chunkNo);
  for (const { pool, counter } of memory.deltas.values()) add(pool, Math.floor(counter / chunkNumbers));
  for (const { pool, chunk_no } of await sql.run<{ pool: number; chunk_no: string }>(STORED_PLACES, [scope]))
    add(pool, Number(chunk_no));
  return [...places.values()];
}

async function comparePacks(
  places: readonly ChunkPlace[],
  memory: MemoryStore,
  stored: StateStore,
  report: Report,
  progress: VerifyProgress,
): Promise<number> {
  let packs = 0;
  for (const [index, place] of places.entries()) {
    const [is, should] = [await packStates(stored, place), await packStates(memory, place)];
    should.forEach((derived, offset) => {
      if (derived !== "") packs++;
      if (is[offset] !== derived)
        report({
          what: "pack",
          name: packName({ pool: place.pool, counter: place.chunkNo * chunkNumbers + offset }),
          stored: is[offset] ?? "",
          derived,
        });
    });
    progress("packs", index + 1, places.length);
  }
  return packs;
}

async function compareRows(
  memory: MemoryStore,
  stored: StateStore,
  report: Report,
  progress: VerifyProgress,
): Promise<number> {
  let count = 0;
  let done = 0;
  const total = memory.rows.item.size + memory.rows.container.size;
  for (const home of ["item", "container"] as const) {
    const rows = [...memory.rows[home].values()];
    count += rows.length;
    for (let at = 0; at < rows.length; at += comparePlaces) {
      const page = rows.slice(at, at + comparePlaces);
      const found = await stored.loadRows(home, page);
      for (const row of page) {
        const is = found.get(row.key);
        const [text, derived] = [is === undefined ? "" : spelled(is, is.hist), spelled(row, row.hist)];
        if (text !== derived) report({ what: home, name: row.key, stored: text, derived });
      }
      progress("others", (done += page.length), total);
    }
  }
  return count;
}

const ROW_COUNTS: Statement = {
  text: `select
  (select count(*) from item i where exists (select 1 from epc_class c where c.scope = $1 and i.epc >= (lpad(to_hex(c.class_id), 6, '0') || repeat('0', 26))::uuid
    and i.epc <= (lpad(to_hex(c.class_id), 6, '0') || repeat('f', 26))::uuid)) as item,
  (select count(*) from container t where exists (select 1 from epc_class c where c.scope = $1 and t.epc >= (lpad(to_hex(c.class_id), 6, '0') || repeat('0', 26))::uuid
    and t.epc <= (lpad(to_hex(c.class_id), 6, '0') || repeat('f', 26))::uuid)) as container`,
};

/** Rows that no event explains. */
async function compareRowCounts(sql: Sql, scope: number, memory: MemoryStore, report: Report): Promise<void> {
  const [row] = await sql.run<Record<"item" | "container", string>>(ROW_COUNTS, [scope]);
  const compare = (name: "item" | "container", derived: number) => {
    if (Number(row?.[name]) !== derived)
      report({ what: "rows", name, stored: String(row?.[name]), derived: String(derived) });
  };
  compare("item", memory.rows.item.size);
  compare("container", memory.rows.container.size);
}

const ALL_LOT_COUNTS: Statement = {
  text: `select s.lot_id, s.disp, sum(s.n) as n from lot_stat s join lot l using (lot_id) join epc_class c using (class_id)
where c.scope = $1 group by 1, 2 having sum(s.n) <> 0`,
};

async function compareLots(sql: Sql, scope: number, memory: MemoryStore, report: Report): Promise<void> {
  const rows = await sql.run<{ lot_id: number; disp: number; n: string }>(ALL_LOT_COUNTS, [scope]);
  const stored = new Map(rows.map(({ lot_id, disp, n }) => [`${lot_id}:${disp}`, Number(n)]));
  for (const name of new Set([...stored.keys(), ...memory.lotCounts.keys()])) {
    const [is, derived] = [stored.get(name) ?? 0, memory.lotCounts.get(name) ?? 0];
    if (is !== derived) report({ what: "lot-count", name, stored: String(is), derived: String(derived) });
  }
}

const EXCEPTIONS: Statement = { text: "select exception_id from ledger_exception where exception_id = any($1)" };

async function compareExceptions(
  sql: Sql,
  ctx: LedgerContext,
  violations: readonly Violation[],
  report: Report,
): Promise<void> {
  // Which packing closed a ring depends on which arrived last.
  const derived = violations.filter(({ code }) => code !== "inside-itself");
  const wanted = new Map(
    derived.map(({ subject, eventId, code }) => [
      exceptionId(ctx, { subject, eventId: uuidOfHex(eventId), code }),
      { subject, code },
    ]),
  );
  const rows = await sql.run<{ exception_id: string }>(EXCEPTIONS, [[...wanted.keys()]]);
  const found = new Set(rows.map(({ exception_id }) => exception_id));
  for (const [id, { subject, code }] of wanted)
    if (!found.has(id)) report({ what: "exception", name: subject, stored: "", derived: code });
}
