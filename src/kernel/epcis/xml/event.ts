import { parseInstant, type RecordedTime } from "../../base/time.ts";
import { attributeElements, exactAttributes, nodeElement } from "./element.ts";
import { ATTRIBUTES } from "../element-json.ts";
import { readOffset } from "../event-json.ts";
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
import { stop } from "../limits.ts";
import type { Element, EpcisEvent, ErrorDeclaration, Place, QuantityElement, SensorElement } from "../model.ts";
import { FORM_NAMESPACE, LOCAL_NAMESPACE } from "../names.ts";
import { bareGs1Word, bareWord, MEASUREMENT_TYPES, SENSOR_ALERTS, type VocabularyName } from "../vocabulary.ts";
import { attributeOf, childNamed, isForm, type XmlNode } from "./tree.ts";

/**
 * One event of EPCIS 1.0 to 2.0 in XML. Fields that 1.x keeps in `extension` and `baseExtension` are
 * found there; a QuantityEvent (withdrawn in 2.0) is the ObjectEvent that says the same
 * (EPCIS 1.1 §7.4.4). `newest`: the document is of EPCIS 2.0. Stops with `epcis.*` at `line:column`.
 */
export function readEventNode(node: XmlNode, newest = false): EpcisEvent {
  const type = node.name.local === "QuantityEvent" ? "ObjectEvent" : node.name.local;
  if (!isEventType(type)) return stop("epcis.unknown-event", node.at, `${node.name.local} is not an event of EPCIS`);
  const event: Record<string, unknown> = { type };
  const extensions: Element[] = [];
  readFields(node, EVENT_FIELDS[type], event, extensions);
  const attributes = node.attributes.filter((one) => one.name.namespace !== FORM_NAMESPACE);
  if (attributes.length > 0) extensions.push({ name: ATTRIBUTES, value: [], attributes });
  if (node.name.local === "QuantityEvent") quantityEvent(node, event);
  event["eventTime"] = readEventTime(node);
  if (extensions.length > 0) event["extensions"] = extensions;
  if (type !== "TransformationEvent" && event["action"] === undefined) missing(node, "action");
  if (type === "AssociationEvent" && event["parentID"] === undefined) missing(node, "parentID");
  if (!newest) dropIdleLists(event);
  return event as EpcisEvent;
}

function missing(node: XmlNode, field: string): never {
  return stop("epcis.missing-field", node.at, `${field} is missing`);
}

function readFields(
  parent: XmlNode,
  fields: readonly FieldName[],
  event: Record<string, unknown>,
  extensions: Element[],
): void {
  for (const child of parent.children) {
    const { namespace, local } = child.name;
    if (namespace === "" && (local === "eventTime" || local === "eventTimeZoneOffset")) continue;
    if (namespace === "" && (local === "extension" || local === "baseExtension"))
      readFields(child, fields, event, extensions);
    else if (namespace === LOCAL_NAMESPACE && local === "certificationInfo") addField(local, child, event);
    else if (namespace === "" && fields.includes(local as FieldName)) addField(local as FieldName, child, event);
    else if (!(parent.name.local === "QuantityEvent" && (local === "epcClass" || local === "quantity")))
      extensions.push(nodeElement(child));
  }
}

function addField(field: FieldName, child: XmlNode, event: Record<string, unknown>): void {
  const kind = FIELD_KINDS[field];
  const value = readField(kind, child);
  const before = event[field];
  event[field] = kind === "certification" && Array.isArray(before) ? [...before, ...(value as string[])] : value;
}

function quantityEvent(node: XmlNode, event: Record<string, unknown>): void {
  const epcClass = childNamed(node, "epcClass");
  const quantity = childNamed(node, "quantity");
  if (!epcClass) return missing(node, "epcClass");
  event["action"] = "OBSERVE";
  event["quantityList"] = [{ epcClass: textOf(epcClass), ...(quantity ? { quantity: readNumber(quantity) } : {}) }];
}

/** EPCIS 1.x makes the list of EPCs mandatory, so an empty one says nothing where quantities or children do. */
function dropIdleLists(event: Record<string, unknown>): void {
  for (const field of ["epcList", "childEPCs"])
    if (Array.isArray(event[field]) && event[field].length === 0) delete event[field];
}

function readEventTime(node: XmlNode): RecordedTime {
  const time = childNamed(node, "eventTime");
  if (!time) return missing(node, "eventTime");
  const offset = childNamed(node, "eventTimeZoneOffset");
  if (!offset) return missing(node, "eventTimeZoneOffset");
  const minutes = readOffset(textOf(offset), offset.at);
  return { at: readTime(textOf(time), time.at, minutes).at, offsetMinutes: minutes };
}

/** `xsd:dateTime` allows a time without a zone (EPCIS 1.x); the event's own offset is what it means then. */
function readTime(text: string, at: string, zoneMinutes?: number): RecordedTime {
  const time = parseInstant(text);
  if (time.ok) return time.value;
  const local = zoneMinutes === undefined ? undefined : parseInstant(`${text}Z`);
  if (local?.ok) return { at: local.value.at - (zoneMinutes as number) * 60_000, offsetMinutes: zoneMinutes as number };
  return stop("epcis.malformed-time", at, "a time is an ISO 8601 date-time with an offset");
}

function textOf(node: XmlNode): string {
  return node.text.trim();
}

function readNumber(node: XmlNode): number {
  return numberOf(textOf(node), node.at);
}

function numberOf(text: string, at: string): number {
  const value = Number(text);
  return text !== "" && Number.isFinite(value) ? value : stop("epcis.malformed-value", at, "expected a number");
}

