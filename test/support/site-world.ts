import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "../../src/contract/client.ts";
import { envelopeHeaders } from "../../src/contract/envelope.ts";
import type { JournalEntry } from "../../src/contract/journal.ts";
import type { RunOrder } from "../../src/contract/line-api.ts";
import type { ReplicatedPerson } from "../../src/contract/people.ts";
import type { Role } from "../../src/contract/rights.ts";
import { siteApi } from "../../src/contract/site-api.ts";
import { argon2Hasher, cheapHashCost } from "../../src/gxp/people/password-hasher.ts";
import type { SiteConfig } from "../../src/l3-site/config.ts";
import { migrations } from "../../src/l3-site/migrations.ts";
import { start } from "../../src/l3-site/start.ts";
import { realClock } from "../../src/runtime/clock.real.ts";
import { Fault } from "../../src/runtime/fault.ts";
import { silentLog } from "../../src/runtime/log.ts";
import type { HttpServer } from "../../src/runtime/http/server-options.ts";
import type { HttpReply, HttpRequest, Listener, Machine, Sql } from "../../src/runtime/machine.ts";
import { realRandom } from "../../src/runtime/machine.real.ts";
import { openPostgres } from "../../src/runtime/postgres/database.ts";
import { everyRole } from "./endpoint-access.ts";
import { batchPeople } from "./packed-batch.ts";
import { exampleNumbers, ownerGln, siteGln } from "./site-orders.ts";
import { type ScratchDatabase, scratchDatabase } from "./scratch-database.ts";

export type Received = {
  readonly method: string;
  readonly path: string;
  readonly messageId: string;
  readonly owner: string;
  readonly contentType: string;
  readonly body: string;
};

type Answers = (request: Received) => { readonly status: number; readonly body: unknown } | undefined;

/** A level 4 that gives numbers and takes everything; what it was told is kept, each message once, as it came. */
export type FakeEnterprise = {
  readonly received: Received[];
  /** Messages that came again. */
  readonly repeated: Received[];
  /** Asked first; undefined leaves the usual answer. */
  answers: Answers;
  /** Down: no request reaches it. `lossy`: it acts and its answer is lost. */
  mode: "up" | "down" | "lossy";
  of(path: string): Received[];
};

export type FakeLine = { readonly received: Received[]; alive: boolean; runs(): RunOrder[] };

const enterpriseUrl = "http://enterprise";
const lineUrl = "http://line-1";

