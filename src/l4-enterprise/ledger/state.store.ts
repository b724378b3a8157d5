import type { Sql, Statement } from "../../runtime/machine.ts";
import { chunkNumbers } from "../../kernel/serials/pool.ts";
import { byteaArray, integerArray, uuidArray } from "../../runtime/postgres/binary-array.ts";
import { isUniqueViolation, SqlFault } from "../../runtime/postgres/sql-fault.ts";
import { type ChunkBytes, decodeChunk, type DenseChunk, encodeChunk } from "./encoding/dense-chunk.ts";
import { hexOfUuid } from "./encoding/epc-key.ts";
import { bucketOfCounter, bucketsBetween } from "./identifier.ts";

/** The state of one object that has a row of its own. */
export type SingleRow = {
  readonly parent: string | undefined;
  readonly lot: number;
  readonly status: number;
  /** Keys of events, in the order in which they arrived. */
  readonly hist: readonly string[];
  /** 0 for a row that is not there yet. */
  readonly version: number;
};

/** Where the row is: of a pack by pool and counter, of others by key. */
export type PackPlace = { readonly pool: number; readonly counter: number };
export type KeyPlace = { readonly key: string; readonly bucket: number };

export type StateStore = {
  loadChunks(places: readonly { pool: number; chunkNo: number }[]): Promise<DenseChunk[]>;
  /** Deltas of all packs between two counters (both included) of a pool. */
  loadDeltas(ranges: readonly { pool: number; from: number; to: number }[]): Promise<Map<string, SingleRow>>;
  loadRows(home: "item" | "container", places: readonly KeyPlace[]): Promise<Map<string, SingleRow>>;
  saveChunks(chunks: readonly DenseChunk[]): Promise<void>;
  saveDeltas(rows: readonly (PackPlace & SingleRow)[]): Promise<void>;
  saveRows(home: "item" | "container", rows: readonly (KeyPlace & SingleRow)[]): Promise<void>;
  addLotCounts(counts: readonly { lot: number; status: number; slot: number; n: number }[]): Promise<void>;
};

export function packName({ pool, counter }: PackPlace): string {
  return `${pool}:${counter}`;
}

type ChunkRow = { pool: number; chunk_no: string; lot_id: number; version: number } & ChunkBytes;
export type StoredSingle = { parent: string | null; lot_id: number; disp: number; version: number; hist: Buffer };

const chunkColumns = "pool, chunk_no, lot_id, version, checksum, parents, parent, disp, hist";

// FOR UPDATE in the order of bucket and key: writers of one chunk wait for each other instead of failing. A row that is
// not there yet cannot be locked; there the version decides (see `conflict`). One bucket a statement: rows of several
// shards cannot be locked by one, and what is captured together lies together, so it is rarely more than one.
export const CHUNKS: Statement = {
  name: "ledger_chunks",
  text: `select ${chunkColumns} from chunk where (pool, chunk_no, bucket) in (select * from unnest($1::int[], $2::bigint[], $3::smallint[]))`,
};
export const CHUNKS_LOCKED: Statement = {
  name: "ledger_chunks_locked",
  text: `select ${chunkColumns} from chunk where (pool, chunk_no) in (select * from unnest($1::int[], $2::bigint[])) and bucket = $3
order by pool, chunk_no for update`,
};
export const DELTAS: Statement = {
  name: "ledger_deltas",
  text: `select d.pool, d.counter, d.parent, d.lot_id, d.disp, d.version, d.hist
from unnest($1::int[], $2::bigint[], $3::bigint[]) as r(pool, low, high)
join pack_delta d on d.pool = r.pool and d.counter between r.low and r.high and d.bucket = any($4)`,
};
export const DELTAS_LOCKED: Statement = {
  name: "ledger_deltas_locked",
  text: `select pool, counter, parent, lot_id, disp, version, hist from pack_delta
where (pool, counter) in (select * from unnest($1::int[], $2::bigint[])) and bucket = $3 order by pool, counter for update`,
};

/** Statements with longer lists are planned for what they were given. */
const listPlannedMax = 16;

/**
 * The plan that PostgreSQL keeps for a prepared statement takes every list for a short one; made while a table is
 * small, it reads the whole table, and goes on doing so as the table grows.
 */
export function plannedFor(statement: Statement, listLength: number): Statement {
  return listLength > listPlannedMax ? { text: statement.text } : statement;
}

