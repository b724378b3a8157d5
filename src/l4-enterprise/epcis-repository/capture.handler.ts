import { must, refuse, type Result } from "../../kernel/base/result.ts";
import { parseEpcisJson } from "../../kernel/epcis/json.ts";
import type { EpcisDocument, EpcisEvent } from "../../kernel/epcis/model.ts";
import { parseEpcisXml } from "../../kernel/epcis/xml.ts";
import type { Database, Machine, Sql } from "../../runtime/machine.ts";
import { hexOfUuid, uuidOfHex } from "../ledger/encoding/epc-key.ts";
import { loadEvents, placeIds, saveEvents } from "../ledger/event.store.ts";
import type { LotName } from "../ledger/lot.store.ts";
import type { Raised } from "../ledger/exception.store.ts";
import { type LedgerContext, resolveThings } from "../ledger/identity.ts";
import { applyEvents, publicEventId } from "../ledger/ledger.ts";
import type { AppliedEvent } from "../ledger/ledger-apply.ts";
import { addExceptions, insertCaptures, type KeptDocument, keptDocument, lockCaptures } from "./capture.store.ts";
import { type Judged, setClaimsAside } from "./claims.ts";
import { checkEvent, identifiersOf, storedEvent } from "./capture.ts";
import { withDeclarations } from "./declarations.ts";
import { lotsOf } from "./told-lots.ts";
import { unissuedNumbers } from "./unissued.ts";

export type CaptureInput = {
  /** The document as it came; text is taken as UTF-8. */
  readonly document: Uint8Array | string;
  /** `application/xml` (EPCIS 1.2 or 2.0) or JSON (`application/ld+json`, `application/json`). */
  readonly contentType: string;
  /** `own`: of our own sites and this level; `shared`: another company's word. */
  readonly source: "own" | "shared";
  /** GLN of the company whose word it is, when it is not our own. */
  readonly partner?: string;
  readonly messageId?: string;
};

export type Captured = {
  readonly captureId: string;
  readonly received: number;
  readonly captured: number;
  readonly duplicate: number;
  readonly exceptions: number;
  /** Lots that have other good packs than before: what was reported on them is due for correction. */
  readonly correctedLots: readonly LotName[];
  /** How the ledger names the document's events, in their order. */
  readonly eventIds: readonly string[];
  /** Names of events that the document takes back. */
  readonly withdrawn: readonly string[];
};

const eventsMax = 100_000;
const identifiersMax = 2_000_000;

/**
 * Captures an EPCIS document in one transaction: kept as received, its new events stored, the ledger up to date.
 * Events that are known already are counted and skipped. Throws the refusals `epcis.*` (malformed), `capture.*`.
 */
export function capture(
  machine: Machine,
  database: Database,
  ctx: LedgerContext,
  input: CaptureInput,
): Promise<Captured> {
  return database.transaction((sql) => captureIn(sql, machine, ctx, input));
}

/** `capture` inside a transaction of the caller's. */
export async function captureIn(
  sql: Sql,
  machine: Machine,
  ctx: LedgerContext,
  input: CaptureInput,
): Promise<Captured> {
  const [captured] = await captureReady(sql, ctx, [readyDocument(machine, input)]);
  return captured as Captured;
}

/** Events that were read and checked, and in whose name. */
export type Told = {
  readonly events: readonly EpcisEvent[];
  readonly captureId: string;
  readonly now: number;
  readonly source: "own" | "shared";
  readonly partner: string | undefined;
};

/** A document that was read: nothing in it can be refused any more. */
export type ReadyDocument = Told & {
  readonly contentType: string;
  readonly messageId: string | undefined;
  readonly kept: KeptDocument;
};

/** Reads and checks a document, before any transaction. Throws the refusals that capturing it would. */
export function readyDocument(
  { clock, random }: Pick<Machine, "clock" | "random">,
  input: CaptureInput,
): ReadyDocument {
  const now = clock.now();
  const { events } = must(readDocument(input));
  must(checkEvents(events, now));
  const { document, source, contentType, messageId, partner } = input;
  const bytes = typeof document === "string" ? Buffer.from(document, "utf8") : document;
  return { events, captureId: random.uuid7(), now, source, partner, contentType, messageId, kept: keptDocument(bytes) };
}

