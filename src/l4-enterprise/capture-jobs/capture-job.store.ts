import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { AuditActor } from "../../gxp/audit/audit-chain.ts";
import type { Refusal } from "../../kernel/base/result.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Findings, Job, JobState } from "./capture-job.ts";

type Scope = { readonly owner: string; readonly environment: string };
type Reading = Pick<Sql, "run">;

const INSERT: Statement = {
  text: `insert into capture_job (job_id, owner, environment, name, content_type, partner, by_actor, trace_id, state, created_at, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'receiving', $9, $9)`,
};

export async function insertJob(
  sql: Reading,
  { owner, environment }: Scope,
  job: Pick<Job, "jobId" | "name" | "contentType" | "partner"> & { readonly by: AuditActor; readonly traceId: string },
  at: number,
): Promise<void> {
  const { jobId, name, contentType, partner, by, traceId } = job;
  await sql.run(INSERT, [
    jobId,
    owner,
    environment,
    name,
    contentType,
    partner ?? null,
    JSON.stringify(by),
    traceId,
    at,
  ]);
}

const ADD_PART: Statement = {
  text: `with job as (update capture_job set parts = parts + 1, bytes = bytes + $4, changed_at = $5 where job_id = $1 and state = 'receiving' returning job_id)
insert into capture_part (job_id, part, packed) select job_id, $2, $3 from job returning part`,
};

/** False when the job was forgotten meanwhile. */
export async function addPart(
  sql: Reading,
  jobId: string,
  part: number,
  bytes: Uint8Array,
  at: number,
): Promise<boolean> {
  return (await sql.run(ADD_PART, [jobId, part, zstdCompressSync(bytes), bytes.length, at])).length > 0;
}

const PART: Statement = { text: "select packed from capture_part where job_id = $1 and part = $2" };

export async function loadPart(sql: Reading, jobId: string, part: number): Promise<Uint8Array | undefined> {
  const [row] = await sql.run<{ packed: Buffer }>(PART, [jobId, part]);
  return row === undefined ? undefined : zstdDecompressSync(row.packed);
}

const RECEIVED: Statement = {
  text: "update capture_job set state = 'waiting', sha256 = $2, changed_at = $3 where job_id = $1",
};

export async function markReceived(sql: Reading, jobId: string, sha256: Uint8Array, at: number): Promise<void> {
  await sql.run(RECEIVED, [jobId, sha256, at]);
}

const FORGET: Statement = {
  text: "with gone as (delete from capture_part where job_id = $1) delete from capture_job where job_id = $1 and state = 'receiving'",
};

/** A document that did not come whole was never acknowledged: nothing stays of it. */
export async function forgetJob(sql: Reading, jobId: string): Promise<void> {
  await sql.run(FORGET, [jobId]);
}

const columns = `job_id, name, content_type, partner, state, created_at, changed_at, bytes, parts, sha256, events_total, events_done, captured,
  duplicate, exceptions, findings, refusal, by_actor, trace_id`;

const OPEN: Statement = {
  text: `select ${columns} from capture_job where owner = $1 and environment = $2 and state = any($3) order by created_at, job_id`,
};
const LIST: Statement = {
  text: `select ${columns} from capture_job where owner = $1 and environment = $2 order by created_at desc, job_id limit $3`,
};
const ONE: Statement = {
  text: `select ${columns} from capture_job where owner = $1 and environment = $2 and job_id = $3`,
};

type Row = {
  job_id: string;
  name: string;
  content_type: string;
  partner: string | null;
  state: JobState;
  created_at: string;
  changed_at: string;
  bytes: string;
  parts: number;
  sha256: Buffer | null;
  events_total: number | null;
  events_done: number;
  captured: number;
  duplicate: number;
  exceptions: number;
  findings: Findings | null;
  refusal: Refusal | null;
  by_actor: AuditActor;
  trace_id: string;
};

