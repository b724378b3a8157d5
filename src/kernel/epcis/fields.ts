import type { EventType } from "./model.ts";

/** What a field holds. One table drives the readers, the printers, the checks and the hash. */
export type FieldKind =
  | "time"
  | "uri"
  | "certification"
  | "action"
  | "bizStep"
  | "disposition"
  | "persistentDisposition"
  | "place"
  | "epcs"
  | "quantities"
  | "bizTransactions"
  | "sources"
  | "destinations"
  | "sensorElements"
  | "ilmd"
  | "errorDeclaration";

export const FIELD_KINDS = {
  eventTime: "time",
  recordTime: "time",
  eventID: "uri",
  errorDeclaration: "errorDeclaration",
  certificationInfo: "certification",
  action: "action",
  parentID: "uri",
  epcList: "epcs",
  childEPCs: "epcs",
  inputEPCList: "epcs",
  outputEPCList: "epcs",
  quantityList: "quantities",
  childQuantityList: "quantities",
  inputQuantityList: "quantities",
  outputQuantityList: "quantities",
  transformationID: "uri",
  bizStep: "bizStep",
  disposition: "disposition",
  persistentDisposition: "persistentDisposition",
  readPoint: "place",
  bizLocation: "place",
  bizTransactionList: "bizTransactions",
  sourceList: "sources",
  destinationList: "destinations",
  sensorElementList: "sensorElements",
  ilmd: "ilmd",
} as const satisfies Record<string, FieldKind>;

export type FieldName = keyof typeof FIELD_KINDS;

const BASE: readonly FieldName[] = ["eventTime", "recordTime", "eventID", "errorDeclaration", "certificationInfo"];
const WHERE_AND_WHY: readonly FieldName[] = ["bizStep", "disposition", "readPoint", "bizLocation"];
const PARTIES: readonly FieldName[] = ["sourceList", "destinationList", "sensorElementList", "persistentDisposition"];

/**
 * The fields of each event in the order of the EPCIS 2.0 schema (`EPCglobal-epcis-2_0.xsd`), which
 * XML demands and JSON leaves free.
 */
export const EVENT_FIELDS: Readonly<Record<EventType, readonly FieldName[]>> = {
  ObjectEvent: [
    ...BASE,
    "epcList",
    "action",
    ...WHERE_AND_WHY,
    "bizTransactionList",
    "quantityList",
    ...PARTIES,
    "ilmd",
  ],
  AggregationEvent: [
    ...BASE,
    "parentID",
    "childEPCs",
    "action",
    ...WHERE_AND_WHY,
    "bizTransactionList",
    "childQuantityList",
    ...PARTIES,
  ],
  TransactionEvent: [
    ...BASE,
    "bizTransactionList",
    "parentID",
    "epcList",
    "action",
    ...WHERE_AND_WHY,
    "quantityList",
    ...PARTIES,
  ],
  TransformationEvent: [
    ...BASE,
    "inputEPCList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "transformationID",
    ...WHERE_AND_WHY,
    "bizTransactionList",
    ...PARTIES,
    "ilmd",
  ],
  AssociationEvent: [
    ...BASE,
    "parentID",
    "childEPCs",
    "childQuantityList",
    "action",
    ...WHERE_AND_WHY,
    "bizTransactionList",
    ...PARTIES,
  ],
};

export type SensorKind = "time" | "uri" | "number" | "text" | "boolean" | "hex" | "measurement" | "alert" | "component";

/** EPCIS 2.0 §7.3.7.2, in the order of the event hash (CBV 2.0 §8.9.2). */
export const SENSOR_METADATA_FIELDS = {
  time: "time",
  startTime: "time",
  endTime: "time",
  deviceID: "uri",
  deviceMetadata: "uri",
  rawData: "uri",
  dataProcessingMethod: "uri",
  bizRules: "uri",
} as const satisfies Record<string, SensorKind>;

/** EPCIS 2.0 §7.3.7.3, in the order of the event hash. */
export const SENSOR_REPORT_FIELDS = {
  type: "measurement",
  exception: "alert",
  deviceID: "uri",
  deviceMetadata: "uri",
  rawData: "uri",
  dataProcessingMethod: "uri",
  bizRules: "uri",
  time: "time",
  microorganism: "uri",
  chemicalSubstance: "uri",
  value: "number",
  component: "component",
  stringValue: "text",
  booleanValue: "boolean",
  hexBinaryValue: "hex",
  uriValue: "uri",
  minValue: "number",
  maxValue: "number",
  meanValue: "number",
  sDev: "number",
  percRank: "number",
  percValue: "number",
  uom: "text",
  coordinateReferenceSystem: "uri",
} as const satisfies Record<string, SensorKind>;

export function isEventType(text: unknown): text is EventType {
  return typeof text === "string" && Object.hasOwn(EVENT_FIELDS, text);
}
