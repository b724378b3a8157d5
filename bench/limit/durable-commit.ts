import type { SqliteDatabase } from "../../src/runtime/machine.ts";
import { timeCalls } from "../harness.ts";

// A verdict that is on the disk before the gate hears of it cannot come faster than SQLite commits the bare row with
// its write-ahead log and synchronous=FULL: one fsync a commit. Nothing is parsed, judged, chained or sent here.

/** Rows a second, `rows` of them a transaction, each as long as a journal entry of a verdict. */
export async function durableCommitRate(file: SqliteDatabase, commits: number, rows: number): Promise<number> {
  file.run("create table if not exists bare (seq integer primary key, body text not null)");
  const body = "x".repeat(360);
  let seq = 0;
  const timed = await timeCalls({
    calls: commits,
    unitsPerCall: rows,
    warmupCalls: 20,
    call: () =>
      file.transaction(() => {
        for (let row = 0; row < rows; row++) file.run("insert into bare (seq, body) values (?, ?)", ++seq, body);
      }),
  });
  return (rows * 1_000) / timed.p50Ms;
}