const rowColumns = "epc, parent, lot_id, disp, version, hist";
const rowsOf = (table: string): Statement => ({
  name: `ledger_${table}s`,
  text: `select ${rowColumns} from ${table} where epc = any($1) and bucket = any($2)`,
});
const lockedRowsOf = (table: string): Statement => ({
  name: `ledger_${table}s_locked`,
  text: `select ${rowColumns} from ${table} where epc = any($1) and bucket = $2 order by epc for update`,
});
export const ROWS = { item: rowsOf("item"), container: rowsOf("container") } as const;
export const ROWS_LOCKED = { item: lockedRowsOf("item"), container: lockedRowsOf("container") } as const;

export const SAVE_CHUNKS: Statement = {
  name: "ledger_save_chunks",
  text: `insert into chunk as c (pool, chunk_no, bucket, lot_id, checksum, version, parents, parent, disp, hist)
select * from unnest($1::int[], $2::bigint[], $3::smallint[], $4::int[], $5::int[], $6::int[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bytea[])
on conflict (pool, chunk_no, bucket) do update set lot_id = excluded.lot_id, checksum = excluded.checksum, version = excluded.version,
  parents = excluded.parents, parent = excluded.parent, disp = excluded.disp, hist = excluded.hist
where c.version = excluded.version - 1 returning 1`,
};

const SAVE_DELTAS: Statement = {
  name: "ledger_save_deltas",
  text: `insert into pack_delta as d (pool, counter, bucket, parent, lot_id, disp, version, hist)
select * from unnest($1::int[], $2::bigint[], $3::smallint[], $4::uuid[], $5::int[], $6::smallint[], $7::int[], $8::bytea[])
on conflict (pool, counter, bucket) do update set parent = excluded.parent, lot_id = excluded.lot_id, disp = excluded.disp,
  version = excluded.version, hist = excluded.hist
where d.version = excluded.version - 1 returning 1`,
};

const saveRowsOf = (table: string): Statement => ({
  name: `ledger_save_${table}s`,
  text: `insert into ${table} as t (epc, bucket, parent, lot_id, disp, version, hist)
select * from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::int[], $5::smallint[], $6::int[], $7::bytea[])
on conflict (epc, bucket) do update set parent = excluded.parent, lot_id = excluded.lot_id, disp = excluded.disp,
  version = excluded.version, hist = excluded.hist
where t.version = excluded.version - 1 returning 1`,
});
const SAVE_ROWS = { item: saveRowsOf("item"), container: saveRowsOf("container") } as const;

const ADD_LOT_COUNTS: Statement = {
  name: "ledger_add_lot_counts",
  text: `insert into lot_stat as s (lot_id, disp, slot, n)
select * from unnest($1::int[], $2::smallint[], $3::smallint[], $4::bigint[]) as c(lot_id, disp, slot, n) order by 1, 2, 3
on conflict (lot_id, disp, slot) do update set n = s.n + excluded.n`,
};

type ChunkPlace = { readonly pool: number; readonly chunkNo: number };
const bucketOfChunk = ({ pool, chunkNo }: ChunkPlace) => bucketOfCounter(pool, chunkNo * chunkNumbers);

async function readChunks(sql: Sql, places: readonly ChunkPlace[]): Promise<ChunkRow[]> {
  return sql.run<ChunkRow>(plannedFor(CHUNKS, places.length), [
    integerArray(places.map(({ pool }) => pool)),
    integerArray(places.map(({ chunkNo }) => chunkNo)),
    integerArray(places.map(bucketOfChunk)),
  ]);
}

async function lockChunks(sql: Sql, places: readonly ChunkPlace[]): Promise<ChunkRow[]> {
  const found: ChunkRow[] = [];
  for (const [bucket, group] of byBucket(places.map((place) => ({ ...place, bucket: bucketOfChunk(place) }))))
    found.push(
      ...(await sql.run<ChunkRow>(plannedFor(CHUNKS_LOCKED, group.length), [
        integerArray(group.map(({ pool }) => pool)),
        integerArray(group.map(({ chunkNo }) => chunkNo)),
        bucket,
      ])),
    );
  return found;
}

/** By bucket, in ascending order: everybody locks in the same one. */
function byBucket<P extends { readonly bucket: number }>(places: readonly P[]): [number, P[]][] {
  const groups = new Map<number, P[]>();
  for (const place of places) {
    const group = groups.get(place.bucket);
    if (group === undefined) groups.set(place.bucket, [place]);
    else group.push(place);
  }
  return [...groups].sort(([a], [b]) => a - b);
}

