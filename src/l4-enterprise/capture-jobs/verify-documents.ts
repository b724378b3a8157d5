import { must } from "../../kernel/base/result.ts";
import { isFault } from "../../runtime/fault.ts";
import type { Sql } from "../../runtime/machine.ts";
import { uuidOfHex } from "../ledger/encoding/epc-key.ts";
import { encodeMembers } from "../ledger/encoding/members.ts";
import { countEvents, loadEvents } from "../ledger/event.store.ts";
import type { EventRow } from "../ledger/event-row.ts";
import { type LedgerContext, resolveThings } from "../ledger/identity.ts";
import type { Difference, VerifyProgress } from "../ledger/replay/verify.ts";
import { identifiersIn, readDocument } from "../epcis-repository/capture.handler.ts";
import { type CaptureRow, countCaptures, loadCapturesAfter, loadDocument } from "../epcis-repository/capture.store.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import { capturedSlices } from "./capture-job.handler.ts";
import { loadJob } from "./capture-job.store.ts";
import { storedEvent } from "../epcis-repository/capture.ts";

const pageDocuments = 100;
const firstId = "00000000-0000-0000-0000-000000000000";

export type VerifiedDocuments = { readonly documents: number; readonly differences: readonly Difference[] };

/**
 * Reads every document as it was received and holds its events against those that are stored: none altered, none
 * missing, and no event that no document tells of. A document whose bytes are not those received is a difference too.
 */
export async function verifyDocuments(
  sql: Sql,
  ctx: LedgerContext,
  progress: VerifyProgress = () => undefined,
): Promise<VerifiedDocuments> {
  const differences: Difference[] = [];
  const total = await countCaptures(sql, ctx);
  const told = new Set<string>();
  let documents = 0;
  let scope = -1;
  let damaged = false;
  for (let after = firstId; ; ) {
    const page = await loadCapturesAfter(sql, ctx, after, pageDocuments);
    for (const capture of page) {
      const checked = await checkDocument(sql, ctx, capture);
      if (checked === undefined) {
        damaged = true;
        differences.push({ what: "document", name: capture.captureId, stored: "", derived: "as received" });
      } else {
        scope = checked.scope;
        for (const id of checked.told) told.add(id);
        differences.push(...checked.differences);
      }
      progress("documents", ++documents, total);
    }
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.captureId;
  }
  const events = scope === -1 ? 0 : await countEvents(sql, scope);
  // Of a document that cannot be read nobody knows what it told.
  if (!damaged && events !== told.size)
    differences.push({ what: "rows", name: "event", stored: String(events), derived: String(told.size) });
  return { documents, differences };
}

async function checkDocument(sql: Sql, ctx: LedgerContext, capture: CaptureRow) {
  const told: string[] = [];
  const differences: Difference[] = [];
  let scope = -1;
  const slices = await slicesOf(sql, ctx, capture);
  if (slices === undefined) return undefined;
  for await (const events of slices) {
    const checked = await checkEvents(sql, ctx, capture, events);
    scope = checked.scope;
    told.push(...checked.told);
    differences.push(...checked.differences);
  }
  return { scope, told, differences };
}

/** The document's events: all at once, or of one that is kept in parts a few at a time. */
async function slicesOf(
  sql: Sql,
  ctx: LedgerContext,
  { captureId, contentType }: CaptureRow,
): Promise<AsyncIterable<EpcisEvent[]> | Iterable<readonly EpcisEvent[]> | undefined> {
  const job = await loadJob(sql, ctx, captureId);
  if (job !== undefined) return capturedSlices({ database: sql }, job);
  const document = await loadDocument(sql, ctx, captureId).catch((error: unknown) => {
    if (isFault(error) && error.code === "capture.document-damaged") return undefined;
    throw error;
  });
  return document && [must(readDocument({ document, contentType })).events];
}

async function checkEvents(sql: Sql, ctx: LedgerContext, capture: CaptureRow, events: readonly EpcisEvent[]) {
  const { captureId, capturedAt, source } = capture;
  const { scope, find } = await resolveThings(sql, ctx, identifiersIn(events));
  const about = { scope, captureId, recordedAt: capturedAt, source, find };
  const derived = events.map((event) => storedEvent(event, about).row);
  const stored = new Map(
    (await loadEvents(sql, [...new Set(derived.map(({ id }) => id))])).map((row) => [row.id, row]),
  );
  const differences: Difference[] = [];
  for (const row of derived) {
    const is = stored.get(row.id);
    const [text, should] = [is === undefined ? "" : spelled(is, source), spelled(row, source)];
    if (text !== should) differences.push({ what: "event", name: uuidOfHex(row.id), stored: text, derived: should });
  }
  return { scope, told: derived.map(({ id }) => id), differences };
}

/** What is stored of an event as its document tells it; another company's may be stored with fewer objects than it names. */
function spelled(row: EventRow, source: EventRow["source"]): string {
  const { at, offsetMinutes, type, action, bizStep, disposition, readPoint, bizLocation, ref, declares, body } = row;
  const named = source === "own" ? [row.parent, encodeMembers(row.members).toString("hex")] : [];
  const words = [at, offsetMinutes, type, action, bizStep, disposition, readPoint, bizLocation, ref, declares];
  return JSON.stringify([...words, ...named, ordered(body)]);
}

/** jsonb has an order of its own. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Record<string, unknown>).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, ordered(each)]));
}
