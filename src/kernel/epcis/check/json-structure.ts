import { parseInstant } from "../../base/time.ts";
import { isObject, type Json, type JsonObject, step } from "../element-json.ts";
import {
  EVENT_FIELDS,
  FIELD_KINDS,
  type FieldKind,
  type FieldName,
  isEventType,
  SENSOR_METADATA_FIELDS,
  SENSOR_REPORT_FIELDS,
  type SensorKind,
} from "../fields.ts";
import type { Findings } from "./finding.ts";
import type { EventType } from "../model.ts";
import { SoundIdentifiers } from "./sound-identifiers.ts";
import { isUri } from "./uri.ts";
import { MEASUREMENT_TYPES, SENSOR_ALERTS, type VocabularyName, VOCABULARIES } from "../vocabulary.ts";

/** Controls, halves of characters, and the two code points that are none (RFC 3987 §2.2, XML 1.0 §2.2). */
const NO_CHARACTER =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant
  /[\u0000-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * The structure of EPCIS 2.0 JSON: what `EPCIS-JSON-Schema.json` with its formats asserted demands,
 * each fault told once, at its place and by its name.
 */
export class JsonStructure {
  private readonly findings: Findings;
  private readonly sound: SoundIdentifiers;

  constructor(findings: Findings, sound = new SoundIdentifiers()) {
    this.findings = findings;
    this.sound = sound;
  }

  /** An event in a document; `standalone` for one that must bring its own `@context`. */
  event(raw: Json, at: string, standalone = false): void {
    if (!isObject(raw)) return this.wrong(at, "an object");
    const type = raw["type"];
    if (typeof type !== "string") return this.missing(at, "type", type);
    if (standalone && raw["@context"] === undefined) this.missing(at, "@context", undefined);
    if (raw["@context"] !== undefined) this.context(raw["@context"], step(at, "@context"));
    this.times(raw, at);
    if (!isEventType(type)) return this.foreign(raw, type, at);
    const fields = EVENT_FIELDS[type];
    for (const [key, value] of Object.entries(raw)) this.member(key, value, type, fields, step(at, key));
    this.required(raw, type, at);
  }

  private foreign(raw: JsonObject, type: string, at: string): void {
    if (!isUri(type))
      this.findings.error(
        "epcis.unknown-event",
        step(at, "type"),
        `${type} is no event type of EPCIS 2.0, and no URI of anybody else's`,
      );
    for (const field of ["eventID", "certificationInfo", "recordTime", "errorDeclaration"] as const) {
      if (raw[field] !== undefined) this.field(FIELD_KINDS[field], raw[field], step(at, field));
    }
  }

  private member(key: string, value: Json, type: EventType, fields: readonly FieldName[], at: string): void {
    if (key === "type" || key === "@context" || key === "eventTime" || key === "eventTimeZoneOffset") return;
    const narrow = key === "persistentDisposition" && type !== "ObjectEvent" && type !== "TransformationEvent";
    if (!narrow && fields.includes(key as FieldName) && FIELD_KINDS[key as FieldName] === "epcs") {
      return this.epcs(value, at, type === "ObjectEvent" || type === "TransformationEvent");
    }
    if (!narrow && fields.includes(key as FieldName)) return this.field(FIELD_KINDS[key as FieldName], value, at);
    if (narrow)
      this.findings.error("epcis.unknown-field", at, `${key} is not a field of ${type} in JSON (in XML it is)`);
    else if (!isUri(key))
      this.findings.error(
        "epcis.unknown-field",
        at,
        `${key} is not a field of ${type}, and an extension's name is a URI or prefix:name`,
      );
  }

  private times(raw: JsonObject, at: string): void {
    if (raw["eventTime"] === undefined) this.missing(at, "eventTime", undefined);
    else this.time(raw["eventTime"], step(at, "eventTime"));
    const offset = raw["eventTimeZoneOffset"];
    if (offset === undefined) this.missing(at, "eventTimeZoneOffset", undefined);
    else if (typeof offset !== "string" || !/^[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)$/.test(offset)) {
      this.findings.error(
        "epcis.malformed-offset",
        step(at, "eventTimeZoneOffset"),
        "a time zone offset is ±hh:mm, at most 14:00",
      );
    }
  }

  private required(raw: JsonObject, type: EventType, at: string): void {
    if (type !== "TransformationEvent" && raw["action"] === undefined) this.missing(at, "action", undefined);
    if (type === "AssociationEvent" && raw["parentID"] === undefined) this.missing(at, "parentID", undefined);
    if (type === "TransactionEvent") {
      const list = raw["bizTransactionList"];
      if (list === undefined) this.missing(at, "bizTransactionList", undefined);
      else if (Array.isArray(list) && list.length === 0)
        this.findings.error(
          "epcis.empty-list",
          step(at, "bizTransactionList"),
          "at least one business transaction is needed",
        );
    }
    if (!this.namesObjects(raw, type)) this.findings.error("epcis.no-objects", at, OBJECTS_WANTED[type]);
    if (type === "ObjectEvent" && raw["ilmd"] !== undefined && raw["action"] !== "ADD") {
      this.findings.error("epcis.ilmd-not-allowed", step(at, "ilmd"), "ilmd goes with action ADD only");
    }
  }

  private namesObjects(raw: JsonObject, type: EventType): boolean {
    const some = (key: string) => Array.isArray(raw[key]) && (raw[key] as readonly Json[]).length > 0;
    switch (type) {
      case "ObjectEvent":
        return (
          raw["epcList"] !== undefined ||
          some("quantityList") ||
          (some("sensorElementList") && raw["readPoint"] !== undefined)
        );
      case "TransactionEvent":
        return raw["epcList"] !== undefined || some("quantityList") || raw["action"] === "DELETE";
      case "AggregationEvent":
      case "AssociationEvent":
        return some("childEPCs") || some("childQuantityList") || raw["action"] === "DELETE";
      case "TransformationEvent": {
        const input = some("inputEPCList") || some("inputQuantityList");
        const output = some("outputEPCList") || some("outputQuantityList");
        return raw["transformationID"] === undefined ? input && output : input || output;
      }
    }
  }

  private field(kind: FieldKind, value: Json, at: string): void {
    switch (kind) {
      case "time":
        return this.time(value, at);
      case "uri":
        return this.uri(value, at);
      case "certification":
        return Array.isArray(value)
          ? this.items(value, at, (item, where) => this.uri(item, where))
          : this.uri(value, at);
      case "action":
        if (value !== "ADD" && value !== "OBSERVE" && value !== "DELETE")
          this.findings.error("epcis.unknown-word", at, "an action is ADD, OBSERVE or DELETE");
        return;
      case "bizStep":
      case "disposition":
        return this.word(kind, value, at);
      case "persistentDisposition":
        return this.persistentDisposition(value, at);
      case "place":
        return this.place(value, at);
      case "epcs":
        return this.epcs(value, at, false);
      case "quantities":
        return this.items(value, at, (item, where) => this.quantity(item, where));
      case "bizTransactions":
        return this.items(value, at, (item, where) =>
          this.typed(item, "bizTransaction", "bizTransactionType", false, where),
        );
      case "sources":
        return this.items(value, at, (item, where) => this.typed(item, "source", "sourceDestType", true, where));
      case "destinations":
        return this.items(value, at, (item, where) => this.typed(item, "destination", "sourceDestType", true, where));
      case "sensorElements":
        return this.items(value, at, (item, where) => this.sensorElement(item, where));
      case "ilmd":
        return this.members(value, at, {}, []);
      case "errorDeclaration":
        return this.members(value, at, { declarationTime: "time", reason: "errorReason", correctiveEventIDs: "uris" }, [
          "declarationTime",
        ]);
    }
  }

  /** Only some lists are sets in the schema; elsewhere an identifier named twice is a matter of meaning. */
  private epcs(value: Json, at: string, isSet: boolean): void {
    if (Array.isArray(value) && this.sound.list(value)) return;
    this.items(value, at, (item, where) => this.uri(item, where));
    if (isSet && Array.isArray(value) && new Set(value as readonly Json[]).size < value.length)
      this.findings.error("epcis.duplicate-item", at, "an identifier stands twice in one list");
  }

  private quantity(value: Json, at: string): void {
    if (!isObject(value)) return this.wrong(at, "an object");
    if (value["epcClass"] === undefined) this.missing(at, "epcClass", undefined);
    for (const [key, member] of Object.entries(value)) {
      const where = step(at, key);
      if (key === "epcClass") this.uri(member, where);
      else if (key === "quantity") this.typeOf(member, "number", where);
      else if (key !== "uom") this.unknown(where, key);
      else if (typeof member !== "string" || !/^[A-Z0-9]{2,3}$/.test(member))
        this.findings.error("epcis.malformed-uom", where, "a unit is a UN/ECE Rec. 20 code of two or three characters");
    }
  }

  private typed(value: Json, key: string, vocabulary: VocabularyName, typeNeeded: boolean, at: string): void {
    if (!isObject(value)) return this.wrong(at, "an object");
    if (value[key] === undefined) this.missing(at, key, undefined);
    if (typeNeeded && value["type"] === undefined) this.missing(at, "type", undefined);
    for (const [name, member] of Object.entries(value)) {
      if (name === key) this.uri(member, step(at, name));
      else if (name === "type") this.word(vocabulary, member, step(at, name));
      else this.unknown(step(at, name), name);
    }
  }

  private persistentDisposition(value: Json, at: string): void {
    if (!isObject(value)) return this.wrong(at, "an object");
    if (value["set"] === undefined && value["unset"] === undefined)
      this.findings.error("epcis.missing-field", at, "set or unset is needed");
    for (const [key, member] of Object.entries(value)) {
      const where = step(at, key);
      if (key !== "set" && key !== "unset") {
        this.unknown(where, key);
        continue;
      }
      this.items(member, where, (item, place) => this.word("disposition", item, place));
      if (!Array.isArray(member)) continue;
      if (member.length === 0) this.findings.error("epcis.empty-list", where, "at least one disposition is needed");
      if (new Set(member as readonly Json[]).size < member.length)
        this.findings.error("epcis.duplicate-item", where, "a disposition stands twice in one list");
    }
  }

  private place(value: Json, at: string): void {
    if (!isObject(value)) return this.wrong(at, "an object");
    if (value["id"] === undefined) this.missing(at, "id", undefined);
    else this.uri(value["id"], step(at, "id"));
  }

  private sensorElement(value: Json, at: string): void {
    if (!isObject(value)) return this.wrong(at, "an object");
    for (const [key, member] of Object.entries(value)) {
      const where = step(at, key);
      if (key === "sensorMetadata") this.members(member, where, SENSOR_METADATA_FIELDS, []);
      else if (key === "sensorReport") this.reports(member, where);
      else if (!isUri(key)) this.unknown(where, key);
    }
    if (value["sensorReport"] === undefined) this.missing(at, "sensorReport", undefined);
  }

  private reports(value: Json, at: string): void {
    this.items(value, at, (item, where) => this.members(item, where, SENSOR_REPORT_FIELDS, ["type"]));
    if (Array.isArray(value) && value.length === 0)
      this.findings.error("epcis.empty-list", at, "a sensor element has at least one report");
  }

  /** An object of known members and extensions. */
  private members(
    value: Json,
    at: string,
    fields: Readonly<Record<string, SensorKind | "errorReason" | "uris">>,
    needed: readonly string[],
  ): void {
    if (!isObject(value)) return this.wrong(at, "an object");
    for (const key of needed) if (value[key] === undefined) this.missing(at, key, undefined);
    for (const [key, member] of Object.entries(value)) {
      const kind = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (kind) this.scalar(kind, member, step(at, key));
      else if (!isUri(key)) this.unknown(step(at, key), key);
    }
  }

  private scalar(kind: SensorKind | "errorReason" | "uris", value: Json, at: string): void {
    switch (kind) {
      case "time":
        return this.time(value, at);
      case "uri":
        return this.uri(value, at);
      case "uris":
        return this.items(value, at, (item, where) => this.uri(item, where));
      case "number":
        return this.typeOf(value, "number", at);
      case "text":
        return this.typeOf(value, "string", at);
      case "boolean":
        return this.typeOf(value, "boolean", at);
      case "hex":
        if (typeof value !== "string" || !/^[0-9A-Fa-f]+$/.test(value))
          this.findings.error("epcis.malformed-value", at, "expected hexadecimal digits");
        return;
      case "measurement":
        return this.webWord(MEASUREMENT_TYPES, value, at);
      case "alert":
        return this.webWord(SENSOR_ALERTS, value, at);
      case "component":
      case "errorReason":
        return this.word(kind, value, at);
    }
  }

  /** A bare word of the CBV, or a URI that is nobody's spelling of one. */
  private word(vocabulary: VocabularyName, value: Json, at: string): void {
    const { words } = VOCABULARIES[vocabulary];
    if (typeof value !== "string") return this.wrong(at, "a string");
    if (words.has(value)) return;
    if (!isUri(value))
      this.findings.error(
        "epcis.unknown-word",
        at,
        `${value} is not a word of the CBV, and a word of anybody else's is a URI`,
      );
    else if (/^(?:urn:epcglobal:cbv|https?:\/\/ns\.gs1\.org\/cbv\/)/.test(value)) {
      this.findings.error("epcis.urn-word", at, "JSON spells words of the CBV bare, not as URNs");
    }
  }

  private webWord(known: ReadonlySet<string>, value: Json, at: string): void {
    if (typeof value !== "string") return this.wrong(at, "a string");
    if (known.has(value)) return;
    if (!isUri(value))
      this.findings.error(
        "epcis.unknown-word",
        at,
        `${value} is not a word of the GS1 Web Vocabulary, and a word of anybody else's is a URI`,
      );
    else if (/^https?:\/\/(?:www\.)?gs1\.org\/voc\//.test(value))
      this.findings.error("epcis.urn-word", at, "JSON spells words of the GS1 Web Vocabulary bare");
  }

  time(value: Json, at: string): void {
    if (typeof value !== "string") return this.wrong(at, "a string");
    if (!parseInstant(plainTime(value)).ok)
      this.findings.error("epcis.malformed-time", at, "a time is an ISO 8601 date-time with an offset");
  }

  uri(value: Json, at: string): void {
    if (typeof value !== "string") return this.wrong(at, "a string");
    if (!isUri(value))
      this.findings.error("epcis.malformed-uri", at, `${JSON.stringify(value.slice(0, 80))} is not a URI`);
  }

  items(value: Json, at: string, check: (item: Json, at: string) => void): void {
    if (!Array.isArray(value)) return this.wrong(at, "a list");
    (value as readonly Json[]).forEach((item, index) => check(item, step(at, index)));
  }

  context(value: Json, at: string): void {
    if (isObject(value)) return this.namespaces(value, at);
    if (typeof value === "string") return this.uri(value, at);
    this.items(value, at, (item, where) => {
      if (isObject(item)) this.namespaces(item, where);
      else this.uri(item, where);
    });
    if (!Array.isArray(value)) return;
    if (new Set(value.map((item) => JSON.stringify(item))).size < value.length)
      this.findings.error("epcis.duplicate-item", at, "a context stands twice");
  }

  /** JSON-LD 1.1 §9.1: a prefix stands for an IRI. The schema does not look; only what no IRI in any form holds is refused. */
  private namespaces(prefixes: JsonObject, at: string): void {
    for (const [prefix, uri] of Object.entries(prefixes)) {
      if (typeof uri !== "string" || !NO_CHARACTER.test(uri)) continue;
      this.findings.error(
        "epcis.malformed-uri",
        step(at, prefix),
        `${prefix}: the namespace holds what is no character`,
      );
    }
  }

  typeOf(value: Json, type: "number" | "string" | "boolean", at: string): void {
    if (typeof value !== type) this.wrong(at, `a ${type}`);
  }

  wrong(at: string, wanted: string): void {
    this.findings.error("epcis.wrong-type", at, `expected ${wanted}`);
  }

  missing(at: string, field: string, found: unknown): void {
    if (found === undefined) this.findings.error("epcis.missing-field", at, `${field} is missing`);
    else this.wrong(step(at, field), "a string");
  }

  unknown(at: string, key: string): void {
    this.findings.error(
      "epcis.unknown-field",
      at,
      `${key} is not known here, and an extension's name is a URI or prefix:name`,
    );
  }
}

const OBJECTS_WANTED: Readonly<Record<EventType, string>> = {
  ObjectEvent: "an ObjectEvent names objects: epcList, quantityList, or sensorElementList at a readPoint",
  TransactionEvent: "a TransactionEvent that is not a DELETE names objects: epcList or quantityList",
  AggregationEvent: "an AggregationEvent that is not a DELETE names children: childEPCs or childQuantityList",
  AssociationEvent: "an AssociationEvent that is not a DELETE names children: childEPCs or childQuantityList",
  TransformationEvent: "a TransformationEvent names inputs and outputs, or with a transformationID one of them",
};

/** RFC 3339 also allows lower-case `t` and `z`, and more digits than a clock has. */
export function plainTime(text: string): string {
  return text.toUpperCase().replace(/(\.\d{9})\d+/, "$1");
}
