import { createHash, type Hash } from "node:crypto";
import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import { audit, systemActor } from "../../gxp/audit/audit.ts";
import type { Party } from "../../contract/enterprise-api.ts";
import type { Database, Machine, Sql } from "../../runtime/machine.ts";
import { version } from "../../runtime/version.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { loadDirectory } from "../ledger/identity.store.ts";
import { oneSnapshot } from "../ledger/replay/verify.ts";
import { stateHash } from "../ledger/replay/state-hash.ts";
import {
  businessFiles,
  documentsFile,
  eventRecordsFile,
  eventsFile,
  foundationFiles,
  notExported,
  remarks,
  type TableFile,
  transferFiles,
  transfersChain,
} from "./company-files.ts";
import { readEventLines } from "./event-lines.ts";
import { type Content, type FileEntry, makeManifest, type Manifest } from "./manifest.ts";
import { countRows, readDocuments, readTable } from "./transfer.store.ts";

/** Takes the lines of the files, without their newline, in order; files come one after another or by turns. */
export type LineSink = (file: string, lines: readonly string[]) => Promise<void>;
/** `done` of `total` rows so far. */
export type Progress = (done: number, total: number) => void;

/**
 * Writes everything of the company, as of one moment, while work goes on; answers the manifest, which the caller
 * writes last. Held in memory: some hundred rows, a few documents.
 */
export async function exportCompany(
  machine: Machine,
  database: Database,
  ctx: LedgerContext,
  company: Party,
  sink: LineSink,
  progress: Progress = () => {},
): Promise<Manifest> {
  const exportedAt = machine.clock.now();
  const { content, transfers } = await database.transaction(async (sql) => {
    await oneSnapshot(sql);
    const counting = counted(sink, progress, await countAll(sql));
    const written = await writeContent(sql, ctx, counting);
    const moved = hashing(counting);
    for (const file of transferFiles) await writeTableFile(sql, file, moved.write);
    return { content: written, transfers: moved.entries() };
  });
  const manifest = makeManifest({
    ...content,
    transfers,
    program: version,
    exportedAt,
    company: { gln: company.gln, name: company.name },
    environment: ctx.environment,
    notIncluded: notExported,
    remarks: [...remarks],
  });
  await database.transaction((sql) =>
    audit(sql, {
      chain: transfersChain,
      actor: systemActor("console"),
      action: "company.export",
      subject: `company/${ctx.owner}`,
      after: summaryOf(manifest),
      at: exportedAt,
      owner: ctx.owner,
    }),
  );
  return manifest;
}

/** What the trail keeps of an export or import. */
export function summaryOf({ contentSha256, files, state }: Manifest) {
  return { contentSha256, state, rows: Object.fromEntries(files.map(({ file, rows }) => [file, rows])) };
}

/** Files and state that stand in this transaction's snapshot; the same content gives the same hashes. */
export async function writeContent(sql: Sql, ctx: LedgerContext, sink: LineSink): Promise<Content> {
  const { write, entries } = hashing(sink);
  for (const file of foundationFiles) await writeTableFile(sql, file, write);
  await write(documentsFile);
  for await (const lines of readDocuments(sql)) await write(documentsFile, lines.map(canonicalJson));
  await write(eventsFile);
  await write(eventRecordsFile);
  const scope = (await loadDirectory(sql, ctx, []))?.scope;
  if (scope !== undefined) {
    for await (const lines of readEventLines(sql, ctx, scope)) {
      await write(
        eventsFile,
        lines.map(({ event }) => event),
      );
      await write(
        eventRecordsFile,
        lines.map(({ record }) => canonicalJson(record)),
      );
    }
  }
  for (const file of businessFiles) await writeTableFile(sql, file, write);
  return { files: entries(), state: await stateHash(sql) };
}

type Write = (file: string, lines?: readonly string[]) => Promise<void>;

async function writeTableFile(sql: Sql, file: TableFile, write: Write): Promise<void> {
  // An empty table is an empty file: that it was empty is told, too.
  await write(file.file);
  for await (const rows of readTable(sql, file)) await write(file.file, rows.map(canonicalJson));
}

/** Counts and hashes what goes to the sink. */
function hashing(sink: LineSink): { write: Write; entries(): FileEntry[] } {
  const files = new Map<string, { hash: Hash; rows: number; bytes: number }>();
  return {
    async write(file, lines = []) {
      const entry = files.get(file) ?? { hash: createHash("sha256"), rows: 0, bytes: 0 };
      files.set(file, entry);
      for (const line of lines) {
        entry.hash.update(line).update("\n");
        entry.rows++;
        entry.bytes += Buffer.byteLength(line) + 1;
      }
      await sink(file, lines);
    },
    entries: () =>
      [...files].map(([file, { hash, rows, bytes }]) => ({ file, rows, bytes, sha256: hash.digest("hex") })),
  };
}

function counted(sink: LineSink, progress: Progress, total: number): LineSink {
  let done = 0;
  progress(0, total);
  return async (file, lines) => {
    await sink(file, lines);
    done += lines.length;
    progress(done, total);
  };
}

async function countAll(sql: Sql): Promise<number> {
  let total = (await countRows(sql, "capture_document")) + 2 * (await countRows(sql, "event"));
  for (const { table, where } of [...foundationFiles, ...businessFiles, ...transferFiles])
    total += await countRows(sql, table, where);
  return total;
}
