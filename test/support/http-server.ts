import { type Actor, anonymous, type Evidence } from "../../src/runtime/http/actor.ts";
import { createServer } from "../../src/runtime/http/server.ts";
import type { HttpServer, ServerOptions } from "../../src/runtime/http/server-options.ts";
import type { Machine } from "../../src/runtime/machine.ts";

const operator: Actor = {
  kind: "person",
  userId: "u1",
  name: "ann",
  fullName: "Ann",
  roles: ["operator"],
  sessionId: "s",
  passwordChangeNeeded: false,
};
const newcomer: Actor = { ...operator, passwordChangeNeeded: true };
const site: Actor = {
  kind: "machine",
  credentialId: "c1",
  name: "site-a",
  roles: ["site"],
  owner: "9521000000008",
  environment: "production",
};

const actors: Readonly<Record<string, Actor>> = { operator, newcomer, site };

async function authenticate({ bearerToken, sessionToken }: Evidence): Promise<Actor> {
  return actors[bearerToken ?? sessionToken ?? ""] ?? anonymous;
}

export type Lines = { level: string; message: string; fields: Record<string, unknown> }[];

function testMachine(lines: Lines = []): Pick<Machine, "clock" | "random" | "log"> {
  let uuids = 0;
  const line =
    (level: string) =>
    (message: string, fields = {}) =>
      void lines.push({ level, message, fields });
  const log = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error"), child: () => log };
  return {
    clock: {
      now: () => 1_700_000_000_000,
      monotonicMs: () => 0,
      after: () => ({ cancel: () => undefined }),
      sleep: async () => undefined,
    },
    random: {
      bytes: (count) => new Uint8Array(count),
      uuid7: () => `00000000-0000-7000-8000-${String(++uuids).padStart(12, "0")}`,
    },
    log,
  };
}

const open: HttpServer<string>[] = [];

/** For `afterEach`. */
export async function closeServers(): Promise<void> {
  for (const server of open.splice(0)) await server.close();
}

/** A line's server with three callers, `operator`, `newcomer` and `site`: a token or cookie is its caller's name. */
export function testServer(more: Partial<ServerOptions<string>> = {}, lines: Lines = []): HttpServer<string> {
  const server = createServer<string>({
    level: "line",
    instance: "line-1",
    name: "Line 1",
    version: "0.1.0",
    environment: "production",
    machine: testMachine(lines),
    authenticate,
    checkReplies: true,
    ...more,
  });
  open.push(server);
  return server;
}

export async function ask(
  server: HttpServer<string>,
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body?: string,
) {
  const reply = await server.inject({
    method,
    url,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body }),
    timeoutMs: 1000,
  });
  const text = new TextDecoder().decode(reply.body);
  const json = text.startsWith("{") || text.startsWith("[") ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: reply.status, headers: reply.headers, json, text, bytes: reply.body };
}

export const as = (name: string) => ({ authorization: `Bearer ${name}` });
