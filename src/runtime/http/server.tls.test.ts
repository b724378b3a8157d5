import { X509Certificate } from "node:crypto";
import { request } from "node:https";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Type } from "typebox";
import { endpoint } from "../../contract/endpoint.ts";
import { silentLog } from "../log.ts";
import { type Actor, anonymous, type Evidence } from "./actor.ts";
import { testCertificates as pem } from "./fixtures/test-certificates.ts";
import { createServer } from "./server.ts";
import type { HttpServer } from "./server-options.ts";

const site: Actor = { kind: "machine", credentialId: "c", name: "site-a", roles: ["site"], environment: "production" };
const fingerprint = new X509Certificate(pem.client).fingerprint256.replaceAll(":", "").toLowerCase();
const who = endpoint({
  method: "GET",
  path: "/v1/who",
  right: "status.read",
  summary: "Who",
  reply: Type.Object({ name: Type.String() }),
});
const seen: Evidence[] = [];
let server: HttpServer;
let url: string;

beforeAll(async () => {
  server = createServer({
    level: "enterprise",
    instance: "e",
    name: "E",
    version: "1",
    environment: "production",
    tls: { key: pem.serverKey, cert: pem.server, ca: pem.ca },
    authenticate: async (evidence) => {
      seen.push(evidence);
      return evidence.certificateSha256 === fingerprint ? site : anonymous;
    },
    machine: {
      clock: {
        now: () => 0,
        monotonicMs: () => 0,
        sleep: async () => undefined,
        after: () => ({ cancel: () => undefined }),
      },
      random: { bytes: (count) => new Uint8Array(count), uuid7: () => "00000000-0000-7000-8000-000000000000" },
      log: silentLog,
    },
  });
  server.route(who, ({ actor }) => ({ name: actor.kind === "machine" ? actor.name : "-" }));
  url = await server.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => server.close());

function get(
  client: { key?: string; cert?: string },
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; hsts: unknown }> {
  return new Promise((resolve, reject) => {
    const asking = request(`${url}/v1/who`, { ca: pem.ca, agent: false, headers, ...client }, (reply) => {
      let body = "";
      reply.on("data", (chunk) => {
        body += String(chunk);
      });
      reply.on("end", () => {
        resolve({ status: reply.statusCode ?? 0, body, hsts: reply.headers["strict-transport-security"] });
      });
    });
    asking.on("error", reject).end();
  });
}

test("a certificate of our authority is the machine that it was registered for", async () => {
  expect(await get({ key: pem.clientKey, cert: pem.client })).toMatchObject({
    status: 200,
    body: '{"name":"site-a"}',
    hsts: expect.stringContaining("max-age"),
  });
});

test("no certificate is nobody, and may still sign in otherwise", async () => {
  expect(await get({})).toMatchObject({ status: 401 });
  await get({ key: pem.clientKey, cert: pem.client }, { authorization: "Bearer token" });
  expect(seen.at(-1)).toEqual({ bearerToken: "token" });
});

test("a certificate that our authority did not sign is nobody", async () => {
  const before = seen.length;
  expect(await get({ key: pem.strangerKey, cert: pem.stranger })).toMatchObject({ status: 401 });
  expect(seen.slice(before)).toEqual([{}]);
});

test("cookies are marked Secure", () => {
  expect(server.cookie).toEqual({ name: "packtrail_e", secure: true });
});
