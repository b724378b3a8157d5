import { afterAll, beforeAll, expect, test } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { messagesSchema } from "./messages.schema.ts";
import { OUTBOX_BATCH, OUTBOX_CLAIM, OUTBOX_NEXT } from "./outbox.store.ts";

// A month of delivered messages, a few that wait: what waits must be found without reading what was delivered.
let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase([{ id: "1", sql: messagesSchema }]);
  await scratch.database.run({
    text: `insert into outbox (message_id, lane, seq, destination, method, path, content_type, owner, environment, trace_id, created_at, state, body)
      select gen_random_uuid(), 'e/' || n % 2000, n, 'e', 'POST', '/', 'a/b', 'o', 'validation', repeat('a', 32), n,
        case when n > 39990 then 'waiting' else 'sent' end, 'x' from generate_series(1, 40000) n;
      insert into outbox_lane (lane, destination, waiting, last_seq)
      select 'e/' || n, 'e', case when n < 10 then 1 else 0 end, 20 from generate_series(0, 1999) n;
      analyze`,
  });
});
afterAll(() => scratch.drop());

test.each([
  ["a lane's head", OUTBOX_BATCH, ["e/5", 100, 1_000_000], "outbox_open"],
  ["lanes that are due", OUTBOX_CLAIM, ["018f3b5e-0000-7000-8000-000000000000", 2, 1, 8], "outbox_lane_due"],
  ["the next moment", OUTBOX_NEXT, [], "outbox_lane_due"],
])("%s is found by its index", async (_, statement, values, index) => {
  const rows = await scratch.database.run<{ "QUERY PLAN": string }>({ text: `explain ${statement.text}` }, values);
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).toContain(index);
  expect(plan).not.toContain("Seq Scan");
});
