import { describe, expect, test } from "vitest";
import { checkDocument } from "./check.ts";
import { commissioning, locations, packing, products, shipment, shipping, statement } from "./fixtures/shipment.ts";
import { printEpcisJson } from "./json.ts";
import type { EpcisDocument, EpcisEvent, ObjectEvent } from "./model.ts";
import { printEpcisXml12, printEpcisXml20 } from "./xml.ts";

const object = {
  type: "ObjectEvent",
  eventTime: "2026-01-05T08:00:00.000+01:00",
  eventTimeZoneOffset: "+01:00",
  epcList: ["urn:epc:id:sgtin:0614141.107346.2017"],
  action: "OBSERVE",
  bizStep: "shipping",
};
const aggregation = {
  ...object,
  type: "AggregationEvent",
  bizStep: "packing",
  action: "ADD",
  parentID: "urn:epc:id:sscc:0614141.1234567890",
  childEPCs: object.epcList,
  epcList: undefined,
};
const sensor = (report: object) => ({ sensorElementList: [{ sensorReport: [report] }] });

function documentOf(...events: object[]): Record<string, unknown> {
  return {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", { ext: "https://ext.example.com/" }],
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: "2026-01-05T13:00:00.000+01:00",
    epcisBody: { eventList: events },
  };
}

const codes = (text: string, rules = {}) => {
  const { valid, errors, warnings } = checkDocument(text, rules);
  return {
    valid,
    errors: errors.map(({ code, at }) => `${code} ${at}`),
    warnings: warnings.map(({ code, at }) => `${code} ${at}`),
  };
};
const E = "/epcisBody/eventList/0";

