import { expect, test } from "vitest";
import { rehearse } from "../scripts/rehearse-restore/rehearsal.ts";

// A small round of `npm run rehearse-restore`, on clusters of its own: it kills one.

test("[REQ-OPS-07] what was acknowledged is there after a kill and a restore, to a moment and to the end", {
  timeout: 120_000,
}, async () => {
  const told: string[] = [];
  const done = await rehearse({
    changes: 6,
    clients: 2,
    journalEntries: 200,
    sync: false,
    tell: (line) => void told.push(line),
  });
  const whole = { missing: [], tooLate: [], wrong: [] };
  expect(done.toMoment, told.join("\n")).toMatchObject(whole);
  expect(done.toEnd, told.join("\n")).toMatchObject(whole);
  expect(done.line).toMatchObject({ wrong: [] });
  expect(done.line.copied).toBeGreaterThanOrEqual(done.line.before);
  // The restores differ, and so do what the archive has and what was acknowledged: each of them was put to the test.
  expect(done.toEnd.state.objects).toBeGreaterThan(done.toMoment.state.objects);
  expect(done.acknowledged).toBeGreaterThan(done.archived);
  expect(done.forgottenAllocations).toBeGreaterThan(0);
});
