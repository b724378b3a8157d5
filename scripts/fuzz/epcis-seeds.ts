import { commissioning, packing, shipment, shipping, statement } from "../../src/kernel/epcis/fixtures/shipment.ts";
import { parseEpcisJson, printEpcisJson, printEventJson } from "../../src/kernel/epcis/json.ts";
import type { EpcisDocument, EpcisEvent } from "../../src/kernel/epcis/model.ts";
import { must } from "../../src/kernel/base/result.ts";
import { printEpcisXml12, printEpcisXml20 } from "../../src/kernel/epcis/xml.ts";

/** Documents of a few hundred characters, so that a mutation hits what matters; together they say everything that EPCIS can. */

const context =
  '"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ext":"https://ext.example.com/"}]';
const document = (event: string) =>
  `{${context},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-05T08:00:00Z","epcisBody":{"eventList":[${event}]}}`;
const time = '"eventTime":"2026-01-05T08:00:00.000-05:00","eventTimeZoneOffset":"-05:00"';
const epc = '"urn:epc:id:sgtin:0614141.107346.2017"';

/** One event a kind, with the fields that only some have. */
const eventTexts: readonly string[] = [
  `{"type":"ObjectEvent",${time},"eventID":"urn:uuid:1","action":"ADD","bizStep":"commissioning","disposition":"active","epcList":[${epc}],"ilmd":{"ext:lot":"A1","ext:n":1.50,"ext:deep":{"ext:a":[true,null]}}}`,
  `{"type":"AggregationEvent",${time},"action":"DELETE","parentID":"urn:epc:id:sscc:0614141.1234567890","childEPCs":[${epc}],"childQuantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.998877","quantity":10,"uom":"KGM"}],"readPoint":{"id":"urn:epc:id:sgln:0614141.00777.0","ext:x":"y"}}`,
  `{"type":"TransactionEvent",${time},"action":"ADD","bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9521141000014:PO-1"}],"epcList":[${epc}]}`,
  `{"type":"TransformationEvent",${time},"inputEPCList":[${epc}],"outputQuantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.998877","quantity":1}],"transformationID":"urn:x:1"}`,
  `{"type":"AssociationEvent",${time},"action":"ADD","parentID":"https://id.gs1.org/8004/0614141A1","childEPCs":["https://id.gs1.org/01/10614141073464/21/2017"],"persistentDisposition":{"set":["completeness_verified"],"unset":["damaged"]}}`,
  `{"type":"ObjectEvent",${time},"action":"OBSERVE","epcList":[],"sensorElementList":[{"sensorMetadata":{"time":"2026-01-05T08:00:00Z","deviceID":"urn:d:1"},"sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL","booleanValue":true}]}]}`,
  `{"type":"ObjectEvent",${time},"recordTime":"2026-01-05T09:00:00Z","action":"ADD","epcList":[${epc}],"errorDeclaration":{"declarationTime":"2026-01-06T08:00:00Z","reason":"incorrect_data","correctiveEventIDs":["urn:uuid:2"]},"sourceList":[{"type":"owning_party","source":"urn:epc:id:pgln:0614141.00777"}],"destinationList":[{"type":"location","destination":"urn:epc:id:sgln:9521141.00001.0"}],"certificationInfo":"https://c.example/1"}`,
  `{"type":"ext:OwnEvent","ext:a":{"ext:b":["1",2]}}`,
];

const masterData = `{${context},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-05T08:00:00Z","epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:EPCClass","vocabularyElementList":[{"id":"urn:epc:idpat:sgtin:0614141.107346.*","attributes":[{"id":"urn:epcglobal:cbv:mda#regulatedProductName","attribute":"Examplin"}],"children":["urn:x:1"]}]}]}},"epcisBody":{"eventList":[]}}`;
const query = `{${context},"type":"EPCISQueryDocument","epcisBody":{"queryResults":{"subscriptionID":"s","queryName":"SimpleEventQuery","resultsBody":{"eventList":[${eventTexts[2]}]}}}}`;

export const jsonDocuments: readonly string[] = [
  ...eventTexts.map(document),
  document(eventTexts.slice(0, 2).join(",")),
  masterData,
  query,
];

export const jsonEvents: readonly string[] = [
  ...eventTexts.slice(0, 7),
  ...[commissioning, packing, shipping].map((event) => printEventJson(event)),
];

