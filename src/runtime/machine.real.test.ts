import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { silentLog } from "./log.ts";
import type { HttpRequest, Listener } from "./machine.ts";
import { realMachine } from "./machine.real.ts";

const machine = realMachine({ log: silentLog });
const servers: (Server & { closeAllConnections?: () => void })[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections?.();
  }
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const http = (handler: RequestListener) => listen(createHttpServer(handler));
const tcp = (onConnection: (socket: Socket) => void) =>
  listen(
    createTcpServer((socket) => {
      socket.on("error", () => {});
      onConnection(socket);
    }),
  );
const request = (url: string, change: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url,
  headers: {},
  timeoutMs: 10_000,
  ...change,
});

describe("fetch", () => {
  test("sends the method, headers and bytes; any status is a reply", async () => {
    const url = await http((incoming, reply) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        reply.writeHead(418, {
          "x-method": incoming.method,
          "x-token": incoming.headers["x-token"],
          "set-cookie": ["a=1", "b=2"],
        });
        reply.end(Buffer.concat(chunks));
      });
    });
    const body = new Uint8Array([0, 1, 255]);
    const answer = await machine.network.fetch(
      request(`${url}/a?b=c`, { method: "POST", headers: { "x-token": "t" }, body }),
    );
    expect(answer).toMatchObject({
      status: 418,
      headers: { "x-method": "POST", "x-token": "t", "set-cookie": "a=1, b=2" },
    });
    expect([...answer.body]).toEqual([0, 1, 255]);
  });

  test("does not follow redirects, and brings an empty body as none", async () => {
    const url = await http((_, reply) => reply.writeHead(302, { location: "/elsewhere" }).end());
    expect(await machine.network.fetch(request(url))).toMatchObject({
      status: 302,
      headers: { location: "/elsewhere" },
      body: Buffer.alloc(0),
    });
  });

  const closedPort = async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return `http://127.0.0.1:${port}`;
  };
  test.each<[string, () => Promise<string> | string, Partial<HttpRequest>, string, string]>([
    ["nobody listens", closedPort, {}, "transient", "network.unreachable"],
    ["there is no such host", () => "http://no-such-host.invalid", {}, "transient", "network.unreachable"],
    [
      "TLS cannot be agreed",
      async () => (await tcp((socket) => socket.end("plain"))).replace("http:", "https:"),
      {},
      "transient",
      "network.unreachable",
    ],
    ["nobody answers in time", () => tcp(() => {}), { timeoutMs: 50 }, "ambiguous", "network.timeout"],
    [
      "TLS is not answered in time",
      async () => (await tcp(() => {})).replace("http:", "https:"),
      { timeoutMs: 50 },
      "transient",
      "network.connect-timeout",
    ],
    [
      "the connection is reset after the request",
      () => tcp((socket) => socket.once("data", () => socket.resetAndDestroy())),
      {},
      "ambiguous",
      "network.broken",
    ],
    [
      "the reply is cut off",
      () => tcp((socket) => socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"))),
      {},
      "ambiguous",
      "network.broken",
    ],
    [
      "the reply is not HTTP",
      () => tcp((socket) => socket.once("data", () => socket.end("hello\r\n\r\n"))),
      {},
      "ambiguous",
      "network.broken",
    ],
    [
      "the reply stops half way",
      () =>
        tcp((socket) => socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"))),
      { timeoutMs: 50 },
      "ambiguous",
      "network.timeout",
    ],
    ["a header cannot be written", closedPort, { headers: { a: "b\nc" } }, "permanent", "network.request"],
    ["the address is not a URL", () => "nowhere", {}, "permanent", "network.url"],
    ["the address is not HTTP", () => "ftp://127.0.0.1/", {}, "permanent", "network.url"],
  ])("when %s, the fault says what may be done next", async (_, address, change, kind, code) => {
    await expect(machine.network.fetch(request(await address(), change))).rejects.toMatchObject({
      name: "Fault",
      kind,
      code,
    });
  });

  test("a kept connection that breaks under a request is ambiguous", async () => {
    let requests = 0;
    const url = await http((incoming, reply) => (requests++ === 0 ? reply.end("one") : incoming.socket.destroy()));
    expect((await machine.network.fetch(request(url))).status).toBe(200);
    await expect(machine.network.fetch(request(url, { method: "POST", body: "x" }))).rejects.toMatchObject({
      kind: "ambiguous",
    });
  });
});

test("serve makes a listener reachable under an address without a slash at the end", async () => {
  let closed = false;
  const listener: Listener = {
    listen: async ({ host, port }) => `http://${host}:${port}/`,
    inject: async () => ({ status: 200, headers: {}, body: new Uint8Array() }),
    close: async () => void (closed = true),
  };
  const serving = await machine.network.serve(listener, { host: "127.0.0.1", port: 4003 });
  expect(serving.url).toBe("http://127.0.0.1:4003");
  await serving.close();
  expect(closed).toBe(true);
});

describe("clock", () => {
  test("after runs once unless canceled, however long the wait", async () => {
    const { clock } = machine;
    const ran: string[] = [];
    clock.after(1, () => ran.push("no")).cancel();
    const far = clock.after(2 ** 40, () => ran.push("far"));
    await new Promise<void>((resolve) => clock.after(10, resolve));
    far.cancel();
    expect(ran).toEqual([]);
  });

  test("sleep ends at once when its signal aborts, before or during it", async () => {
    const before = new AbortController();
    before.abort();
    await machine.clock.sleep(2 ** 40, before.signal);
    const during = new AbortController();
    const sleeping = machine.clock.sleep(2 ** 40, during.signal);
    during.abort();
    await sleeping;
  });

  test("the monotonic clock does not go back, the other is in whole milliseconds", () => {
    const first = machine.clock.monotonicMs();
    expect(machine.clock.monotonicMs()).toBeGreaterThanOrEqual(first);
    expect(Number.isInteger(machine.clock.now())).toBe(true);
  });
});
