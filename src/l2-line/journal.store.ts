import type { JournalEntry } from "../contract/journal.ts";
import type { RunOrder } from "../contract/line-api.ts";
import type { SqliteDatabase } from "../runtime/machine.ts";

// The only file that knows the columns of a line's journal. One file a line, one writer: the verdict process.

const SCHEMA = [
  "create table if not exists journal_file (line_id text not null, environment text not null)",
  // The order as it came, with its whole block of numbers: what the journal's entries are folded over.
  "create table if not exists run (run_id text primary key, first_seq integer not null, order_json text not null) without rowid",
  `create table if not exists journal_entry (
     seq integer primary key, at integer not null, offset_minutes integer not null, run_id text not null,
     body text not null, previous_hash text not null, hash text not null)`,
  "create index if not exists journal_entry_run on journal_entry (run_id, seq)",
];
const OWNER = "select line_id, environment from journal_file";
const SET_OWNER = "insert into journal_file (line_id, environment) values (?, ?)";
const INSERT =
  "insert into journal_entry (seq, at, offset_minutes, run_id, body, previous_hash, hash) values (?, ?, ?, ?, ?, ?, ?)";
const INSERT_RUN = "insert into run (run_id, first_seq, order_json) values (?, ?, ?)";
const AFTER =
  "select seq, at, offset_minutes, run_id, body, previous_hash, hash from journal_entry where seq > ? order by seq limit ?";
const OF_RUN =
  "select seq, at, offset_minutes, run_id, body, previous_hash, hash from journal_entry where run_id = ? and seq > ? order by seq limit ?";
const LAST = "select seq, at, hash from journal_entry order by seq desc limit 1";
const RUNS = "select order_json from run order by first_seq desc limit ?";

type EntryRow = {
  seq: number;
  at: number;
  offset_minutes: number;
  run_id: string;
  body: string;
  previous_hash: string;
  hash: string;
};

export function createJournalTables(file: SqliteDatabase): void {
  for (const statement of SCHEMA) file.run(statement);
}

/** Whose journal this is; undefined for a file just made. */
export function journalOwner(
  file: SqliteDatabase,
): { readonly lineId: string; readonly environment: string } | undefined {
  const [row] = file.all<{ line_id: string; environment: string }>(OWNER);
  return row && { lineId: row.line_id, environment: row.environment };
}

export function setJournalOwner(file: SqliteDatabase, lineId: string, environment: string): void {
  file.run(SET_OWNER, lineId, environment);
}

export function insertEntry(file: SqliteDatabase, entry: JournalEntry): void {
  file.run(
    INSERT,
    entry.seq,
    entry.at,
    entry.offsetMinutes,
    entry.runId,
    JSON.stringify(entry.body),
    entry.previousHash,
    entry.hash,
  );
}

export function insertRun(file: SqliteDatabase, order: RunOrder, firstSeq: number): void {
  file.run(INSERT_RUN, order.runId, firstSeq, JSON.stringify(order));
}

export function entriesAfter(file: SqliteDatabase, seq: number, limit: number): JournalEntry[] {
  return file.all<EntryRow>(AFTER, seq, limit).map(entryOf);
}

export function entriesOfRun(file: SqliteDatabase, runId: string, after: number, limit: number): JournalEntry[] {
  return file.all<EntryRow>(OF_RUN, runId, after, limit).map(entryOf);
}

export function lastEntry(
  file: SqliteDatabase,
): { readonly seq: number; readonly at: number; readonly hash: string } | undefined {
  return file.all<{ seq: number; at: number; hash: string }>(LAST)[0];
}

/** The orders received last, newest first. */
export function latestOrders(file: SqliteDatabase, limit: number): RunOrder[] {
  return file.all<{ order_json: string }>(RUNS, limit).map((row) => JSON.parse(row.order_json) as RunOrder);
}

function entryOf(row: EntryRow): JournalEntry {
  return {
    seq: row.seq,
    at: row.at,
    offsetMinutes: row.offset_minutes,
    runId: row.run_id,
    body: JSON.parse(row.body) as JournalEntry["body"],
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
