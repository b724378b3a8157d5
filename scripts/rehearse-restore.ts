// `npm run rehearse-restore`: a company at work is backed up online, killed, and restored to a moment and to the end;
// a line's journal is backed up while it is written. Exit 1 when anything that was acknowledged is missing or does not
// add up.
import { parseArgs } from "node:util";
import { type Rehearsal, rehearse, type Restored } from "./rehearse-restore/rehearsal.ts";

const { values } = parseArgs({
  options: { changes: { type: "string", default: "200" }, json: { type: "boolean", default: false } },
});
const changes = Number(values.changes);
if (!Number.isSafeInteger(changes) || changes < 1) throw new Error("--changes takes a whole number from 1");

const started = performance.now();
const done = await rehearse({
  changes,
  clients: 2,
  journalEntries: 50 * changes,
  sync: true,
  tell: (line) => console.error(`  ${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`),
});
const wrong = [...wrongOf(done.toMoment), ...wrongOf(done.toEnd), ...done.line.wrong];
if (values.json) console.log(JSON.stringify({ ...done, wrong }));
else print(done);
for (const line of wrong) console.log(`WRONG: ${line}`);
process.exitCode = wrong.length === 0 ? 0 : 1;

function wrongOf({ missing, tooLate, wrong: inside }: Restored): string[] {
  return [...missing.map((each) => `missing: ${each}`), ...tooLate.map((each) => `too late: ${each}`), ...inside];
}

function print({ backup, acknowledged, archived, toMoment, toEnd, forgottenAllocations, line }: Rehearsal): void {
  const mib = (backup.bytes / 2 ** 20).toFixed(1);
  console.log(`backup: ${backup.files} files, ${mib} MiB in ${backup.seconds.toFixed(1)} s, while it was written to`);
  console.log(`acknowledged: ${acknowledged} changes, ${archived} of them when the log was archived last`);
  for (const [name, restored] of [
    ["the moment", toMoment],
    ["the end", toEnd],
  ] as const)
    console.log(
      `restored to ${name} in ${restored.seconds.toFixed(1)} s: ${restored.events} events replayed, state of ${restored.state.objects} objects ` +
        `${restored.state.sha256.slice(0, 16)}…, ${restored.missing.length} missing, ${restored.tooLate.length} too late, ${restored.wrong.length} wrong`,
    );
  console.log(`allocations after the moment, whose numbers would be given out again: ${forgottenAllocations}`);
  console.log(
    `line: ${line.before} entries before, ${line.written} after the backup, ${line.copied} in the copy; its chain adds up: ${line.wrong.length === 0}`,
  );
}
