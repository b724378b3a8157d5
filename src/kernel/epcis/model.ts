import type { RecordedTime } from "../base/time.ts";
import type { Namespace, QName } from "./names.ts";

/**
 * EPCIS 2.0 §7 as types. Words of the CBV are bare (`commissioning`, `in_transit`, `po`); a word of
 * anybody else is its URI. Identifiers are kept as they were received. Lists are absent where the
 * document had none.
 */
export type EpcisEvent = ObjectEvent | AggregationEvent | TransactionEvent | TransformationEvent | AssociationEvent;
export type EventType = EpcisEvent["type"];
export const EVENT_TYPES = [
  "ObjectEvent",
  "AggregationEvent",
  "TransactionEvent",
  "TransformationEvent",
  "AssociationEvent",
] as const satisfies readonly EventType[];

export type Action = "ADD" | "OBSERVE" | "DELETE";

/** What every event has (EPCIS 2.0 §7.4.1). The offset of `eventTime` is eventTimeZoneOffset. */
export type EventBase = {
  readonly eventTime: RecordedTime;
  readonly recordTime?: RecordedTime;
  readonly eventID?: string;
  readonly errorDeclaration?: ErrorDeclaration;
  readonly certificationInfo?: readonly string[];
  readonly bizStep?: string;
  readonly disposition?: string;
  readonly persistentDisposition?: PersistentDisposition;
  readonly readPoint?: Place;
  readonly bizLocation?: Place;
  readonly bizTransactionList?: readonly BizTransaction[];
  readonly sourceList?: readonly Source[];
  readonly destinationList?: readonly Destination[];
  readonly sensorElementList?: readonly SensorElement[];
  readonly extensions?: readonly Element[];
};

export type ObjectEvent = EventBase & {
  readonly type: "ObjectEvent";
  readonly action: Action;
  readonly epcList?: readonly string[];
  readonly quantityList?: readonly QuantityElement[];
  readonly ilmd?: readonly Element[];
};

export type AggregationEvent = EventBase & {
  readonly type: "AggregationEvent";
  readonly action: Action;
  readonly parentID?: string;
  readonly childEPCs?: readonly string[];
  readonly childQuantityList?: readonly QuantityElement[];
};

export type TransactionEvent = EventBase & {
  readonly type: "TransactionEvent";
  readonly action: Action;
  readonly parentID?: string;
  readonly epcList?: readonly string[];
  readonly quantityList?: readonly QuantityElement[];
};

export type TransformationEvent = EventBase & {
  readonly type: "TransformationEvent";
  readonly inputEPCList?: readonly string[];
  readonly inputQuantityList?: readonly QuantityElement[];
  readonly outputEPCList?: readonly string[];
  readonly outputQuantityList?: readonly QuantityElement[];
  readonly transformationID?: string;
  readonly ilmd?: readonly Element[];
};

export type AssociationEvent = EventBase & {
  readonly type: "AssociationEvent";
  readonly action: Action;
  readonly parentID: string;
  readonly childEPCs?: readonly string[];
  readonly childQuantityList?: readonly QuantityElement[];
};

export type QuantityElement = {
  readonly epcClass: string;
  readonly quantity?: number;
  /** UN/ECE Rec. 20 code; absent means pieces. */
  readonly uom?: string;
};

/** A read point or a business location. */
export type Place = { readonly id: string; readonly extensions?: readonly Element[] };
export type BizTransaction = { readonly type?: string; readonly bizTransaction: string };
export type Source = { readonly type: string; readonly source: string };
export type Destination = { readonly type: string; readonly destination: string };
export type PersistentDisposition = { readonly set?: readonly string[]; readonly unset?: readonly string[] };

export type ErrorDeclaration = {
  readonly declarationTime: RecordedTime;
  readonly reason?: string;
  readonly correctiveEventIDs?: readonly string[];
  readonly extensions?: readonly Element[];
};

export type SensorElement = {
  readonly sensorMetadata?: SensorMetadata;
  readonly sensorReport: readonly SensorReport[];
  readonly extensions?: readonly Element[];
};

export type SensorMetadata = {
  readonly time?: RecordedTime;
  readonly startTime?: RecordedTime;
  readonly endTime?: RecordedTime;
  readonly deviceID?: string;
  readonly deviceMetadata?: string;
  readonly rawData?: string;
  readonly dataProcessingMethod?: string;
  readonly bizRules?: string;
  readonly extensions?: readonly Element[];
};

