import { createHash } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { Fault } from "../../runtime/fault.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";

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
  text: `with kept as (insert into capture_document (capture_id, packed, document) values ($1, $14, $15))
insert into capture (capture_id, owner, environment, message_id, captured_at, source, partner, content_type, sha256, received, captured, duplicate, exceptions)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
};
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
const sources = ["own", "shared"] as const;

/** Keeps the document as it was received, byte for byte, packed, with the hash of the bytes. */
export async function insertCapture(
  sql: Sql,
  { owner, environment }: Scope,
  row: CaptureRow,
  document: Uint8Array,
): Promise<void> {
  const hash = createHash("sha256").update(document).digest();
  const packed = zstdCompressSync(document);
  const smaller = packed.length < document.length;
  await sql.run(INSERT, [
    row.captureId,
    owner,
    environment,
    row.messageId ?? null,
    row.capturedAt,
    sources.indexOf(row.source),
    row.partner ?? null,
    row.contentType,
    hash,
    row.received,
    row.captured,
    row.duplicate,
    row.exceptions,
    smaller ? packedZstd : packedNot,
    smaller ? packed : document,
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
