import { printInstant, printOffset, type RecordedTime } from "../base/time.ts";
import {
  EVENT_FIELDS,
  FIELD_KINDS,
  type FieldKind,
  type FieldName,
  SENSOR_METADATA_FIELDS,
  SENSOR_REPORT_FIELDS,
  type SensorKind,
} from "./fields.ts";
import { canonicalLink } from "./identifiers.ts";
import {
  type BizTransaction,
  type Destination,
  type Element,
  EVENT_TYPES,
  type EpcisEvent,
  type EventType,
  type PersistentDisposition,
  type Place,
  type QuantityElement,
  type SensorElement,
  type Source,
} from "./model.ts";
import { CBVMDA_NAMESPACE } from "./names.ts";
import { gs1WordUri, MEASUREMENT_TYPES, SENSOR_ALERTS, VOCABULARIES, wordUri } from "./vocabulary.ts";

/**
 * The event hash of CBV 2.0 §8.9: one name for an event whatever form, order, time zone, prefix or
 * spelling it came in. recordTime, eventID and errorDeclaration are no part of it, so an error
 * declaration has the hash of the event that it takes back.
 */
export function eventHash(event: EpcisEvent, sha256: (bytes: Uint8Array) => Uint8Array): string {
  const digest = sha256(encoder.encode(preHash(event)));
  let hex = "";
  for (let i = 0; i < digest.length; i++) hex += HEX[digest[i] as number] as string;
  return `ni:///sha-256;${hex}?ver=CBV2.0`;
}

const encoder = new TextEncoder();
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** CBV 2.0 §8.9.2, "canonical property order". */
const ORDER: readonly FieldName[] = [
  "certificationInfo",
  "epcList",
  "parentID",
  "inputEPCList",
  "childEPCs",
  "quantityList",
  "childQuantityList",
  "inputQuantityList",
  "outputEPCList",
  "outputQuantityList",
  "action",
  "transformationID",
  "bizStep",
  "disposition",
  "persistentDisposition",
  "readPoint",
  "bizLocation",
  "bizTransactionList",
  "sourceList",
  "destinationList",
  "sensorElementList",
  "ilmd",
];

const ORDER_OF = new Map<EventType, readonly FieldName[]>(
  EVENT_TYPES.map((type) => [type, ORDER.filter((field) => EVENT_FIELDS[type].includes(field))]),
);

/** The canonical string that the hash is taken of. `separator` makes it readable: `"\n"` puts each part on a line. */
export function preHash(event: EpcisEvent, separator = ""): string {
  const parts: string[] = [
    `eventType=${event.type}`,
    `eventTime=${printInstant(event.eventTime.at)}`,
    `eventTimeZoneOffset=${printOffset(event.eventTime.offsetMinutes)}`,
  ];
  const values = event as unknown as Record<string, unknown>;
  for (const field of ORDER_OF.get(event.type) ?? []) {
    const value = values[field];
    if (value !== undefined) parts.push(...fieldParts(field, FIELD_KINDS[field], value, separator));
  }
  if (event.extensions) parts.push(...elementParts(event.extensions, separator));
  return parts.join(separator);
}

