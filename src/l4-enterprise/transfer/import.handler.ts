import { createHash } from "node:crypto";
import { audit, systemActor } from "../../gxp/audit/audit.ts";
import { deny } from "../../kernel/base/result.ts";
import { isFault } from "../../runtime/fault.ts";
import type { Database, Machine, Sql } from "../../runtime/machine.ts";
import { uuidOfHex } from "../ledger/encoding/epc-key.ts";
import { loadEventsAfter } from "../ledger/event.store.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { loadDirectory } from "../ledger/identity.store.ts";
import { applyToStore } from "../ledger/ledger-apply.ts";
import { sqlHistory, withThings } from "../ledger/member-things.ts";
import { sqlStateStore } from "../ledger/state.store.ts";
import { loadAllPools } from "../serial-numbers/number-pool.store.ts";
import { poolSubject } from "../serial-numbers/pool-keys.ts";
import {
  businessFiles,
  documentsFile,
  eventRecordsFile,
  eventsFile,
  foundationFiles,
  otherFiles,
  type TableFile,
  transferFiles,
  transfersChain,
} from "./company-files.ts";
import { type EventLines, type EventRecord, writeEventLines } from "./event-lines.ts";
import { type Progress, summaryOf, writeContent } from "./export.handler.ts";
import { differences, type FileEntry, type Manifest, manifestFile } from "./manifest.ts";
import {
  type DocumentLine,
  hasRows,
  type JsonRow,
  moveSequences,
  writeDocuments,
  writeTable,
} from "./transfer.store.ts";

/** The lines of a file, from the first, each time it is asked for. Ends at once for a file that is not there. */
export type LineSource = (file: string) => AsyncIterable<string>;

const linesAtOnce = 500;
const charsAtOnceMax = 4 * 1024 * 1024;
const eventsAtOnce = 500;
const columnName = /^[a-z][a-z0-9_]*$/;

export type ImportInput = { readonly manifest: Manifest; readonly lines: LineSource; readonly progress?: Progress };

/**
 * Makes an empty database what another one was: rows under the numbers and keys that they had, state derived from the
 * events. All or nothing: before it commits, everything is read again and held against the manifest, hash by hash.
 * Throws the refusals `transfer.*`.
 */
export async function importCompany(
  machine: Machine,
  database: Database,
  ctx: LedgerContext,
  { manifest, lines, progress = () => {} }: ImportInput,
): Promise<void> {
  if (manifest.company.gln !== ctx.owner || manifest.environment !== ctx.environment)
    deny("transfer.other-company", manifestFile, `${manifest.company.gln}, ${manifest.environment}`);
  await database.transaction(async (sql) => {
    await checkEmpty(sql);
    const files = filesOf(manifest, lines, progress);
    for (const file of foundationFiles) await readTableFile(sql, file, files);
    await moveSequences(sql);
    await checkKeys(sql, ctx);
    await readDocumentFile(sql, files);
    await readEventFiles(sql, ctx, files);
    for (const file of [...businessFiles, ...transferFiles]) await readTableFile(sql, file, files);
    await deriveState(sql, ctx);
    const differ = differences(await writeContent(sql, ctx, async () => {}), manifest);
    if (differ.length > 0) deny("transfer.differs", differ.join(", "));
    await audit(sql, {
      chain: transfersChain,
      actor: systemActor("console"),
      action: "company.import",
      subject: `company/${ctx.owner}`,
      after: summaryOf(manifest),
      at: machine.clock.now(),
      owner: ctx.owner,
    });
  });
}

/** A database that holds anything is not written over, and not mixed with another's. */
async function checkEmpty(sql: Sql): Promise<void> {
  const tables = [...foundationFiles, ...businessFiles].map(({ table }) => table);
  for (const table of [...tables, ...Object.keys(otherFiles)])
    if (await hasRows(sql, table)) deny("transfer.not-empty", table);
}

