import { createClient, ProblemError } from "../contract/client.ts";
import type { Environment } from "../contract/envelope.ts";
import { journalBatchMax, type JournalEntry } from "../contract/journal.ts";
import { siteApi } from "../contract/site-api.ts";
import { isFault } from "../runtime/fault.ts";
import type { Machine, SqliteDatabase } from "../runtime/machine.ts";
import type { LinePort } from "./line-port.ts";
import { readCursor, saveCursor } from "./people/gateway.store.ts";

export const uploadLimits = { retryMinMs: 250, retryMaxMs: 30_000, idleMs: 1_000, timeoutMs: 20_000 } as const;

const cursorName = "journal-acknowledged";

export type UploaderParts = {
  readonly lineId: string;
  readonly environment: Environment;
  readonly site: { readonly url: string; readonly token?: string };
  readonly file: SqliteDatabase;
  readonly port: LinePort;
  readonly machine: Pick<Machine, "clock" | "random" | "log" | "network">;
};

export type UploadState = {
  readonly acknowledged: number;
  readonly head: number;
  /** The batch that is on its way or was refused. */
  readonly batch: { readonly messageId: string; readonly oldestAt: number; readonly attempts: number } | null;
  readonly stopped: boolean;
  readonly lastError: string | null;
  readonly lastHeardAt: number | null;
};

export type Uploader = {
  readonly state: () => UploadState /** Tries a refused batch again. */;
  resume(messageId: string): boolean;
  stop(): Promise<void>;
};

type Batch = {
  readonly messageId: string;
  readonly owner: string;
  readonly entries: readonly JournalEntry[];
  attempts: number;
};

/**
 * Carries the journal to the site, in order, a batch at a time. A batch that may have arrived is sent again under the
 * same message id; one that the site refuses stops the upload until a person resumes it. The line runs on either way.
 */
export function startUploader(parts: UploaderParts): Uploader {
  const { file, machine, port } = parts;
  const client = createClient({ ...parts.site, fetch: machine.network.fetch, timeoutMs: uploadLimits.timeoutMs });
  const ended = new AbortController();
  const owners = new Map<string, string>();
  let acknowledged = readCursor(file, cursorName);
  let head = acknowledged;
  let batch: Batch | null = null;
  let stopped = false;
  let lastError: string | null = null;
  let lastHeardAt: number | null = null;
  let wake = new AbortController();

  const unsubscribe = port.subscribe((snapshot) => {
    head = snapshot.headSeq;
    for (const run of snapshot.runs) owners.set(run.runId, run.owner);
    if (head > acknowledged && !stopped && lastError === null) wake.abort();
  });
  const pause = async (delayMs: number) => {
    wake = new AbortController();
    await machine.clock.sleep(delayMs, AbortSignal.any([wake.signal, ended.signal]));
  };
  const send = async (sending: Batch) => {
    const reply = await client.call(siteApi.writeJournal, {
      params: { lineId: parts.lineId },
      body: { entries: [...sending.entries] },
      envelope: {
        messageId: sending.messageId,
        owner: sending.owner,
        environment: parts.environment,
        traceId: sending.messageId.replaceAll("-", ""),
      },
    });
    lastHeardAt = machine.clock.now();
    // The site's word counts, also when it is less than before: it was restored and asks again.
    acknowledged = reply.acknowledged;
    saveCursor(file, cursorName, acknowledged);
  };
  const once = async (): Promise<number> => {
    batch ??= await nextBatch(port, acknowledged, owners, () => machine.random.uuid7());
    const sending = batch;
    if (!sending) return uploadLimits.idleMs;
    try {
      sending.attempts++;
      await send(sending);
      batch = null;
      lastError = null;
      return 0;
    } catch (error) {
      lastError = error instanceof Error ? error.message.slice(0, 500) : String(error);
      stopped = isRefused(error);
      if (stopped) machine.log.error("the site refused the line's journal", { lineId: parts.lineId, error: lastError });
      return Math.min(uploadLimits.retryMaxMs, uploadLimits.retryMinMs * 2 ** Math.min(sending.attempts, 10));
    }
  };
  const run = async () => {
    while (!ended.signal.aborted) {
      const delayMs = await once().catch((error: unknown) => {
        // The verdict process is away: it comes back, and the journal is where it was.
        if (!isFault(error)) machine.log.error("journal upload failed", { error: String(error) });
        return uploadLimits.idleMs;
      });
      while (stopped && !ended.signal.aborted) await pause(uploadLimits.retryMaxMs);
      if (delayMs > 0) await pause(delayMs);
    }
  };
  const running = run();

  return {
    state: () => ({
      acknowledged,
      head,
      stopped,
      lastError,
      lastHeardAt,
      batch: batch && { messageId: batch.messageId, oldestAt: batch.entries[0]?.at ?? 0, attempts: batch.attempts },
    }),
    resume(messageId) {
      if (!stopped || batch?.messageId !== messageId) return false;
      // The same entries under a new id: the refused message is not to be answered from the site's memory.
      batch = null;
      stopped = false;
      lastError = null;
      wake.abort();
      return true;
    },
    async stop() {
      unsubscribe();
      ended.abort();
      await running;
    },
  };
}

/** Entries of one owner: a batch carries one company's matters. */
async function nextBatch(
  port: LinePort,
  after: number,
  owners: Map<string, string>,
  messageId: () => string,
): Promise<Batch | null> {
  const page = await port.entries(after, journalBatchMax);
  const [first] = page;
  if (!first) return null;
  const ownerOf = async (runId: string) => {
    const known = owners.get(runId) ?? (await port.run(runId))?.owner;
    if (known !== undefined) owners.set(runId, known);
    return known;
  };
  const owner: string | undefined = (await ownerOf(first.runId)) ?? [...owners.values()][0];
  if (owner === undefined) return null;
  const entries: JournalEntry[] = [];
  for (const entry of page) {
    const mine: string = (await ownerOf(entry.runId)) ?? owner;
    if (mine !== owner) break;
    entries.push(entry);
  }
  return { messageId: messageId(), owner, entries, attempts: 0 };
}

/** The site understood and said no; anything else is tried again. */
function isRefused(error: unknown): boolean {
  if (error instanceof ProblemError)
    return error.status >= 400 && error.status < 500 && ![401, 408, 425, 429].includes(error.status);
  return isFault(error) && error.kind === "permanent";
}
