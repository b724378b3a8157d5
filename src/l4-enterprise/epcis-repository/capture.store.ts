import { createHash } from "node:crypto";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { Fault } from "../../runtime/fault.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { byteaArray, integerArray } from "../../runtime/postgres/binary-array.ts";

type Scope = { readonly owner: string; readonly environment: string };

export type CaptureRow = {
  readonly captureId: string;
  readonly messageId: string | undefined;
  readonly capturedAt: number;
  readonly source: "own" | "shared";
  /** GLN of the company that sent it; undefined for our own. */
  readonly partner: string | undefined;
  readonly contentType: string;
  readonly received: number;
  readonly captured: number;
  readonly duplicate: number;
  readonly exceptions: number;
};

const INSERT: Statement = {
  name: "capture_insert",
  text: `with kept as (insert into capture_document (capture_id, packed, document) select * from unnest($1::uuid[], $2::smallint[], $3::bytea[]))
insert into capture (capture_id, owner, environment, message_id, captured_at, source, partner, content_type, sha256, received, captured, duplicate, exceptions)
select c.capture_id, $4, $5, c.message_id, c.captured_at, c.source, c.partner, c.content_type, c.sha256, c.received, c.captured, c.duplicate, c.exceptions
from unnest($1::uuid[], $6::text[], $7::bigint[], $8::smallint[], $9::text[], $10::text[], $11::bytea[], $12::int[], $13::int[], $14::int[], $15::int[])
  as c(capture_id, message_id, captured_at, source, partner, content_type, sha256, received, captured, duplicate, exceptions)`,
};
// An error declaration and its event may be captured at the same moment: neither would see the other. Whoever declares
// waits until those that capture have committed, and they wait for it; among themselves they do not.
const LOCK_SHARED: Statement = {
  name: "capture_lock_shared",
  text: "select pg_advisory_xact_lock_shared(hashtextextended($1, 1))",
};
const LOCK_ALONE: Statement = {
  name: "capture_lock_alone",
  text: "select pg_advisory_xact_lock(hashtextextended($1, 1))",
};

/** Held to the end of the transaction. `declares`: among what is captured are error declarations. */
export async function lockCaptures(sql: Sql, { owner, environment }: Scope, declares: boolean): Promise<void> {
  await sql.run(declares ? LOCK_ALONE : LOCK_SHARED, [`${owner}|${environment}`]);
}

const ADD_EXCEPTIONS: Statement = {
  name: "capture_add_exceptions",
  text: "update capture set exceptions = exceptions + $2 where capture_id = $1",
};
const SELECT: Statement = {
  text: `select capture_id, message_id, captured_at, source, partner, content_type, sha256, received, captured, duplicate, exceptions from capture
where capture_id = any($1) and owner = $2 and environment = $3`,
};
const SELECT_DOCUMENT: Statement = {
  text: `select c.sha256, d.packed, d.document from capture c join capture_document d using (capture_id)
where c.capture_id = $1 and c.owner = $2 and c.environment = $3`,
};

const packedNot = 0;
const packedZstd = 1;
/** Documents are lists of numbers that no level finds more in: the fastest packs them as small. */
const packLevel = 1;
const sources = ["own", "shared"] as const;

/** A document as it was received, byte for byte, packed where that makes it smaller, with the hash of its bytes. */
export type KeptDocument = { readonly sha256: Buffer; readonly packed: number; readonly document: Uint8Array };

export function keptDocument(bytes: Uint8Array): KeptDocument {
  const sha256 = createHash("sha256").update(bytes).digest();
  const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: packLevel } });
  const smaller = packed.length < bytes.length;
  return { sha256, packed: smaller ? packedZstd : packedNot, document: smaller ? packed : bytes };
}

/** Keeps documents and what became of them. */
export async function insertCaptures(
  sql: Sql,
  { owner, environment }: Scope,
  rows: readonly (CaptureRow & { readonly kept: KeptDocument })[],
): Promise<void> {
  const column = <T>(of: (row: CaptureRow & { readonly kept: KeptDocument }) => T) => rows.map(of);
  await sql.run(INSERT, [
    column(({ captureId }) => captureId),
    integerArray(column(({ kept }) => kept.packed)),
    byteaArray(column(({ kept }) => kept.document)),
    owner,
    environment,
    column(({ messageId }) => messageId ?? null),
    integerArray(column(({ capturedAt }) => capturedAt)),
    integerArray(column(({ source }) => sources.indexOf(source))),
    column(({ partner }) => partner ?? null),
    column(({ contentType }) => contentType),
    byteaArray(column(({ kept }) => kept.sha256)),
    integerArray(column(({ received }) => received)),
    integerArray(column(({ captured }) => captured)),
    integerArray(column(({ duplicate }) => duplicate)),
    integerArray(column(({ exceptions }) => exceptions)),
  ]);
}

