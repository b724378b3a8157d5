import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { readThrough } from "../../runtime/postgres/read-through.ts";
import type { TableFile } from "./company-files.ts";

/** Documents are large: few are held at a time. */
const documentsAtOnce = 8;

export type JsonRow = Readonly<Record<string, unknown>>;

/** A table's rows as JSON, in the order of its key. */
export async function* readTable(sql: Sql, { table, key, without = [], where }: TableFile): AsyncGenerator<JsonRow[]> {
  const left = without.map((column) => ` - '${column}'`).join("");
  const query = `select to_jsonb(t)${left} as row from ${table} t${where === undefined ? "" : ` where ${where}`} order by ${key}`;
  for await (const rows of readThrough<{ row: JsonRow }>(sql, `export_${table}`, query))
    yield rows.map(({ row }) => row);
}

/** Rows as `readTable` gave them; columns that they do not name take their defaults. */
export async function writeTable(sql: Sql, table: string, rows: readonly JsonRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(", ");
  await sql.run(
    {
      text: `insert into ${table} (${columns}) overriding system value select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    },
    [JSON.stringify(rows)],
  );
}

export async function countRows(sql: Sql, table: string, where?: string): Promise<number> {
  const [row] = await sql.run<{ n: string }>({
    text: `select count(*) as n from ${table}${where === undefined ? "" : ` where ${where}`}`,
  });
  return Number(row?.n ?? 0);
}

export async function hasRows(sql: Sql, table: string): Promise<boolean> {
  const [row] = await sql.run<{ found: boolean }>({ text: `select exists (select 1 from ${table}) as found` });
  return row?.found === true;
}

export type DocumentLine = {
  readonly captureId: string;
  readonly contentType: string;
  readonly sha256: string;
  readonly text: string;
};

// A byte order mark is a part of what was received.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const packedZstd = 1;

/** Documents as they were received. */
export async function* readDocuments(sql: Sql): AsyncGenerator<DocumentLine[]> {
  type Row = { capture_id: string; content_type: string; sha256: Buffer; packed: number; document: Buffer };
  const query =
    "select d.capture_id, c.content_type, c.sha256, d.packed, d.document from capture_document d join capture c using (capture_id) order by d.capture_id";
  for await (const rows of readThrough<Row>(sql, "export_documents", query, documentsAtOnce))
    yield rows.map(({ capture_id, content_type, sha256, packed, document }) => ({
      captureId: capture_id,
      contentType: content_type,
      sha256: sha256.toString("hex"),
      text: decoder.decode(packed === packedZstd ? zstdDecompressSync(document) : document),
    }));
}

const INSERT_DOCUMENTS: Statement = {
  text: `insert into capture_document (capture_id, packed, document)
select * from unnest($1::uuid[], $2::smallint[], $3::bytea[])`,
};

export async function writeDocuments(sql: Sql, lines: readonly DocumentLine[]): Promise<void> {
  await sql.run(INSERT_DOCUMENTS, [
    lines.map(({ captureId }) => captureId),
    lines.map(() => packedZstd),
    lines.map(({ text }) => zstdCompressSync(Buffer.from(text, "utf8"))),
  ]);
}

const MARK_DECLARED: Statement = {
  text: "update event set declared = true where event_id = any($1) and bucket = any($2)",
};

export async function markDeclared(sql: Sql, ids: readonly string[], buckets: readonly number[]): Promise<void> {
  if (ids.length > 0) await sql.run(MARK_DECLARED, [ids, buckets]);
}

const NUMBERED = [
  ["scope", "scope"],
  ["epc_class", "class_id"],
  ["lot", "lot_id"],
  ["number_pool", "pool_id"],
] as const;

/** The next number that the database gives out follows those that were written. */
export async function moveSequences(sql: Sql): Promise<void> {
  for (const [table, column] of NUMBERED)
    await sql.run({
      text: `select setval(pg_get_serial_sequence('${table}', '${column}'), (select coalesce(max(${column}), 0) + 1 from ${table}), false)`,
    });
}