/** With who brought it, and the hash of what came. */
export type StoredJob = Job & {
  readonly by: AuditActor;
  readonly traceId: string;
  readonly sha256: Uint8Array | undefined;
};

function readJob(row: Row): StoredJob {
  return {
    jobId: row.job_id,
    name: row.name,
    contentType: row.content_type,
    partner: row.partner ?? undefined,
    state: row.state,
    createdAt: Number(row.created_at),
    changedAt: Number(row.changed_at),
    bytes: Number(row.bytes),
    parts: row.parts,
    sha256: row.sha256 ?? undefined,
    eventsTotal: row.events_total ?? undefined,
    eventsDone: row.events_done,
    captured: row.captured,
    duplicate: row.duplicate,
    exceptions: row.exceptions,
    findings: row.findings ?? undefined,
    refusal: row.refusal ?? undefined,
    by: row.by_actor,
    traceId: row.trace_id,
  };
}

export async function loadOpenJobs(
  sql: Reading,
  { owner, environment }: Scope,
  states: readonly JobState[],
): Promise<StoredJob[]> {
  return (await sql.run<Row>(OPEN, [owner, environment, states])).map(readJob);
}

export async function loadJobs(sql: Reading, { owner, environment }: Scope, limit: number): Promise<StoredJob[]> {
  return (await sql.run<Row>(LIST, [owner, environment, limit])).map(readJob);
}

export async function loadJob(
  sql: Reading,
  { owner, environment }: Scope,
  jobId: string,
): Promise<StoredJob | undefined> {
  const [row] = await sql.run<Row>(ONE, [owner, environment, jobId]);
  return row === undefined ? undefined : readJob(row);
}

const LOCK: Statement = { text: "select events_done, state from capture_job where job_id = $1 for update" };

/** Held to the end of the transaction: no two capture one job. */
export async function lockJob(sql: Sql, jobId: string): Promise<{ done: number; state: JobState } | undefined> {
  const [row] = await sql.run<{ events_done: number; state: JobState }>(LOCK, [jobId]);
  return row && { done: row.events_done, state: row.state };
}

const CHECKED: Statement = {
  text: "update capture_job set state = 'capturing', events_total = $2, findings = $3, changed_at = $4 where job_id = $1",
};

export async function markChecked(
  sql: Sql,
  jobId: string,
  events: number,
  findings: Findings,
  at: number,
): Promise<void> {
  await sql.run(CHECKED, [jobId, events, JSON.stringify(findings), at]);
}

const REFUSED: Statement = {
  text: `with gone as (delete from capture_part where job_id = $1)
update capture_job set state = 'refused', refusal = $2, findings = $3, changed_at = $4 where job_id = $1`,
};

export async function markRefused(
  sql: Sql,
  jobId: string,
  refusal: Refusal,
  findings: Findings | undefined,
  at: number,
): Promise<void> {
  await sql.run(REFUSED, [
    jobId,
    JSON.stringify(refusal),
    findings === undefined ? null : JSON.stringify(findings),
    at,
  ]);
}

const ADD_DONE: Statement = {
  text: `with job as (update capture_job set events_done = events_done + $2, captured = captured + $3, duplicate = duplicate + $4,
  exceptions = exceptions + $5, changed_at = $6 where job_id = $1)
update capture set received = received + $2, captured = captured + $3, duplicate = duplicate + $4 where capture_id = $1`,
};

export async function addDone(
  sql: Sql,
  jobId: string,
  slice: {
    readonly received: number;
    readonly captured: number;
    readonly duplicate: number;
    readonly exceptions: number;
  },
  at: number,
): Promise<void> {
  await sql.run(ADD_DONE, [jobId, slice.received, slice.captured, slice.duplicate, slice.exceptions, at]);
}

const CAPTURED: Statement = {
  text: "update capture_job set state = 'captured', changed_at = $2 where job_id = $1",
};

export async function markCaptured(sql: Sql, jobId: string, at: number): Promise<void> {
  await sql.run(CAPTURED, [jobId, at]);
}
