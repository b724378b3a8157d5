import { parseInstant, printOffset, printRecordedTime, type RecordedTime } from "../base/time.ts";
import {
  isObject,
  LOCAL,
  type Json,
  type JsonObject,
  printElements,
  readElement,
  readScalar,
  step,
} from "./element-json.ts";
import {
  EVENT_FIELDS,
  FIELD_KINDS,
  type FieldKind,
  type FieldName,
  isEventType,
  SENSOR_METADATA_FIELDS,
  SENSOR_REPORT_FIELDS,
  type SensorKind,
} from "./fields.ts";
import { stop } from "./limits.ts";
import type {
  Element,
  EpcisEvent,
  EventType,
  ErrorDeclaration,
  Place,
  QuantityElement,
  SensorElement,
} from "./model.ts";
import { type Namespace, printedName, Scope } from "./names.ts";
import { bareGs1Word, bareWord, MEASUREMENT_TYPES, SENSOR_ALERTS, type VocabularyName } from "./vocabulary.ts";

/**
 * One EPCIS event as JSON (EPCIS 2.0 §9.1). Reading takes whatever can be said in the model without
 * guessing; whether it is *valid* is the checker's business. Stops with `epcis.*` at a JSON pointer.
 */
export function readEvent(raw: JsonObject, outer: Scope, at: string): EpcisEvent {
  const type = raw["type"];
  if (!isEventType(type)) stop("epcis.unknown-event", step(at, "type"), "not an event type of EPCIS 2.0");
  const scope = "@context" in raw ? new Scope(contextNamespaces(raw["@context"]), outer) : outer;
  const fields = EVENT_FIELDS[type];
  const event: Record<string, unknown> = { type };
  const extensions: Element[] = [];
  for (const [key, value] of Object.entries(raw)) {
    if (key === "type" || key === "@context" || key === "eventTimeZoneOffset") continue;
    const field = fieldOf(key, scope);
    if (field && fields.includes(field)) {
      event[field] = readField(FIELD_KINDS[field], value, scope, step(at, key));
    } else {
      extensions.push(...readElement(key, value, scope, step(at, key)));
    }
  }
  event["eventTime"] = readEventTime(raw, at);
  if (extensions.length > 0) event["extensions"] = extensions;
  requireFields(event, at);
  return event as EpcisEvent;
}

/** persistentDisposition is in the XML schema of every event but in the JSON schema of two; elsewhere it goes under our prefix. */
const JSON_REFUSES: Readonly<Partial<Record<EventType, FieldName>>> = {
  AggregationEvent: "persistentDisposition",
  TransactionEvent: "persistentDisposition",
  AssociationEvent: "persistentDisposition",
};

function fieldOf(key: string, scope: Scope): FieldName | undefined {
  if (Object.hasOwn(FIELD_KINDS, key)) return key as FieldName;
  const name = key.includes(":") ? scope.read(key) : undefined;
  return name?.namespace === "" && name.prefix === "" && name.local === "persistentDisposition"
    ? name.local
    : undefined;
}

function requireFields(event: Record<string, unknown>, at: string): void {
  if (event["type"] !== "TransformationEvent" && event["action"] === undefined) missing(at, "action");
  if (event["type"] === "AssociationEvent" && event["parentID"] === undefined) missing(at, "parentID");
}

function missing(at: string, field: string): never {
  return stop("epcis.missing-field", at, `${field} is missing`);
}

function readEventTime(raw: JsonObject, at: string): RecordedTime {
  if (raw["eventTime"] === undefined) missing(at, "eventTime");
  const time = readTime(raw["eventTime"], step(at, "eventTime"));
  if (raw["eventTimeZoneOffset"] === undefined) missing(at, "eventTimeZoneOffset");
  return { at: time.at, offsetMinutes: readOffset(raw["eventTimeZoneOffset"], step(at, "eventTimeZoneOffset")) };
}

const OFFSET = /^([+-])(?:(0\d|1[0-3]):([0-5]\d)|14:00)$/;

/** `±hh:mm`, at most 14:00, as minutes. */
export function readOffset(value: unknown, at: string): number {
  const match = typeof value === "string" ? OFFSET.exec(value) : null;
  if (!match) return stop("epcis.malformed-offset", at, "a time zone offset is ±hh:mm, at most 14:00");
  const minutes = match[2] === undefined ? 14 * 60 : Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" && minutes > 0 ? -minutes : minutes;
}

export function readTime(value: unknown, at: string): RecordedTime {
  const time = typeof value === "string" ? parseInstant(value) : undefined;
  if (!time?.ok) return stop("epcis.malformed-time", at, "a time is an ISO 8601 date-time with an offset");
  return time.value;
}

function readText(value: unknown, at: string): string {
  return typeof value === "string" ? value : stop("epcis.wrong-type", at, "expected a string");
}

function readList(value: unknown, at: string): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : stop("epcis.wrong-type", at, "expected a list");
}

function readMembers(value: unknown, at: string): JsonObject {
  return isObject(value) ? value : stop("epcis.wrong-type", at, "expected an object");
}

