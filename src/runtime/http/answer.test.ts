import { Type } from "typebox";
import { afterEach, describe, expect, test } from "vitest";
import { ask, closeServers, testServer } from "../../../test/support/http-server.ts";
import { endpoint } from "../../contract/endpoint.ts";
import { answer, answerBytes } from "./answer.ts";

afterEach(closeServers);

describe("documents", () => {
  const capture = endpoint({
    method: "POST",
    path: "/v1/capture",
    right: "public",
    summary: "Capture",
    rawBody: ["application/xml", "application/ld+json"],
    reply: Type.Object({ bytes: Type.Integer(), type: Type.String() }),
  });
  const bytes = new Uint8Array([0, 255, 1]);

  test("come as their bytes", async () => {
    const server = testServer();
    server.route(capture, ({ rawBody, mediaType }) => ({ bytes: rawBody.length, type: mediaType }));
    const reply = await server.inject({
      method: "POST",
      url: "/v1/capture",
      headers: { "content-type": "application/xml; charset=utf-8" },
      body: bytes,
      timeoutMs: 1,
    });
    expect(JSON.parse(new TextDecoder().decode(reply.body))).toEqual({ bytes: 3, type: "application/xml" });
    expect((await ask(server, "POST", "/v1/capture", {}, "{}")).json).toMatchObject({ code: "http.media-type" });
  });

  test("are read as they come, up to the limit", async () => {
    const server = testServer();
    server.stream(
      capture,
      async ({ stream, mediaType }) => {
        let total = 0;
        for await (const chunk of stream) total += chunk.length;
        return { bytes: total, type: mediaType };
      },
      { bodyMaxBytes: 4 },
    );
    const send = (body: string) => ask(server, "POST", "/v1/capture", { "content-type": "application/ld+json" }, body);
    expect((await send("1234")).json).toEqual({ bytes: 4, type: "application/ld+json" });
    expect((await send("12345")).json).toMatchObject({ status: 413, code: "http.too-large" });
  });

  test("go out as bytes, with status and headers", async () => {
    const server = testServer();
    const picture = endpoint({
      method: "GET",
      path: "/v1/picture",
      right: "public",
      summary: "Picture",
      reply: Type.Object({}),
    });
    server.route(picture, () => answerBytes(bytes, "image/png", { headers: { "x-grade": "4" } }));
    const reply = await ask(server, "GET", "/v1/picture");
    expect(reply).toMatchObject({ status: 200, headers: { "content-type": "image/png", "x-grade": "4" } });
    expect(reply.bytes).toEqual(bytes);
  });

  test("or as JSON with another status", async () => {
    const server = testServer();
    const made = endpoint({
      method: "POST",
      path: "/v1/made",
      right: "public",
      summary: "Made",
      reply: Type.Object({ a: Type.Integer() }),
    });
    server.route(made, () => answer({ a: 1 }, { status: 201, headers: { location: "/v1/made/1" } }));
    expect(await ask(server, "POST", "/v1/made")).toMatchObject({
      status: 201,
      headers: { location: "/v1/made/1" },
      json: { a: 1 },
    });
  });
});
