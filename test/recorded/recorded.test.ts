import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import type { Endpoint } from "../../src/contract/endpoint.ts";
import { enterpriseApi } from "../../src/contract/enterprise-api.ts";
import { JournalBody, type JournalEntry } from "../../src/contract/journal.ts";
import { lineApi } from "../../src/contract/line-api.ts";
import { networkApi } from "../../src/contract/network-api.ts";
import { type Role, rights } from "../../src/contract/rights.ts";
import { siteApi } from "../../src/contract/site-api.ts";
import { parseEpcisJson } from "../../src/kernel/epcis/json.ts";
import { parseEpcisXml } from "../../src/kernel/epcis/xml.ts";
import { emptyJournal, followJournal } from "../../src/kernel/serials/journal-chain.ts";
import { packTransactions, parseHubAnswer, parseHubRequest } from "../../src/l5-network/authorities/eu-hub/messages.ts";
import { readEnvelope } from "../../src/runtime/http/message.ts";
import { sha256 } from "../../src/runtime/sha256.ts";
import { version } from "../../src/runtime/version.ts";

// Messages as each release sent them. They are never edited: what a release wrote, the next one must still read.

const root = fileURLToPath(new URL(".", import.meta.url));
const apis = { line: lineApi, site: siteApi, enterprise: enterpriseApi, network: networkApi } as const;
type Level = keyof typeof apis;
const levelNames = Object.keys(apis) as Level[];
const machines: readonly Role[] = ["line", "site", "enterprise", "network", "partner"];

type Sample = {
  readonly level: Level;
  readonly endpoint: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** File beside it that holds the bytes of a document. */
  readonly document?: string;
  readonly reply: { readonly status: number; readonly body: unknown };
};

/** A release is named by its first two numbers: a patch sends what its release sends. */
const release = version.split(".").slice(0, 2).join(".");
const releases = readdirSync(root).filter((name) => /^\d+\.\d+$/.test(name));
const samples = releases.flatMap((name) => levelNames.flatMap((level) => samplesIn(join(root, name, level))));

function samplesIn(folder: string): { file: string; sample: Sample }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const file = join(folder, name);
      return { file: file.slice(root.length), sample: JSON.parse(readFileSync(file, "utf8")) as Sample };
    });
}

/** Whatever programs ask of each other: every message, and every question that only machines may ask. */
function isOfASeam({ kind, right }: Endpoint): boolean {
  if (kind === "message") return true;
  if (right === "public") return false;
  const holders: readonly Role[] = rights[right];
  return holders.every((role) => machines.includes(role));
}

function endpointOf({ level, endpoint }: Sample): Endpoint | undefined {
  return (apis[level] as Readonly<Record<string, Endpoint>>)[endpoint];
}

/** `/v1/runs/:runId` against `/v1/runs/0193…`: the parameters, or undefined when it is another path. */
function parametersOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const actual = given[index] ?? "";
    if (part.startsWith(":")) found[part.slice(1)] = decodeURIComponent(actual);
    else if (part !== actual) return undefined;
  }
  return found;
}

function wrongWith(schema: Endpoint["body"], value: unknown): unknown[] {
  return schema === undefined ? [] : [...Value.Errors(schema, value)];
}

describe("[REQ-MSG-06] messages of every release", () => {
  test.each(levelNames)("every message and question of the %s's seam is recorded for this release", (level) => {
    const asked = Object.entries(apis[level] as Readonly<Record<string, Endpoint>>).filter(([, each]) => isOfASeam(each));
    const recorded = new Set(samplesIn(join(root, release, level)).map(({ sample }) => sample.endpoint));
    const missing = asked.map(([name]) => name).filter((name) => !recorded.has(name));
    expect(missing, `record a sample under test/recorded/${release}/${level}`).toEqual([]);
  });

  test.each(samples)("$file is still accepted", ({ file, sample }) => {
    const endpoint = endpointOf(sample);
    expect(endpoint, "the endpoint is gone: within a version only additions").toBeDefined();
    if (!endpoint) return;
    const url = new URL(sample.path, "http://level");
    const parameters = parametersOf(endpoint.path, url.pathname);
    expect(sample.method).toBe(endpoint.method);
    expect(parameters, `${endpoint.path} is another path`).toBeDefined();
    expect(wrongWith(endpoint.params, parameters)).toEqual([]);
    expect(wrongWith(endpoint.query, Object.fromEntries(url.searchParams))).toEqual([]);
    if (endpoint.kind === "message") expect(readEnvelope(sample.headers, "0".repeat(32))).toMatchObject({ ok: true });
    if (endpoint.rawBody) {
      const mediaType = sample.headers["content-type"] ?? "";
      expect(endpoint.rawBody).toContain(mediaType);
      const text = readFileSync(join(root, file, "..", sample.document ?? ""), "utf8");
      expect(mediaType.includes("xml") ? parseEpcisXml(text) : parseEpcisJson(text)).toMatchObject({ ok: true });
    } else if (endpoint.body) expect(wrongWith(endpoint.body, sample.body)).toEqual([]);
  });

  test.each(samples)("$file: its answer is still one that the asker reads", ({ sample }) => {
    const endpoint = endpointOf(sample);
    expect(sample.reply.status).toBe(endpoint?.status ?? 200);
    expect(wrongWith(endpoint?.reply, sample.reply.body)).toEqual([]);
  });
});

describe("[REQ-RUN-07] the line's journal of every release", () => {
  const journals = samples.filter(({ sample }) => sample.endpoint === "writeJournal");
  const entriesOf = (sample: Sample) => (sample.body as { entries: JournalEntry[] }).entries;

  test.each(journals)("$file: its chain of hashes still adds up", ({ sample }) => {
    expect(followJournal(emptyJournal, entriesOf(sample), sha256)).toMatchObject({ ok: true });
  });

  test("holds every kind of entry of this release", () => {
    const kinds = JournalBody.anyOf.map((each) => each.properties.kind.const);
    const current = journals.filter(({ file }) => file.startsWith(`${release}/`));
    const recorded = new Set(current.flatMap(({ sample }) => entriesOf(sample).map(({ body }) => body.kind)));
    expect(kinds.filter((kind) => !recorded.has(kind))).toEqual([]);
  });
});

describe("[REQ-MSG-06] messages between level 5 and the European hub", () => {
  const folder = (name: string) => join(root, name, "eu-hub");
  const files = releases.flatMap((name) => readdirSync(folder(name)).map((file) => ({ file: `${name}/eu-hub/${file}`, path: join(folder(name), file) })));

  test("each transaction is recorded for this release", () => {
    const recorded = readdirSync(folder(release));
    const missing = ["pack-data", ...Object.keys(packTransactions)].filter((kind) => !recorded.includes(`${kind}.request.xml`));
    expect(missing).toEqual([]);
  });

  test.each(files)("$file is still read", ({ file, path }) => {
    const text = readFileSync(path, "utf8");
    const [kind = ""] = (file.split("/").at(-1) ?? "").split(".");
    if (file.endsWith(".request.xml")) expect(parseHubRequest(text)).toMatchObject({ ok: true, value: { kind } });
    else expect(parseHubAnswer(text)).toMatchObject({ ok: true, value: { code: expect.any(String) } });
  });
});
