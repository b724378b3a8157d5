/**
 * The XML schemas of EPCIS 1.x and 2.0 as data: what may stand in an element, in which order. A
 * sequence is written as in a grammar: `name:Type` once, `?` at most once, `*` any number, `+` at
 * least one; `##other` stands for elements of other namespaces, `##local` for those of none.
 */
export type SimpleType =
  | "string"
  | "uri"
  | "dateTime"
  | "dateTimeStamp"
  | "decimal"
  | "int"
  | "integer"
  | "double"
  | "boolean"
  | "hexBinary"
  | "action";

export type ComplexType = {
  readonly sequence: string;
  /** `name:Type`, with `?` when it may be absent. */
  readonly attributes?: string;
  /** The type of its text, for an element without children. */
  readonly text?: SimpleType;
  /** Whether attributes besides those named (from anywhere) may stand. */
  readonly open?: boolean;
  /** The order is free: the particles are alternatives of one repeated choice. */
  readonly anyOrder?: boolean;
  /** Text and anything else may stand inside. */
  readonly mixed?: boolean;
};

export type XmlSchema = Readonly<Record<string, ComplexType>>;

const BASE_20 =
  "eventTime:dateTimeStamp recordTime:dateTimeStamp? eventTimeZoneOffset:string eventID:uri? errorDeclaration:ErrorDeclaration? certificationInfo:uri? baseExtension:Foreign?";
const BASE_1 = "eventTime:dateTime recordTime:dateTime? eventTimeZoneOffset:string baseExtension:BaseExtension?";
const WHERE = "bizStep:uri? disposition:uri? readPoint:Place? bizLocation:Place?";
const PARTIES_20 =
  "sourceList:SourceList? destinationList:DestinationList? sensorElementList:SensorElementList? persistentDisposition:PersistentDisposition?";
const PARTIES_1 = "sourceList:SourceList? destinationList:DestinationList?";
const END_20 = "extension:Foreign? ##other*";
const TRANSFORMED =
  "inputEPCList:EpcList? inputQuantityList:QuantityList? outputEPCList:EpcList? outputQuantityList:QuantityList? transformationID:uri?";

/** A list of identifiers. */
export const EPCS = "epc:string*";

const SHARED: XmlSchema = {
  Local: { sequence: "##local+", open: true },
  Foreign: { sequence: "##other+", open: true },
  EpcList: { sequence: EPCS },
  Place: { sequence: "id:uri extension:Local? ##other*" },
  QuantityList: { sequence: "quantityElement:Quantity*" },
  Quantity: { sequence: "epcClass:uri quantity:decimal? uom:string?" },
  BizTransactionList: { sequence: "bizTransaction:BizTransaction+" },
  BizTransaction: { sequence: "", text: "uri", attributes: "type:uri?" },
  SourceList: { sequence: "source:SourceDest+" },
  DestinationList: { sequence: "destination:SourceDest+" },
  SourceDest: { sequence: "", text: "uri", attributes: "type:uri" },
  Ilmd: { sequence: "extension:Local? ##other*", open: true },
  CorrectiveEventIDs: { sequence: "correctiveEventID:uri*" },
  MasterData: { sequence: "VocabularyList:VocabularyList extension:Local?" },
  VocabularyList: { sequence: "Vocabulary:Vocabulary*" },
  Vocabulary: {
    sequence: "VocabularyElementList:VocabularyElementList? extension:Local? ##other*",
    attributes: "type:uri",
    open: true,
  },
  VocabularyElementList: { sequence: "VocabularyElement:VocabularyElement+" },
  VocabularyElement: {
    sequence: "attribute:Attribute* children:IdList? extension:Local? ##other*",
    attributes: "id:uri",
    open: true,
  },
  Attribute: { sequence: "", mixed: true, attributes: "id:uri", open: true },
  IdList: { sequence: "id:uri*", open: true },
  Body: { sequence: "EventList:EventList? extension:Local? ##other*", open: true },
  QueryBody: { sequence: "##any" },
  QueryResults: {
    sequence: "queryName:string subscriptionID:string? resultsBody:ResultsBody extension:Local? ##other*",
  },
  ResultsBody: { sequence: "EventList:EventList? VocabularyList:VocabularyList?" },
  MasterDataBody: { sequence: "VocabularyList:VocabularyList? extension:Local? ##other*", open: true },
};

