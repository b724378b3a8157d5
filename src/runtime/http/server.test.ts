import fc from "fast-check";
import { Type } from "typebox";
import { afterEach, describe, expect, test } from "vitest";
import { as, ask, closeServers, type Lines, testServer } from "../../../test/support/http-server.ts";
import { createClient } from "../../contract/client.ts";
import { commonApi } from "../../contract/common-api.ts";
import { endpoint } from "../../contract/endpoint.ts";
import { refuse, RefusalError } from "../../kernel/base/result.ts";
import { Fault } from "../fault.ts";

afterEach(closeServers);

const echo = endpoint({
  method: "POST",
  path: "/v1/things/:thing",
  right: "run.operate",
  summary: "Echo",
  params: Type.Object({ thing: Type.String({ pattern: "^[a-z]+$" }) }),
  query: Type.Object({ count: Type.Optional(Type.Integer({ minimum: 1 })) }),
  body: Type.Object({ name: Type.String(), list: Type.Array(Type.Object({ code: Type.String({ pattern: "^A" }) })) }),
  reply: Type.Object({ thing: Type.String(), count: Type.Integer(), name: Type.String() }),
});

function echoServer(lines?: Lines) {
  const server = testServer({}, lines);
  server.route(echo, ({ params, query, body }) => ({ thing: params.thing, count: query.count ?? 1, name: body.name }));
  return server;
}

const good = JSON.stringify({ name: "x", list: [{ code: "A1" }], newerField: 1 });