function readField(kind: FieldKind, node: XmlNode): unknown {
  switch (kind) {
    case "time":
      return readTime(textOf(node), node.at);
    case "uri":
      return textOf(node);
    case "epcs":
      return node.children.map(textOf);
    case "certification":
      return [textOf(node)];
    case "action":
      return readAction(node);
    case "bizStep":
    case "disposition":
      return bareWord(kind, textOf(node));
    case "persistentDisposition":
      return { ...words(node, "set"), ...words(node, "unset") };
    case "place":
      return readPlace(node);
    case "quantities":
      return node.children.map(readQuantity);
    case "bizTransactions":
      return node.children.map((child) => readTyped(child, "bizTransaction", "bizTransactionType"));
    case "sources":
      return node.children.map((child) => readTyped(child, "source", "sourceDestType"));
    case "destinations":
      return node.children.map((child) => readTyped(child, "destination", "sourceDestType"));
    case "sensorElements":
      return node.children.map(readSensorElement);
    case "ilmd":
      return otherElements(node, []);
    case "errorDeclaration":
      return readErrorDeclaration(node);
  }
}

function readAction(node: XmlNode): string {
  const text = textOf(node);
  if (text === "ADD" || text === "OBSERVE" || text === "DELETE") return text;
  return stop("epcis.unknown-word", node.at, "an action is ADD, OBSERVE or DELETE");
}

function words(node: XmlNode, local: "set" | "unset") {
  const found = node.children
    .filter((child) => child.name.local === local)
    .map((child) => bareWord("disposition", textOf(child)));
  return found.length > 0 ? { [local]: found } : {};
}

/** Everything that is not `known`; `extension` wrappers are looked through. */
export function otherElements(node: XmlNode, known: readonly string[]): Element[] {
  return node.children.flatMap((child) => {
    if (child.name.namespace !== "") return [nodeElement(child)];
    if (child.name.local === "extension") return otherElements(child, known);
    return known.includes(child.name.local) ? [] : [nodeElement(child)];
  });
}

export function withOthers(node: XmlNode, known: readonly string[]): { extensions?: readonly Element[] } {
  const extensions = otherElements(node, known);
  return extensions.length > 0 ? { extensions } : {};
}

function readPlace(node: XmlNode): Place {
  const id = childNamed(node, "id");
  return { id: id ? textOf(id) : missing(node, "id"), ...withOthers(node, ["id"]) };
}

function readQuantity(node: XmlNode): QuantityElement {
  const epcClass = childNamed(node, "epcClass");
  const quantity = childNamed(node, "quantity");
  const uom = childNamed(node, "uom");
  return {
    epcClass: epcClass ? textOf(epcClass) : missing(node, "epcClass"),
    // `xsi:nil` says that no quantity was recorded.
    ...(quantity && textOf(quantity) !== "" ? { quantity: readNumber(quantity) } : {}),
    ...(uom ? { uom: textOf(uom) } : {}),
  };
}

function readTyped(node: XmlNode, key: string, vocabulary: VocabularyName): Record<string, string> {
  const type = attributeOf(node, "type");
  return { ...(type === undefined ? {} : { type: bareWord(vocabulary, type.trim()) }), [key]: textOf(node) };
}

function readErrorDeclaration(node: XmlNode): ErrorDeclaration {
  const time = childNamed(node, "declarationTime");
  const reason = childNamed(node, "reason");
  const corrective = childNamed(node, "correctiveEventIDs");
  return {
    declarationTime: time ? readTime(textOf(time), time.at, 0) : missing(node, "declarationTime"),
    ...(reason ? { reason: bareWord("errorReason", textOf(reason)) } : {}),
    ...(corrective ? { correctiveEventIDs: corrective.children.map(textOf) } : {}),
    ...withOthers(node, ["declarationTime", "reason", "correctiveEventIDs"]),
  };
}

function readSensorElement(node: XmlNode): SensorElement {
  const metadata = childNamed(node, "sensorMetadata");
  return {
    ...(metadata ? { sensorMetadata: readSensorPart(metadata, SENSOR_METADATA_FIELDS) } : {}),
    sensorReport: node.children
      .filter((child) => child.name.namespace === "" && child.name.local === "sensorReport")
      .map((child) => readSensorPart(child, SENSOR_REPORT_FIELDS)),
    ...withOthers(node, ["sensorMetadata", "sensorReport"]),
  };
}

const textFields = Object.entries(SENSOR_REPORT_FIELDS).flatMap(([name, kind]) => (kind === "text" ? [name] : []));

function readSensorPart(node: XmlNode, fields: Readonly<Record<string, SensorKind>>) {
  const known: Record<string, unknown> = {};
  const others = exactAttributes(node.attributes, textFields).filter(({ name, value }) => {
    const kind = name.namespace === "" && Object.hasOwn(fields, name.local) ? fields[name.local] : undefined;
    if (kind) known[name.local] = readSensorField(kind, kind === "text" ? value : value.trim(), node.at);
    return !kind;
  });
  const extensions = others.every((one) => isForm(one.name, "json")) ? [] : attributeElements(others);
  return { ...known, ...(extensions.length > 0 ? { extensions } : {}) };
}

function readSensorField(kind: SensorKind, text: string, at: string): unknown {
  switch (kind) {
    case "time":
      return readTime(text, at);
    case "number":
      return numberOf(text, at);
    case "boolean":
      if (text === "true" || text === "1") return true;
      return text === "false" || text === "0" ? false : stop("epcis.malformed-value", at, "expected true or false");
    case "measurement":
      return bareGs1Word(text, MEASUREMENT_TYPES);
    case "alert":
      return bareGs1Word(text, SENSOR_ALERTS);
    case "component":
      return bareWord("component", text);
    case "uri":
    case "text":
    case "hex":
      return text;
  }
}
