import { printOffset, printRecordedTime, type RecordedTime } from "../../base/time.ts";
import { ATTRIBUTES } from "../element-json.ts";
import { elementNode, exactAttribute, extensionAttributes, foreignNode } from "./element.ts";
import {
  EVENT_FIELDS,
  FIELD_KINDS,
  type FieldKind,
  type FieldName,
  SENSOR_METADATA_FIELDS,
  SENSOR_REPORT_FIELDS,
  type SensorKind,
} from "../fields.ts";
import type {
  Attribute,
  BizTransaction,
  Destination,
  Element,
  EpcisEvent,
  ErrorDeclaration,
  Note,
  PersistentDisposition,
  Place,
  QuantityElement,
  SensorElement,
  Source,
} from "../model.ts";
import { gs1WordCurie, MEASUREMENT_TYPES, SENSOR_ALERTS, type VocabularyName, wordUrn } from "../vocabulary.ts";
import { attribute, leaf, node, type XmlNode } from "./tree.ts";

/** One event in the XML of EPCIS 2.0. */
export function printedEvent20(event: EpcisEvent): XmlNode {
  const values = event as unknown as Record<string, unknown>;
  const children: XmlNode[] = [];
  for (const field of EVENT_FIELDS[event.type]) {
    // XML has certificationInfo once; further ones follow as our own element.
    if (values[field] !== undefined) children.push(...fieldNodes(field, values[field]).slice(0, 1));
    if (field === "recordTime") children.push(leaf("eventTimeZoneOffset", printOffset(event.eventTime.offsetMinutes)));
  }
  children.push(...extraCertificates(event), ...others(event).map(foreignNode));
  return node(event.type, children, ownAttributes(event));
}

function extraCertificates(event: EpcisEvent): XmlNode[] {
  return (event.certificationInfo ?? [])
    .slice(1)
    .map((uri) => foreignNode({ name: { namespace: "", local: "certificationInfo", prefix: "" }, value: uri }));
}

/** Fields that EPCIS 1.2 keeps one step further down, in `extension`. */
const EXTENDED_12: ReadonlySet<FieldName> = new Set([
  "quantityList",
  "childQuantityList",
  "sourceList",
  "destinationList",
  "ilmd",
]);
/** Fields of EPCIS 2.0 that 1.2 has no name for: they go where its schema lets anything stand. */
const UNKNOWN_12: ReadonlySet<FieldName> = new Set(["sensorElementList", "persistentDisposition", "certificationInfo"]);
const BASE_12: ReadonlySet<FieldName> = new Set(["eventID", "errorDeclaration", "certificationInfo"]);
const MANDATORY_12: Readonly<Record<string, FieldName>> = {
  ObjectEvent: "epcList",
  TransactionEvent: "epcList",
  AggregationEvent: "childEPCs",
};

/**
 * One event in the XML of EPCIS 1.2 (`EPCglobal-epcis-1_2.xsd`), in its place inside EventList: what is
 * newer stands in extensions and is told in `notes`.
 */
