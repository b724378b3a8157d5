import { Type } from "typebox";
import { afterEach, describe, expect, test } from "vitest";
import { closeServers, testServer } from "../../../test/support/http-server.ts";
import { createClient, ProblemError } from "../../contract/client.ts";
import { endpoint } from "../../contract/endpoint.ts";
import type { Envelope } from "../../contract/envelope.ts";
import { refuse, RefusalError } from "../../kernel/base/result.ts";
import type { ApplyOnce, Incoming, MessageAnswer } from "./message.ts";

afterEach(closeServers);

describe("a message on a seam", () => {
  const put = endpoint({
    method: "PUT",
    path: "/v1/runs/:runId",
    right: "run.prepare",
    kind: "message",
    summary: "Prepare",
    params: Type.Object({ runId: Type.String() }),
    body: Type.Object({ n: Type.Integer() }),
    reply: Type.Object({ seen: Type.Integer() }),
    status: 202,
  });
  const envelope: Envelope = {
    messageId: "01890000-0000-7000-8000-000000000001",
    owner: "9521000000008",
    environment: "production",
    traceId: "a".repeat(32),
  };

  /** An inbox in memory: what the real one does, without its database. */
  function inbox() {
    const seen = new Map<string, { body: string; answer: MessageAnswer }>();
    const incoming: Incoming[] = [];
    const applyOnce: ApplyOnce<string> = async (message, work) => {
      incoming.push(message);
      const body = new TextDecoder().decode(message.body);
      const before = seen.get(message.envelope.messageId);
      if (before?.body === body) return before.answer;
      if (before) throw new RefusalError({ code: "seam.message-reused" });
      const reply = await work("transaction");
      seen.set(message.envelope.messageId, { body, answer: reply });
      return reply;
    };
    return { incoming, applyOnce };
  }

  function messageServer() {
    const { applyOnce, incoming } = inbox();
    const server = testServer({ applyOnce });
    const effects: unknown[] = [];
    server.message(put, async ({ body, sql, envelope: { owner }, params }) => {
      if (body.n < 0) return refuse("gxp.reason-needed");
      effects.push([sql, owner, params.runId, body.n]);
      return { seen: effects.length };
    });
    const client = createClient({ url: "http://line-1", fetch: (request) => server.inject(request), token: "site" });
    return { server, client, effects, incoming };
  }

  test("is applied once, and answers again what it answered [REQ-MSG-01]", async () => {
    const { client, effects, incoming } = messageServer();
    for (const _ of [1, 2])
      expect(await client.call(put, { params: { runId: "r 1" }, body: { n: 7 }, envelope })).toEqual({ seen: 1 });
    expect(effects).toEqual([["transaction", "9521000000008", "r 1", 7]]);
    expect(incoming[0]).toMatchObject({
      sender: "site-a",
      endpoint: "PUT /v1/runs/:runId",
      path: "/v1/runs/r%201",
      envelope,
    });
  });

  test.each([
    [{ messageId: "1" }, 400, "http.envelope", "idempotency-key"],
    [{ owner: "95210" }, 400, "http.envelope", "packtrail-owner"],
    [{ environment: "validation" }, 403, "seam.environment", "packtrail-environment"],
    [{ owner: "9521000000015" }, 403, "gxp.owner-scope", "packtrail-owner"],
  ] as const)("with the envelope %j is refused [REQ-MSG-08]", async (wrong, status, code, at) => {
    const { client, effects } = messageServer();
    const call = client.call(put, { params: { runId: "r1" }, body: { n: 7 }, envelope: { ...envelope, ...wrong } });
    await expect(call).rejects.toMatchObject({ name: "ProblemError", status, code, at });
    expect(effects).toEqual([]);
  });

  test("whose handler refuses is refused, and may be sent again", async () => {
    const { client } = messageServer();
    const send = (n: number) => client.call(put, { params: { runId: "r1" }, body: { n }, envelope });
    await expect(send(-1)).rejects.toThrow(ProblemError);
    expect(await send(1)).toEqual({ seen: 1 });
    await expect(send(2)).rejects.toMatchObject({ code: "seam.message-reused", status: 422 });
  });

  test("cannot be registered as an ordinary route, nor without an inbox", () => {
    expect(() => testServer().route(put, () => ({ seen: 1 }))).toThrow("message()");
    expect(() => testServer().message(put, async () => ({ seen: 1 }))).toThrow("applyOnce");
  });
});
