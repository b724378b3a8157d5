import { expect, test } from "vitest";
import { dscsaRefusals } from "../../contract/refusals/dscsa.ts";
import { epcisRefusals } from "../../contract/refusals/epcis.ts";
import { must } from "../base/result.ts";
import { checkDocument, type CheckRules } from "./check.ts";
import { tracedEpcsMax } from "./check/dscsa.ts";
import { DocumentText } from "./encoding.ts";
import { commissioning, commissioningCase, packing, products, shipment, shipping } from "./fixtures/shipment.ts";
import { parseEpcisJson, printEpcisJson } from "./json.ts";
import { caught } from "./limits.ts";
import type { EpcisDocument, EpcisEvent } from "./model.ts";
import { printEpcisXml12, printEpcisXml20 } from "./xml.ts";

type Code = keyof typeof epcisRefusals | keyof typeof dscsaRefusals;

const epc = "urn:epc:id:sgtin:0614141.107346.2017";
const lot = "urn:epc:class:lgtin:4012345.012345.998877";
const object = {
  type: "ObjectEvent",
  eventTime: "2026-01-05T08:00:00Z",
  eventTimeZoneOffset: "+00:00",
  action: "OBSERVE",
  epcList: [epc],
};
const aggregation = {
  ...object,
  type: "AggregationEvent",
  epcList: undefined,
  parentID: "urn:epc:id:sscc:0614141.1234567890",
  childEPCs: [epc],
};
const documentOf = (...events: object[]) => ({
  "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", { ext: "https://ext.example.com/" }],
  type: "EPCISDocument",
  schemaVersion: "2.0",
  creationDate: "2026-01-06T08:00:00Z",
  epcisBody: { eventList: events },
});
const report = (text: string, rules: CheckRules = {}) => {
  const { errors, warnings } = checkDocument(text, rules);
  return [...errors, ...warnings].map(({ code }) => code);
};
const events = (...list: object[]) => report(JSON.stringify(documentOf(...list)));
const event = (change: object) => events({ ...object, ...change });
const sensor = (element: object) => event({ sensorElementList: [element] });
const xml = (change: (text: string) => string) =>
  report(change(printEpcisXml12({ ...shipment, events: [shipping] }).xml));
const notes = (...list: object[]) =>
  printEpcisXml12(must(parseEpcisJson(documentOf(...list)))).notes.map(({ code }) => code);
const limited = (limits: CheckRules["limits"]) =>
  report(JSON.stringify(documentOf(object, object)), limits ? { limits } : {});

const dscsa = (made: Partial<EpcisDocument>) => report(printEpcisJson({ ...shipment, ...made }), { profile: "dscsa" });
const instead = (old: EpcisEvent, made: object) =>
  dscsa({ events: shipment.events.map((one) => (one === old ? { ...one, ...made } : one)) });
const hoursLater = (one: EpcisEvent) => ({ eventTime: { ...one.eventTime, at: one.eventTime.at + 36_000_000 } });
const { header = {} } = shipment;

/**
 * One way to be told each code. The type keeps the table whole: a code that is added without a way to provoke it does not
 * compile. `epcis.unreadable` is a file system's answer, which the command line gives (src/cli/epcis.test.ts).
 */