const one = (event: EpcisEvent, more: Partial<EpcisDocument> = {}): EpcisDocument => ({
  type: "EPCISDocument",
  schemaVersion: "2.0",
  creationDate: shipment.creationDate,
  events: [event],
  ...more,
});

const models: readonly EpcisDocument[] = [
  ...jsonDocuments.map((text) => must(parseEpcisJson(text))),
  one(packing),
  one(shipping),
];
const headed = one(commissioning, { header: { ...shipment.header, extensions: [statement] } });

export const xmlDocuments20: readonly string[] = [...models, headed].map((model) =>
  squeezed(printEpcisXml20(model).xml),
);
export const xmlDocuments12: readonly string[] = [
  ...[...models, headed].map((model) => squeezed(printEpcisXml12(model).xml)),
  '<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" schemaVersion="1.0" creationDate="2026-01-05T08:00:00Z"><EPCISBody><EventList><QuantityEvent><eventTime>2026-01-05T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcClass>urn:epc:idpat:sgtin:0614141.107346.*</epcClass><quantity>5</quantity></QuantityEvent></EventList></EPCISBody></e:EPCISDocument>',
];
/** Both headers with sender and receiver, and little else. */
export const headers: readonly string[] = [
  squeezed(
    printEpcisXml12({ ...headed, events: [], header: headed.header?.sbdh ? { sbdh: headed.header.sbdh } : {} }).xml,
  ),
  squeezed(printEpcisXml20({ ...headed, events: [] }).xml),
];
export const headersJson: readonly string[] = [
  compact(printEpcisJson({ ...headed, events: [] })),
  compact(printEpcisJson(headed)),
  masterData,
];

function squeezed(xml: string): string {
  return xml.replace(/>\s+</g, "><").trim();
}

function compact(json: string): string {
  return JSON.stringify(JSON.parse(json));
}

export const epcisWords: readonly string[] = [
  ..."ObjectEvent AggregationEvent TransactionEvent TransformationEvent AssociationEvent QuantityEvent EPCISDocument EPCISQueryDocument ADD OBSERVE DELETE shipping commissioning in_transit po owning_party 2.0 1.2 KGM".split(
    " ",
  ),
  ..."type eventTime eventTimeZoneOffset recordTime eventID action epcList parentID childEPCs quantityList ilmd extension baseExtension bizStep disposition readPoint id sensorElementList errorDeclaration __proto__ constructor toString".split(
    " ",
  ),
  "urn:epcglobal:cbv:bizstep:shipping",
  "urn:epcglobal:cbv:disp:active",
  "https://ref.gs1.org/cbv/BizStep-shipping",
  "cbv:bizstep",
  "gs1:Temperature",
  "urn:epc:id:sgtin:0614141.107346.2018",
  "https://id.gs1.org/01/10614141073464/21/2017",
  "urn:x",
  "a:b",
  "x",
  "",
  " ",
  "2026-01-05T08:00:00Z",
  "2026-13-05T08:00:00Z",
  "2026-01-05T08:00:00",
  "+14:00",
  "+15:00",
  "-00:00",
  "Z",
];

export const jsonWords: readonly string[] = [
  ...epcisWords.map((word) => JSON.stringify(word)),
  '"',
  "\\",
  "\\u0000",
  "\\ud800",
  "null",
  "true",
  "[]",
  "{}",
  '"":1',
  '"__proto__":{"a":1},',
  '"@context":{},',
  "1e999",
  "-0",
  "0.1",
  ",",
  ":",
  "[[",
  "}}",
  '"ext:x":"y",',
  '"other:x":1,',
  '"type":"ObjectEvent",',
  '"epcList":["a:b"],',
];

export const xmlWords: readonly string[] = [
  ...epcisWords,
  "<",
  ">",
  "/>",
  "</",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<?x?>",
  "&lt;",
  "&amp;",
  "&#0;",
  "&#xD800;",
  "&#x10FFFF;",
  "&bomb;",
  "&",
  '<!DOCTYPE a [<!ENTITY bomb "x"><!ENTITY b2 "&bomb;&bomb;&bomb;&bomb;">]>',
  '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
  ' xmlns:a="urn:a"',
  ' xmlns=""',
  ' xsi:type="xsd:int"',
  " a='b'",
  "<extension>",
  "</extension>",
  "<epc>a:b</epc>",
  "<a:b>1</a:b>",
  "<epcList/>",
  '<?xml version="1.0" encoding="UTF-16"?>',
];
