import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everyRole, wrongAccess } from "../../test/support/endpoint-access.ts";
import { clientOf, gxpLevel, gxpMigrations, type GxpLevel } from "../../test/support/gxp-level.ts";
import { type ScratchDatabase, scratchDatabase } from "../../test/support/scratch-database.ts";
import { commonApi } from "../contract/common-api.ts";

let scratch: ScratchDatabase;
let level: GxpLevel;

beforeAll(async () => {
  scratch = await scratchDatabase(gxpMigrations);
  level = gxpLevel(scratch.database, { credentials: everyRole });
});
afterAll(async () => {
  await level.server.close();
  await scratch.drop();
});

const as = (role: string) => clientOf(level.server, `token-of-${role}`);
const messageId = "01900000-0000-7000-8000-000000000001";

/** One message refused by its receiver, as the outbox leaves it. */
async function refusedMessage(): Promise<void> {
  await scratch.database.run({ text: "delete from outbox" });
  await scratch.database.run({ text: "delete from outbox_lane" });
  await scratch.database.run({
    text: `insert into outbox_lane (lane, destination, waiting, last_seq, stopped) values ('site-a/order-1', 'site-a', 1, 1, true)`,
  });
  await scratch.database.run(
    {
      text: `insert into outbox (message_id, lane, seq, destination, method, path, content_type, owner, environment, trace_id, created_at, state, attempts, body)
values ($1, 'site-a/order-1', 1, 'site-a', 'PUT', '/v1/orders/1', 'application/json', '9521000000008', 'production', $2, 5, 'refused', 1, '{}')`,
    },
    [messageId, "a".repeat(32)],
  );
}

describe("what every level serves", () => {
  test("is for those who hold the right, and nobody else [REQ-ACC-01]", async () => {
    expect(await wrongAccess(level.server)).toEqual([]);
  });
});

describe("a message that its receiver refused", () => {
  const ask = (what: "resendMessage" | "skipMessage", reason: string, id = messageId) =>
    as("serialization-manager").call(commonApi[what], { params: { messageId: id }, body: { reason } });

  test.each([
    ["resendMessage", "message.resend"],
    ["skipMessage", "message.skip"],
  ] as const)("%s: with its reason in the trail", async (what, action) => {
    await refusedMessage();
    expect(await as("administrator").call(commonApi.lanes)).toMatchObject([
      { lane: "site-a/order-1", stopped: true, oldest: { messageId, state: "refused" } },
    ]);
    await expect(ask(what, " ")).rejects.toMatchObject({ code: "gxp.reason-needed" });
    expect(await ask(what, "master data corrected")).toEqual({ accepted: true });
    const { entries } = await as("qa").call(commonApi.audit, { query: { subject: `message/${messageId}`, action } });
    expect(entries).toMatchObject([
      { actorKind: "machine", reason: "master data corrected", after: { lane: "site-a/order-1" } },
    ]);
    expect((await as("administrator").call(commonApi.lanes)).some(({ stopped }) => stopped)).toBe(false);
  });

  test("must be known", async () => {
    await expect(ask("skipMessage", "x", "01900000-0000-7000-8000-00000000dead")).rejects.toMatchObject({
      status: 404,
      code: "seam.message-unknown",
    });
  });
});