function fieldParts(field: FieldName, kind: FieldKind, value: unknown, separator: string): string[] {
  switch (kind) {
    case "epcs":
      return list(
        field,
        (value as readonly string[]).map((epc) => pair("epc", epc)),
      );
    case "certification":
      return sorted((value as readonly string[]).map((uri) => pair("certificationInfo", uri)));
    case "quantities":
      return list(
        field,
        (value as readonly QuantityElement[]).map((quantity) => quantityPart(quantity, separator)),
      );
    case "persistentDisposition": {
      const { set = [], unset = [] } = value as PersistentDisposition;
      const words = (key: string, all: readonly string[]) =>
        sorted(all.map((word) => pair(key, wordUri("disposition", word))));
      return [field, ...words("set", set), ...words("unset", unset)];
    }
    case "place": {
      const { id, extensions } = value as Place;
      return [field, placeId(id), ...elementParts(extensions, separator)];
    }
    case "bizTransactions":
      return list(
        field,
        (value as readonly BizTransaction[]).map((t) =>
          typed(transactionType, t.type, pair("bizTransaction", t.bizTransaction), separator),
        ),
      );
    case "sources":
      return list(
        field,
        (value as readonly Source[]).map((s) => typed(partyType, s.type, source(s.source), separator)),
      );
    case "destinations":
      return list(
        field,
        (value as readonly Destination[]).map((d) => typed(partyType, d.type, destination(d.destination), separator)),
      );
    case "sensorElements":
      return list(
        field,
        (value as readonly SensorElement[]).map((element) => sensorPart(element, separator)),
      );
    case "ilmd":
      return list(field, elementParts(value as readonly Element[], separator));
    case "bizStep":
      return [bizStep(value as string)];
    case "disposition":
      return [disposition(value as string)];
    default:
      return [pair(field, value as string)];
  }
}

/** A list's name stands once, before its sorted items, and not at all when there are none. */
function list(field: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [field, ...sorted(items)];
}

function pair(key: string, value: string | number | boolean): string {
  return `${key}=${canonicalValue(String(value))}`;
}

const rememberedMax = 1_024;
const rememberedCharactersMax = 200;

/** Places, parties and words are few and told again and again: what was written of one is remembered. */
function remembered(write: (value: string) => string): (value: string) => string {
  const written = new Map<string, string>();
  return (value) => {
    const before = written.get(value);
    if (before !== undefined) return before;
    const now = write(value);
    if (written.size >= rememberedMax) written.clear();
    if (value.length <= rememberedCharactersMax) written.set(value, now);
    return now;
  };
}

const placeId = remembered((id) => pair("id", id));
const source = remembered((id) => pair("source", id));
const destination = remembered((id) => pair("destination", id));
const bizStep = remembered((word) => pair("bizStep", wordUri("bizStep", word)));
const disposition = remembered((word) => pair("disposition", wordUri("disposition", word)));
const transactionType = remembered((word) => pair("type", wordUri("bizTransactionType", word)));
const partyType = remembered((word) => pair("type", wordUri("sourceDestType", word)));

function quantityPart({ epcClass, quantity, uom }: QuantityElement, separator: string): string {
  const parts = ["quantityElement", pair("epcClass", epcClass)];
  if (quantity !== undefined) parts.push(pair("quantity", quantity));
  if (uom !== undefined) parts.push(pair("uom", uom));
  return parts.join(separator);
}

function typed(typePair: (type: string) => string, type: string | undefined, value: string, separator: string): string {
  return type === undefined ? value : typePair(type) + separator + value;
}

function sensorPart({ sensorMetadata, sensorReport, extensions }: SensorElement, separator: string): string {
  const parts = ["sensorElement"];
  if (sensorMetadata) parts.push(...sensorFields("sensorMetadata", sensorMetadata, SENSOR_METADATA_FIELDS, separator));
  parts.push(
    ...sorted(
      sensorReport.map((report) =>
        sensorFields("sensorReport", report, SENSOR_REPORT_FIELDS, separator).join(separator),
      ),
    ),
  );
  return [...parts, ...elementParts(extensions, separator)].join(separator);
}

function sensorFields(
  name: string,
  part: { readonly extensions?: readonly Element[] },
  fields: Readonly<Record<string, SensorKind>>,
  separator: string,
): string[] {
  const values = part as unknown as Record<string, unknown>;
  const parts = [name];
  for (const [field, kind] of Object.entries(fields)) {
    if (values[field] !== undefined) parts.push(`${field}=${sensorValue(kind, values[field])}`);
  }
  return [...parts, ...elementParts(part.extensions, separator)];
}

