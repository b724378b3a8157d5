import { printRecordedTime } from "../base/time.ts";
import { refuse, type Result } from "../base/result.ts";
import {
  asMember,
  isObject,
  type Json,
  type JsonObject,
  ofMember,
  printElements,
  readElement,
  step,
} from "./element-json.ts";
import { contextNamespaces, printedEvent, readEvent } from "./event-json.ts";
import { isEventType } from "./fields.ts";
import { printedHeader, printedVocabulary, readCreationDate, readHeader, readVocabularies } from "./header-json.ts";
import { JsonReader } from "./json-reader.ts";
import { caught, stop } from "./limits.ts";
import type { Element, EpcisDocument, EpcisEvent, ForeignEvent } from "./model.ts";
import { CBVMDA_NAMESPACE, EPCIS_CONTEXT, Scope, XSD_NAMESPACE } from "./names.ts";

/**
 * An EPCIS 2.0 document, query document or single event in JSON or JSON-LD, as text or as
 * `JSON.parse` gave it. Reads whatever the model can hold; `checkDocument` says whether it is valid.
 * Refuses with `epcis.*` at a JSON pointer.
 */
export function parseEpcisJson(input: string | object): Result<EpcisDocument> {
  const raw = typeof input === "string" ? parseJson(input) : ({ ok: true, value: input } as const);
  if (!raw.ok) return raw;
  return caught(() => readDocument(raw.value));
}

/** One event, its own `@context` respected. */
export function parseEventJson(input: string | object): Result<EpcisEvent> {
  const raw = typeof input === "string" ? parseJson(input) : ({ ok: true, value: input } as const);
  if (!raw.ok) return raw;
  return caught(() =>
    isObject(raw.value) ? readEvent(raw.value, new Scope(), "") : stop("epcis.wrong-type", "", "expected an object"),
  );
}

function parseJson(text: string): Result<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return refuse("epcis.syntax", syntaxPlace(text), error instanceof Error ? error.message : "not JSON");
  }
}

/** Where text stops being JSON: `line:column`, or the event or member that cannot be read. */
function syntaxPlace(text: string): string {
  const reader = new JsonReader({ event: () => undefined });
  const read = caught(() => {
    reader.write(text);
    reader.end();
  });
  return read.ok ? "1:1" : (read.refusal.at ?? "1:1");
}

const DOCUMENT_KEYS = [
  "@context",
  "id",
  "type",
  "schemaVersion",
  "creationDate",
  "instanceIdentifier",
  "sender",
  "receiver",
  "epcisHeader",
  "epcisBody",
];

function readDocument(raw: unknown): EpcisDocument {
  if (!isObject(raw)) return stop("epcis.unknown-document", "", "expected an EPCIS document");
  if (isEventType(raw["type"])) return singleEvent(raw);
  const shell = readShell(raw);
  const list = eventListOf(raw);
  const { events, foreignEvents } = readEvents(list.events, shell.scope, list.at);
  return documentOf(shell, events, foreignEvents);
}

/** What of a document stands around its events. */
export type Shell = { readonly scope: Scope; readonly document: Omit<EpcisDocument, "events" | "foreignEvents"> };

export function documentOf(
  shell: Shell,
  events: readonly EpcisEvent[],
  foreignEvents: readonly ForeignEvent[],
): EpcisDocument {
  return { ...shell.document, events, ...(foreignEvents.length > 0 ? { foreignEvents } : {}) };
}

