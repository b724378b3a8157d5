import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { must, refuse } from "../../kernel/base/result.ts";
import type { Incoming } from "../http/message.ts";
import { silentLog } from "../log.ts";
import { realMachine } from "../machine.real.ts";
import { applyMessages, applyTogether } from "./apply-message.ts";
import { applyOnce, type InboxMessage, type RecordedReply, requestHash } from "./inbox.ts";
import { messagesSchema } from "./messages.schema.ts";

const { clock, random } = realMachine({ log: silentLog });
let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase([{ id: "1", sql: `${messagesSchema} create table done (what text)` }]);
});
afterAll(() => scratch.drop());

function message(change: Partial<InboxMessage> = {}): InboxMessage {
  return {
    messageId: random.uuid7(),
    sender: "site-1",
    owner: "9521321000000",
    environment: "validation",
    requestHash: "aa",
    at: 1,
    ...change,
  };
}

const reply: RecordedReply = { status: 201, contentType: "application/json", reply: Buffer.from('{"id":1}') };
const apply = (incoming: InboxMessage, what: string, work: () => Promise<RecordedReply> = async () => reply) =>
  scratch.database.transaction((sql) =>
    applyOnce(sql, incoming, async () => {
      await sql.run({ text: "insert into done values ($1)" }, [what]);
      return work();
    }),
  );
const done = async (what: string) =>
  (await scratch.database.run({ text: "select 1 from done where what = $1" }, [what])).length;

describe("applyOnce", () => {
  test("applies once and answers the same ever after [REQ-MSG-01] [REQ-KILL-03]", async () => {
    const incoming = message();
    expect(await apply(incoming, "once")).toEqual({ ...reply, replayed: false });
    expect(await apply(incoming, "once")).toEqual({ ...reply, replayed: true });
    expect(await done("once")).toBe(1);
  });

  test("of many that arrive together one is applied, and all get its answer", async () => {
    const incoming = message();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        apply(incoming, "together", async () => {
          await clock.sleep(20);
          return reply;
        }),
      ),
    );
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const answer of answers) expect(answer).toMatchObject(reply);
    expect(await done("together")).toBe(1);
  });

  test.each([
    ["another request", { requestHash: "bb" }],
    ["another sender", { sender: "site-2" }],
  ])("refuses the id with %s", async (what, change) => {
    const incoming = message();
    await apply(incoming, what);
    await expect(apply({ ...incoming, ...change }, what)).rejects.toMatchObject({
      refusal: { code: "seam.message-reused" },
    });
    expect(await done(what)).toBe(1);
  });

  test("records nothing when the work refuses, so that the sender may correct what was wrong", async () => {
    const incoming = message();
    await expect(apply(incoming, "later", async () => must(refuse("lot.unknown")))).rejects.toMatchObject({
      refusal: { code: "lot.unknown" },
    });
    expect(await done("later")).toBe(0);
    expect(await apply(incoming, "later")).toMatchObject({ replayed: false });
  });
});

test("the hash tells method, path and body apart", () => {
  const base = { method: "POST", path: "/v1/a", body: Buffer.from("x") };
  const hashes = [
    base,
    { ...base, method: "PUT" },
    { ...base, path: "/v1/b" },
    { ...base, body: Buffer.from("y") },
  ].map(requestHash);
  expect(new Set(hashes).size).toBe(4);
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
});

test("the HTTP server's form runs the work in the transaction and brings JSON back as it was", async () => {
  const run = applyMessages(scratch.database, clock);
  const incoming: Incoming = {
    envelope: {
      messageId: random.uuid7(),
      owner: "9521321000000",
      environment: "production",
      traceId: "0".repeat(31).concat("1"),
    },
    sender: "site-1",
    endpoint: "PUT /v1/runs/:runId",
    path: "/v1/runs/7",
    body: Buffer.from("{}"),
  };
  let calls = 0;
  const once = () =>
    run(incoming, async (sql) => {
      calls++;
      await sql.run({ text: "insert into done values ('http')" });
      return { status: 202, body: { run: "7", packs: [1, 2] } };
    });
  expect(await once()).toEqual({ status: 202, body: { run: "7", packs: [1, 2] } });
  expect(await once()).toEqual({ status: 202, body: { run: "7", packs: [1, 2] } });
  expect([calls, await done("http")]).toEqual([1, 1]);
});

test("messages that come at once share transactions, each applied once and answered for itself [REQ-KILL-03]", async () => {
  let transactions = 0;
  const together = applyTogether<string>(
    scratch.database,
    clock,
    { transactionsMax: 1, weightMax: 10 },
    () => 1,
    async (sql, items) => {
      transactions++;
      for (const item of items) await sql.run({ text: "insert into done values ($1)" }, [`shared ${item}`]);
      return items.map((item) => (item === "bad" ? must(refuse("lot.unknown")) : { status: 201, body: { item } }));
    },
  );
  const incoming = (messageId: string, body: string): Incoming => ({
    envelope: { messageId, owner: "9521321000000", environment: "production", traceId: "0".repeat(31).concat("1") },
    sender: "site-1",
    endpoint: "POST /v1/capture",
    path: "/v1/capture",
    body: Buffer.from(body),
  });
  const ids = Array.from({ length: 5 }, () => random.uuid7()) as [string, string, string, string, string];
  const send = (id: string, item: string, body = item) => together(incoming(id, body), item);
  const good = await Promise.all([send(ids[0], "a"), send(ids[1], "b"), send(ids[2], "c"), send(ids[1], "b")]);
  expect(good.map(({ body }) => body)).toEqual([{ item: "a" }, { item: "b" }, { item: "c" }, { item: "b" }]);
  expect([transactions, await done("shared a"), await done("shared b"), await done("shared c")]).toEqual([2, 1, 1, 1]);
  const mixed = await Promise.allSettled([
    send(ids[3], "d"),
    send(ids[0], "a"),
    send(ids[2], "c", "another body"),
    send(ids[4], "bad"),
  ]);
  expect(mixed).toMatchObject([
    { value: { status: 201, body: { item: "d" } } },
    { value: { body: { item: "a" } } },
    { reason: { refusal: { code: "seam.message-reused" } } },
    { reason: { refusal: { code: "lot.unknown" } } },
  ]);
  expect([await done("shared a"), await done("shared d"), await done("shared bad")]).toEqual([1, 1, 0]);
});
