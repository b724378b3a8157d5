import type { JournalEntry } from "../contract/journal.ts";
import type { RunOrder } from "../contract/line-api.ts";
import type { Environment } from "../contract/envelope.ts";
import { ok, refuse, type Result } from "../kernel/base/result.ts";
import { chainJournal, emptyJournal, followJournal, type JournalHead } from "../kernel/serials/journal-chain.ts";
import type { Databases, SqliteDatabase } from "../runtime/machine.ts";
import { sha256 } from "../runtime/sha256.ts";
import {
  createJournalTables,
  entriesAfter,
  entriesOfRun,
  insertEntry,
  insertRun,
  journalOwner,
  lastEntry,
  latestOrders,
  setJournalOwner,
} from "./journal.store.ts";
import { evolve } from "./run/evolve.ts";
import type { RunEntry } from "./run/line.ts";
import { newRun, type Run } from "./run/run.ts";

/** Runs kept in memory: the one on the line, those that wait, and the latest that are done. */
export const runsHeldMax = 20;
const pageEntries = 5_000;

export type JournalOptions = {
  readonly path: string;
  readonly lineId: string;
  readonly environment: Environment;
  /** Minutes that the line's wall clock is ahead of UTC, for the record. */
  readonly offsetMinutes: number;
};

export type Journal = {
  /** Durable when it returns: all of the turn's entries in one transaction, or none (then it throws). */
  append(entries: readonly RunEntry[], at: number, orders: readonly RunOrder[]): readonly JournalEntry[];
  entriesAfter(seq: number, limit: number): JournalEntry[];
  readonly head: () => JournalHead;
  /** Wall time of the latest entry; the line's time never goes back behind it. */
  readonly lastAt: () => number;
  /** The latest runs as the journal tells them. */
  runs(): Map<string, Run>;
  close(): void;
};

/**
 * Opens a line's file and adds up its chain. Refuses `line.journal-broken` where an entry was altered, left out or put
 * in, and `line.other-line` when the file is another line's or another environment's.
 */
export function openJournal(databases: Pick<Databases, "sqlite">, options: JournalOptions): Result<Journal> {
  const file = databases.sqlite(options.path);
  const opened = check(file, options);
  if (opened.ok) return ok(journalOf(file, options, opened.value));
  file.close();
  return opened;
}

function check(file: SqliteDatabase, { lineId, environment }: JournalOptions): Result<JournalHead> {
  createJournalTables(file);
  const owner = journalOwner(file);
  if (owner === undefined) setJournalOwner(file, lineId, environment);
  else if (owner.lineId !== lineId || owner.environment !== environment)
    return refuse("line.other-line", owner.lineId, owner.environment);
  return verifyJournal(file);
}

/** The head of a chain that adds up from its first entry to its last. */
export function verifyJournal(file: SqliteDatabase): Result<JournalHead> {
  let head: JournalHead = emptyJournal;
  for (;;) {
    const page = entriesAfter(file, head.seq, pageEntries);
    if (page.length === 0) return ok(head);
    const followed = followJournal(head, page, sha256);
    if (!followed.ok) return refuse("line.journal-broken", followed.refusal.at, followed.refusal.code);
    head = followed.value;
  }
}

function journalOf(file: SqliteDatabase, options: JournalOptions, verified: JournalHead): Journal {
  let head = verified;
  let lastAt = lastEntry(file)?.at ?? 0;
  return {
    append(entries, at, orders) {
      let next = head;
      const chained = entries.map(({ runId, body }) => {
        const entry = chainJournal(next, { at, offsetMinutes: options.offsetMinutes, runId, body }, sha256);
        next = entry;
        return entry;
      });
      file.transaction(() => {
        for (const order of orders) insertRun(file, order, head.seq + 1);
        for (const entry of chained) insertEntry(file, entry);
      });
      head = { seq: next.seq, hash: next.hash };
      lastAt = at;
      return chained;
    },
    entriesAfter: (seq, limit) => entriesAfter(file, seq, limit),
    head: () => head,
    lastAt: () => lastAt,
    runs() {
      const runs = latestOrders(file, runsHeldMax).reverse();
      return new Map(runs.map((order) => [order.runId, foldRun(file, order)]));
    },
    close: () => file.close(),
  };
}

function foldRun(file: SqliteDatabase, order: RunOrder): Run {
  const run = newRun(order);
  for (let after = 0; ; ) {
    const page = entriesOfRun(file, order.runId, after, pageEntries);
    for (const { body, at } of page) evolve(run, body, at);
    const last = page.at(-1);
    if (!last || page.length < pageEntries) return run;
    after = last.seq;
  }
}