/** Reads everything but the events; `raw` may have had them taken out. */
export function readShell(raw: JsonObject): Shell {
  const type = raw["type"];
  if (type !== "EPCISDocument" && type !== "EPCISQueryDocument") {
    return stop("epcis.unknown-document", "/type", "type is EPCISDocument or EPCISQueryDocument");
  }
  const context = raw["@context"] ?? [];
  const namespaces = contextNamespaces(context);
  const scope = new Scope(namespaces);
  const contexts = contextAddresses(context);
  const results = resultsOf(raw);
  const vocabularies =
    results && isObject(results["resultsBody"]) ? results["resultsBody"]["vocabularyList"] : undefined;
  const header =
    vocabularies === undefined
      ? readHeader(raw, scope)
      : { masterData: readVocabularies(vocabularies, scope, "/epcisBody/queryResults/resultsBody/vocabularyList") };
  const extensions = Object.entries(raw).flatMap(([key, value]) =>
    DOCUMENT_KEYS.includes(key) ? [] : readElement(key, value, scope, step("", key)),
  );
  const { id, schemaVersion, creationDate } = raw;
  const query = type === "EPCISQueryDocument" ? readQuery(raw) : undefined;
  return {
    scope,
    document: {
      type,
      schemaVersion: typeof schemaVersion === "string" ? schemaVersion : "2.0",
      // Query documents may go without a creationDate; the epoch stands for "not said".
      creationDate:
        creationDate === undefined && query
          ? { at: 0, offsetMinutes: 0 }
          : readCreationDate(creationDate, "/creationDate"),
      ...(typeof id === "string" ? { id } : {}),
      ...(header ? { header } : {}),
      ...(query ? { query } : {}),
      ...(extensions.length > 0 ? { extensions } : {}),
      ...(namespaces.length > 0 ? { namespaces: scope.namespaces() } : {}),
      ...(contexts.length > 0 ? { contexts } : {}),
    },
  };
}

function resultsOf(raw: JsonObject): JsonObject | undefined {
  const results = isObject(raw["epcisBody"]) ? raw["epcisBody"]["queryResults"] : undefined;
  return isObject(results) ? results : undefined;
}

function readQuery(raw: JsonObject): NonNullable<EpcisDocument["query"]> {
  const results = resultsOf(raw);
  if (!results) return stop("epcis.missing-field", "/epcisBody", "queryResults is missing");
  const { queryName, subscriptionID } = results;
  return {
    queryName: typeof queryName === "string" ? queryName : "",
    ...(typeof subscriptionID === "string" ? { subscriptionID } : {}),
  };
}

function contextAddresses(context: Json): string[] {
  const parts = Array.isArray(context) ? (context as readonly Json[]) : [context];
  return parts.filter((part) => typeof part === "string").filter((address) => !isEpcisContext(address));
}

/** The context of the standard, under the addresses of its generations. */
export function isEpcisContext(address: string): boolean {
  return /^https?:\/\/(ref\.gs1\.org|gs1\.github\.io|gs1\.org)\/.*epcis.*context\.jsonld$/i.test(address);
}

function eventListOf(raw: JsonObject): { events: readonly Json[]; at: string } {
  const body = raw["epcisBody"];
  if (!isObject(body)) return stop("epcis.missing-field", "", "epcisBody is missing");
  const results = body["queryResults"];
  const holder = isObject(results) && isObject(results["resultsBody"]) ? results["resultsBody"] : body;
  const at = holder === body ? "/epcisBody/eventList" : "/epcisBody/queryResults/resultsBody/eventList";
  const events = holder["eventList"];
  if (!Array.isArray(events)) return stop("epcis.missing-field", at, "eventList is missing");
  return { events: events as readonly Json[], at };
}

function readEvents(list: readonly Json[], scope: Scope, at: string) {
  const events: EpcisEvent[] = [];
  const foreignEvents: ForeignEvent[] = [];
  list.forEach((raw, index) => {
    const read = readAnyEvent(raw, scope, step(at, index));
    if ("before" in read) foreignEvents.push({ ...read, before: events.length });
    else events.push(read);
  });
  return { events, foreignEvents };
}

/** An event of EPCIS, or one of a type from elsewhere kept as it is. */
export function readAnyEvent(raw: Json, scope: Scope, at: string): EpcisEvent | ForeignEvent {
  if (!isObject(raw)) return stop("epcis.wrong-type", at, "an event is an object");
  const { type } = raw;
  if (isEventType(type)) return readEvent(raw, scope, at);
  if (typeof type !== "string" || !type.includes(":"))
    return stop("epcis.unknown-event", step(at, "type"), "not an event type of EPCIS 2.0");
  const { type: _, ...content } = raw;
  const element = readElement(type, ofMember(content, scope), scope, at)[0] as Element;
  return { before: 0, element };
}

