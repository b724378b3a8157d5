import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { noRates } from "../../test/simulation/line-chance.ts";
import { lineModel, type LineModel } from "../../test/simulation/line-devices.ts";
import { openModel } from "../../test/simulation/line-model-port.ts";
import { runId, testOrder } from "../../test/simulation/line-world.ts";
import { type Client, createClient, ProblemError } from "../contract/client.ts";
import { commonApi } from "../contract/common-api.ts";
import type { JournalEntry } from "../contract/journal.ts";
import { lineApi, type RunView } from "../contract/line-api.ts";
import { lineRefusals } from "../contract/refusals/line.ts";
import type { SignatureInput } from "../contract/shapes.ts";
import { signatureMeanings } from "../contract/signature-meanings.ts";
import type { ReplicatedPerson } from "../contract/people.ts";
import type { Role } from "../contract/rights.ts";
import { argon2Hasher, badgeHash, cheapHashCost } from "../gxp/people/password-hasher.ts";
import { Fault } from "../runtime/fault.ts";
import { silentLog } from "../runtime/log.ts";
import type { HttpReply, HttpRequest, Listener, Machine } from "../runtime/machine.ts";
import { realMachine } from "../runtime/machine.real.ts";
import { type RunningLine, start } from "./start.ts";

const real = realMachine({ log: silentLog });
const params = { runId };

/** The site, as far as the line sees it: takes the journal, or is gone, or refuses. */
type FakeSite = {
  mode: "gone" | "up" | "refuses" | "lost-answers";
  readonly entries: JournalEntry[];
  readonly messageIds: string[];
};

type Scene = {
  readonly line: RunningLine;
  readonly site: FakeSite;
  readonly model: LineModel;
  readonly listener: Listener;
  readonly siteClient: Client;
  pump(): Promise<void>;
  people: ReplicatedPerson[];
};

let folder: string;
let scene: Scene;

function siteReply(site: FakeSite, request: HttpRequest): HttpReply {
  if (site.mode === "gone") throw new Fault("transient", "network.refused", "nobody there");
  const json = (status: number, body: unknown): HttpReply => ({
    status,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(body)),
  });
  if (site.mode === "refuses") return json(409, { code: "site.journal-forked", title: "forked" });
  if (request.url.endsWith("/health")) return json(200, { alive: true });
  site.messageIds.push(request.headers["idempotency-key"] ?? "");
  const { entries } = JSON.parse(String(request.body)) as { entries: JournalEntry[] };
  for (const entry of entries) if (entry.seq === site.entries.length + 1) site.entries.push(entry);
  if (site.mode === "lost-answers") {
    site.mode = "up";
    throw new Fault("ambiguous", "network.reset", "the answer was lost");
  }
  return json(200, { acknowledged: site.entries.length });
}

async function person(number: number, userName: string, roles: Role[]): Promise<ReplicatedPerson> {
  const hasher = argon2Hasher(real.random, cheapHashCost);
  return {
    userId: `0193b3a0-0000-7000-8000-00000000010${number}`,
    userName,
    fullName: `${userName} Example`,
    roles,
    state: "active",
    passwordHash: await hasher.hash(passwordOf(userName)),
    badgeHash: badgeHash(`badge-${userName}`),
    pinHash: await hasher.hash("924715"),
  };
}
const passwordOf = (userName: string) => `correct horse of ${userName}`;
const sign = (userName: string) => ({ userName, password: passwordOf(userName) });
const envelope = (messageId = real.random.uuid7()) => ({
  messageId,
  owner: "9521234000006",
  environment: "validation" as const,
  traceId: "1".repeat(32),
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "packtrail-gateway-"));
  for (const name of ["to-line", "to-site"]) writeFileSync(join(folder, name), `token-${name}`, { mode: 0o600 });
  const model = lineModel({ seed: 5, rates: noRates });
  const opened = openModel(model);
  const site: FakeSite = { mode: "up", entries: [], messageIds: [] };
  let listener: Listener | undefined;
  const machine: Machine = {
    ...real,
    network: {
      fetch: async (request) => siteReply(site, request),
      serve: async (serving) => {
        listener = serving;
        return { url: "http://line.test", close: () => serving.close() };
      },
    },
  };
  const line = await start(
    {
      instance: "line-1",
      environment: "validation",
      lineId: "line-1",
      listen: { host: "127.0.0.1", port: 0 },
      dataDir: join(folder, "line"),
      site: { url: "http://site.test", tokenFile: join(folder, "to-site") },
      devices: {},
      credentials: [{ name: "site", role: "site", tokenFile: join(folder, "to-line") }],
    },
    machine,
    opened.open,
    { hashCost: cheapHashCost },
  );
  const serving = listener as unknown as Listener;
  const pump = async () => {
    opened.pump();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const siteClient = createClient({
    url: "http://line.test",
    fetch: (request) => serving.inject(request),
    token: "token-to-line",
  });
  scene = { line, site, model, listener: serving, siteClient, pump, people: [] };
});

