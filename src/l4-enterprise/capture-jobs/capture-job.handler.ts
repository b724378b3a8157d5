import { createHash } from "node:crypto";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { deny, type Refusal, RefusalError, refuse } from "../../kernel/base/result.ts";
import { JsonChecker, scanShellFrom, XmlChecker } from "../../kernel/epcis/check.ts";
import { DocumentText } from "../../kernel/epcis/encoding.ts";
import { type DocumentShell, EventReader, readDocumentShell } from "../../kernel/epcis/event-reader.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import type { Actor } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { type Captured, captureEvents } from "../epcis-repository/capture.handler.ts";
import { insertCaptureRow } from "../epcis-repository/capture.store.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { correctReports } from "../reports/report.handler.ts";
import { checkReadable, type Findings, findingsOf, identifierCount, isSlice, partBytes } from "./capture-job.ts";
import {
  addDone,
  addPart,
  forgetJob,
  insertJob,
  loadJob,
  loadPart,
  lockJob,
  markCaptured,
  markChecked,
  markReceived,
  markRefused,
  type StoredJob,
} from "./capture-job.store.ts";

export type Upload = {
  readonly name: string;
  readonly contentType: string;
  readonly partner: string | undefined;
  readonly actor: Actor;
  readonly traceId: string;
};

/**
 * Keeps a document as it comes, a part at a time, in memory never more than one. It is acknowledged when all of it is
 * durable; a document that breaks off leaves nothing. Throws what the stream throws.
 */
export async function receiveDocument(
  { machine, database, owner, environment }: Company,
  upload: Upload,
  stream: AsyncIterable<Uint8Array>,
): Promise<StoredJob> {
  const scope = { owner, environment };
  const jobId = machine.random.uuid7();
  const { actor, ...about } = upload;
  await insertJob(database, scope, { jobId, ...about, by: auditActor(actor) }, machine.clock.now());
  try {
    const hash = createHash("sha256");
    let part = 0;
    for await (const bytes of inParts(stream)) {
      hash.update(bytes);
      if (!(await addPart(database, jobId, part++, bytes, machine.clock.now()))) deny("capture.unknown-job", jobId);
    }
    const at = machine.clock.now();
    await database.transaction(async (sql) => {
      await markReceived(sql, jobId, hash.digest(), at);
      await audit(sql, {
        actor: auditActor(actor),
        action: "event.upload",
        subject: `capture-job/${jobId}`,
        after: { name: upload.name, partner: upload.partner },
        at,
        traceId: upload.traceId,
        owner,
      });
    });
  } catch (error) {
    await forgetJob(database, jobId).catch(() => undefined);
    throw error;
  }
  return (await loadJob(database, scope, jobId)) as StoredJob;
}

/** The bytes again in pieces of `partBytes`, the last one shorter. */
async function* inParts(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of stream) {
    gathered.push(bytes);
    length += bytes.length;
    if (length < partBytes) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(gathered);
}

/**
 * Checks a job's document and captures it, slice after slice, each in a transaction that also moves the job on. Killed
 * anywhere, it goes on after the last slice that is in.
 */
export async function runJob(company: Company, ctx: LedgerContext, job: StoredJob): Promise<void> {
  const { database, machine } = company;
  if (job.state === "waiting") {
    const { events, findings, refusal } = await checkJob(company, job);
    const at = machine.clock.now();
    if (refusal !== undefined) {
      await database.transaction((sql) => markRefused(sql, job.jobId, refusal, findings, at));
      return;
    }
    await database.transaction((sql) => markChecked(sql, job.jobId, events, findings, at));
  }
  await captureJob(company, ctx, job);
}

type Checked = { readonly events: number; readonly findings: Findings; readonly refusal: Refusal | undefined };

/** Everything is read once before anything takes effect: what is malformed is refused as a whole. */
async function checkJob(company: Company, job: StoredJob): Promise<Checked> {
  const form = formOfJob(job);
  const feed = (write: (text: string) => void) => feedDocument(company, job, write);
  let findings: Findings = { errors: 0, warnings: 0, list: [] };
  let events = 0;
  try {
    if (form === undefined) throw new RefusalError(refuse("capture.media-type", "content-type").refusal);
    findings = findingsOf(await reportOn(form, feed));
    const shell = await readDocumentShell(form, feed);
    const now = company.machine.clock.now();
    await readEvents(form, shell, textOf(company.database, job), async (event, index) => {
      const readable = checkReadable(event, `/epcisBody/eventList/${index}`, now);
      if (!readable.ok) throw new RefusalError(readable.refusal);
      events++;
    });
    return { events, findings, refusal: undefined };
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    return { events, findings, refusal: error.refusal };
  }
}