describe("EPCIS-03 the structure of JSON", () => {
  test.each<[string, object, string]>([
    ["no eventTime", { eventTime: undefined }, `epcis.missing-field ${E}`],
    ["eventTime without offset", { eventTime: "2026-01-05T08:00:00" }, `epcis.malformed-time ${E}/eventTime`],
    ["a day that does not exist", { eventTime: "2026-02-30T08:00:00Z" }, `epcis.malformed-time ${E}/eventTime`],
    [
      "offset past fourteen hours",
      { eventTimeZoneOffset: "+14:30" },
      `epcis.malformed-offset ${E}/eventTimeZoneOffset`,
    ],
    ["lower-case action", { action: "observe" }, `epcis.unknown-word ${E}/action`],
    ["unknown business step", { bizStep: "shiping" }, `epcis.unknown-word ${E}/bizStep`],
    ["URN in JSON", { bizStep: "urn:epcglobal:cbv:bizstep:shipping" }, `epcis.urn-word ${E}/bizStep`],
    ["element string", { epcList: ["(01)00614141073464(21)2017"] }, `epcis.malformed-uri ${E}/epcList/0`],
    ["the same EPC twice", { epcList: ["urn:a:b", "urn:a:b"] }, `epcis.duplicate-item ${E}/epcList`],
    ["an EPC that is a number", { epcList: [5] }, `epcis.wrong-type ${E}/epcList/0`],
    ["no objects", { epcList: undefined }, `epcis.no-objects ${E}`],
    ["ilmd on OBSERVE", { ilmd: { "cbvmda:lotNumber": "A" } }, `epcis.ilmd-not-allowed ${E}/ilmd`],
    ["a field nobody knows", { serial: 5 }, `epcis.unknown-field ${E}/serial`],
    [
      "a unit in lower case",
      { quantityList: [{ epcClass: "urn:a:b", quantity: 1, uom: "kgm" }] },
      `epcis.malformed-uom ${E}/quantityList/0/uom`,
    ],
    [
      "a quantity that is text",
      { quantityList: [{ epcClass: "urn:a:b", quantity: "1" }] },
      `epcis.wrong-type ${E}/quantityList/0/quantity`,
    ],
    ["a source without type", { sourceList: [{ source: "urn:a:b" }] }, `epcis.missing-field ${E}/sourceList/0`],
    ["a read point without id", { readPoint: {} }, `epcis.missing-field ${E}/readPoint`],
    ["no set and no unset", { persistentDisposition: {} }, `epcis.missing-field ${E}/persistentDisposition`],
    ["an empty set", { persistentDisposition: { set: [] } }, `epcis.empty-list ${E}/persistentDisposition/set`],
    ["a sensor element without report", { sensorElementList: [{}] }, `epcis.missing-field ${E}/sensorElementList/0`],
    [
      "an unknown measurement",
      sensor({ type: "Warmth" }),
      `epcis.unknown-word ${E}/sensorElementList/0/sensorReport/0/type`,
    ],
    [
      "hexadecimal that is none",
      sensor({ type: "Count", hexBinaryValue: "xyz" }),
      `epcis.malformed-value ${E}/sensorElementList/0/sensorReport/0/hexBinaryValue`,
    ],
    [
      "an unknown reason",
      { errorDeclaration: { declarationTime: "2026-01-05T08:00:00Z", reason: "oops" } },
      `epcis.unknown-word ${E}/errorDeclaration/reason`,
    ],
  ])("%s", (_, change, wanted) => {
    expect(codes(JSON.stringify(documentOf({ ...object, ...change }))).errors).toEqual([wanted]);
  });

  test.each<[string, object, string]>([
    ["no context", { "@context": undefined }, "epcis.missing-field "],
    ["no body", { epcisBody: undefined }, "epcis.missing-field "],
    ["no list of events", { epcisBody: {} }, "epcis.missing-field /epcisBody"],
    ["a version that is none", { schemaVersion: "two" }, "epcis.malformed-value /schemaVersion"],
    ["another type", { type: "Letter" }, "epcis.unknown-document /type"],
    ["a header member without namespace", { epcisHeader: { note: 1 } }, "epcis.unknown-field /epcisHeader/note"],
    [
      "a vocabulary without type",
      { epcisHeader: { epcisMasterData: { vocabularyList: [{}] } } },
      "epcis.missing-field /epcisHeader/epcisMasterData/vocabularyList/0",
    ],
  ])("of the document: %s", (_, change, wanted) => {
    expect(codes(JSON.stringify({ ...documentOf(object), ...change })).errors).toContain(wanted);
  });

  test.each([
    ['{"type":"EPCISDocument",}', "epcis.syntax 1:25"],
    ['{"type":', "epcis.syntax 1:9"],
    ["[]", "epcis.syntax 1:1"],
    ["", "epcis.syntax 1:1"],
    ['{"a":1}\n{}', "epcis.syntax 2:1"],
    ['{"type":"EPCISDocument","epcisBody":{"eventList":[{"type":}]}}', "epcis.syntax /epcisBody/eventList/0"],
  ])("syntax: %s", (text, wanted) => expect(codes(text).errors).toContain(wanted));

  test("names every fault of every event", () => {
    const report = checkDocument(
      JSON.stringify(documentOf({ ...object, action: "x" }, object, { ...object, bizStep: "y", epcList: [""] })),
    );
    expect(report).toMatchObject({ valid: false, events: 3, errorCount: 3 });
  });

  test("one event alone brings its context", () => {
    expect(codes(JSON.stringify({ ...object, "@context": [] })).valid).toBe(true);
    expect(codes(JSON.stringify(object)).errors).toEqual(["epcis.missing-field "]);
  });
});