function sensorValue(kind: SensorKind, value: unknown): string {
  switch (kind) {
    case "time":
      return printInstant((value as RecordedTime).at);
    case "measurement":
      return canonicalValue(gs1WordUri(value as string, MEASUREMENT_TYPES));
    case "alert":
      return canonicalValue(gs1WordUri(value as string, SENSOR_ALERTS));
    case "component":
      return canonicalValue(wordUri("component", value as string));
    default:
      return canonicalValue(String(value));
  }
}

/** `rdfs:comment` is a remark about an event, not a part of it. */
const COMMENT = "http://www.w3.org/2000/01/rdf-schema#";

function elementParts(elements: readonly Element[] | undefined, separator: string): string[] {
  const kept = (elements ?? []).filter(
    ({ name, list }) => list !== "empty" && !(name.namespace === COMMENT && name.local === "comment"),
  );
  return sorted(kept.map((element) => elementPart(element, separator)));
}

function elementPart(element: Element, separator: string): string {
  const { name, value, text = "" } = element;
  const children = Array.isArray(value) ? (value as readonly Element[]) : [];
  const own = Array.isArray(value) ? text.trim() : value === null ? "" : String(value).trim();
  const attributes = (element.attributes ?? [])
    .filter((attribute) => attribute.name.namespace !== "http://www.w3.org/2001/XMLSchema-instance")
    .map((attribute) => ({ name: attribute.name, value: attribute.value }));
  const head = spelledName(name) + (own === "" ? "" : `=${canonicalValue(own)}`);
  return [head, ...elementParts([...attributes, ...children], separator)].join(separator);
}

/** `{namespace}local`; JSON-LD ends the CBV's namespace with the colon that joins the two. */
function spelledName({ namespace, local, prefix }: Element["name"]): string {
  if (namespace === "") return prefix === "" ? local : `${prefix}:${local}`;
  return `{${namespace === CBVMDA_NAMESPACE ? `${namespace}:` : namespace}}${local}`;
}

/** One spelling for each value: numbers without idle zeros, GS1 keys as canonical Digital Links, CBV URNs and CURIEs as web URIs. */
export function canonicalValue(raw: string): string {
  const text = raw.trim();
  return canonicalNumber(text) ?? canonicalLink(text) ?? canonicalWord(text) ?? text;
}

/** Beginnings of words in spellings other than the web's, and what the web writes instead. */
const SPELLINGS: readonly (readonly [beginning: string, web: string])[] = [
  ...Object.values(VOCABULARIES).map(({ urn, web }) => [urn, web] as const),
  ["gs1:", "https://gs1.org/voc/"],
  ["cbv:", "https://ref.gs1.org/cbv/"],
  ["epcis:", "https://ref.gs1.org/epcis/"],
];

function canonicalWord(text: string): string | undefined {
  for (const [beginning, web] of SPELLINGS) if (text.startsWith(beginning)) return web + text.slice(beginning.length);
  return undefined;
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A decimal number written out in full and exactly; `undefined` for what is not one. */
function canonicalNumber(text: string): string | undefined {
  // `+` and `-` to `9`: everything else begins otherwise.
  const first = text.charCodeAt(0);
  if (!(first >= 43 && first <= 57)) return undefined;
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  const point = whole.length + Number(exponent);
  const digits = (whole + fraction).padStart(Math.max(0, -point) + whole.length + fraction.length, "0");
  const at = Math.max(0, point);
  const left = digits.padEnd(at, "0").slice(0, at).replace(/^0+/, "");
  const right = digits.slice(at).replace(/0+$/, "");
  const value = `${left === "" ? "0" : left}${right === "" ? "" : `.${right}`}`;
  return sign === "-" && value !== "0" ? `-${value}` : value;
}

function sorted(parts: readonly string[]): string[] {
  if (parts.length < 2) return [...parts];
  // Without surrogates the order of UTF-16 is that of code points, and the engine's own.
  return parts.some((part) => SURROGATE.test(part)) ? [...parts].sort(byCodePoint) : [...parts].sort();
}

const SURROGATE = /[\ud800-\udfff]/;

/** By Unicode code point, which is the order of UTF-8 bytes; UTF-16 order differs past U+FFFF. */
function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