/** How many identifiers a document names: what it costs. */
export function identifierCountOf({ events }: Pick<Told, "events">): number {
  let count = 0;
  for (const event of events) {
    const { members, outputs } = identifiersOf(event);
    count += members.length + outputs.length;
  }
  return count;
}

/** Captures documents of one source and partner together, as if one came right after the other. */
export function captureReady(sql: Sql, ctx: LedgerContext, documents: readonly ReadyDocument[]): Promise<Captured[]> {
  return captureEvents(sql, ctx, documents, (counts) =>
    insertCaptures(
      sql,
      ctx,
      documents.map((each, index) => ({
        ...each,
        ...(counts[index] as CaptureCounts),
        capturedAt: each.now,
        exceptions: 0,
      })),
    ),
  );
}

export type CaptureCounts = Pick<Captured, "received" | "captured" | "duplicate">;

/**
 * Stores those of the events that are not known yet and applies them; of what several tell, the first one's counts.
 * `told`: of one source and partner. `keep` writes the captures' rows, before they take effect.
 */
export async function captureEvents(
  sql: Sql,
  ctx: LedgerContext,
  told: readonly Told[],
  keep: (counts: readonly CaptureCounts[]) => Promise<void>,
): Promise<Captured[]> {
  const [{ now, source, partner }] = told as [Told];
  const events = told.length === 1 ? (told[0] as Told).events : told.flatMap((each) => each.events);
  const declares = events.some(({ errorDeclaration }) => errorDeclaration !== undefined);
  await lockCaptures(sql, ctx, declares);
  const directory = await resolveThings(sql, ctx, identifiersIn(events), now);
  const all = told.flatMap(({ events: list, captureId, now: recordedAt }) => {
    const about = { scope: directory.scope, captureId, recordedAt, source, find: directory.find };
    return list.map((event) => storedEvent(event, about));
  });
  const { events: judged, raised: aside } = await judgedEvents(sql, ctx, { source, partner }, all);
  const lots = await lotsOf(sql, events, judged);
  const stored = distinctEvents(
    judged.map((event, index) => ({ ...event, row: { ...event.row, lot: lots.numbers[index] ?? 0 } })),
  );
  const places = await placeIds(sql, [...placesIn(all)]);
  const fresh = await saveEvents(
    sql,
    stored.map(({ row }) => row),
    places,
  );
  const added = stored.filter(({ row }) => fresh.has(row.id));
  const counts = countsOf(told, added);
  await keep(counts);
  const eventIds = idsOf(told, judged);
  const untouched = (index: number): Captured => ({
    captureId: (told[index] as Told).captureId,
    ...(counts[index] as CaptureCounts),
    exceptions: 0,
    correctedLots: [],
    eventIds: eventIds[index] ?? [],
    withdrawn: [],
  });
  if (added.length === 0) return told.map((_, index) => untouched(index));
  const { events: applied, withdrawn, raised } = await withDeclarations(sql, source, partner, added);
  // A made-up number is one whoever says it, and whether or not they may.
  const named = source === "own" ? applied : all.filter(({ row }) => fresh.has(row.id));
  const unissued = await unissuedNumbers(sql, named, lots.names);
  const setAside = aside.filter(({ eventId }) => fresh.has(hexOfUuid(eventId)));
  const done = await applyEvents(sql, ctx, applied, {
    at: now,
    source,
    withdrawn,
    raised: [...lots.raised(applied), ...raised, ...unissued, ...setAside],
  });
  const exceptions = exceptionsOf(told, added, done.raised);
  for (const [index, { captureId }] of told.entries())
    if (exceptions[index] !== undefined && exceptions[index] > 0)
      await addExceptions(sql, captureId, exceptions[index]);
  const takenBack = (await loadEvents(sql, [...withdrawn])).map(publicEventId);
  return told.map((_, index) => ({
    ...untouched(index),
    exceptions: exceptions[index] ?? 0,
    correctedLots: done.correctedLots,
    withdrawn: takenBack,
  }));
}