type Feed = (write: (text: string) => void) => Promise<void>;

async function reportOn(form: "json" | "xml", feed: Feed) {
  if (form === "xml") return new XmlChecker({}).runFrom(feed);
  const shell = await scanShellFrom(feed, {});
  if ("refusal" in shell) return new JsonChecker({}, undefined).unreadable(shell.refusal);
  return new JsonChecker({}, shell).runFrom(feed);
}

function formOfJob({ contentType }: StoredJob): "json" | "xml" | undefined {
  if (contentType.includes("xml")) return "xml";
  return contentType.includes("json") ? "json" : undefined;
}

async function feedDocument(
  { database }: { readonly database: Pick<Sql, "run"> },
  job: StoredJob,
  write: (text: string) => void,
): Promise<void> {
  for await (const text of textOf(database, job)) write(text);
}

async function* textOf(database: Pick<Sql, "run">, { jobId, parts }: StoredJob): AsyncGenerator<string> {
  const decoder = new DocumentText();
  for (let part = 0; part < parts; part++) {
    const bytes = await loadPart(database, jobId, part);
    if (bytes === undefined) throw new RangeError(`part ${part} of document ${jobId} is not there`);
    yield decoder.push(bytes);
  }
  yield decoder.end();
}

/** The events one after the other, in the document's order; those of other vocabularies stay in the document. */
async function readEvents(
  form: "json" | "xml",
  shell: DocumentShell,
  texts: AsyncIterable<string>,
  take: (event: EpcisEvent, index: number) => Promise<void>,
): Promise<void> {
  const found: EpcisEvent[] = [];
  let index = 0;
  const reader = new EventReader(form, shell, (event) => {
    if (!("before" in event)) found.push(event);
  });
  const drain = async () => {
    for (const event of found.splice(0)) await take(event, index++);
  };
  for await (const text of texts) {
    reader.write(text);
    await drain();
  }
  reader.end();
  await drain();
}

/** The first events of a job's document that are captured, in slices. */
export async function* capturedSlices(
  company: { readonly database: Pick<Sql, "run"> },
  job: StoredJob,
): AsyncGenerator<EpcisEvent[]> {
  const form = formOfJob(job) ?? "json";
  const shell = await readDocumentShell(form, (write) => feedDocument(company, job, write));
  const found: EpcisEvent[] = [];
  let left = job.eventsDone;
  const reader = new EventReader(form, shell, (event) => {
    if (!("before" in event) && left-- > 0) found.push(event);
  });
  for await (const text of textOf(company.database, job)) {
    reader.write(text);
    if (found.length > 0) yield found.splice(0);
  }
  reader.end();
  if (found.length > 0) yield found.splice(0);
}

async function captureJob(company: Company, ctx: LedgerContext, job: StoredJob): Promise<void> {
  const { database, machine } = company;
  const form = formOfJob(job) ?? "json";
  const shell = await readDocumentShell(form, (write) => feedDocument(company, job, write));
  let slice: EpcisEvent[] = [];
  let identifiers = 0;
  let at = 0;
  const flush = async () => {
    const events = slice.splice(0);
    identifiers = 0;
    if (events.length > 0) await captureSlice(company, ctx, job, events, at - events.length);
  };
  await readEvents(form, shell, textOf(database, job), async (event, index) => {
    at = index + 1;
    if (index < job.eventsDone) return;
    slice.push(event);
    identifiers += identifierCount(event);
    if (isSlice(slice, identifiers)) await flush();
  });
  await flush();
  await database.transaction((sql) => markCaptured(sql, job.jobId, machine.clock.now()));
}

/** One slice and the job's new place in one transaction; a slice that is in already changes nothing. */
async function captureSlice(
  company: Company,
  ctx: LedgerContext,
  job: StoredJob,
  events: readonly EpcisEvent[],
  from: number,
): Promise<void> {
  const { database, machine } = company;
  const { jobId, partner, contentType, sha256 = new Uint8Array() } = job;
  const source = partner === undefined ? "own" : "shared";
  await database.transaction(async (sql) => {
    const held = await lockJob(sql, jobId);
    if (held === undefined || held.state !== "capturing" || held.done !== from) return;
    const now = machine.clock.now();
    const row = { captureId: jobId, capturedAt: now, source, partner, contentType } as const;
    const [done] = (await captureEvents(sql, ctx, [{ events, captureId: jobId, now, source, partner }], () =>
      insertCaptureRow(sql, ctx, row, sha256),
    )) as [Captured];
    await correctReports(sql, company, done.correctedLots, now);
    await addDone(sql, jobId, done, now);
  });
}