type Range = { readonly pool: number; readonly from: number; readonly to: number };
type DeltaRow = StoredSingle & { pool: number; counter: string };
type KeyedRow = StoredSingle & { epc: string };

async function readDeltas(sql: Sql, ranges: readonly Range[]): Promise<Map<string, SingleRow>> {
  if (ranges.length === 0) return new Map();
  const buckets = new Set(ranges.flatMap(({ pool, from, to }) => bucketsBetween(pool, from, to)));
  const rows = await sql.run<DeltaRow>(DELTAS, [
    integerArray(ranges.map(({ pool }) => pool)),
    integerArray(ranges.map(({ from }) => from)),
    integerArray(ranges.map(({ to }) => to)),
    integerArray([...buckets]),
  ]);
  return deltasByName(rows);
}

function deltasByName(rows: readonly DeltaRow[]): Map<string, SingleRow> {
  return new Map(
    rows.map((row) => [packName({ pool: row.pool, counter: Number(row.counter) }), readSingle(row)] as const),
  );
}

// Most of what is captured is new. All of it is looked for at once without a lock, and what is there is read again
// under one; what is not there could not have been locked anyway.

async function lockDeltas(sql: Sql, found: ReadonlyMap<string, SingleRow>): Promise<Map<string, SingleRow>> {
  const places = [...found.keys()].map((name) => {
    const [pool, counter] = name.split(":").map(Number) as [number, number];
    return { pool, counter, bucket: bucketOfCounter(pool, counter) };
  });
  const rows: DeltaRow[] = [];
  for (const [bucket, group] of byBucket(places))
    rows.push(
      ...(await sql.run<DeltaRow>(plannedFor(DELTAS_LOCKED, group.length), [
        integerArray(group.map(({ pool }) => pool)),
        integerArray(group.map(({ counter }) => counter)),
        bucket,
      ])),
    );
  return deltasByName(rows);
}

async function readRows(
  sql: Sql,
  home: "item" | "container",
  places: readonly KeyPlace[],
): Promise<Map<string, SingleRow>> {
  if (places.length === 0) return new Map();
  const buckets = [...new Set(places.map((place) => place.bucket))];
  const keys = uuidArray(places.map(({ key }) => key));
  const rows = await sql.run<KeyedRow>(plannedFor(ROWS[home], places.length), [keys, integerArray(buckets)]);
  return new Map(rows.map((row) => [hexOfUuid(row.epc), readSingle(row)]));
}

async function lockRows(
  sql: Sql,
  home: "item" | "container",
  places: readonly KeyPlace[],
  found: ReadonlyMap<string, SingleRow>,
): Promise<Map<string, SingleRow>> {
  const locked = new Map<string, SingleRow>();
  for (const [bucket, group] of byBucket(found.size === 0 ? [] : places.filter(({ key }) => found.has(key)))) {
    const keys = uuidArray(group.map(({ key }) => key));
    const rows = await sql.run<KeyedRow>(plannedFor(ROWS_LOCKED[home], group.length), [keys, bucket]);
    for (const row of rows) locked.set(hexOfUuid(row.epc), readSingle(row));
  }
  return locked;
}