/** An event that was known, or that one before told, is a duplicate. */
function countsOf(told: readonly Told[], added: readonly AppliedEvent[]): CaptureCounts[] {
  const fresh = new Map<string, number>();
  for (const { row } of added) fresh.set(row.captureId, (fresh.get(row.captureId) ?? 0) + 1);
  return told.map(({ events, captureId }) => {
    const captured = fresh.get(captureId) ?? 0;
    return { received: events.length, captured, duplicate: events.length - captured };
  });
}

function idsOf(told: readonly Told[], judged: readonly AppliedEvent[]): string[][] {
  let at = 0;
  return told.map(({ events }) => {
    const from = at;
    at += events.length;
    return judged.slice(from, at).map(({ row }) => publicEventId(row));
  });
}

/** Whose events they are of; what concerns none of these events is the first one's. */
function exceptionsOf(told: readonly Told[], added: readonly AppliedEvent[], raised: readonly Raised[]): number[] {
  const indexOf = new Map(told.map(({ captureId }, index) => [captureId, index]));
  const tellers = new Map(
    raised.length === 0 ? [] : added.map(({ row }) => [uuidOfHex(row.id), indexOf.get(row.captureId)]),
  );
  const counts = told.map(() => 0);
  for (const { eventId } of raised) {
    const index = tellers.get(eventId) ?? 0;
    counts[index] = (counts[index] as number) + 1;
  }
  return counts;
}

/** Our own word goes for everything; another company's for what it may tell of. */
async function judgedEvents(
  sql: Sql,
  ctx: LedgerContext,
  { source, partner }: Pick<Told, "source" | "partner">,
  events: AppliedEvent[],
): Promise<Judged> {
  return source === "own" ? { events, raised: [] } : setClaimsAside(sql, ctx, events, partner ?? "");
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The document as events. Refuses `epcis.*`, `capture.encoding`, `capture.media-type`. */
export function readDocument({
  document,
  contentType,
}: Pick<CaptureInput, "document" | "contentType">): Result<EpcisDocument> {
  let text: string;
  try {
    text = typeof document === "string" ? document : decoder.decode(document);
  } catch {
    return refuse("capture.encoding");
  }
  if (contentType.includes("xml")) return parseEpcisXml(text);
  return contentType.includes("json") ? parseEpcisJson(text) : refuse("capture.media-type", "content-type");
}

function checkEvents(events: readonly EpcisEvent[], now: number): Result<true> {
  if (events.length > eventsMax)
    return refuse("capture.too-large", "/epcisBody/eventList", `at most ${eventsMax} events`);
  let identifiers = 0;
  for (const [index, event] of events.entries()) {
    const at = `/epcisBody/eventList/${index}`;
    const checked = checkEvent(event, at, now);
    if (!checked.ok) return checked;
    const { members, outputs } = identifiersOf(event);
    identifiers += members.length + outputs.length;
    if (identifiers > identifiersMax) return refuse("capture.too-large", at, `at most ${identifiersMax} identifiers`);
  }
  return { ok: true, value: true };
}

/** Every identifier that a document's events name. Throws the refusals that capturing it would. */
export function identifiersOfDocument(input: CaptureInput): Iterable<string> {
  return identifiersIn(must(readDocument(input)).events);
}

/** Every identifier that state is kept for, as it is spelled. */
export function* identifiersIn(events: readonly EpcisEvent[]): Iterable<string> {
  for (const event of events) {
    const { parent, members, outputs } = identifiersOf(event);
    if (parent !== undefined) yield parent;
    yield* members;
    yield* outputs;
  }
}

function placesIn(events: readonly AppliedEvent[]): Set<string> {
  const places = new Set<string>();
  for (const { row } of events) {
    if (row.readPoint) places.add(row.readPoint);
    if (row.bizLocation) places.add(row.bizLocation);
  }
  return places;
}

/** An event may be told twice: an upsert must not. The first one counts. */
function distinctEvents(events: readonly AppliedEvent[]): AppliedEvent[] {
  const distinct = new Map<string, AppliedEvent>();
  for (const event of events) if (!distinct.has(event.row.id)) distinct.set(event.row.id, event);
  return [...distinct.values()];
}
