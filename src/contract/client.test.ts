import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { type ClientReply, type ClientRequest, createClient, printEnvelope, ProblemError, webFetch } from "./client.ts";
import { endpoint } from "./endpoint.ts";

const lot = endpoint({
  method: "PUT",
  path: "/v1/lots/:lot",
  right: "lot.hold",
  summary: "Hold a lot",
  params: Type.Object({ lot: Type.String() }),
  query: Type.Object({ market: Type.Optional(Type.String()) }),
  body: Type.Object({ reason: Type.String() }),
  reply: Type.Object({ held: Type.Boolean() }),
});

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

/** A server that gives these answers in turn, and remembers what it was asked. */
function answering(...replies: (Partial<ClientReply> & { json?: unknown })[]) {
  const asked: ClientRequest[] = [];
  const fetch = async (request: ClientRequest): Promise<ClientReply> => {
    asked.push(request);
    const { json, status = 200, headers = {}, body } = replies[asked.length - 1] ?? {};
    return { status, headers, body: body ?? bytes(json ?? { held: true }) };
  };
  return { asked, fetch };
}

describe("a call", () => {
  test("is the endpoint's method, path, query and body, with the machine's token and the envelope", async () => {
    const { asked, fetch } = answering({});
    const envelope = {
      messageId: "01900000-0000-7000-8000-0123456789ab",
      owner: "9521000000008",
      environment: "production",
      traceId: "a".repeat(32),
    } as const;
    const client = createClient({ url: "http://e", fetch, token: () => "t", timeoutMs: 5 });
    const input = { params: { lot: "L 1/2" }, query: { market: "eu" }, body: { reason: "smudged" }, envelope };
    expect(await client.call(lot, input)).toEqual({ held: true });
    expect(asked[0]).toEqual({
      method: "PUT",
      url: "http://e/v1/lots/L%201%2F2?market=eu",
      headers: {
        accept: "application/json, application/problem+json",
        authorization: "Bearer t",
        "content-type": "application/json",
        ...printEnvelope(envelope),
      },
      body: '{"reason":"smudged"}',
      timeoutMs: 5,
    });
    expect(printEnvelope(envelope)["traceparent"]).toBe(`00-${"a".repeat(32)}-80000123456789ab-01`);
  });

  test("keeps a person's session where there is no browser", async () => {
    const { asked, fetch } = answering(
      { headers: { "set-cookie": "packtrail_e=abc; Path=/; HttpOnly" } },
      {},
      { headers: { "set-cookie": "packtrail_e=; Max-Age=0" } },
      {},
    );
    const client = createClient({ url: "http://e:4004", fetch, keepSession: true });
    for (let times = 0; times < 4; times++) await client.call(lot, { params: { lot: "L" }, body: { reason: "r" } });
    expect(asked.map(({ headers }) => headers["cookie"])).toEqual([
      undefined,
      "packtrail_e=abc",
      "packtrail_e=abc",
      undefined,
    ]);
    expect(asked[0]?.headers["origin"]).toBe("http://e:4004");
  });

  test("of a document sends its bytes as they are", async () => {
    const { asked, fetch } = answering({});
    const document = { mediaType: "application/xml", bytes: bytes("<a/>") };
    const input = { params: { lot: "L" }, body: { reason: "r" }, document };
    await createClient({ url: "", fetch }).call(lot, input);
    expect(asked[0]).toMatchObject({
      url: "/v1/lots/L",
      headers: { "content-type": "application/xml" },
      body: document.bytes,
    });
  });
});

describe("a refusal", () => {
  const refused = async (reply: Partial<ClientReply> & { json?: unknown }) => {
    const { fetch } = answering(reply);
    return createClient({ url: "http://e", fetch })
      .call(lot, { params: { lot: "L" }, body: { reason: "r" } })
      .catch((error: unknown) => error);
  };

  test("is thrown with its code, place and words", async () => {
    const json = { status: 409, code: "lot.state", title: "No.", at: ":lot", detail: "released", traceId: "t" };
    const error = await refused({ status: 409, json });
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      status: 409,
      code: "lot.state",
      at: ":lot",
      detail: "released",
      traceId: "t",
      message: "No. released",
    });
  });

  test.each([
    [502, "<html>bad gateway</html>"],
    [500, '{"error":"other"}'],
    [200, "<html>a proxy's page</html>"],
  ])("of %i that is not ours is unexpected", async (status, body) => {
    expect(await refused({ status, body: bytes(body) })).toMatchObject({ status, code: "http.unexpected" });
  });
});

test("a browser's fetch is taken as it is, with the page's cookies", async () => {
  const asked: unknown[] = [];
  const fetch = webFetch(async (url, { signal: _signal, ...init }) => {
    asked.push([url, init]);
    return new Response('{"held":false}', { status: 200, headers: { "x-a": "1" } });
  });
  expect(await createClient({ url: "", fetch }).call(lot, { params: { lot: "L" }, body: { reason: "r" } })).toEqual({
    held: false,
  });
  expect(asked[0]).toMatchObject(["/v1/lots/L", { method: "PUT", credentials: "same-origin", body: '{"reason":"r"}' }]);
});
