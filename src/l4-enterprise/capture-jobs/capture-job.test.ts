import { afterAll, beforeAll, expect, test } from "vitest";
import { documentOf, eventAt, packId } from "../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import type { Party } from "../../contract/enterprise-api.ts";
import type { Actor } from "../../runtime/http/actor.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Database, Sql } from "../../runtime/machine.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import type { Company } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { stateOf } from "../ledger/ledger.ts";
import { migrations } from "../migrations.ts";
import { openPoolKeys } from "../serial-numbers/pool-keys.ts";
import { receiveDocument, runJob } from "./capture-job.handler.ts";
import { loadJob, loadJobs, type StoredJob } from "./capture-job.store.ts";
import { startCaptureJobs } from "./capture-job.worker.ts";
import { verifyDocuments } from "./verify-documents.ts";

const gln = "9521321000012";
const gtin = "00614141123452";
const machine = realMachine({ log: silentLog });
const self = { gln, companyPrefixLength: 7, name: "Us", role: "self" } as unknown as Party;
const actor = {
  kind: "person",
  userId: "0193c7e0-0000-7000-8000-000000000001",
  name: "jo",
  roles: [],
} as unknown as Actor;
let scratch: ScratchDatabase;
let companies = 0;

beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
});
afterAll(() => scratch.drop());

/** A company of its own; `database` may fail where a test wants it to. */
function world(database: Database = scratch.database): { company: Company; ctx: LedgerContext } {
  const owner = String(9_521_321_000_000 + companies++);
  const company: Company = { machine, database, owner, environment: "production", self, sites: [] };
  return { company, ctx: { owner, environment: "production", keys: openPoolKeys(new Uint8Array(32).fill(1)) } };
}

const at = 1_790_000_000_000;
/** More events than one slice takes, each of one pack. */
const many = 4_500;
const event = (n: number, more: object = {}) =>
  eventAt({ gln }, at + n * 1000, {
    type: "ObjectEvent",
    action: "ADD",
    bizStep: "commissioning",
    disposition: "active",
    epcList: [packId(gtin, `P${n}`)],
    ...more,
  });
const manyEvents = Array.from({ length: many }, (_, n) => event(n));

async function* inPieces(text: string, pieceBytes = 700_001): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

function upload(company: Company, text: string | AsyncIterable<Uint8Array>, contentType = "application/ld+json") {
  const about = { name: "events.jsonld", contentType, partner: undefined, actor, traceId: "0".repeat(32) };
  return receiveDocument(company, about, typeof text === "string" ? inPieces(text) : text);
}

const reload = async ({ company }: { company: Company }, { jobId }: StoredJob) =>
  (await loadJob(scratch.database, company, jobId)) as StoredJob;

test("a document is kept in parts, captured in slices, and what is captured is what it tells [REQ-CAP-10]", async () => {
  const here = world();
  const job = await upload(here.company, documentOf(manyEvents));
  expect(job).toMatchObject({ state: "waiting", parts: 2, eventsDone: 0 });
  await runJob(here.company, here.ctx, job);
  expect(await reload(here, job)).toMatchObject({
    state: "captured",
    eventsTotal: many,
    eventsDone: many,
    captured: many,
  });
  const verified = await scratch.database.transaction((sql) => verifyDocuments(sql, here.ctx));
  expect(verified).toEqual({ documents: 1, differences: [] });
  const again = await upload(here.company, documentOf(manyEvents.slice(0, 3000)));
  await runJob(here.company, here.ctx, again);
  expect(await reload(here, again)).toMatchObject({ captured: 0, duplicate: 3000, exceptions: 0 });
});

test("killed between slices it goes on after the last one that is in [REQ-CAP-10]", async () => {
  const here = world();
  const job = await upload(here.company, documentOf(manyEvents));
  let slices = 0;
  const dying: Database = {
    ...scratch.database,
    transaction: <T>(work: (sql: Sql) => Promise<T>) => {
      // The check's mark, the first slice, and no more.
      if (slices++ === 2) throw new Error("killed");
      return scratch.database.transaction(work);
    },
  };
  await expect(runJob({ ...here.company, database: dying }, here.ctx, job)).rejects.toThrow("killed");
  const left = await reload(here, job);
  expect(left).toMatchObject({ state: "capturing", eventsTotal: many });
  expect(left.eventsDone).toBeGreaterThan(0);
  expect(left.eventsDone).toBeLessThan(many);
  const jobs = startCaptureJobs(here.company, here.ctx);
  await jobs.stop();
  const restarted = startCaptureJobs(here.company, here.ctx);
  while ((await reload(here, job)).state !== "captured") await machine.clock.sleep(5);
  await restarted.stop();
  expect(await reload(here, job)).toMatchObject({ eventsDone: many, captured: many, duplicate: 0 });
});

test("an upload that breaks off leaves nothing, also when the process went with it [REQ-CAP-10]", async () => {
  const here = world();
  async function* broken() {
    yield Buffer.from("{".padEnd(1_500_000));
    throw new Error("gone");
  }
  await expect(upload(here.company, broken())).rejects.toThrow("gone");
  expect(await loadJobs(scratch.database, here.company, 10)).toEqual([]);
  const [started, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  async function* hanging() {
    yield Buffer.from("{".padEnd(1_500_000));
    started.resolve();
    await held.promise;
  }
  const lost = upload(here.company, hanging());
  await started.promise;
  expect(await loadJobs(scratch.database, here.company, 10)).toMatchObject([{ state: "receiving" }]);
  const jobs = startCaptureJobs(here.company, here.ctx);
  while ((await loadJobs(scratch.database, here.company, 10)).length > 0) await machine.clock.sleep(5);
  await jobs.stop();
  held.resolve();
  await lost.catch(() => undefined);
});

test.each([
  ["not JSON", "{", "application/ld+json", "epcis.syntax"],
  [
    "an aggregation into nothing",
    documentOf([event(1), event(2, { type: "AggregationEvent", epcList: undefined })]),
    "application/ld+json",
    "capture.no-parent",
  ],
  [
    "a key that is none",
    documentOf([event(1, { epcList: ["https://id.gs1.org/01/123/21/X"] })]),
    "application/ld+json",
    "capture.identifier",
  ],
  ["XML that is none", "<a>", "application/xml", "epcis."],
])("%s is refused whole [REQ-CAP-11]", async (_, text, mediaType, code) => {
  const here = world();
  const job = await upload(here.company, text, mediaType);
  await runJob(here.company, here.ctx, job);
  const done = await reload(here, job);
  expect(done).toMatchObject({ state: "refused", captured: 0, eventsDone: 0 });
  expect(done.refusal?.code).toContain(code);
});

test("what is only wrong by its meaning is captured, and said [REQ-CAP-11]", async () => {
  const here = world();
  const job = await upload(here.company, documentOf([event(1, { bizStep: "baking" })]));
  await runJob(here.company, here.ctx, job);
  const done = await reload(here, job);
  expect(done).toMatchObject({ state: "captured", captured: 1, refusal: undefined });
  expect((done.findings?.errors ?? 0) + (done.findings?.warnings ?? 0)).toBeGreaterThan(0);
  const state = await scratch.database.transaction((sql) => stateOf(sql, here.ctx, packId(gtin, "P1")));
  expect(state?.standing).toBe("good");
});
