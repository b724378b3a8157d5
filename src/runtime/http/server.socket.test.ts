import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changesPath } from "../../contract/common-api.ts";
import { anonymous } from "./actor.ts";
import type { SendEvent } from "./event-streams.ts";
import { createServer } from "./server.ts";
import type { HttpServer } from "./server-options.ts";

let webRoot: string;
let server: HttpServer;
let url: string;
let send: SendEvent | undefined;
let left = 0;

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
};

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), "packtrail-web-"));
  await mkdir(join(webRoot, "assets"));
  await writeFile(join(webRoot, "index.html"), "<title>Packtrail</title>");
  await writeFile(join(webRoot, "assets/app-abc.js"), "export {};");
  for (const hidden of [".secret", "assets/.secret"]) await writeFile(join(webRoot, hidden), "hidden");
  server = createServer({
    level: "site",
    instance: "site-a",
    name: "Site A",
    version: "1",
    environment: "validation",
    webRoot,
    authenticate: async () => anonymous,
    machine: {
      clock: {
        now: () => 0,
        monotonicMs: () => 0,
        sleep: async () => undefined,
        after: () => ({ cancel: () => undefined }),
      },
      random: { bytes: (count) => new Uint8Array(count), uuid7: () => "00000000-0000-7000-8000-000000000000" },
      log: quiet,
    },
  });
  server.events("/v1/live/:what", "public", ({ params, query, lastEventId }, sendEvent) => {
    send = sendEvent;
    sendEvent({ event: "hello", data: { params, query, lastEventId } });
    return () => void left++;
  });
  url = await server.listen({ host: "127.0.0.1", port: 0 });
});

afterAll(async () => {
  await server.close();
  await rm(webRoot, { recursive: true });
});

describe("over a socket", () => {
  test("the web's page answers for every page of the application, files for ever", async () => {
    for (const path of ["/", "/runs/17"]) {
      const reply = await fetch(url + path, { headers: { accept: "text/html" } });
      expect([reply.status, await reply.text(), reply.headers.get("cache-control")]).toEqual([
        200,
        "<title>Packtrail</title>",
        "no-cache",
      ]);
      expect(reply.headers.get("content-security-policy")).toContain("default-src 'self'");
    }
    const file = await fetch(`${url}/assets/app-abc.js`);
    expect([file.status, file.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
  });

  test("a web that is built anew is served without a restart", async () => {
    await writeFile(join(webRoot, "index.html"), "<title>Newer</title>");
    await rename(join(webRoot, "assets/app-abc.js"), join(webRoot, "assets/app-def.js"));
    const get = async (path: string) => (await fetch(url + path, { headers: { accept: "text/html" } })).status;
    expect([await get("/assets/app-def.js"), await get("/assets/app-abc.js")]).toEqual([200, 404]);
    expect(await (await fetch(`${url}/runs/17`, { headers: { accept: "text/html" } })).text()).toContain("Newer");
  });

  test.each([
    "/v1/nothing",
    "/.secret",
    "/assets/.secret",
    "/assets/gone.js",
    "/..%2fpackage.json",
    "/%2e%2e%2fpackage.json",
  ])("%s is not there", async (path) => {
    expect((await fetch(url + path, { headers: { accept: "text/html" } })).status).toBe(404);
  });

  test.each(["/assets", "/assets/", "/runs"])("%s is a page of the application and no file", async (path) => {
    expect((await fetch(url + path, { headers: { accept: "application/json" } })).status).toBe(404);
    expect((await fetch(url + path, { headers: { accept: "text/html" } })).status).toBe(200);
  });

  test("what changes at the level is told to nobody who may not see how it is [REQ-ACC-01]", async () => {
    expect((await fetch(url + changesPath)).status).toBe(401);
  });

  test("a live page gets its events and is let go when it leaves", async () => {
    const leaving = new AbortController();
    const reply = await fetch(`${url}/v1/live/run?line=1`, {
      signal: leaving.signal,
      headers: { "last-event-id": "41" },
    });
    expect(reply.headers.get("content-type")).toBe("text/event-stream");
    const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("hello")) text += (await reader?.read())?.value ?? "";
    expect(text).toContain('data: {"params":{"what":"run"},"query":{"line":"1"},"lastEventId":"41"}');
    leaving.abort();
    await expect.poll(() => left).toBe(1);
    expect(send?.({ event: "late", data: 1 })).toBe(false);
  });
});