describe("a checked request", () => {
  test("reaches its handler with typed params, query and body, and unknown fields do not hurt", async () => {
    const reply = await ask(echoServer(), "POST", "/v1/things/pack?count=5", as("operator"), good);
    expect(reply).toMatchObject({ status: 200, json: { thing: "pack", count: 5, name: "x" } });
    expect(reply.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(reply.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  });

  const refusedRequests: [
    string,
    string,
    Record<string, string>,
    string | undefined,
    number,
    string,
    string | undefined,
  ][] = [
    ["nobody signed in", "/v1/things/pack", {}, good, 401, "gxp.sign-in-needed", undefined],
    ["no right", "/v1/things/pack", as("site"), good, 403, "gxp.not-allowed", "run.operate"],
    ["password still to change", "/v1/things/pack", as("newcomer"), good, 403, "gxp.password-change-needed", undefined],
    ["bad parameter", "/v1/things/P4CK", as("operator"), good, 400, "http.invalid", ":thing"],
    ["bad query", "/v1/things/pack?count=zero", as("operator"), good, 400, "http.invalid", "?count"],
    [
      "bad body",
      "/v1/things/pack",
      as("operator"),
      JSON.stringify({ name: "x", list: [{ code: "A" }, { code: "B" }] }),
      400,
      "http.invalid",
      "/list/1/code",
    ],
    [
      "missing property",
      "/v1/things/pack",
      as("operator"),
      JSON.stringify({ name: "x", list: [{}] }),
      400,
      "http.invalid",
      "/list/0/code",
    ],
    ["no body", "/v1/things/pack", as("operator"), undefined, 400, "http.invalid", ""],
    ["half a body", "/v1/things/pack", as("operator"), '{"name":', 400, "http.malformed", undefined],
    ["a prototype", "/v1/things/pack", as("operator"), '{"__proto__":{}}', 400, "http.malformed", undefined],
    [
      "another media type",
      "/v1/things/pack",
      { ...as("operator"), "content-type": "text/xml" },
      "<a/>",
      415,
      "http.media-type",
      undefined,
    ],
    [
      "the other environment",
      "/v1/things/pack",
      { ...as("operator"), "packtrail-environment": "validation" },
      good,
      403,
      "seam.environment",
      "packtrail-environment",
    ],
    [
      "another site's page",
      "/v1/things/pack",
      { cookie: "packtrail_line-1=operator", origin: "https://evil.example" },
      good,
      403,
      "http.origin",
      "origin",
    ],
    [
      "a cookie without an origin",
      "/v1/things/pack",
      { cookie: "packtrail_line-1=operator" },
      good,
      403,
      "http.origin",
      "origin",
    ],
  ];
  test.each(refusedRequests)("is refused: %s [REQ-ERR-01]", async (_, url, headers, body, status, code, at) => {
    const reply = await ask(echoServer(), "POST", url, headers, body);
    expect(reply.json).toMatchObject({ status, code, type: `urn:packtrail:error:${code}` });
    expect(reply).toMatchObject({ status });
    expect(reply.json["at"]).toBe(at);
    expect(reply.headers["content-type"]).toBe("application/problem+json");
  });

  test("with a session cookie passes from this server's own page", async () => {
    const headers = { cookie: "other=1; packtrail_line-1=operator", origin: "http://line:4002" };
    expect(await ask(echoServer(), "POST", "http://line:4002/v1/things/pack", headers, good)).toMatchObject({
      status: 200,
    });
  });

  test("keeps the trace id it came with, in its reply and in the log [REQ-ERR-03]", async () => {
    const lines: Lines = [];
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const reply = await ask(
      echoServer(lines),
      "POST",
      "/v1/things/pack",
      { ...as("site"), traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
      good,
    );
    expect(reply.json["traceId"]).toBe(traceId);
    await expect
      .poll(() => lines)
      .toContainEqual({
        level: "info",
        message: "request",
        fields: expect.objectContaining({ traceId, actor: "site-a", status: 403 }),
      });
  });

  test("that is larger than its named limit is refused", async () => {
    const server = testServer();
    server.route(echo, () => ({ thing: "a", count: 1, name: "b" }), { bodyMaxBytes: 10 });
    expect((await ask(server, "POST", "/v1/things/pack", as("operator"), good)).json).toMatchObject({
      status: 413,
      code: "http.too-large",
    });
  });

  test("of any JSON never makes a bug of ours", async () => {
    const server = echoServer();
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        const { status } = await ask(server, "POST", "/v1/things/pack", as("operator"), body);
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what a handler does wrong", () => {
  const failing = endpoint({
    method: "GET",
    path: "/v1/failing",
    right: "public",
    summary: "Fails",
    reply: Type.Object({ a: Type.Integer() }),
  });
  const cases: [string, () => never, number, string][] = [
    [
      "refuses",
      () => {
        throw new RefusalError({ code: "gxp.segregation", at: "lot", message: "ran it" });
      },
      403,
      "gxp.segregation",
    ],
    [
      "transient fault",
      () => {
        throw new Fault("transient", "database.gone", "secret host name");
      },
      503,
      "http.unavailable",
    ],
    [
      "ambiguous fault",
      () => {
        throw new Fault("ambiguous", "network.timeout", "x");
      },
      504,
      "http.outcome-unknown",
    ],
    [
      "permanent fault",
      () => {
        throw new Fault("permanent", "authority.refused", "x");
      },
      502,
      "http.upstream",
    ],
    [
      "bug",
      () => {
        throw new TypeError("secret");
      },
      500,
      "http.internal",
    ],
  ];
  test.each(cases)("%s", async (_, fail, status, code) => {
    const bugs: unknown[] = [];
    const server = testServer({ onBug: (bug) => bugs.push(bug) });
    server.route(failing, fail);
    const reply = await ask(server, "GET", "/v1/failing");
    expect(reply.json).toMatchObject({ status, code });
    expect(reply.text).not.toContain("secret");
    expect(bugs).toHaveLength(code === "http.internal" ? 1 : 0);
  });

  test("a returned refusal is a problem too, in the dialect of its route [REQ-ERR-01]", async () => {
    const server = testServer();
    server.route(failing, () => refuse("http.not-found", "x"), {
      problem: ({ code }) => ({ type: `epcisException:${code}` }),
    });
    expect((await ask(server, "GET", "/v1/failing")).json).toEqual({ type: "epcisException:http.not-found" });
  });

  test("a reply that its schema does not say is a bug where replies are checked", async () => {
    const server = testServer();
    server.route(failing, () => ({ a: "one" }) as never);
    expect(await ask(server, "GET", "/v1/failing")).toMatchObject({ status: 500 });
  });
});

describe("addresses", () => {
  test("unknown is 404, a known one with another method 405 with Allow", async () => {
    const server = echoServer();
    expect((await ask(server, "GET", "/v1/nothing")).json).toMatchObject({ status: 404, code: "http.not-found" });
    const reply = await ask(server, "GET", "/v1/things/pack");
    expect(reply).toMatchObject({ status: 405, headers: { allow: "POST" }, json: { code: "http.method" } });
  });

  test("no endpoint is registered twice", () => {
    expect(() => {
      const server = echoServer();
      server.route(echo, () => ({ thing: "", count: 1, name: "" }));
    }).toThrow("registered twice");
  });
});

describe("what every level answers", () => {
  test("who it is", async () => {
    const server = testServer({ owner: "9521000000008" });
    const self = await createClient({ url: "http://x", fetch: (request) => server.inject(request) }).call(
      commonApi.self,
    );
    expect(self).toMatchObject({
      level: "line",
      instance: "line-1",
      environment: "production",
      owner: "9521000000008",
      signIn: { password: true },
    });
  });

  test("that it lives, and whether it is ready [REQ-OPS-04]", async () => {
    const server = testServer({
      ready: {
        database: async () => null,
        up: async () => "site unreachable",
        odd: async () => {
          throw new Error("no");
        },
      },
    });
    expect(await ask(server, "GET", "/health")).toMatchObject({ status: 200, json: { alive: true } });
    expect(await ask(server, "GET", "/ready")).toMatchObject({
      status: 503,
      json: {
        ready: false,
        checks: [
          { check: "database", problem: null },
          { check: "up", problem: "site unreachable" },
          { check: "odd", problem: "Error: no" },
        ],
      },
    });
  });

  test("its figures, to those who may see them", async () => {
    const server = testServer();
    expect(await ask(server, "GET", "/metrics")).toMatchObject({ status: 401 });
    await ask(server, "GET", "/health");
    const { text, status } = await ask(server, "GET", "/metrics", as("operator"));
    expect(status).toBe(200);
    expect(text).toContain(
      'packtrail_http_request_duration_seconds_count{level="line",instance="line-1",method="GET",route="/health",status="200"} 1',
    );
  });
});
