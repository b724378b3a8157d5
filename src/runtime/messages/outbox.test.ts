import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { Fault } from "../fault.ts";
import { silentLog } from "../log.ts";
import type { HttpReply, HttpRequest, Machine } from "../machine.ts";
import { realMachine } from "../machine.real.ts";
import { messagesStatus, pruneSettled, resend, skip } from "./messages-status.ts";
import { messagesSchema } from "./messages.schema.ts";
import { enqueue, type OutboxMessage } from "./outbox.ts";
import { type Outbox, startOutbox } from "./outbox-sender.ts";
import type { OutboxLimits, OutboxOptions } from "./lane.ts";

const real = realMachine({ log: silentLog });
const limits: Partial<OutboxLimits> = { backoffMinMs: 1, backoffMaxMs: 5, pollMs: 100 };

let scratch: ScratchDatabase;
let outbox: Outbox | undefined;
beforeEach(async () => {
  scratch = await scratchDatabase([{ id: "messages", sql: messagesSchema }]);
});
afterEach(async () => {
  await outbox?.stop();
  outbox = undefined;
  await scratch.drop();
});

type Answer = (request: HttpRequest, calls: number) => HttpReply | Fault;
const status = (code: number, body = "", headers = {}): HttpReply => ({
  status: code,
  headers,
  body: Buffer.from(body),
});

/** The real machine with a network that notes what arrives and answers from a function. */
function withNetwork(answer: Answer): { machine: Machine; bodies: string[]; requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const bodies: string[] = [];
  const fetch = async (request: HttpRequest) => {
    requests.push(request);
    const reply = answer(request, requests.length);
    if (reply instanceof Fault) throw reply;
    bodies.push(Buffer.from(request.body as Uint8Array).toString("utf8"));
    return reply;
  };
  return { machine: { ...real, network: { ...real.network, fetch } }, bodies, requests };
}

function message(body: string, change: Partial<OutboxMessage> = {}): OutboxMessage {
  return {
    messageId: real.random.uuid7(),
    destination: "enterprise",
    orderKey: "order-1",
    method: "POST",
    path: "/v1/orders",
    contentType: "text/plain",
    body,
    owner: "9521321000000",
    environment: "validation",
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    at: real.clock.now(),
    ...change,
  };
}

const put = (...messages: OutboxMessage[]) =>
  scratch.database.transaction(async (sql) => {
    for (const each of messages) await enqueue(sql, each);
  });

async function start(machine: Machine, more: Partial<OutboxOptions> = {}): Promise<Outbox> {
  outbox = await startOutbox({
    database: scratch.database,
    machine,
    log: silentLog,
    destinations: (name) => ({ url: `http://${name}`, token: "secret" }),
    limits,
    ...more,
  });
  return outbox;
}

const statusNow = () => scratch.database.transaction((sql) => messagesStatus(sql));
const states = async () =>
  (await scratch.database.run<{ state: string }>({ text: "select state from outbox order by lane, seq" })).map(
    ({ state }) => state,
  );

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await real.clock.sleep(5);
}