function readNumber(value: unknown, at: string): number {
  return typeof value === "number" ? readScalar(value, at) : stop("epcis.wrong-type", at, "expected a number");
}

function readItems<T>(value: unknown, at: string, read: (item: Json, at: string) => T): T[] {
  return readList(value, at).map((item, index) => read(item, step(at, index)));
}

function readAction(value: unknown, at: string): string {
  if (value === "ADD" || value === "OBSERVE" || value === "DELETE") return value;
  return stop("epcis.unknown-word", at, "an action is ADD, OBSERVE or DELETE");
}

function readField(kind: FieldKind, value: Json, scope: Scope, at: string): unknown {
  switch (kind) {
    case "time":
      return readTime(value, at);
    case "uri":
      return readText(value, at);
    case "epcs":
      if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
      return readItems(value, at, readText);
    case "certification":
      return Array.isArray(value) ? readItems(value, at, readText) : [readText(value, at)];
    case "action":
      return readAction(value, at);
    case "bizStep":
    case "disposition":
      return bareWord(kind, readText(value, at));
    case "persistentDisposition":
      return readPersistentDisposition(readMembers(value, at), at);
    case "place":
      return readPlace(readMembers(value, at), scope, at);
    case "quantities":
      return readItems(value, at, readQuantity);
    case "bizTransactions":
      return readItems(value, at, (item, where) => readTyped(item, "bizTransaction", "bizTransactionType", where));
    case "sources":
      return readItems(value, at, (item, where) => readTyped(item, "source", "sourceDestType", where));
    case "destinations":
      return readItems(value, at, (item, where) => readTyped(item, "destination", "sourceDestType", where));
    case "sensorElements":
      return readItems(value, at, (item, where) => readSensorElement(readMembers(item, where), scope, where));
    case "ilmd":
      return readElements(readMembers(value, at), scope, at, []);
    case "errorDeclaration":
      return readErrorDeclaration(readMembers(value, at), scope, at);
  }
}

/** All members of an object that are not `known`, as elements. */
function readElements(object: JsonObject, scope: Scope, at: string, known: readonly string[]): Element[] {
  return Object.entries(object).flatMap(([key, value]) =>
    known.includes(key) ? [] : readElement(key, value, scope, step(at, key)),
  );
}

function withExtensions(
  object: JsonObject,
  scope: Scope,
  at: string,
  known: readonly string[],
): { extensions?: readonly Element[] } {
  const extensions = readElements(object, scope, at, known);
  return extensions.length > 0 ? { extensions } : {};
}

function readPersistentDisposition(object: JsonObject, at: string) {
  const words = (key: "set" | "unset") =>
    object[key] === undefined
      ? {}
      : {
          [key]: readItems(object[key], step(at, key), (item, where) => bareWord("disposition", readText(item, where))),
        };
  return { ...words("set"), ...words("unset") };
}

function readPlace(object: JsonObject, scope: Scope, at: string): Place {
  return { id: readText(object["id"], step(at, "id")), ...withExtensions(object, scope, at, ["id"]) };
}

function readQuantity(item: Json, at: string): QuantityElement {
  const object = readMembers(item, at);
  const { quantity, uom } = object;
  return {
    epcClass: readText(object["epcClass"], step(at, "epcClass")),
    ...(quantity === undefined ? {} : { quantity: readNumber(quantity, step(at, "quantity")) }),
    ...(uom === undefined ? {} : { uom: readText(uom, step(at, "uom")) }),
  };
}

function readTyped(item: Json, key: string, vocabulary: VocabularyName, at: string): Record<string, string> {
  const object = readMembers(item, at);
  const type = object["type"];
  return {
    ...(type === undefined ? {} : { type: bareWord(vocabulary, readText(type, step(at, "type"))) }),
    [key]: readText(object[key], step(at, key)),
  };
}

function readErrorDeclaration(object: JsonObject, scope: Scope, at: string): ErrorDeclaration {
  const { reason, correctiveEventIDs } = object;
  const known = ["declarationTime", "reason", "correctiveEventIDs"];
  return {
    declarationTime: readTime(object["declarationTime"], step(at, "declarationTime")),
    ...(reason === undefined ? {} : { reason: bareWord("errorReason", readText(reason, step(at, "reason"))) }),
    ...(correctiveEventIDs === undefined
      ? {}
      : { correctiveEventIDs: readItems(correctiveEventIDs, step(at, "correctiveEventIDs"), readText) }),
    ...withExtensions(object, scope, at, known),
  };
}

function readSensorElement(object: JsonObject, scope: Scope, at: string): SensorElement {
  const { sensorMetadata, sensorReport } = object;
  const part = (value: Json, fields: Readonly<Record<string, SensorKind>>, where: string) =>
    readSensorPart(readMembers(value, where), fields, scope, where);
  return {
    ...(sensorMetadata === undefined
      ? {}
      : { sensorMetadata: part(sensorMetadata, SENSOR_METADATA_FIELDS, step(at, "sensorMetadata")) }),
    sensorReport:
      sensorReport === undefined
        ? []
        : readItems(sensorReport, step(at, "sensorReport"), (item, where) => part(item, SENSOR_REPORT_FIELDS, where)),
    ...withExtensions(object, scope, at, ["sensorMetadata", "sensorReport"]),
  };
}

