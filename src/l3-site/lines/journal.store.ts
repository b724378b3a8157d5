import type { Environment } from "../../contract/envelope.ts";
import type { JournalEntry } from "../../contract/journal.ts";
import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import type { Instant } from "../../kernel/base/time.ts";
import { emptyJournal, type JournalHead } from "../../kernel/serials/journal-chain.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { copyText } from "../../runtime/postgres/copy-text.ts";
import { stateCode } from "../number-buffer/packaging-level.ts";
import type { Reads } from "../site.ts";

const HEAD_LOCK: Statement = {
  name: "journal-head-lock",
  // The upsert holds the line's row until the transaction ends: one batch of a line after another.
  text: `insert into line_journal (line_id, environment, seq, hash, heard_at) values ($1, $2, 0, '${emptyJournal.hash}', $3)
on conflict (line_id) do update set heard_at = greatest(line_journal.heard_at, $3) returning seq, hash`,
};
const HEAD_SAVE: Statement = {
  name: "journal-head-save",
  text: "update line_journal set seq = $2, hash = $3 where line_id = $1",
};
const HEADS: Statement = {
  name: "journal-heads",
  text: `select line_id as "lineId", seq, heard_at as "heardAt" from line_journal`,
};
const COPY =
  "copy journal_entry (line_id, seq, owner, environment, work_order_id, run_id, at, offset_minutes, kind, moved_to, body, previous_hash, hash) from stdin";
const HASHES: Statement = {
  name: "journal-hashes",
  text: "select seq, hash from journal_entry where line_id = $1 and seq between $2 and $3 order by seq",
};
export const JOURNAL_PAGE: Statement = {
  name: "journal-page",
  text: `select seq, work_order_id as "workOrderId", run_id as "runId", at, offset_minutes as "offsetMinutes", body, previous_hash as "previousHash", hash
from journal_entry where line_id = $1 and seq > $2 and seq <= $3 order by seq limit $4`,
};
export const EVENT_PAGE: Statement = {
  name: "journal-event-page",
  text: `select seq, run_id as "runId", at, offset_minutes as "offsetMinutes", body, previous_hash as "previousHash", hash
from journal_entry where work_order_id = $1 and seq > $2 and (kind in ('aggregated', 'disaggregated') or moved_to in (7, 8, 9, 10)) order by seq limit $3`,
};

/** The end of the line's journal as it is held here; the line is held until the transaction ends. */
export async function lockHead(sql: Sql, lineId: string, environment: Environment, now: Instant): Promise<JournalHead> {
  const [row] = await sql.run<{ seq: string; hash: string }>(HEAD_LOCK, [lineId, environment, now]);
  return row === undefined ? emptyJournal : { seq: Number(row.seq), hash: row.hash };
}

export async function saveHead(sql: Sql, lineId: string, head: JournalHead): Promise<void> {
  await sql.run(HEAD_SAVE, [lineId, head.seq, head.hash]);
}

export type LineHeard = { readonly lineId: string; readonly seq: number; readonly heardAt: Instant };

export async function linesHeard(sql: Reads): Promise<Map<string, LineHeard>> {
  const rows = await sql.run<{ lineId: string; seq: string; heardAt: string }>(HEADS);
  return new Map(
    rows.map(({ lineId, seq, heardAt }) => [lineId, { lineId, seq: Number(seq), heardAt: Number(heardAt) }]),
  );
}

/** Whose run each entry is of; runs that the site does not know have no owner. */
export type RunOwner = { readonly owner: string; readonly workOrderId: string };

export async function insertEntries(
  sql: Sql,
  of: { readonly lineId: string; readonly environment: Environment },
  entries: readonly JournalEntry[],
  ownerOf: (runId: string) => RunOwner | undefined,
): Promise<void> {
  const lines = entries.map((entry) => {
    const { seq, at, offsetMinutes, runId, body, previousHash, hash } = entry;
    const run = ownerOf(runId);
    const movedTo = body.kind === "number-moved" ? stateCode(body.to) : null;
    return copyText([
      of.lineId,
      seq,
      run?.owner ?? null,
      of.environment,
      run?.workOrderId ?? null,
      runId,
      at,
      offsetMinutes,
      body.kind,
      movedTo,
      canonicalJson(body),
      previousHash,
      hash,
    ]);
  });
  await sql.copyIn(COPY, lines);
}

export async function heldHashes(sql: Reads, lineId: string, from: number, to: number): Promise<Map<number, string>> {
  const rows = await sql.run<{ seq: string; hash: string }>(HASHES, [lineId, from, to]);
  return new Map(rows.map(({ seq, hash }) => [Number(seq), hash]));
}

export type StoredEntry = {
  readonly seq: number;
  readonly runId: string;
  readonly at: Instant;
  readonly offsetMinutes: number;
  /** Canonical JSON, as it was hashed. */
  readonly body: string;
  readonly previousHash: string;
  readonly hash: string;
};

type EntryRow = Omit<StoredEntry, "seq" | "at"> & { seq: string; at: string };

function entryOf<T extends EntryRow>(row: T): Omit<T, "seq" | "at"> & { seq: number; at: number } {
  return { ...row, seq: Number(row.seq), at: Number(row.at) };
}

/** A line's entries after `after` up to `to`, a page of them, whosever run they are of. */
export async function journalPage(
  sql: Reads,
  of: { lineId: string; after: number; to: number; limit: number },
): Promise<(StoredEntry & { readonly workOrderId: string | null })[]> {
  const rows = await sql.run<EntryRow & { workOrderId: string | null }>(JOURNAL_PAGE, [
    of.lineId,
    of.after,
    of.to,
    of.limit,
  ]);
  return rows.map(entryOf);
}

/** Those entries of an order that become events: commissionings, ends, and what was put into or out of containers. */
export async function eventPage(
  sql: Reads,
  of: { workOrderId: string; after: number; limit: number },
): Promise<StoredEntry[]> {
  return (await sql.run<EntryRow>(EVENT_PAGE, [of.workOrderId, of.after, of.limit])).map(entryOf);
}