const provoked: Readonly<Record<Exclude<Code, "epcis.unreadable">, () => readonly string[]>> = {
  "epcis.syntax": () => report("{"),
  "epcis.encoding": () => {
    const read = caught(() => new DocumentText().push(Uint8Array.of(0xff)));
    return read.ok ? [] : [read.refusal.code];
  },
  "epcis.unknown-document": () => report("{}"),
  "epcis.unknown-event": () => event({ type: "Event" }),
  "epcis.missing-field": () => event({ eventTime: undefined }),
  "epcis.unknown-field": () => event({ colour: "red" }),
  "epcis.wrong-type": () => event({ epcList: epc }),
  "epcis.wrong-order": () =>
    xml((text) =>
      text
        .replace(/<eventTime>.*?<\/eventTime>/, "")
        .replace("</eventTimeZoneOffset>", "</eventTimeZoneOffset><eventTime>2026-01-05T08:00:00Z</eventTime>"),
    ),
  "epcis.malformed-time": () => event({ eventTime: "yesterday" }),
  "epcis.malformed-offset": () => event({ eventTimeZoneOffset: "+15:00" }),
  "epcis.malformed-uri": () => event({ epcList: ["no uri"] }),
  "epcis.malformed-uom": () => event({ quantityList: [{ epcClass: lot, quantity: 1, uom: "kilogram" }] }),
  "epcis.malformed-value": () => report(JSON.stringify({ ...documentOf(object), schemaVersion: "two" })),
  "epcis.malformed-epc": () => event({ epcList: ["urn:epc:id:sgtin:1"] }),
  "epcis.unknown-word": () => event({ bizStep: "shiping" }),
  "epcis.urn-word": () => event({ bizStep: "urn:epcglobal:cbv:bizstep:shipping" }),
  "epcis.empty-list": () => sensor({ sensorReport: [] }),
  "epcis.duplicate-item": () => event({ epcList: [epc, epc] }),
  "epcis.no-objects": () => event({ epcList: undefined }),
  "epcis.ilmd-not-allowed": () => event({ ilmd: { "ext:a": "b" } }),
  "epcis.parent-missing": () => events({ ...aggregation, action: "ADD", parentID: undefined }),
  "epcis.own-child": () => events({ ...aggregation, action: "ADD", childEPCs: [aggregation.parentID] }),
  "epcis.correction-of-nothing": () =>
    event({
      errorDeclaration: {
        declarationTime: "2026-01-05T09:00:00Z",
        reason: "did_not_occur",
        correctiveEventIDs: ["urn:uuid:1"],
      },
    }),
  "epcis.too-deep": () => limited({ depthMax: 3 }),
  "epcis.event-too-large": () => limited({ eventCharsMax: 20 }),
  "epcis.too-many-events": () => limited({ eventsMax: 1 }),
  "epcis.record-time-supplied": () => event({ recordTime: "2026-01-05T08:00:01Z" }),
  "epcis.event-after-document": () => event({ eventTime: "2026-02-05T08:00:00Z" }),
  "epcis.duplicate-epc": () => xml((text) => text.replace(/(<epc>.*?<\/epc>)/, "$1$1")),
  "epcis.duplicate-event-id": () => events({ ...object, eventID: "urn:uuid:1" }, { ...object, eventID: "urn:uuid:1" }),
  "epcis.instance-as-class": () => event({ quantityList: [{ epcClass: epc, quantity: 1 }] }),
  "epcis.class-as-instance": () => event({ epcList: [lot] }),
  "epcis.negative-quantity": () => event({ quantityList: [{ epcClass: lot, quantity: -1 }] }),
  "epcis.unknown-cbv-word": () => xml((text) => text.replace("bizstep:shipping", "bizstep:shiping")),
  "epcis.web-word": () => event({ bizStep: "https://ref.gs1.org/cbv/BizStep-shipping" }),
  "epcis.unusual-action": () => event({ bizStep: "commissioning" }),
  "epcis.nothing-observed": () => event({ epcList: [] }),
  "epcis.sensor-said-twice": () =>
    sensor({
      sensorMetadata: { deviceID: "urn:d:1" },
      sensorReport: [{ type: "Temperature", value: 1, deviceID: "urn:d:1" }],
    }),
  // JSON's schema wants the type; XML's does not.
  "epcis.sensor-untyped": () => {
    const document = documentOf({
      ...object,
      sensorElementList: [{ sensorReport: [{ type: "Temperature", value: 1 }] }],
    });
    return report(printEpcisXml20(must(parseEpcisJson(document))).xml.replace(' type="gs1:Temperature"', ""));
  },
  "epcis.sensor-time-after-event": () =>
    sensor({ sensorMetadata: { time: "2026-01-05T09:00:00Z" }, sensorReport: [{ type: "Temperature", value: 1 }] }),
  "epcis.sensor-times-reversed": () =>
    sensor({
      sensorMetadata: { startTime: "2026-01-05T07:00:00Z", endTime: "2026-01-05T06:00:00Z" },
      sensorReport: [{ type: "Temperature", value: 1 }],
    }),
  "epcis.newer-field": () => notes({ ...object, persistentDisposition: { set: ["damaged"] } }),
  "epcis.newer-event": () => notes({ ...aggregation, action: "ADD", type: "AssociationEvent" }),
  "epcis.header-incomplete": () =>
    printEpcisXml12({ ...shipment, header: { masterData: [products] } }).notes.map(({ code }) => code),
  "dscsa.statement-missing": () => dscsa({ header: { ...header, extensions: [] } }),
  "dscsa.not-commissioned": () => dscsa({ events: [commissioningCase, packing, shipping] }),
  "dscsa.container-not-commissioned": () => dscsa({ events: [commissioning, packing, shipping] }),
  "dscsa.commissioned-twice": () => dscsa({ events: [commissioning, ...shipment.events] }),
  "dscsa.packed-twice": () =>
    dscsa({
      events: [...shipment.events, { ...packing, parentID: "urn:epc:id:sscc:0614141.1234567891" } as EpcisEvent],
    }),
  "dscsa.wrong-order": () => instead(packing, hoursLater(packing)),
  "dscsa.lot-missing": () => instead(commissioning, { ilmd: [] }),
  "dscsa.expiry-missing": () => instead(commissioning, { ilmd: [] }),
  "dscsa.seller-missing": () => instead(shipping, { sourceList: undefined }),
  "dscsa.buyer-missing": () => instead(shipping, { destinationList: undefined }),
  "dscsa.order-missing": () => instead(shipping, { bizTransactionList: undefined }),
  "dscsa.sender-missing": () =>
    dscsa({ header: { masterData: header.masterData ?? [], extensions: header.extensions ?? [] } }),
  "dscsa.nothing-shipped": () => instead(shipping, { epcList: [] }),
  "dscsa.biz-location-on-shipping": () => instead(shipping, { bizLocation: { id: "urn:a:b" } }),
  "dscsa.product-data-missing": () => dscsa({ header: { ...header, masterData: [] } }),
  "dscsa.location-data-missing": () => dscsa({ header: { ...header, masterData: [products] } }),
  "dscsa.too-many-packs": () =>
    instead(commissioning, { epcList: Array.from({ length: tracedEpcsMax + 1 }, (_, n) => `urn:x:${n}`) }),
};

test.each(Object.entries(provoked))("EPCIS-12 %s is told", (code, provoke) => {
  expect(provoke()).toContain(code);
});

test("EPCIS-12 what is sound is told none of them", () => {
  expect([events(object), events({ ...aggregation, action: "ADD" }), dscsa({})]).toEqual([[], [], []]);
});

test("EPCIS-12 every code told is a registered one", () => {
  const known = new Set([...Object.keys(epcisRefusals), ...Object.keys(dscsaRefusals)]);
  const told = Object.values(provoked).flatMap((provoke) => provoke());
  expect(told.filter((code) => !known.has(code))).toEqual([]);
});