/** Keys of pools open with this company's key file only, and without them no number could be told. */
async function checkKeys(sql: Sql, ctx: LedgerContext): Promise<void> {
  for (const stored of await loadAllPools(sql, ctx)) {
    if (stored.kind !== "serials") continue;
    try {
      ctx.keys.cipherOf(poolSubject(ctx, stored.pool), stored.wrappedKey);
    } catch (error) {
      if (!isFault(error)) throw error;
      deny("transfer.other-key", `pool ${stored.poolId}`);
    }
  }
}

type Files = (file: string) => AsyncGenerator<string[]>;

/** Lines in batches; a file that is not what the manifest says is refused when its end is reached. */
function filesOf(manifest: Manifest, source: LineSource, progress: Progress): Files {
  const entries = new Map([...manifest.files, ...manifest.transfers].map((entry) => [entry.file, entry]));
  const total = [...entries.values()].reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  return async function* (file) {
    const expected: FileEntry | undefined = entries.get(file);
    // An older release had no such file, and nothing that would have stood in it.
    if (expected === undefined) return;
    const hash = createHash("sha256");
    let [batch, chars]: [string[], number] = [[], 0];
    for await (const line of source(file)) {
      hash.update(line).update("\n");
      batch.push(line);
      chars += line.length;
      if (batch.length < linesAtOnce && chars < charsAtOnceMax) continue;
      yield batch;
      done += batch.length;
      progress(done, total);
      [batch, chars] = [[], 0];
    }
    if (hash.digest("hex") !== expected.sha256) deny("transfer.damaged", file);
    if (batch.length > 0) yield batch;
    done += batch.length;
    progress(done, total);
  };
}

function parse<T>(file: string, line: string): T {
  try {
    return JSON.parse(line) as T;
  } catch {
    return deny("transfer.damaged", file);
  }
}

async function readTableFile(sql: Sql, { file, table }: TableFile, files: Files): Promise<void> {
  for await (const lines of files(file)) {
    const rows = lines.map((line) => parse<JsonRow>(file, line));
    if (Object.keys(rows[0] ?? {}).some((column) => !columnName.test(column))) deny("transfer.damaged", file);
    await writeTable(sql, table, rows);
  }
}

async function readDocumentFile(sql: Sql, files: Files): Promise<void> {
  for await (const lines of files(documentsFile))
    await writeDocuments(
      sql,
      lines.map((line) => parse<DocumentLine>(documentsFile, line)),
    );
}

async function readEventFiles(sql: Sql, ctx: LedgerContext, files: Files): Promise<void> {
  const records = singly(files(eventRecordsFile));
  for await (const lines of files(eventsFile)) {
    const both: EventLines[] = [];
    for (const event of lines) {
      const next = await records.next();
      if (next.done === true) return deny("transfer.damaged", eventRecordsFile);
      both.push({ event, record: parse<EventRecord>(eventRecordsFile, next.value) });
    }
    await writeEventLines(sql, ctx, both);
  }
  if ((await records.next()).done !== true) deny("transfer.damaged", eventRecordsFile);
}

async function* singly(batches: AsyncIterable<readonly string[]>): AsyncGenerator<string, undefined> {
  for await (const batch of batches) yield* batch;
  return undefined;
}

/** Replays every event, in order: the state is what they say, not what somebody wrote. */
async function deriveState(sql: Sql, ctx: LedgerContext): Promise<void> {
  const scope = (await loadDirectory(sql, ctx, []))?.scope;
  if (scope === undefined) return;
  const [store, history] = [sqlStateStore(sql, true), sqlHistory(sql, ctx)];
  let after = uuidOfHex("0".repeat(32));
  for (;;) {
    const page = await loadEventsAfter(sql, scope, after, eventsAtOnce);
    const last = page.at(-1);
    if (last === undefined) return;
    await applyToStore(store, history, await withThings(sql, ctx, page), new Set());
    after = uuidOfHex(last.id);
  }
}
