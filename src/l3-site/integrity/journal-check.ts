import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { sha256Hex } from "../../runtime/sha256.ts";
import type { BatchRow } from "../lines/batch.store.ts";
import { journalPage } from "../lines/journal.store.ts";
import type { Reads } from "../site.ts";

/** Entries read at a time: some megabytes. */
const pageEntries = 10_000;

/**
 * Adds the copy of the journal up again, from the order's first entry to its last, against what the order noted of its
 * ends and of how many entries are its own. Refuses `serials.journal-chain` and `serials.journal-gap`; at: the entry.
 */
export async function checkJournal(
  sql: Reads,
  lineId: string,
  workOrderId: string,
  row: BatchRow,
): Promise<Result<{ entries: number }>> {
  let after = row.firstSeq - 1;
  let previous: string | undefined;
  let own = 0;
  while (after < row.lastSeq) {
    const page = await journalPage(sql, { lineId, after, to: row.lastSeq, limit: pageEntries });
    if (page.length === 0) return refuse("serials.journal-gap", after + 1);
    for (const entry of page) {
      if (entry.seq !== after + 1) return refuse("serials.journal-gap", after + 1);
      // The body is kept as the canonical text that was hashed, so that nothing has to be parsed to add it up.
      const { seq, at, offsetMinutes, runId, body } = entry;
      const text = `{"at":${at},"body":${body},"offsetMinutes":${offsetMinutes},"runId":"${runId}","seq":${seq}}`;
      const follows = previous === undefined || entry.previousHash === previous;
      if (!follows || sha256Hex(entry.previousHash + text) !== entry.hash) return refuse("serials.journal-chain", seq);
      if (seq === row.firstSeq && entry.hash !== row.firstHash) return refuse("serials.journal-chain", seq);
      if (entry.workOrderId === workOrderId) own++;
      previous = entry.hash;
      after = seq;
    }
  }
  if (previous !== row.lastHash || own !== row.entries) return refuse("serials.journal-chain", row.lastSeq);
  return ok({ entries: own });
}