describe("EPCIS-04 the structure of XML", () => {
  const good12 = printEpcisXml12(shipment).xml;
  const good20 = printEpcisXml20(shipment).xml;
  test("what is printed is valid", () => {
    expect([codes(good12), codes(good20), codes(printEpcisJson(shipment))].map(({ errors }) => errors)).toEqual([
      [],
      [],
      [],
    ]);
  });

  test.each<[string, string, string | RegExp, string, string]>([
    ["an action in lower case", good12, "<action>ADD", "<action>add", "epcis.unknown-word"],
    ["no action", good12, "<action>ADD</action>", "", "epcis.missing-field"],
    [
      "fields out of order",
      good12,
      /(<epcList>[\s\S]*?<\/epcList>)\s*(<action>ADD<\/action>)/,
      "$2$1",
      "epcis.wrong-order",
    ],
    ["a field nobody knows", good12, "<action>ADD", "<serial>5</serial><action>ADD", "epcis.unknown-field"],
    ["an event nobody knows", good12, /ObjectEvent/g, "PackEvent", "epcis.unknown-event"],
    [
      "a field of 2.0 in its place of 2.0",
      good12,
      "</action>",
      "</action><certificationInfo>urn:a:b</certificationInfo>",
      "epcis.unknown-field",
    ],
    ["a time that is none", good12, /<eventTime>[^<]*/, "<eventTime>yesterday", "epcis.malformed-time"],
    [
      "an offset that is none",
      good20,
      /<eventTimeZoneOffset>[^<]*/,
      "<eventTimeZoneOffset>EST",
      "epcis.malformed-offset",
    ],
    [
      "no SBDH in a header of 1.2",
      good12,
      /<sbdh:Standard[\s\S]*<\/sbdh:StandardBusinessDocumentHeader>/,
      "",
      "epcis.missing-field",
    ],
    [
      "a source without type",
      good12,
      '<source type="urn:epcglobal:cbv:sdt:owning_party">',
      "<source>",
      "epcis.missing-field",
    ],
    ["no creation date", good12, / creationDate="[^"]*"/, "", "epcis.malformed-time"],
    ["another document", good12, /EPCISDocument/g, "Letter", "epcis.unknown-document"],
  ])("%s", (_, text, from, to, wanted) => {
    const { errors } = codes(text.replace(from, to));
    expect(errors.map((one) => one.split(" ")[0])).toContain(wanted);
    for (const one of errors) expect(one.split(" ")[1]).toMatch(/^\d+:\d+$/);
  });

  test.each([
    ["an open tag", "<a><b></a>"],
    ["an entity of its own", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ["nothing", "  <"],
    ["too deep", `<a>${"<b>".repeat(200)}`],
  ])("what cannot be read is an error: %s", (name, text) => {
    expect(codes(text).errors.join()).toMatch(
      name === "too deep" ? /epcis\.too-deep/ : /epcis\.(syntax|unknown-document)/,
    );
  });
});

describe("EPCIS-05 the meaning of an event", () => {
  test.each<[string, object, string]>([
    ["packing without a parent", { ...aggregation, parentID: undefined }, `epcis.parent-missing ${E}`],
    [
      "a parent inside itself",
      { ...aggregation, childEPCs: ["https://id.gs1.org/00/106141412345678908"] },
      `epcis.own-child ${E}/childEPCs/0`,
    ],
    ["an EPC that is none", { ...object, epcList: ["urn:epc:id:sgtin:XX"] }, `epcis.malformed-epc ${E}/epcList/0`],
    [
      "a read point that is none",
      { ...object, readPoint: { id: "urn:epc:id:sgln:1" } },
      `epcis.malformed-epc ${E}/readPoint`,
    ],
    [
      "corrections of what did not occur",
      {
        ...object,
        errorDeclaration: {
          declarationTime: "2026-01-05T08:00:00Z",
          reason: "did_not_occur",
          correctiveEventIDs: ["urn:a:b"],
        },
      },
      `epcis.correction-of-nothing ${E}/errorDeclaration`,
    ],
  ])("%s is an error", (_, event, wanted) => {
    expect(codes(JSON.stringify(documentOf(event))).errors).toEqual([wanted]);
  });

  test.each<[string, object, string]>([
    [
      "recordTime from the sender",
      { recordTime: "2026-01-05T08:00:00Z" },
      `epcis.record-time-supplied ${E}/recordTime`,
    ],
    [
      "an event later than its document",
      { eventTime: "2027-01-05T08:00:00Z" },
      `epcis.event-after-document ${E}/eventTime`,
    ],
    ["a word as web URI", { bizStep: "https://ref.gs1.org/cbv/BizStep-shipping" }, `epcis.web-word ${E}/bizStep`],
    [
      "a word the CBV does not have",
      { disposition: "https://ref.gs1.org/cbv/Disp-lost" },
      `epcis.unknown-cbv-word ${E}/disposition`,
    ],
    [
      "a class among objects",
      { epcList: ["urn:epc:class:lgtin:4012345.012345.998877"] },
      `epcis.class-as-instance ${E}/epcList/0`,
    ],
    [
      "an object among classes",
      { quantityList: [{ epcClass: "urn:epc:id:sgtin:0614141.107346.2017" }] },
      `epcis.instance-as-class ${E}/quantityList/0`,
    ],
    [
      "a quantity below zero",
      { quantityList: [{ epcClass: "urn:a:b", quantity: -1 }] },
      `epcis.negative-quantity ${E}/quantityList/0`,
    ],
    ["commissioning that observes", { bizStep: "commissioning" }, `epcis.unusual-action ${E}/action`],
    ["nothing observed", { epcList: [] }, `epcis.nothing-observed ${E}`],
    [
      "a measurement after the event",
      sensor({ type: "Temperature", time: "2026-01-06T08:00:00Z" }),
      `epcis.sensor-time-after-event ${E}/sensorElementList/0`,
    ],
    [
      "the device said twice",
      {
        sensorElementList: [
          { sensorMetadata: { deviceID: "urn:a:b" }, sensorReport: [{ type: "Count", deviceID: "urn:a:b" }] },
        ],
      },
      `epcis.sensor-said-twice ${E}/sensorElementList/0`,
    ],
    [
      "a measurement that ends first",
      {
        sensorElementList: [
          {
            sensorMetadata: { startTime: "2026-01-05T01:00:00Z", endTime: "2026-01-05T00:00:00Z" },
            sensorReport: [{ type: "Count" }],
          },
        ],
      },
      `epcis.sensor-times-reversed ${E}/sensorElementList/0`,
    ],
  ])("%s is a warning", (_, change, wanted) => {
    const report = codes(JSON.stringify(documentOf({ ...object, ...change })));
    expect(report).toEqual({ valid: true, errors: [], warnings: expect.arrayContaining([wanted]) });
  });

  test("one eventID for two events is a warning, for an error declaration it is not", () => {
    const one = { ...object, eventID: "urn:uuid:1" };
    expect(codes(JSON.stringify(documentOf(one, one))).warnings).toEqual([
      "epcis.duplicate-event-id /epcisBody/eventList/1/eventID",
    ]);
    expect(
      codes(JSON.stringify(documentOf(one, { ...one, errorDeclaration: { declarationTime: "2026-01-05T08:00:00Z" } })))
        .warnings,
    ).toEqual([]);
  });

  test.each<[string, object]>([
    [
      "taking everything out names no children",
      { ...aggregation, action: "DELETE", bizStep: "unpacking", childEPCs: undefined },
    ],
    [
      "an event type of somebody else",
      { ...object, type: "ext:Event", action: undefined, epcList: undefined, bizStep: undefined },
    ],
    ["a private identifier", { ...object, epcList: ["https://example.com/things/5"] }],
    ["an EPC scheme that is not GS1's", { ...object, epcList: ["urn:epc:id:gid:95100000.12345.400"] }],
    [
      "a sensor at a read point",
      { ...object, epcList: undefined, readPoint: { id: "urn:a:b" }, ...sensor({ type: "Temperature", value: 5 }) },
    ],
  ])("%s is no error", (_, event) =>
    expect(codes(JSON.stringify(documentOf(event)))).toEqual({ valid: true, errors: [], warnings: [] }),
  );
});

describe("EPCIS-06 the DSCSA profile [REQ-DOC-03]", () => {
  const forms = [
    ["JSON", printEpcisJson],
    ["XML 1.2", (document: EpcisDocument) => printEpcisXml12(document).xml],
    ["XML 2.0", (document: EpcisDocument) => printEpcisXml20(document).xml],
  ] as const;

  test.each(forms)("a whole shipment is valid in %s", (_, print) => {
    expect(codes(print(shipment), { profile: "dscsa" })).toEqual({ valid: true, errors: [], warnings: [] });
  });

  const later = (event: EpcisEvent): EpcisEvent => ({
    ...event,
    eventTime: { ...event.eventTime, at: event.eventTime.at + 36_000_000 },
  });
  const without = (...dropped: EpcisEvent[]) => ({
    ...shipment,
    events: shipment.events.filter((event) => !dropped.includes(event)),
  });
  const instead = (old: EpcisEvent, made: object) => ({
    ...shipment,
    events: shipment.events.map((event) => (event === old ? { ...event, ...made } : event)),
  });
  const { header } = shipment as Required<EpcisDocument>;
  const { ilmd = [] } = commissioning as ObjectEvent;

  test.each<[string, EpcisDocument, string]>([
    ["no commissioning", without(commissioning), "dscsa.not-commissioned"],
    ["no lot", instead(commissioning, { ilmd: [ilmd[1]] }), "dscsa.lot-missing"],
    ["no expiry date", instead(commissioning, { ilmd: [ilmd[0]] }), "dscsa.expiry-missing"],
    ["commissioned twice", { ...shipment, events: [commissioning, ...shipment.events] }, "dscsa.commissioned-twice"],
    [
      "packed twice",
      {
        ...shipment,
        events: [...shipment.events, { ...packing, parentID: "urn:epc:id:sscc:0614141.1234567891" } as EpcisEvent],
      },
      "dscsa.packed-twice",
    ],
    ["commissioned after packing", instead(commissioning, later(commissioning)), "dscsa.wrong-order"],
    ["packed after shipping", instead(packing, later(packing)), "dscsa.wrong-order"],
    ["no statement", { ...shipment, header: { ...header, extensions: [] } }, "dscsa.statement-missing"],
    [
      "a statement not affirmed",
      { ...shipment, header: { ...header, extensions: [{ ...statement, value: [] }] } },
      "dscsa.statement-missing",
    ],
    ["no product data", { ...shipment, header: { ...header, masterData: [locations] } }, "dscsa.product-data-missing"],
    ["no location data", { ...shipment, header: { ...header, masterData: [products] } }, "dscsa.location-data-missing"],
    ["no seller", instead(shipping, { sourceList: undefined }), "dscsa.seller-missing"],
    ["no buyer", instead(shipping, { destinationList: undefined }), "dscsa.buyer-missing"],
    ["nothing shipped", instead(shipping, { epcList: [] }), "dscsa.nothing-shipped"],
  ])("%s is an error", (_, document, wanted) => {
    const { valid, errors } = codes(printEpcisJson(document), { profile: "dscsa" });
    expect(valid).toBe(false);
    expect(errors.map((one) => one.split(" ")[0])).toContain(wanted);
  });

  test("what is unpacked first, or declared in error, does not ship", () => {
    const unpacking: EpcisEvent = { ...packing, action: "DELETE", bizStep: "unpacking" } as EpcisEvent;
    const events = shipment.events.filter((event) => event !== commissioning);
    expect(codes(printEpcisJson({ ...shipment, events: [...events, unpacking] }), { profile: "dscsa" }).errors).toEqual(
      [],
    );
    const declared = instead(commissioning, {
      errorDeclaration: { declarationTime: commissioning.eventTime, reason: "did_not_occur" },
    });
    expect(codes(printEpcisJson(declared), { profile: "dscsa" }).errors.length).toBeGreaterThan(0);
  });

  test.each([
    ["no order", instead(shipping, { bizTransactionList: undefined }), "dscsa.order-missing"],
    ["a business location", instead(shipping, { bizLocation: { id: "urn:a:b" } }), "dscsa.biz-location-on-shipping"],
    ["a case that was not commissioned", without(shipment.events[1] as EpcisEvent), "dscsa.container-not-commissioned"],
    [
      "no sender",
      { ...shipment, header: { masterData: header.masterData ?? [], extensions: header.extensions ?? [] } },
      "dscsa.sender-missing",
    ],
  ])("%s is a warning", (_, document, wanted) => {
    const { valid, warnings } = codes(printEpcisJson(document), { profile: "dscsa" });
    expect(valid).toBe(true);
    expect(warnings.map((one) => one.split(" ")[0])).toContain(wanted);
  });
});

describe("EPCIS-11 limits", () => {
  const text = JSON.stringify(documentOf(object, object, object));
  test.each([
    ["too many events", { eventsMax: 2 }, "epcis.too-many-events /epcisBody/eventList/2"],
    ["an event too large", { eventCharsMax: 120 }, "epcis.event-too-large /epcisBody/eventList/0"],
    ["nested too deep", { depthMax: 3 }, "epcis.too-deep /epcisBody/eventList/0"],
  ])("%s", (_, limits, wanted) => expect(codes(text, { limits }).errors[0]).toBe(wanted));

  test("a report stays small however bad the document", () => {
    const report = checkDocument(
      JSON.stringify(documentOf(...Array.from({ length: 1_200 }, () => ({ ...object, action: "x" })))),
    );
    expect([report.errors.length, report.errorCount]).toEqual([1_000, 1_200]);
  });
});