function readSensorPart(object: JsonObject, fields: Readonly<Record<string, SensorKind>>, scope: Scope, at: string) {
  const known: Record<string, unknown> = {};
  const extensions: Element[] = [];
  for (const [key, value] of Object.entries(object)) {
    const kind = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (kind) known[key] = readSensorField(kind, value, step(at, key));
    else extensions.push(...readElement(key, value, scope, step(at, key)));
  }
  return { ...known, ...(extensions.length > 0 ? { extensions } : {}) };
}

function readSensorField(kind: SensorKind, value: Json, at: string): unknown {
  switch (kind) {
    case "time":
      return readTime(value, at);
    case "number":
      return readNumber(value, at);
    case "boolean":
      return typeof value === "boolean" ? value : stop("epcis.wrong-type", at, "expected true or false");
    case "measurement":
      return bareGs1Word(readText(value, at), MEASUREMENT_TYPES);
    case "alert":
      return bareGs1Word(readText(value, at), SENSOR_ALERTS);
    case "component":
      return bareWord("component", readText(value, at));
    case "uri":
    case "text":
    case "hex":
      return readText(value, at);
  }
}

/** The prefixes that a JSON-LD `@context` declares, in its order; addresses of other contexts are left to `contextAddresses`. */
export function contextNamespaces(context: Json): Namespace[] {
  const parts = Array.isArray(context) ? (context as readonly Json[]) : [context];
  return parts.filter(isObject).flatMap((part) =>
    Object.entries(part).flatMap(([prefix, term]) => {
      const iri = isObject(term) ? term["@id"] : term;
      if (typeof iri !== "string" || prefix.startsWith("@")) return [];
      // No IRI has blanks around it, and none is empty: XML cannot declare such a namespace.
      const uri = iri.trim();
      return uri === "" ? [] : [{ prefix, uri }];
    }),
  );
}

/** An event as the members of a JSON object; prefixes its extensions need are declared in `scope`. */
export function printedEvent(event: EpcisEvent, scope: Scope): JsonObject {
  const said: Record<string, Json> = { type: event.type };
  const values = event as unknown as Record<string, unknown>;
  for (const field of EVENT_FIELDS[event.type]) {
    const value = values[field];
    if (value === undefined) continue;
    const key = JSON_REFUSES[event.type] === field ? printedName({ ...LOCAL, local: field }, scope) : field;
    said[key] = printField(FIELD_KINDS[field], value, scope);
    if (field === "eventTime") said["eventTimeZoneOffset"] = printOffset(event.eventTime.offsetMinutes);
  }
  return { ...said, ...emptyEpcList(event), ...printElements(event.extensions ?? [], scope) };
}

/** The schema wants the list named even when it is empty, unless quantities or sensors stand for it. */
function emptyEpcList(event: EpcisEvent): JsonObject {
  const listed = event.type === "ObjectEvent" || event.type === "TransactionEvent";
  if (!listed || event.epcList || event.quantityList?.length) return {};
  return event.type === "ObjectEvent" && event.sensorElementList?.length && event.readPoint ? {} : { epcList: [] };
}

function printField(kind: FieldKind, value: unknown, scope: Scope): Json {
  switch (kind) {
    case "time":
      return printRecordedTime(value as RecordedTime);
    case "certification": {
      const uris = value as readonly string[];
      return uris.length === 1 ? (uris[0] as string) : uris;
    }
    case "place":
      return printExtended(value as Place, scope);
    case "ilmd":
      return printElements(value as readonly Element[], scope);
    case "errorDeclaration": {
      const declaration = value as ErrorDeclaration;
      return { ...printExtended(declaration, scope), declarationTime: printRecordedTime(declaration.declarationTime) };
    }
    case "sensorElements":
      return (value as readonly SensorElement[]).map((element) => printSensorElement(element, scope));
    default:
      return value as Json;
  }
}

function printExtended(value: { readonly extensions?: readonly Element[] }, scope: Scope): JsonObject {
  const { extensions, ...own } = value;
  return { ...(own as unknown as JsonObject), ...printElements(extensions ?? [], scope) };
}

function printSensorElement(element: SensorElement, scope: Scope): JsonObject {
  const { sensorMetadata, sensorReport, extensions } = element;
  return {
    ...(sensorMetadata ? { sensorMetadata: printSensorPart(sensorMetadata, scope) } : {}),
    sensorReport: sensorReport.map((report) => printSensorPart(report, scope)),
    ...printElements(extensions ?? [], scope),
  };
}

function printSensorPart(part: { readonly extensions?: readonly Element[] }, scope: Scope): JsonObject {
  const said: Record<string, Json> = {};
  for (const [key, value] of Object.entries(part)) {
    if (key === "extensions") continue;
    said[key] =
      key === "time" || key === "startTime" || key === "endTime"
        ? printRecordedTime(value as unknown as RecordedTime)
        : value;
  }
  return { ...said, ...printElements(part.extensions ?? [], scope) };
}