const INSERT_ROW: Statement = {
  text: `insert into capture (capture_id, owner, environment, message_id, captured_at, source, partner, content_type, sha256, received, captured, duplicate, exceptions)
values ($1, $2, $3, null, $4, $5, $6, $7, $8, 0, 0, 0, 0) on conflict do nothing`,
};

/** A capture whose document is kept elsewhere, in parts; nothing of it is captured yet. */
export async function insertCaptureRow(
  sql: Sql,
  { owner, environment }: Scope,
  row: Pick<CaptureRow, "captureId" | "capturedAt" | "source" | "partner" | "contentType">,
  sha256: Uint8Array,
): Promise<void> {
  const { captureId, capturedAt, source, partner, contentType } = row;
  const from = sources.indexOf(source);
  await sql.run(INSERT_ROW, [captureId, owner, environment, capturedAt, from, partner ?? null, contentType, sha256]);
}

export async function addExceptions(sql: Sql, captureId: string, exceptions: number): Promise<void> {
  await sql.run(ADD_EXCEPTIONS, [captureId, exceptions]);
}

type Row = {
  capture_id: string;
  message_id: string | null;
  captured_at: string;
  source: number;
  partner: string | null;
  content_type: string;
  received: number;
  captured: number;
  duplicate: number;
  exceptions: number;
};

/** Captures by their id: who sent the events that carry it. */
export async function loadCaptures(
  sql: Sql,
  { owner, environment }: Scope,
  captureIds: readonly string[],
): Promise<Map<string, CaptureRow>> {
  const rows = await sql.run<Row>(SELECT, [captureIds, owner, environment]);
  return new Map(rows.map((row) => [row.capture_id, readCapture(row)]));
}

function readCapture(row: Row): CaptureRow {
  return {
    captureId: row.capture_id,
    messageId: row.message_id ?? undefined,
    capturedAt: Number(row.captured_at),
    source: sources[row.source] ?? "shared",
    partner: row.partner ?? undefined,
    contentType: row.content_type,
    received: row.received,
    captured: row.captured,
    duplicate: row.duplicate,
    exceptions: row.exceptions,
  };
}

const HASHES: Statement = {
  text: "select capture_id, sha256 from capture where capture_id = any($1) and owner = $2 and environment = $3",
};

/** SHA-256 of the documents as they were received, in hexadecimal digits. */
export async function loadCaptureHashes(
  sql: Sql,
  { owner, environment }: Scope,
  captureIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await sql.run<{ capture_id: string; sha256: Buffer }>(HASHES, [captureIds, owner, environment]);
  return new Map(rows.map(({ capture_id, sha256 }) => [capture_id, sha256.toString("hex")]));
}

/** The document as it was received; undefined when there is no such capture. Faults `capture.document-damaged` when its hash differs. */
export async function loadDocument(
  sql: Sql,
  { owner, environment }: Scope,
  captureId: string,
): Promise<Uint8Array | undefined> {
  const [row] = await sql.run<{ sha256: Buffer; packed: number; document: Buffer }>(SELECT_DOCUMENT, [
    captureId,
    owner,
    environment,
  ]);
  if (row === undefined) return undefined;
  const document = row.packed === packedZstd ? unpacked(row.document) : row.document;
  if (document === undefined || !createHash("sha256").update(document).digest().equals(row.sha256)) {
    throw new Fault(
      "permanent",
      "capture.document-damaged",
      `the document of capture ${captureId} is not what was received`,
    );
  }
  return document;
}

/** Undefined when the bytes are no longer what was packed. */
function unpacked(packed: Buffer): Buffer | undefined {
  try {
    return zstdDecompressSync(packed);
  } catch {
    return undefined;
  }
}

const COUNT_CAPTURES: Statement = {
  text: "select count(*) as n from capture where owner = $1 and environment = $2",
};

export async function countCaptures(sql: Sql, { owner, environment }: Scope): Promise<number> {
  return Number((await sql.run<{ n: string }>(COUNT_CAPTURES, [owner, environment]))[0]?.n);
}

const CAPTURES_AFTER: Statement = {
  text: `select capture_id, message_id, captured_at, source, partner, content_type, received, captured, duplicate, exceptions from capture
where owner = $1 and environment = $2 and capture_id > $3 order by capture_id limit $4`,
};

/** A page of all captures, in the order of their ids. */
export async function loadCapturesAfter(
  sql: Sql,
  { owner, environment }: Scope,
  after: string,
  count: number,
): Promise<CaptureRow[]> {
  return (await sql.run<Row>(CAPTURES_AFTER, [owner, environment, after, count])).map(readCapture);
}