/** State in PostgreSQL. `locking`: rows are read to be written in the same transaction. */
export function sqlStateStore(sql: Sql, locking: boolean): StateStore {
  return {
    async loadChunks(places) {
      if (places.length === 0) return [];
      const rows = locking ? await lockChunks(sql, places) : await readChunks(sql, places);
      return rows.map((row) => decodeChunk({ ...row, chunkNo: Number(row.chunk_no), lot: row.lot_id }));
    },
    async loadDeltas(ranges) {
      const found = await readDeltas(sql, ranges);
      return locking ? lockDeltas(sql, found) : found;
    },
    async loadRows(home, places) {
      const found = await readRows(sql, home, places);
      return locking ? lockRows(sql, home, places, found) : found;
    },
    async saveChunks(chunks) {
      if (chunks.length === 0) return;
      const sorted = [...chunks].sort((a, b) => a.pool - b.pool || a.chunkNo - b.chunkNo);
      const bytes = sorted.map(encodeChunk);
      const column = (of: (chunk: DenseChunk) => number) => integerArray(sorted.map(of));
      const written = await sql.run(SAVE_CHUNKS, [
        column(({ pool }) => pool),
        column(({ chunkNo }) => chunkNo),
        column(({ pool, chunkNo }) => bucketOfCounter(pool, chunkNo * chunkNumbers)),
        column(({ lot }) => lot),
        integerArray(bytes.map(({ checksum }) => checksum)),
        column(({ version }) => version + 1),
        byteaArray(bytes.map(({ parents }) => parents)),
        byteaArray(bytes.map(({ parent }) => parent)),
        byteaArray(bytes.map(({ disp }) => disp)),
        byteaArray(bytes.map(({ hist }) => hist)),
      ]);
      if (written.length !== chunks.length) conflict("chunk");
    },
    async saveDeltas(deltas) {
      if (deltas.length === 0) return;
      const sorted = [...deltas].sort((a, b) => a.pool - b.pool || a.counter - b.counter);
      const written = await sql.run(SAVE_DELTAS, [
        integerArray(sorted.map(({ pool }) => pool)),
        integerArray(sorted.map(({ counter }) => counter)),
        integerArray(sorted.map(({ pool, counter }) => bucketOfCounter(pool, counter))),
        ...singleColumns(sorted),
      ]);
      if (written.length !== deltas.length) conflict("pack_delta");
    },
    async saveRows(home, rows) {
      if (rows.length === 0) return;
      const sorted = [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));
      const fresh = sorted.filter(({ version }) => version === 0);
      // COPY takes rows in at half the cost of an upsert, but answers after two more messages.
      const copied = fresh.length >= copiedRowsMin ? fresh : [];
      await copyRows(sql, home, copied);
      const upserted = copied.length === 0 ? sorted : sorted.filter(({ version }) => version > 0);
      if (upserted.length === 0) return;
      const written = await sql.run(SAVE_ROWS[home], [
        uuidArray(upserted.map(({ key }) => key)),
        integerArray(upserted.map(({ bucket }) => bucket)),
        ...singleColumns(upserted),
      ]);
      if (written.length !== upserted.length) conflict(home);
    },
    async addLotCounts(counts) {
      if (counts.length === 0) return;
      await sql.run(ADD_LOT_COUNTS, [
        counts.map(({ lot }) => lot),
        counts.map(({ status }) => status),
        counts.map(({ slot }) => slot),
        counts.map(({ n }) => n),
      ]);
    },
  };
}

const copiedRowsMin = 200;

/** Rows that were not there when they were looked for; one that another transaction made meanwhile is a conflict. */
async function copyRows(sql: Sql, table: string, rows: readonly (KeyPlace & SingleRow)[]): Promise<void> {
  if (rows.length === 0) return;
  const lines = rows.map(
    ({ key, bucket, parent, lot, status, version, hist }) =>
      `${key}\t${bucket}\t${parent ?? "\\N"}\t${lot}\t${status}\t${version + 1}\t\\\\x${hist.join("")}`,
  );
  try {
    await sql.copyIn(`copy ${table} (epc, bucket, parent, lot_id, disp, version, hist) from stdin`, lines);
  } catch (error) {
    if (isUniqueViolation(error)) conflict(table);
    throw error;
  }
}

function singleColumns(rows: readonly SingleRow[]): unknown[] {
  return [
    uuidArray(rows.map(({ parent }) => parent)),
    integerArray(rows.map(({ lot }) => lot)),
    integerArray(rows.map(({ status }) => status)),
    integerArray(rows.map(({ version }) => version + 1)),
    byteaArray(rows.map(({ hist }) => Buffer.from(hist.join(""), "hex"))),
  ];
}

export function readSingle(row: StoredSingle): SingleRow {
  const text = row.hist.toString("hex");
  const hist = Array.from({ length: text.length / 32 }, (_, index) => text.slice(index * 32, index * 32 + 32));
  return {
    parent: row.parent === null ? undefined : hexOfUuid(row.parent),
    lot: row.lot_id,
    status: row.disp,
    hist,
    version: row.version,
  };
}

/**
 * Another transaction made the row since it was read. Said as a serialisation failure, because that is what it is: the
 * whole transaction runs again, from what the other one left.
 */
function conflict(table: string): never {
  const error = Object.assign(new Error(`a ${table} row was written by another transaction`), {
    code: "40001",
    severity: "ERROR",
  });
  throw new SqlFault("transient", "database.conflict", error.message, error);
}