export type SensorReport = {
  /** What was measured: a bare word of the GS1 Web Vocabulary (`Temperature`) or a URI. */
  readonly type?: string;
  readonly exception?: string;
  readonly deviceID?: string;
  readonly deviceMetadata?: string;
  readonly rawData?: string;
  readonly dataProcessingMethod?: string;
  readonly bizRules?: string;
  readonly time?: RecordedTime;
  readonly microorganism?: string;
  readonly chemicalSubstance?: string;
  readonly coordinateReferenceSystem?: string;
  readonly value?: number;
  readonly component?: string;
  readonly stringValue?: string;
  readonly booleanValue?: boolean;
  readonly hexBinaryValue?: string;
  readonly uriValue?: string;
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly meanValue?: number;
  readonly sDev?: number;
  readonly percRank?: number;
  readonly percValue?: number;
  readonly uom?: string;
  readonly extensions?: readonly Element[];
};

export type Scalar = string | number | boolean | null;

/**
 * One element of ILMD or of an extension, in a form that neither XML nor JSON loses anything in.
 * A list in JSON is a run of elements of one name, as it is in XML.
 */
export type Element = {
  readonly name: QName;
  readonly value: Scalar | readonly Element[];
  /** XML attributes, `xsi:type` among them; JSON has none. */
  readonly attributes?: readonly Attribute[];
  /** Said as a JSON list though it has one item (`one`) or none (`empty`); absent where the run of names says it. */
  readonly list?: "one" | "empty";
  /** Text beside children (XML mixed content). */
  readonly text?: string;
};

export type Attribute = { readonly name: QName; readonly value: string };

export type EpcisDocument = {
  readonly type: "EPCISDocument" | "EPCISQueryDocument";
  readonly schemaVersion: string;
  readonly creationDate: RecordedTime;
  readonly id?: string;
  readonly header?: EpcisHeader;
  /** Only of an EPCISQueryDocument. */
  readonly query?: { readonly queryName: string; readonly subscriptionID?: string };
  readonly events: readonly EpcisEvent[];
  /** Events of types that are not EPCIS's own (allowed as extensions): kept whole, never interpreted. */
  readonly foreignEvents?: readonly ForeignEvent[];
  readonly extensions?: readonly Element[];
  readonly namespaces?: readonly Namespace[];
  /** JSON-LD contexts besides EPCIS's own, by address. */
  readonly contexts?: readonly string[];
};

/** `before`: the number of events of the document that stand before this one. */
export type ForeignEvent = { readonly before: number; readonly element: Element };

export type EpcisHeader = {
  readonly sbdh?: BusinessDocumentHeader;
  readonly masterData?: readonly Vocabulary[];
  /** `gs1ushc:dscsaTransactionStatement` stands here. */
  readonly extensions?: readonly Element[];
};

/** UN/CEFACT Standard Business Document Header 1.3, the part that names sender, receiver and document. */
export type BusinessDocumentHeader = {
  readonly headerVersion?: string;
  readonly senders: readonly Partner[];
  readonly receivers: readonly Partner[];
  readonly identification: {
    readonly standard?: string;
    readonly typeVersion?: string;
    readonly instanceIdentifier?: string;
    readonly type?: string;
    readonly multipleType?: boolean;
    readonly creationDateAndTime?: RecordedTime;
  };
  /** Manifest and BusinessScope. */
  readonly rest?: readonly Element[];
};

/** `authority` names the scheme of `identifier`: `GLN` (13 digits), `SGLN` (an EPC URI) … */
export type Partner = {
  readonly identifier: string;
  readonly authority?: string;
  readonly contacts?: readonly Element[];
};

/** `type` is a URI: `urn:epcglobal:epcis:vtype:EPCClass`, `…:Location` … */
export type Vocabulary = {
  readonly type: string;
  readonly elements: readonly VocabularyElement[];
  readonly extensions?: readonly Element[];
};

export type VocabularyElement = {
  readonly id: string;
  readonly attributes: readonly MasterDataAttribute[];
  readonly children?: readonly string[];
  readonly extensions?: readonly Element[];
};

/** `id` is a URI: `urn:epcglobal:cbv:mda#regulatedProductName`. */
export type MasterDataAttribute = {
  readonly id: string;
  readonly value: Scalar | readonly Element[];
  readonly attributes?: readonly Attribute[];
  readonly text?: string;
};

/** What a form could not say in its own words, and how it was kept. */
export type Note = { readonly code: string; readonly at: string; readonly message: string };