export function printedEvent12(event: EpcisEvent, at: string, notes: Note[]): XmlNode {
  const values = event as unknown as Record<string, unknown>;
  const parts = {
    head: [] as XmlNode[],
    base: [] as XmlNode[],
    baseMore: [] as XmlNode[],
    main: [] as XmlNode[],
    extended: [] as XmlNode[],
    unknown: [] as XmlNode[],
  };
  // Transformations are new in 1.1 and so have nothing of their own in an extension.
  const flat = event.type === "TransformationEvent" || event.type === "AssociationEvent";
  for (const field of EVENT_FIELDS[event.type]) {
    const value = values[field] ?? (MANDATORY_12[event.type] === field ? [] : undefined);
    if (value !== undefined) {
      const nodes = fieldNodes(field, value);
      if (UNKNOWN_12.has(field)) notes.push(newer(at, field));
      if (field === "certificationInfo") parts.baseMore.push(...nodes);
      else if (BASE_12.has(field)) parts.base.push(...nodes);
      else if (field === "eventTime" || field === "recordTime") parts.head.push(...nodes);
      else if (UNKNOWN_12.has(field) && event.type !== "AssociationEvent") parts.unknown.push(...nodes);
      else if (EXTENDED_12.has(field) && !flat) parts.extended.push(...nodes);
      else parts.main.push(...nodes);
    }
    if (field === "recordTime")
      parts.head.push(leaf("eventTimeZoneOffset", printOffset(event.eventTime.offsetMinutes)));
  }
  const { local, foreign } = split(others(event).map(elementNode));
  const unknown = wrapped("extension", [...parts.unknown, ...local]);
  const children = [
    ...parts.head,
    ...wrapped("baseExtension", [...parts.base, ...wrapped("extension", parts.baseMore)]),
    ...parts.main,
    ...(flat ? unknown : wrapped("extension", [...parts.extended, ...unknown])),
    ...foreign,
  ];
  return placed12(node(event.type, children, ownAttributes(event)), event, at, notes);
}

/** TransformationEvent stands in one `extension` of EventList; AssociationEvent, which 1.2 does not know, in two. */
function placed12(printed: XmlNode, event: EpcisEvent, at: string, notes: Note[]): XmlNode {
  if (event.type === "TransformationEvent") return node("extension", [printed]);
  if (event.type !== "AssociationEvent") return printed;
  notes.push({
    code: "epcis.newer-event",
    at,
    message: "AssociationEvent is new in EPCIS 2.0; it is kept in an extension of EventList",
  });
  return node("extension", [node("extension", [printed])]);
}

function newer(at: string, field: string): Note {
  return {
    code: "epcis.newer-field",
    at: `${at}/${field}`,
    message: `${field} is new in EPCIS 2.0; it is kept in an extension`,
  };
}

function wrapped(local: string, children: readonly XmlNode[]): XmlNode[] {
  return children.length > 0 ? [node(local, children)] : [];
}

function split(nodes: readonly XmlNode[]): { local: XmlNode[]; foreign: XmlNode[] } {
  return {
    local: nodes.filter((one) => one.name.namespace === ""),
    foreign: nodes.filter((one) => one.name.namespace !== ""),
  };
}

function isOwnAttributes(element: Element): boolean {
  return element.name.namespace === ATTRIBUTES.namespace && element.name.local === ATTRIBUTES.local;
}

function others(event: EpcisEvent): readonly Element[] {
  return (event.extensions ?? []).filter((element) => !isOwnAttributes(element));
}

function ownAttributes(event: EpcisEvent): readonly Attribute[] {
  return event.extensions?.find(isOwnAttributes)?.attributes ?? [];
}

function fieldNodes(field: FieldName, value: unknown): XmlNode[] {
  const kind: FieldKind = FIELD_KINDS[field];
  switch (kind) {
    case "time":
      return [leaf(field, printRecordedTime(value as RecordedTime))];
    case "epcs":
      return [
        node(
          field,
          (value as readonly string[]).map((epc) => leaf("epc", epc)),
        ),
      ];
    case "certification":
      return (value as readonly string[]).map((uri) => leaf(field, uri));
    case "uri":
    case "action":
      return [leaf(field, value as string)];
    case "bizStep":
    case "disposition":
      return [leaf(field, wordUrn(kind, value as string))];
    case "persistentDisposition": {
      const { set = [], unset = [] } = value as PersistentDisposition;
      const words = (local: string, all: readonly string[]) =>
        all.map((word) => leaf(local, wordUrn("disposition", word)));
      return [node(field, [...words("unset", unset), ...words("set", set)])];
    }
    case "place": {
      const { id, extensions = [] } = value as Place;
      return [node(field, [leaf("id", id), ...inExtension(extensions)])];
    }
    case "quantities":
      return [node(field, (value as readonly QuantityElement[]).map(quantityNode))];
    case "bizTransactions":
      return typedList(
        field,
        (value as readonly BizTransaction[]).map((t) =>
          typed("bizTransaction", "bizTransactionType", t.type, t.bizTransaction),
        ),
      );
    case "sources":
      return typedList(
        field,
        (value as readonly Source[]).map((s) => typed("source", "sourceDestType", s.type, s.source)),
      );
    case "destinations":
      return typedList(
        field,
        (value as readonly Destination[]).map((d) => typed("destination", "sourceDestType", d.type, d.destination)),
      );
    case "sensorElements":
      return typedList(field, (value as readonly SensorElement[]).map(sensorNode));
    case "ilmd":
      return [node(field, inExtension(value as readonly Element[]))];
    case "errorDeclaration":
      return [errorNode(value as ErrorDeclaration)];
  }
}