function singleEvent(raw: JsonObject): EpcisDocument {
  const namespaces = contextNamespaces(raw["@context"] ?? []);
  const event = readEvent(raw, new Scope(namespaces), "");
  return {
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: event.recordTime ?? event.eventTime,
    events: [event],
    ...(namespaces.length > 0 ? { namespaces } : {}),
  };
}

/** A document as EPCIS 2.0 JSON-LD, valid by the official schema where the document is. */
export function printEpcisJson(document: EpcisDocument): string {
  const scope = new Scope(document.namespaces);
  const events = printedEvents(document, scope);
  const printed = printedShell(document, scope);
  const vocabularies =
    document.type === "EPCISQueryDocument"
      ? document.header?.masterData?.map((one) => printedVocabulary(one, scope))
      : undefined;
  return JSON.stringify(
    withEvents({ "@context": printedContext(scope, document.contexts), ...printed }, document, events, vocabularies),
    undefined,
    2,
  );
}

/** One event with the `@context` it needs to stand alone. */
export function printEventJson(event: EpcisEvent): string {
  const scope = new Scope();
  const printed = printedEvent(event, scope);
  return JSON.stringify({ "@context": printedContext(scope), ...printed });
}

export function printedShell(document: Omit<EpcisDocument, "events">, scope: Scope): JsonObject {
  return {
    ...(document.id === undefined ? {} : { id: document.id }),
    type: document.type,
    schemaVersion: "2.0",
    creationDate: printRecordedTime(document.creationDate),
    ...(document.header && document.type === "EPCISDocument" ? printedHeader(document.header, scope) : {}),
    ...printElements(document.extensions ?? [], scope),
  };
}

function printedEvents(document: EpcisDocument, scope: Scope): Json[] {
  const printed: Json[] = document.events.map((event) => printedEvent(event, scope));
  for (const [index, foreign] of (document.foreignEvents ?? []).entries())
    printed.splice(foreign.before + index, 0, printedForeign(foreign, scope));
  return printed;
}

export function printedForeign(foreign: ForeignEvent, scope: Scope): JsonObject {
  const [type, content] = Object.entries(printElements([foreign.element], scope))[0] as [string, Json];
  return { type, ...(isObject(content) ? content : asMember(content, scope)) };
}

function withEvents(
  shell: JsonObject,
  document: EpcisDocument,
  eventList: readonly Json[],
  vocabularyList?: readonly Json[],
): JsonObject {
  if (document.type === "EPCISDocument") return { ...shell, epcisBody: { eventList } };
  const { queryName = "SimpleEventQuery", subscriptionID } = document.query ?? {};
  const queryResults = {
    ...(subscriptionID === undefined ? {} : { subscriptionID }),
    queryName,
    resultsBody: { eventList, ...(vocabularyList ? { vocabularyList } : {}) },
  };
  return { ...shell, epcisBody: { queryResults } };
}

/** The standard's context, others by address, then every prefix that is not the standard's own. */
export function printedContext(scope: Scope, addresses: readonly string[] = []): Json {
  const own = scope.namespaces().filter(({ uri }) => uri !== CBVMDA_NAMESPACE || scope.prefixOf(uri) !== "cbvmda");
  return [EPCIS_CONTEXT, ...addresses, ...own.map(({ prefix, uri }) => ({ [prefix]: contextIri(uri) }))];
}

/** JSON-LD glues the local name on, so the two namespaces that XML writes bare need their joint. */
function contextIri(uri: string): string {
  if (uri === CBVMDA_NAMESPACE) return `${uri}:`;
  return uri === XSD_NAMESPACE ? `${uri}#` : uri;
}
