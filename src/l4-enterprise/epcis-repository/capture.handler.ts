import { must, refuse, type Result } from "../../kernel/base/result.ts";
import { readLotData } from "../../kernel/epcis/healthcare.ts";
import { parseEpcisJson } from "../../kernel/epcis/json.ts";
import type { EpcisDocument, EpcisEvent } from "../../kernel/epcis/model.ts";
import { parseEpcisXml } from "../../kernel/epcis/xml.ts";
import type { Database, Machine, Sql } from "../../runtime/machine.ts";
import { hexOfUuid, uuidOfHex } from "../ledger/encoding/epc-key.ts";
import { declaredBefore, declareEvents, loadEvents, placeIds, saveEvents } from "../ledger/event.store.ts";
import { keepLots, type LotName, type LotRow } from "../ledger/lot.store.ts";
import type { EventRow } from "../ledger/event-row.ts";
import type { Raised } from "../ledger/exception.store.ts";
import { canonicalUri } from "../ledger/identifier.ts";
import { type LedgerContext, resolveThings } from "../ledger/identity.ts";
import { applyEvents, publicEventId } from "../ledger/ledger.ts";
import type { AppliedEvent } from "../ledger/ledger-apply.ts";
import { insertCapture, addExceptions } from "./capture.store.ts";
import { type Judged, setClaimsAside } from "./claims.ts";
import { checkEvent, identifiersOf, lotClassOf, storedEvent } from "./capture.ts";
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
  const now = machine.clock.now();
  const { events } = must(readDocument(input));
  must(checkEvents(events, now));
  const captureId = machine.random.uuid7();
  const bytes = typeof input.document === "string" ? Buffer.from(input.document, "utf8") : input.document;
  const { source, contentType, messageId, partner } = input;
  return captureEvents(sql, ctx, { events, captureId, now, source, partner }, ({ received, captured, duplicate }) => {
    const counts = { received, captured, duplicate, exceptions: 0 };
    const row = { captureId, ...counts, capturedAt: now, source, contentType, messageId, partner };
    return insertCapture(sql, ctx, row, bytes);
  });
}

/** Events that were read and checked (`checkEvents`), and in whose name. */
export type Told = {
  readonly events: readonly EpcisEvent[];
  readonly captureId: string;
  readonly now: number;
  readonly source: "own" | "shared";
  readonly partner: string | undefined;
};