afterEach(async () => {
  await scene.line.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function givePeople(revision = 1): Promise<void> {
  scene.people = [
    await person(1, "otto", ["operator"]),
    await person(2, "susi", ["supervisor"]),
    await person(3, "quinn", ["qa"]),
    await person(4, "ina", ["inspector", "administrator"]),
  ];
  await scene.siteClient.call(lineApi.replicatePeople, {
    body: { revision, at: 1, people: scene.people },
    envelope: envelope(),
  });
}

async function signedIn(userName: string): Promise<Client> {
  const client = createClient({
    url: "http://line.test",
    fetch: (request) => scene.listener.inject(request),
    keepSession: true,
  });
  await client.call(commonApi.signIn, { body: { userName, password: passwordOf(userName) } });
  return client;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  await vi.waitFor(
    async () => {
      for (let i = 0; i < 5; i++) await scene.pump();
      expect(await condition()).toBe(true);
    },
    { timeout: 20_000, interval: 5 },
  );
}

async function prepare(quantity: number) {
  const order = testOrder({ quantity, packsPerCase: 3, casesPerPallet: 2, spare: 40 });
  await scene.siteClient.call(lineApi.prepareRun, { params, body: order, envelope: envelope() });
  return order;
}

async function cleared(quantity: number): Promise<{ readonly otto: Client; readonly susi: Client }> {
  await givePeople();
  await prepare(quantity);
  const [otto, susi] = [await signedIn("otto"), await signedIn("susi")];
  await otto.call(lineApi.clearLine, {
    params,
    body: { checklist: ["bin empty"], performed: sign("otto"), verified: sign("susi") },
  });
  return { otto, susi };
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "accepted",
    (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
  );

describe("LINE-020 the line's web interface", () => {
  test("a run from the order to the closed bin, and every entry at the site", async () => {
    const { otto, susi } = await cleared(8);
    await otto.call(lineApi.start, { params });
    await until(async () => (await otto.call(lineApi.run, { params })).state === "Complete");
    await susi.call(lineApi.countBin, { params, body: { counted: 0 } });
    const run: RunView = await susi.call(lineApi.dispose, {
      params,
      body: { reason: "empty", performed: sign("susi"), witnessed: sign("quinn") },
    });
    expect(run).toMatchObject({ packed: 8, cases: 3, pallets: 2, good: 8, rejects: { printVerify: 0, downstream: 0 } });
    await until(() => scene.site.entries.at(-1)?.body.kind === "run-completed");
    expect(scene.site.entries).toEqual(await scene.line.port.entries(0, 2_000));
    const signatures = scene.site.entries.flatMap(({ body }) =>
      body.kind === "signed"
        ? [body.signature.userName]
        : body.kind === "line-cleared"
          ? body.signatures.map((each) => each.userName)
          : [],
    );
    expect(signatures).toEqual(["otto", "susi", "susi", "quinn"]);
  }, 30_000);

  test("missing packs are written off by a supervisor with QA as witness, and by nobody else [REQ-RUN-11]", async () => {
    const { otto, susi } = await cleared(8);
    await otto.call(lineApi.start, { params });
    await until(async () => (await otto.call(lineApi.run, { params })).good >= 1);
    await otto.call(lineApi.abort, { params, body: { reason: "fire" } });
    await until(async () => (await susi.call(lineApi.run, { params })).commands["countBin"] === null);
    const { rejects } = await susi.call(lineApi.run, { params });
    const missing = rejects.printVerify + rejects.downstream;
    expect(missing).toBeGreaterThan(0);
    const { bin, commands } = await susi.call(lineApi.countBin, { params, body: { counted: 0 } });
    expect(bin).toEqual({ expected: missing, counted: 0, writtenOff: 0 });
    expect(commands).toMatchObject({ writeOffMissing: null, dispose: lineRefusals["line.bin-mismatch"].title });
    const statement = { found: [], unnumbered: 0, missing, reason: "burnt" };
    const writeOff = (client: Client, performed: SignatureInput, witnessed: SignatureInput, stated = statement) =>
      codeOf(client.call(lineApi.writeOffMissing, { params, body: { ...stated, performed, witnessed } }));
    const quinn = await signedIn("quinn");
    expect(await writeOff(otto, sign("otto"), sign("quinn"))).toBe("gxp.not-allowed");
    expect(await writeOff(quinn, sign("quinn"), sign("susi"))).toBe("gxp.not-allowed");
    expect(await writeOff(susi, sign("susi"), sign("otto"))).toBe("gxp.signer-not-allowed");
    expect(await writeOff(susi, sign("susi"), sign("susi"))).toBe("gxp.signer-same");
    const more = { ...statement, missing: missing + 1 };
    expect(await writeOff(susi, sign("susi"), sign("quinn"), more)).toBe("line.missing-differs");
    const unsigned = await scene.line.port.entries(0, 2_000);
    expect(
      unsigned.some(({ body }) => body.kind === "signed"),
      "nothing is signed that is refused",
    ).toBe(false);
    expect(await writeOff(susi, sign("susi"), sign("quinn"))).toBe("accepted");
    const closed = await susi.call(lineApi.dispose, {
      params,
      body: { reason: "empty", performed: sign("susi"), witnessed: sign("quinn") },
    });
    expect(closed.counts.pack).toMatchObject({ destroyed: 0, labelScrapped: 0 });
    const entries = await scene.line.port.entries(0, 2_000);
    const meanings = entries.flatMap(({ body }) => (body.kind === "signed" ? [body.signature.meaning] : []));
    expect(meanings).toEqual([
      signatureMeanings.writeOffPerformed,
      signatureMeanings.writeOffWitnessed,
      signatureMeanings.dispositionPerformed,
      signatureMeanings.dispositionWitnessed,
    ]);
  }, 30_000);

  test("LINE-021 with the site gone the run ends all the same, and the journal arrives later, each entry once [REQ-RUN-05]", async () => {
    const { otto } = await cleared(5);
    await until(() => scene.site.entries.length > 0);
    scene.site.mode = "gone";
    await otto.call(lineApi.start, { params });
    await until(async () => (await otto.call(lineApi.run, { params })).state === "Complete");
    expect(scene.site.entries.length).toBeLessThan((await scene.line.port.entries(0, 2_000)).length);
    scene.site.mode = "lost-answers";
    await until(async () => scene.site.entries.length === (await scene.line.port.entries(0, 2_000)).length);
    expect(scene.site.entries.map(({ seq }) => seq)).toEqual(scene.site.entries.map((_, index) => index + 1));
  }, 30_000);

  test("LINE-022 a batch that the site refuses stops the upload until a person tries it again", async () => {
    await givePeople();
    scene.site.mode = "refuses";
    await prepare(5);
    const ina = await signedIn("ina");
    await until(async () => (await ina.call(commonApi.lanes))[0]?.stopped === true);
    const [lane] = await ina.call(commonApi.lanes);
    scene.site.mode = "up";
    await ina.call(commonApi.resendMessage, {
      params: { messageId: lane?.oldest?.messageId ?? "" },
      body: { reason: "the site was mended" },
    });
    await until(() => scene.site.entries.length === 1);
    const { entries } = await ina.call(commonApi.audit, { query: { action: "message.resend" } });
    expect(entries).toHaveLength(1);
  }, 30_000);

  test("LINE-023 the same message is applied once, another body under its id is refused [REQ-MSG-01]", async () => {
    const order = testOrder({ quantity: 5, packsPerCase: 3, casesPerPallet: 2, spare: 40 });
    const one = envelope();
    const send = (body: typeof order, envelopeOf = one) =>
      codeOf(scene.siteClient.call(lineApi.prepareRun, { params, body, envelope: envelopeOf }));
    expect(await send(order)).toBe("accepted");
    expect(await send(order)).toBe("accepted");
    expect(await send({ ...order, lot: "OTHER" })).toBe("seam.message-reused");
    expect(await send(order, envelope())).toBe("accepted");
    expect(await send({ ...order, lot: "OTHER" }, envelope())).toBe("line.run-differs");
    expect(await scene.line.port.entries(0, 10)).toHaveLength(1);
  });

  test.each([
    ["another line's order", { lineId: "line-2" }, "line.other-line"],
    ["too few numbers", { quantity: 5_000 }, "line.numbers-short"],
    ["another environment inside", { environment: "production" as const }, "seam.environment"],
    ["another owner inside", { owner: "9521234000013" }, "gxp.owner-scope"],
  ])("LINE-024 an order is refused: %s", async (_what, change, code) => {
    const order = { ...testOrder({ quantity: 5, packsPerCase: 3, casesPerPallet: 2, spare: 40 }), ...change };
    expect(await codeOf(scene.siteClient.call(lineApi.prepareRun, { params, body: order, envelope: envelope() }))).toBe(
      code,
    );
  });

  test("LINE-025 signatures: two people, each proved, each with the right [REQ-RUN-06] [REQ-SIG-05]", async () => {
    await givePeople();
    await prepare(5);
    const otto = await signedIn("otto");
    const clear = (performed: object, verified: object) =>
      codeOf(
        otto.call(lineApi.clearLine, { params, body: { checklist: ["bin empty"], performed, verified } as never }),
      );
    expect(await clear(sign("otto"), sign("otto"))).toBe("gxp.signer-same");
    expect(await clear(sign("susi"), sign("otto"))).toBe("gxp.signer-other");
    expect(await clear(sign("otto"), { userName: "susi", password: "wrong" })).toBe("gxp.signature-refused");
    expect(await clear(sign("otto"), { userName: "nobody", password: "wrong" })).toBe("gxp.signature-refused");
    expect(await clear(sign("otto"), sign("ina"))).toBe("gxp.signer-not-allowed");
    expect(await clear({ ...sign("otto"), meaning: "seen from afar" }, sign("susi"))).toBe("gxp.meaning");
    const verified = { ...sign("susi"), meaning: signatureMeanings.clearancePerformed };
    expect(await clear(sign("otto"), verified)).toBe("gxp.meaning");
    expect((await otto.call(lineApi.run, { params })).lineCleared).toBe(false);
    expect(await clear(sign("otto"), sign("susi"))).toBe("accepted");
    expect(await clear(sign("otto"), sign("susi"))).toBe("line.cleared");
  });

  test("LINE-026 what cannot be done now is refused with the code of the button's reason [REQ-RUN-08]", async () => {
    await givePeople();
    await prepare(5);
    const [otto, susi] = [await signedIn("otto"), await signedIn("susi")];
    expect(await codeOf(otto.call(lineApi.start, { params }))).toBe("line.not-cleared");
    expect(
      await codeOf(otto.call(lineApi.unhold, { params, body: { confirmed: "the belt is as it should be" } })),
    ).toBe("line.state");
    expect(await codeOf(otto.call(lineApi.countBin, { params, body: { counted: 0 } }))).toBe("gxp.not-allowed");
    expect(await codeOf(susi.call(lineApi.countBin, { params, body: { counted: 0 } }))).toBe("line.state");
    expect(await codeOf(otto.call(lineApi.run, { params: { runId: "0193b3a0-0000-7000-8000-00000000ffff" } }))).toBe(
      "line.run-unknown",
    );
    expect((await otto.call(lineApi.run, { params })).commands.start).toBe(
      "The line has not been cleared for this run.",
    );
  });

  test("LINE-027 badge and PIN sign in; five wrong passwords lock; a person gone from the list is out [REQ-ACC-08]", async () => {
    await givePeople();
    const badge = createClient({
      url: "http://line.test",
      fetch: (request) => scene.listener.inject(request),
      keepSession: true,
    });
    await badge.call(commonApi.signInByBadge, { body: { badge: "badge-otto", pin: "924715" } });
    expect((await badge.call(commonApi.session)).userName).toBe("otto");
    for (let i = 0; i < 5; i++) {
      expect(await codeOf(badge.call(commonApi.signIn, { body: { userName: "susi", password: "wrong" } }))).toBe(
        "gxp.wrong-credentials",
      );
    }
    expect(await codeOf(badge.call(commonApi.signIn, { body: sign("susi") }))).toBe("gxp.locked");
    await scene.siteClient.call(lineApi.replicatePeople, {
      body: { revision: 2, at: 2, people: scene.people.filter(({ userName }) => userName !== "otto") },
      envelope: envelope(),
    });
    expect(await codeOf(badge.call(commonApi.session))).toBe("gxp.sign-in-needed");
    await scene.siteClient.call(lineApi.replicatePeople, {
      body: { revision: 1, at: 1, people: scene.people },
      envelope: envelope(),
    });
    expect(await codeOf(badge.call(commonApi.signIn, { body: sign("otto") }))).toBe("gxp.disabled");
    const ina = await signedIn("ina");
    const trail = await ina.call(commonApi.verifyAudit, { query: {} });
    expect(trail.length).toBeGreaterThan(3);
    expect(trail.every(({ intact }) => intact)).toBe(true);
  });

  test("LINE-028 every endpoint but the public ones wants somebody [REQ-ACC-01]", async () => {
    const endpoints = Object.values(lineApi);
    for (const each of endpoints) {
      const reply = await scene.listener.inject({
        method: each.method,
        url: `http://line.test${each.path.replace(":runId", runId).replace(":imageId", "x")}`,
        headers: {},
        timeoutMs: 1_000,
      });
      expect({ path: each.path, status: reply.status }).toEqual({ path: each.path, status: 401 });
    }
  });
});
