import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { setImmediate as turn } from "node:timers/promises";
import { chainJournal, emptyJournal } from "../../src/kernel/serials/journal-chain.ts";
import { createJournalTables, insertEntry, lastEntry } from "../../src/l2-line/journal.store.ts";
import { verifyJournal } from "../../src/l2-line/journal.ts";
import { sha256 } from "../../src/runtime/sha256.ts";
import { openSqlite } from "../../src/runtime/sqlite.ts";

type Entry = Parameters<typeof insertEntry>[1];

export type LineBackup = {
  /** Entries that were on disk when the backup began. */
  readonly before: number;
  /** Entries that the copy has. */
  readonly copied: number;
  readonly written: number;
  readonly wrong: readonly string[];
};

const entriesATurn = 20;
/**
 * All pages in one step: a copy in several steps begins again whenever another connection has written, and a line
 * always writes. A reader of a write-ahead log keeps no writer waiting, however long its step.
 */
const pagesAtOnce = 2 ** 31 - 1;

/** A line's journal copied by SQLite's backup while entries are written to it, and the copy's chain added up. */
export async function rehearseLineBackup(folder: string, entriesBefore: number): Promise<LineBackup> {
  const path = join(folder, "journal.sqlite");
  const copy = join(folder, "journal.restored.sqlite");
  const file = openSqlite(path);
  createJournalTables(file);
  let head = emptyJournal;
  const write = () =>
    file.transaction(() => {
      for (let n = 0; n < entriesATurn; n++) {
        const body = { kind: "rehearsed", text: "x".repeat(200), n } as unknown as Entry["body"];
        const entry = chainJournal(head, { at: head.seq, offsetMinutes: 0, runId: "rehearsal", body }, sha256);
        insertEntry(file, entry);
        head = entry;
      }
    });
  while (head.seq < entriesBefore) write();
  const before = head.seq;
  const reading = new DatabaseSync(path, { readOnly: true });
  let copying = true;
  const copied = backup(reading, copy, { rate: pagesAtOnce }).finally(() => {
    copying = false;
  });
  while (copying) {
    write();
    await turn();
  }
  await copied;
  reading.close();
  const written = head.seq;
  file.close();
  const restored = openSqlite(copy);
  try {
    const verified = verifyJournal(restored);
    const last = lastEntry(restored)?.seq ?? 0;
    const wrong = [
      ...(verified.ok ? [] : [`the copy's chain: ${verified.refusal.code} at ${verified.refusal.at}`]),
      ...(last < before ? [`${before - last} entries that were on disk before are not in the copy`] : []),
    ];
    return { before, copied: last, written, wrong };
  } finally {
    restored.close();
  }
}