/** EPCglobal-epcis-2_0.xsd. */
export const SCHEMA_20: XmlSchema = {
  ...SHARED,
  Document: {
    sequence: "EPCISHeader:Header? EPCISBody:Body extension:Local? ##other*",
    attributes: "schemaVersion:decimal creationDate:dateTime",
    open: true,
  },
  Header: { sequence: "sbdh? extension:HeaderExtension?", open: true },
  HeaderExtension: { sequence: "EPCISMasterData:MasterData? extension:Local?", open: true },
  EventList: { sequence: "##events", open: true },
  ErrorDeclaration: {
    sequence:
      "declarationTime:dateTimeStamp reason:uri? correctiveEventIDs:CorrectiveEventIDs? extension:Local? ##other*",
    anyOrder: true,
    open: true,
  },
  PersistentDisposition: { sequence: "unset:uri* set:uri*" },
  SensorElementList: { sequence: "sensorElement:SensorElement+ extension:Local?" },
  SensorElement: { sequence: "sensorMetadata:SensorMetadata? sensorReport:SensorReport+ extension:Local? ##other*" },
  SensorMetadata: {
    sequence: "",
    text: "string",
    open: true,
    attributes:
      "time:dateTimeStamp? deviceID:uri? deviceMetadata:uri? rawData:uri? startTime:dateTimeStamp? endTime:dateTimeStamp? bizRules:uri? dataProcessingMethod:uri?",
  },
  SensorReport: {
    sequence: "",
    text: "string",
    open: true,
    attributes:
      "type:uri? value:double? component:uri? stringValue:string? booleanValue:boolean? hexBinaryValue:hexBinary? uriValue:uri? uom:string? minValue:double? maxValue:double? sDev:double? chemicalSubstance:uri? microorganism:uri? deviceID:uri? deviceMetadata:uri? rawData:uri? time:dateTimeStamp? meanValue:double? percRank:double? percValue:double? dataProcessingMethod:uri? coordinateReferenceSystem:uri? exception:uri?",
  },
  ObjectEvent: {
    sequence: `${BASE_20} epcList:EpcList? action:action ${WHERE} bizTransactionList:BizTransactionList? quantityList:QuantityList? ${PARTIES_20} ilmd:Ilmd? ${END_20}`,
    open: true,
  },
  AggregationEvent: {
    sequence: `${BASE_20} parentID:uri? childEPCs:EpcList? action:action ${WHERE} bizTransactionList:BizTransactionList? childQuantityList:QuantityList? ${PARTIES_20} ${END_20}`,
    open: true,
  },
  TransactionEvent: {
    sequence: `${BASE_20} bizTransactionList:BizTransactionList parentID:uri? epcList:EpcList? action:action ${WHERE} quantityList:QuantityList? ${PARTIES_20} ${END_20}`,
    open: true,
  },
  TransformationEvent: {
    sequence: `${BASE_20} ${TRANSFORMED} ${WHERE} bizTransactionList:BizTransactionList? ${PARTIES_20} ilmd:Ilmd? ${END_20}`,
    open: true,
  },
  AssociationEvent: {
    sequence: `${BASE_20} parentID:uri childEPCs:EpcList? childQuantityList:QuantityList? action:action ${WHERE} bizTransactionList:BizTransactionList? ${PARTIES_20} ${END_20}`,
    open: true,
  },
};

/** EPCglobal-epcis-1_2.xsd; 1.1 and 1.0 are subsets of it. */
export const SCHEMA_1: XmlSchema = {
  ...SHARED,
  Document: {
    sequence: "EPCISHeader:Header? EPCISBody:Body extension:Local? ##other*",
    attributes: "schemaVersion:decimal creationDate:dateTime",
    open: true,
  },
  Header: { sequence: "sbdh extension:HeaderExtension? ##other*", open: true },
  HeaderExtension: { sequence: "EPCISMasterData:MasterData? extension:Local?", open: true },
  EventList: { sequence: "##events", open: true },
  BaseExtension: { sequence: "eventID:uri? errorDeclaration:ErrorDeclaration? extension:Local?", open: true },
  ErrorDeclaration: {
    sequence: "declarationTime:dateTime reason:uri? correctiveEventIDs:CorrectiveEventIDs? extension:Local? ##other*",
    open: true,
  },
  ObjectEvent: {
    sequence: `${BASE_1} epcList:EpcList action:action ${WHERE} bizTransactionList:BizTransactionList? extension:ObjectExtension? ##other*`,
    open: true,
  },
  ObjectExtension: { sequence: `quantityList:QuantityList? ${PARTIES_1} ilmd:Ilmd? extension:Local?`, open: true },
  AggregationEvent: {
    sequence: `${BASE_1} parentID:uri? childEPCs:EpcList action:action ${WHERE} bizTransactionList:BizTransactionList? extension:AggregationExtension? ##other*`,
    open: true,
  },
  AggregationExtension: { sequence: `childQuantityList:QuantityList? ${PARTIES_1} extension:Local?`, open: true },
  QuantityEvent: {
    sequence: `${BASE_1} epcClass:uri quantity:int ${WHERE} bizTransactionList:BizTransactionList? extension:Local? ##other*`,
    open: true,
  },
  TransactionEvent: {
    sequence: `${BASE_1} bizTransactionList:BizTransactionList parentID:uri? epcList:EpcList action:action ${WHERE} extension:TransactionExtension? ##other*`,
    open: true,
  },
  TransactionExtension: { sequence: `quantityList:QuantityList? ${PARTIES_1} extension:Local?`, open: true },
  TransformationEvent: {
    sequence: `${BASE_1} ${TRANSFORMED} ${WHERE} bizTransactionList:BizTransactionList? ${PARTIES_1} ilmd:Ilmd? extension:Local? ##other*`,
    open: true,
  },
};

/** StandardBusinessDocumentHeader.xsd: all names in its own namespace. */
export const SCHEMA_SBDH: XmlSchema = {
  StandardBusinessDocumentHeader: {
    sequence:
      "HeaderVersion:string Sender:Partner+ Receiver:Partner+ DocumentIdentification:Identification Manifest:Any? BusinessScope:Any?",
  },
  Partner: { sequence: "Identifier:PartnerId ContactInformation:Contact*" },
  PartnerId: { sequence: "", text: "string", attributes: "Authority:string?" },
  Contact: {
    sequence:
      "Contact:string EmailAddress:string? FaxNumber:string? TelephoneNumber:string? ContactTypeIdentifier:string?",
  },
  Identification: {
    sequence:
      "Standard:string TypeVersion:string InstanceIdentifier:string Type:string MultipleType:boolean? CreationDateAndTime:dateTime",
  },
  Any: { sequence: "", mixed: true, open: true },
};