/** A site over a scratch database, between a fake level 4 and a fake line, on a network without sockets. */
export async function siteWorld(options: { readonly owners?: readonly string[]; readonly everyRole?: boolean } = {}) {
  const owners = options.owners ?? [ownerGln];
  const scratch: ScratchDatabase = await scratchDatabase(migrations);
  const folder = mkdtempSync(join(tmpdir(), "packtrail-site-"));
  const secret = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const clock = realClock();
  const random = realRandom(clock.now);
  const enterprise = fakeEnterprise();
  const line = fakeLine();
  const servers = new Map<string, Listener>();
  const machine: Machine = {
    clock,
    random,
    log: silentLog,
    network: {
      async fetch(request) {
        const { origin } = new URL(request.url);
        if (origin === enterpriseUrl) return enterprise.take(request);
        if (origin === lineUrl) return line.take(request);
        const server = servers.get(origin);
        if (server === undefined) throw new Fault("transient", "network.unreachable", `nobody is at ${origin}`);
        return server.inject(request);
      },
      async serve(listener) {
        const url = `http://site-${servers.size + 1}`;
        servers.set(url, listener);
        return { url, close: async () => void servers.delete(url) };
      },
    },
    database: {
      postgres: (url) => openPostgres(url, { clock, random, log: silentLog, connectionsMax: 4 }),
      sqlite: () => {
        throw new Error("a site has no file of its own");
      },
    },
  };
  const config: SiteConfig = {
    instance: "site-1",
    environment: "production",
    listen: { host: "127.0.0.1", port: 0 },
    databaseUrlFile: secret("database-url", scratch.url),
    site: { gln: siteGln, name: "Example site", companyPrefixLength: 7 },
    enterprises: owners.map((owner) => ({
      owner,
      url: enterpriseUrl,
      tokenFile: secret(`to-${owner}`, "t".repeat(40)),
    })),
    lines: [{ lineId: "line-1", url: lineUrl, tokenFile: secret("to-line", "u".repeat(40)) }],
    credentials: [
      ...owners.map((owner) => ({
        name: `enterprise-${owner}`,
        role: "enterprise" as const,
        tokenFile: secret(`from-${owner}`, tokenOf(owner)),
        owner,
      })),
      { name: "line-1", role: "line", tokenFile: secret("from-line", tokenOf("line-1")) },
      { name: "line-2", role: "line", tokenFile: secret("from-line-2", tokenOf("line-2")) },
      ...(options.everyRole
        ? everyRole.map(({ name, role, token }) => ({
            name: `as-${name}`,
            role,
            tokenFile: secret(`as-${name}`, token),
          }))
        : []),
    ],
  };
  let running = await start(config, machine, { hashCost: cheapHashCost });

  const clientAs = (token: string) => createClient({ url: running.url, fetch: machine.network.fetch, token });
  const envelope = (owner: string, messageId: string = random.uuid7()) => ({
    messageId,
    owner,
    environment: "production" as const,
    traceId: "1".repeat(32),
  });
  const people = await peopleOf(random);
  const sessions = new Map<string, ReturnType<typeof createClient>>();
  return {
    scratch,
    enterprise: enterprise as FakeEnterprise,
    line: line as FakeLine,
    config,
    machine,
    outbox: () => running.outbox,
    server: () => servers.get(running.url) as HttpServer<Sql>,
    asEnterprise: (owner = ownerGln) => clientAs(tokenOf(owner)),
    asLine: (lineId = "line-1") => clientAs(tokenOf(lineId)),
    envelope,
    async sendPeople(revision = 1): Promise<void> {
      const snapshot = { revision, at: clock.now(), people: [...people] };
      await clientAs(tokenOf(ownerGln)).call(siteApi.replicatePeople, { body: snapshot, envelope: envelope(ownerGln) });
    },
    async sendJournal(entries: readonly JournalEntry[], messageId?: string): Promise<number> {
      const { acknowledged } = await clientAs(tokenOf("line-1")).call(siteApi.writeJournal, {
        params: { lineId: "line-1" },
        body: { entries: [...entries] },
        envelope: envelope(siteGln, messageId),
      });
      return acknowledged;
    },
    async as(role: Role): Promise<ReturnType<typeof createClient>> {
      const known = sessions.get(`${running.url} ${role}`);
      if (known) return known;
      const client = createClient({ url: running.url, fetch: machine.network.fetch, keepSession: true });
      const { commonApi } = await import("../../src/contract/common-api.ts");
      await client.call(commonApi.signIn, { body: { userName: role, password } });
      sessions.set(`${running.url} ${role}`, client);
      return client;
    },
    signature: (role: Role, meaning?: string) => ({
      userName: role,
      password,
      ...(meaning === undefined ? {} : { meaning }),
    }),
    /** Stops the site and starts it again on the same database. */
    async restart(): Promise<void> {
      await running.stop();
      running = await start(config, machine, { hashCost: cheapHashCost });
    },
    async close(): Promise<void> {
      await running.stop();
      await scratch.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

export type SiteWorld = Awaited<ReturnType<typeof siteWorld>>;

const password = "correct horse battery staple";

function tokenOf(name: string): string {
  return `token-of-${name}-`.padEnd(40, "x");
}

async function peopleOf(random: Machine["random"]): Promise<readonly ReplicatedPerson[]> {
  const hasher = argon2Hasher(random, cheapHashCost);
  const roles = ["operator", "supervisor", "qa", "packaging-engineer", "warehouse", "administrator"] as const;
  const known: Partial<Record<Role, string>> = batchPeople;
  return Promise.all(
    roles.map(async (role) => ({
      userId: known[role] ?? random.uuid7(),
      userName: role,
      fullName: `The ${role}`,
      roles: [role],
      state: "active" as const,
      passwordHash: await hasher.hash(password),
      badgeHash: null,
      pinHash: null,
    })),
  );
}

function receivedOf(request: HttpRequest): Received {
  const { pathname } = new URL(request.url);
  const body =
    request.body === undefined
      ? ""
      : typeof request.body === "string"
        ? request.body
        : new TextDecoder().decode(request.body);
  const header = (name: string) => request.headers[name] ?? "";
  return {
    method: request.method,
    path: pathname,
    messageId: header(envelopeHeaders.messageId),
    owner: header(envelopeHeaders.owner),
    contentType: header("content-type"),
    body,
  };
}

function replyOf(status: number, body: unknown): HttpReply {
  const mediaType = status < 400 ? "application/json" : "application/problem+json";
  return { status, headers: { "content-type": mediaType }, body: new TextEncoder().encode(JSON.stringify(body)) };
}

function fakeEnterprise(): FakeEnterprise & { take(request: HttpRequest): Promise<HttpReply> } {
  const next: Record<string, number> = {};
  const answered = new Map<string, HttpReply>();
  const usual = ({ path, body }: Received): { status: number; body: unknown } => {
    if (path === "/v1/number-allocations") {
      const { level, quantity } = JSON.parse(body) as { level: "pack" | "case" | "pallet"; quantity: number };
      const from = next[level] ?? 0;
      next[level] = from + quantity;
      return {
        status: 201,
        body: {
          allocationId: "01900000-0000-7000-8000-00000000c001",
          poolId: 1,
          level,
          numbers: exampleNumbers(level, quantity, from),
        },
      };
    }
    if (path === "/v1/capture")
      return {
        status: 201,
        body: {
          captureId: "01900000-0000-7000-8000-00000000d001",
          state: "captured",
          events: { received: 1, captured: 1, duplicate: 0 },
          exceptions: 0,
        },
      };
    if (path === "/v1/number-returns") return { status: 200, body: { retired: 0 } };
    return { status: 200, body: { accepted: true } };
  };
  const fake: FakeEnterprise & { take(request: HttpRequest): Promise<HttpReply> } = {
    received: [],
    repeated: [],
    answers: () => undefined,
    mode: "up",
    of: (path) => fake.received.filter((each) => each.path === path),
    async take(request) {
      if (fake.mode === "down") throw new Fault("transient", "network.unreachable", "level 4 is down");
      const received = receivedOf(request);
      const before = answered.get(received.messageId);
      if (before !== undefined && received.messageId !== "") {
        fake.repeated.push(received);
        return before;
      }
      const { status, body } = fake.answers(received) ?? usual(received);
      const reply = replyOf(status, body);
      if (status < 400) {
        fake.received.push(received);
        answered.set(received.messageId, reply);
      }
      if (fake.mode === "lossy") throw new Fault("ambiguous", "network.no-answer", "the answer was lost");
      return reply;
    },
  };
  return fake;
}

function fakeLine(): FakeLine & { take(request: HttpRequest): Promise<HttpReply> } {
  const fake = {
    received: [] as Received[],
    alive: true,
    runs: () =>
      fake.received.filter(({ path }) => path.startsWith("/v1/runs/")).map(({ body }) => JSON.parse(body) as RunOrder),
    async take(request: HttpRequest) {
      if (!fake.alive) throw new Fault("transient", "network.unreachable", "the line is down");
      const received = receivedOf(request);
      if (received.method !== "GET") fake.received.push(received);
      return replyOf(200, { accepted: true });
    },
  };
  return fake;
}

/** Waits until `found` finds something: for what the outbox and its answers bring about. */
export async function until<T>(what: string, found: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const clock = realClock();
  const endMs = clock.monotonicMs() + 20_000;
  for (;;) {
    const value = await found();
    if (value !== undefined) return value;
    if (clock.monotonicMs() > endMs) throw new Error(`${what} did not come about`);
    await clock.sleep(10);
  }
}