describe("delivery", () => {
  test("carries the envelope, the trace and the body as they are [REQ-ERR-03]", async () => {
    const { machine, requests, bodies } = withNetwork(() => status(200));
    const sent = message("é\0");
    await put(sent);
    await (await start(machine)).idle();
    expect(bodies).toEqual(["é\0"]);
    expect(requests[0]).toMatchObject({
      method: "POST",
      url: "http://enterprise/v1/orders",
      headers: {
        "idempotency-key": sent.messageId,
        "packtrail-owner": "9521321000000",
        "packtrail-environment": "validation",
        "content-type": "text/plain",
        authorization: "Bearer secret",
        traceparent: expect.stringMatching(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/),
      },
    });
    expect(await states()).toEqual(["sent"]);
  });

  test("wakes up for a message that is enqueued while it sleeps", async () => {
    const { machine, bodies } = withNetwork(() => status(202));
    await start(machine, { limits: { ...limits, pollMs: 600_000 } });
    await put(message("a"));
    await until(async () => bodies.length === 1);
    await put(message("b"), message("c", { orderKey: "order-2" }));
    await until(async () => bodies.length === 3);
  });

  test("keeps the order of a lane over failures, many writers and lanes [REQ-MSG-02]", async () => {
    const { machine, bodies } = withNetwork((_, calls) =>
      calls % 3 === 0 ? status(503) : calls % 7 === 0 ? status(500) : status(200),
    );
    const running = await start(machine, { limits: { ...limits, batchMax: 4, lanesMax: 2 } });
    const lanes = ["a", "b", "c", "d"];
    await Promise.all(
      lanes.map(async (lane) => {
        for (let index = 0; index < 25; index++) await put(message(`${lane} ${index}`, { orderKey: lane }));
      }),
    );
    await running.idle();
    for (const lane of lanes) {
      const numbers = bodies.filter((body) => body.startsWith(lane)).map((body) => Number(body.slice(2)));
      expect([...new Set(numbers)]).toEqual(Array.from({ length: 25 }, (_, index) => index));
    }
  });

  test("nothing of a transaction that rolls back goes out [REQ-MSG-03]", async () => {
    const { machine, bodies } = withNetwork(() => status(200));
    const running = await start(machine);
    await expect(
      scratch.database.transaction(async (sql) => {
        await enqueue(sql, message("never"));
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    await put(message("always"));
    await running.idle();
    expect(bodies).toEqual(["always"]);
  });

  test("a batch ends before its bytes exceed the maximum, but one message always goes", async () => {
    const { machine, bodies } = withNetwork(() => status(200));
    await put(message("12345678901234567890"), message("123"), message("456"), message("7890"));
    await (await start(machine, { limits: { ...limits, batchBytesMax: 10 } })).idle();
    expect(bodies.map((body) => body.length)).toEqual([20, 3, 3, 4]);
  });
});

describe("what goes wrong [REQ-MSG-05]", () => {
  test.each<[string, HttpReply | Fault, string]>([
    ["429", status(429), "waiting"],
    ["503", status(503), "waiting"],
    ["500", status(500), "ambiguous"],
    ["502", status(502), "ambiguous"],
    ["a refused connection", new Fault("transient", "network.unreachable", "refused"), "waiting"],
    ["a timeout", new Fault("ambiguous", "network.timeout", "no answer"), "ambiguous"],
    ["400", status(400), "refused"],
    ["301", status(301), "refused"],
    ["what will always fail", new Fault("permanent", "network.url", "no"), "refused"],
  ])("%s leaves the message %s, %s", async (_, answer, state) => {
    const { machine } = withNetwork(() => answer);
    await put(message("a"), message("b"));
    await start(machine, { limits: { ...limits, backoffMinMs: 100_000, backoffMaxMs: 100_000 } });
    await until(async () => (await statusNow())[0]?.lastError != null);
    expect(await states()).toEqual([state, "waiting"]);
    const [lane] = await statusNow();
    expect(lane).toMatchObject({ waiting: 2, stopped: state === "refused", oldest: { state, attempts: 1 } });
  });

  test("an ambiguous message stays so until it is answered, and is then sent [REQ-MSG-05] [REQ-KILL-03]", async () => {
    const { machine } = withNetwork((_, calls) =>
      calls === 1
        ? new Fault("ambiguous", "network.timeout", "t")
        : calls === 2
          ? new Fault("transient", "network.unreachable", "u")
          : calls === 3
            ? status(503)
            : status(200),
    );
    await put(message("a"));
    const seen = new Set<string>();
    const running = await start(machine);
    const watch = until(async () => {
      for (const state of await states()) seen.add(state);
      return seen.has("sent");
    });
    await running.idle();
    await watch;
    const rows = await scratch.database.run({ text: "select attempts, last_error from outbox" });
    expect(rows).toEqual([{ attempts: 4, last_error: null }]);
  });

  test("a database that goes away under a lane holds it up for no longer than it is away [REQ-KILL-02] [REQ-KILL-03]", async () => {
    const { machine, bodies } = withNetwork(() => status(200));
    let away = 3;
    const flaky: OutboxOptions["database"] = {
      ...scratch.database,
      transaction: (work) =>
        away-- > 0
          ? Promise.reject(new Fault("transient", "database.connection", "gone"))
          : scratch.database.transaction(work),
    };
    await put(message("a"), message("b"));
    const running = await start(machine, { database: flaky });
    // Far less than the lane's claim would hold, which is what this test would wait for without it.
    await running.idle();
    expect(await states()).toEqual(["sent", "sent"]);
    expect(bodies, "sent again, because nobody could write down that it was sent").toEqual([
      "a",
      "b",
      "a",
      "b",
      "a",
      "b",
      "a",
      "b",
    ]);
  });

  test("a destination without an address waits and says so", async () => {
    const { machine } = withNetwork(() => status(200));
    await put(message("a"));
    await start(machine, { destinations: () => undefined });
    await until(async () => (await statusNow())[0]?.lastError === "no address is configured for enterprise");
  });

  test("a refused message stops its lane, and only its lane, until a person resends it [REQ-MSG-04]", async () => {
    let fixed = false;
    const { machine, bodies } = withNetwork((request) =>
      Buffer.from(request.body as Uint8Array).toString() === "bad" && !fixed ? status(422, "no such lot") : status(200),
    );
    const bad = message("bad");
    const after = message("after");
    await put(message("good"), bad, after, message("other", { orderKey: "order-2" }));
    const running = await start(machine);
    await running.idle();
    expect(bodies.filter((body) => body !== "bad").sort()).toEqual(["good", "other"]);
    expect(await statusNow()).toMatchObject([
      { lane: "enterprise/order-1", waiting: 2, stopped: true, lastError: "422 no such lot" },
    ]);
    // Asking for the one behind must not let it overtake.
    await scratch.database.transaction((sql) => resend(sql, after.messageId));
    await running.idle();
    expect(bodies).not.toContain("after");
    fixed = true;
    await scratch.database.transaction((sql) => resend(sql, bad.messageId));
    await running.idle();
    expect(bodies.slice(-2)).toEqual(["bad", "after"]);
    expect(await statusNow()).toEqual([]);
  });

  test("a refused message may be skipped, with its reason; no other may", async () => {
    const { machine, bodies } = withNetwork((request) =>
      Buffer.from(request.body as Uint8Array).toString() === "bad" ? status(400) : status(200),
    );
    const bad = message("bad");
    const next = message("next");
    await put(bad, next);
    const running = await start(machine);
    await running.idle();
    const ask = (id: string) => scratch.database.transaction((sql) => skip(sql, id, "wrong lot", 1));
    expect(await ask(next.messageId)).toMatchObject({ refusal: { code: "seam.not-refused" } });
    expect(await ask(real.random.uuid7())).toMatchObject({ refusal: { code: "seam.message-unknown" } });
    expect(await ask(bad.messageId)).toMatchObject({ ok: true });
    await running.idle();
    expect(bodies).toEqual(["bad", "next"]);
    expect(await ask(bad.messageId)).toMatchObject({ refusal: { code: "seam.message-settled" } });
    expect(await scratch.database.run({ text: "select state, last_error from outbox order by seq" })).toEqual([
      { state: "skipped", last_error: "skipped: wrong lot" },
      { state: "sent", last_error: null },
    ]);
    expect(await scratch.database.transaction((sql) => pruneSettled(sql, real.clock.now() + 1, 10))).toBe(2);
  });

  test("a full lane refuses, and takes the transaction with it [REQ-MSG-07]", async () => {
    const twice = { laneWaitingMax: 2 };
    const add = () => scratch.database.transaction((sql) => enqueue(sql, message("x"), twice));
    await add();
    await add();
    await expect(add()).rejects.toMatchObject({ refusal: { code: "seam.backlog", at: "enterprise" } });
    await put(message("y", { orderKey: "order-2" }));
    expect(await statusNow()).toMatchObject([{ waiting: 2 }, { waiting: 1 }]);
  });
});

describe("the outcome", () => {
  test("is handed over once, in the transaction that records it", async () => {
    const { machine } = withNetwork((request) =>
      request.url.endsWith("/no") ? status(409, "no") : status(200, "yes"),
    );
    const seen: string[] = [];
    let failOnce = true;
    await scratch.database.run({ text: "create table settled (body text)" });
    await put(message("a"), message("b"), message("c", { orderKey: "order-2", path: "/no" }));
    const running = await start(machine, {
      onSettled: async (sql, row, outcome) => {
        await sql.run({ text: "insert into settled values ($1)" }, [Buffer.from(row.body).toString()]);
        if (failOnce && outcome.state === "sent") {
          failOnce = false;
          throw new Fault("transient", "test.once", "killed before the commit");
        }
        seen.push(outcome.state === "sent" ? Buffer.from(outcome.reply.body).toString() : outcome.error);
      },
    });
    await until(async () => seen.length === 1);
    // The lane whose bookkeeping failed is left until its claim runs out, as after a kill; a new sender takes it over.
    await running.stop();
    await (
      await start(machine, {
        onSettled: async (sql, row) => {
          await sql.run({ text: "insert into settled values ($1)" }, [Buffer.from(row.body).toString()]);
        },
      })
    ).idle();
    const rows = await scratch.database.run<{ body: string }>({ text: "select body from settled order by body" });
    expect(rows.map(({ body }) => body)).toEqual(["a", "b", "c"]);
  });

  test("of two senders at once each message's first arrival is in order", async () => {
    const { machine, bodies } = withNetwork((_, calls) => (calls % 5 === 0 ? status(503) : status(200)));
    const first = await start(machine);
    const second = await startOutbox({
      database: scratch.database,
      machine,
      log: silentLog,
      destinations: () => ({ url: "http://x", token: "t" }),
      limits,
    });
    for (let index = 0; index < 60; index++) await put(message(String(index)));
    await Promise.all([first.idle(), second.idle()]);
    expect([...new Set(bodies)].map(Number)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    await second.drain();
  });
});