/** Stores those of the events that are not known yet and applies them. `keep` writes the capture's row, before they take effect. */
export async function captureEvents(
  sql: Sql,
  ctx: LedgerContext,
  { events, captureId, now, source, partner }: Told,
  keep: (counts: Pick<Captured, "received" | "captured" | "duplicate">) => Promise<void>,
): Promise<Captured> {
  const directory = await resolveThings(sql, ctx, identifiersIn(events), now);
  const about = { scope: directory.scope, captureId, recordedAt: now, source, things: directory.things };
  const told = events.map((event) => storedEvent(event, about));
  const { events: judged, raised: aside } = await judgedEvents(sql, ctx, { source, partner }, told);
  const lots = await lotsOf(sql, events, judged);
  const stored = distinctEvents(
    judged.map((event, index) => ({ ...event, row: { ...event.row, lot: lots.numbers[index] ?? 0 } })),
  );
  const places = await placeIds(sql, [...placesIn(events)]);
  const fresh = await saveEvents(
    sql,
    stored.map(({ row }) => row),
    { recordedAt: now, captureId, source, places },
  );
  const captured = {
    captureId,
    received: events.length,
    captured: fresh.size,
    duplicate: events.length - fresh.size,
    exceptions: 0,
    correctedLots: [],
    eventIds: judged.map(({ row }) => publicEventId(row)),
    withdrawn: [],
  };
  await keep(captured);
  const added = stored.filter(({ row }) => fresh.has(row.id));
  if (added.length === 0) return captured;
  const { events: applied, withdrawn, raised } = await withDeclarations(sql, { source, partner }, added);
  // A made-up number is one whoever says it, and whether or not they may.
  const named = source === "own" ? applied : told.filter(({ row }) => fresh.has(row.id));
  const unissued = await unissuedNumbers(sql, named, lots.names);
  const setAside = aside.filter(({ eventId }) => fresh.has(hexOfUuid(eventId)));
  const { exceptions, correctedLots } = await applyEvents(sql, ctx, applied, {
    at: now,
    source,
    withdrawn,
    raised: [...lots.raised(applied), ...raised, ...unissued, ...setAside],
  });
  if (exceptions > 0) await addExceptions(sql, captureId, exceptions);
  const takenBack = (await loadEvents(sql, [...withdrawn])).map(publicEventId);
  return { ...captured, exceptions, correctedLots, withdrawn: takenBack };
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

function placesIn(events: readonly EpcisEvent[]): Set<string> {
  const places = new Set<string>();
  for (const { readPoint, bizLocation } of events) {
    if (readPoint) places.add(canonicalUri(readPoint.id));
    if (bizLocation) places.add(canonicalUri(bizLocation.id));
  }
  return places;
}

/** A document may list one event twice: an upsert must not. */
function distinctEvents(events: readonly AppliedEvent[]): AppliedEvent[] {
  return [...new Map(events.map((event) => [event.row.id, event])).values()];
}

type Lots = {
  readonly numbers: readonly number[];
  /** As they are written, by their number here. */
  readonly names: ReadonlyMap<number, string>;
  raised(events: readonly AppliedEvent[]): Raised[];
};

async function lotsOf(sql: Sql, events: readonly EpcisEvent[], judged: readonly AppliedEvent[]): Promise<Lots> {
  const wanted = events.map((event, index) => {
    const { lotNumber, itemExpirationDate } = readLotData(event);
    if (lotNumber === undefined || (event.type === "ObjectEvent" && event.action !== "ADD")) return undefined;
    const { members = [], outputs = [] } = judged[index] ?? {};
    const classId = lotClassOf(event.type === "TransformationEvent" ? outputs : members);
    return classId === undefined ? undefined : { classId, lotNumber, expiry: itemExpirationDate };
  });
  const distinct = new Map(
    wanted.filter((lot) => lot !== undefined).map((lot) => [`${lot.classId}|${lot.lotNumber}`, lot]),
  );
  const rows = await keepLots(sql, [...distinct.values()]);
  const rowOf = (lot: { classId: number; lotNumber: string }): LotRow | undefined =>
    rows.find((row) => row.classId === lot.classId && row.lotNumber === lot.lotNumber);
  const numbers = wanted.map((lot) => (lot === undefined ? 0 : (rowOf(lot)?.lot ?? 0)));
  const differing = new Map<number, string>();
  for (const lot of wanted) {
    const row = lot === undefined ? undefined : rowOf(lot);
    if (lot?.expiry !== undefined && row?.expiry !== undefined && row.expiry !== lot.expiry)
      differing.set(row.lot, `lot ${row.lotNumber}: ${row.expiry} is known, ${lot.expiry} was sent`);
  }
  return {
    numbers,
    names: new Map(rows.map(({ lot, lotNumber }) => [lot, lotNumber])),
    raised: (applied) =>
      applied.flatMap(({ row, members }) => {
        const message = differing.get(row.lot);
        const subject = members[0]?.id;
        return message === undefined || subject === undefined
          ? []
          : [{ subject, eventId: uuidOfHex(row.id), code: "lot-expiry-differs", severity: "error" as const, message }];
      }),
  };
}

/** Error declarations among the new events take out theirs, and new events may have been taken back before they came. */
async function withDeclarations(
  sql: Sql,
  { source, partner }: Pick<Told, "source" | "partner">,
  added: readonly AppliedEvent[],
) {
  const before = await declaredBefore(
    sql,
    added.map(({ row }) => row.id),
    source,
    partner,
  );
  const targets = added.flatMap(({ row }) => (row.declares === undefined ? [] : [row.declares]));
  const withdrawn = await declareEvents(sql, [...new Set([...before, ...targets])], source, partner);
  const unmet = targets.filter((id) => !withdrawn.has(id));
  const known = new Map((await loadEvents(sql, unmet)).map((row) => [row.id, row]));
  const raised = added.flatMap(({ row, parent, members }): Raised[] => {
    const target = row.declares === undefined ? undefined : known.get(row.declares);
    if (target === undefined || target.declared) return [];
    return [
      {
        subject: (parent ?? members[0])?.id ?? "",
        eventId: uuidOfHex(row.id),
        code: "declared-by-other",
        severity: "error",
        message: "An error declaration takes back an event that another company recorded; it has no effect.",
      },
    ];
  });
  const declared = (row: EventRow): EventRow => (withdrawn.has(row.id) ? { ...row, declared: true } : row);
  return { events: added.map((event) => ({ ...event, row: declared(event.row) })), withdrawn, raised };
}