/** These lists may not be empty in XML; an empty one says nothing. */
function typedList(field: string, items: readonly XmlNode[]): XmlNode[] {
  return wrapped(field, items);
}

/** Names without a namespace stand in `extension`, all others directly. */
function inExtension(elements: readonly Element[]): XmlNode[] {
  const { local, foreign } = split(elements.map(elementNode));
  return [...wrapped("extension", local), ...foreign];
}

function quantityNode({ epcClass, quantity, uom }: QuantityElement): XmlNode {
  return node("quantityElement", [
    leaf("epcClass", epcClass),
    ...(quantity === undefined ? [] : [leaf("quantity", decimal(quantity))]),
    ...(uom === undefined ? [] : [leaf("uom", uom)]),
  ]);
}

/** `xsd:decimal` knows no exponent. */
function decimal(value: number): string {
  const text = String(value);
  if (!/e/i.test(text)) return text;
  return Number.isInteger(value) ? BigInt(value).toString() : value.toFixed(20).replace(/0+$/, "");
}

function typed(local: string, vocabulary: VocabularyName, type: string | undefined, text: string): XmlNode {
  return leaf(local, text, type === undefined ? [] : [attribute("type", wordUrn(vocabulary, type))]);
}

function errorNode(declaration: ErrorDeclaration): XmlNode {
  const { declarationTime, reason, correctiveEventIDs, extensions = [] } = declaration;
  return node("errorDeclaration", [
    leaf("declarationTime", printRecordedTime(declarationTime)),
    ...(reason === undefined ? [] : [leaf("reason", wordUrn("errorReason", reason))]),
    ...(correctiveEventIDs
      ? [
          node(
            "correctiveEventIDs",
            correctiveEventIDs.map((id) => leaf("correctiveEventID", id)),
          ),
        ]
      : []),
    ...inExtension(extensions),
  ]);
}

function sensorNode({ sensorMetadata, sensorReport, extensions = [] }: SensorElement): XmlNode {
  return node("sensorElement", [
    ...(sensorMetadata ? [node("sensorMetadata", [], sensorAttributes(sensorMetadata, SENSOR_METADATA_FIELDS))] : []),
    ...sensorReport.map((report) => node("sensorReport", [], sensorAttributes(report, SENSOR_REPORT_FIELDS))),
    ...inExtension(extensions),
  ]);
}

function sensorAttributes(
  part: { readonly extensions?: readonly Element[] },
  fields: Readonly<Record<string, SensorKind>>,
): Attribute[] {
  const values = part as unknown as Record<string, unknown>;
  const own = Object.entries(fields).flatMap(([field, kind]) =>
    values[field] === undefined ? [] : exactAttribute(field, sensorText(kind, values[field])),
  );
  return [...own, ...extensionAttributes(part.extensions ?? [])];
}

function sensorText(kind: SensorKind, value: unknown): string {
  switch (kind) {
    case "time":
      return printRecordedTime(value as RecordedTime);
    case "measurement":
      return gs1WordCurie(value as string, MEASUREMENT_TYPES);
    case "alert":
      return gs1WordCurie(value as string, SENSOR_ALERTS);
    case "component":
      return wordUrn("component", value as string);
    default:
      return String(value);
  }
}
