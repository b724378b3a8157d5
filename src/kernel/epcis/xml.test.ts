import { describe, expect, test } from "vitest";
import { DocumentText } from "./encoding.ts";
import { commissioning, packing, shipment, shipping } from "./fixtures/shipment.ts";
import { readLotData, readTransactionStatement } from "./healthcare.ts";
import { parseEpcisJson, printEpcisJson } from "./json.ts";
import type { EpcisDocument, EpcisEvent } from "./model.ts";
import { parseEpcisXml, printEpcisXml12, printEpcisXml20 } from "./xml.ts";
import { XmlReader } from "./xml/reader.ts";
import type { XmlNode } from "./xml/tree.ts";

function read(text: string): EpcisDocument {
  const parsed = parseEpcisXml(text);
  if (!parsed.ok) throw new Error(`${parsed.refusal.code} ${parsed.refusal.at} ${parsed.refusal.message}`);
  return parsed.value;
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe("EPCIS-13 a shipment as EPCIS 1.2 XML", () => {
  const { xml, notes } = printEpcisXml12(shipment);

  test("has header, master data, statement and events in the guideline's order", () => {
    const order = [
      'xmlns:epcis="urn:epcglobal:epcis:xsd:1"',
      'schemaVersion="1.2"',
      "<EPCISHeader>",
      "<sbdh:StandardBusinessDocumentHeader>",
      '<sbdh:Identifier Authority="SGLN">urn:epc:id:sgln:0614141.00777.0<',
      "<EPCISMasterData>",
      '<Vocabulary type="urn:epcglobal:epcis:vtype:EPCClass">',
      '<attribute id="urn:epcglobal:cbv:mda#regulatedProductName">Examplin<',
      '<Vocabulary type="urn:epcglobal:epcis:vtype:Location">',
      "<gs1ushc:dscsaTransactionStatement>",
      "<gs1ushc:affirmTransactionStatement>true<",
      "</EPCISHeader>",
      "<eventTime>2026-01-05T03:00:00.000-05:00<",
      "<eventTimeZoneOffset>-05:00<",
      "<baseExtension>",
      "<eventID>urn:uuid:00000000-0000-4000-8000-000000000001<",
      "<action>ADD<",
      "<bizStep>urn:epcglobal:cbv:bizstep:commissioning<",
      "<disposition>urn:epcglobal:cbv:disp:active<",
      "<extension>",
      "<ilmd>",
      "<cbvmda:lotNumber>AB-12<",
      "<cbvmda:itemExpirationDate>2028-01-31<",
      "<parentID>urn:epc:id:sscc:0614141.1234567890<",
      "urn:epcglobal:cbv:bizstep:shipping",
      '<bizTransaction type="urn:epcglobal:cbv:btt:po">',
      "<sourceList>",
      '<source type="urn:epcglobal:cbv:sdt:owning_party">',
    ];
    let from = 0;
    for (const part of order) {
      const at = xml.indexOf(part, from);
      expect(at, part).toBeGreaterThanOrEqual(from);
      from = at;
    }
    expect(notes).toEqual([]);
  });

  test.each([
    ["1.2", xml],
    ["2.0", printEpcisXml20(shipment).xml],
  ])("comes back whole from %s", (_, text) => {
    const back = read(text);
    expect(plain(back.events)).toEqual(plain(shipment.events));
    expect(plain(back.header)).toEqual(plain(shipment.header));
    expect(readTransactionStatement(back.header)).toMatchObject({ affirmed: true });
    expect(readLotData(back.events[0] as EpcisEvent)).toEqual({ lotNumber: "AB-12", itemExpirationDate: "2028-01-31" });
  });

  test("comes back whole through JSON", () => {
    const json = parseEpcisJson(printEpcisJson(shipment));
    expect(json.ok && plain(json.value.header)).toEqual(plain(shipment.header));
    expect(json.ok && printEpcisXml12({ ...json.value, namespaces: [] }).xml).toBe(xml);
  });

  test("tells what 1.2 has no words for, and keeps it", () => {
    const events: EpcisEvent[] = [
      {
        ...commissioning,
        persistentDisposition: { set: ["completeness_verified"] },
        certificationInfo: ["urn:a:b", "urn:c:d"],
        sensorElementList: [{ sensorReport: [{ type: "Temperature", value: 5.5, uom: "CEL" }] }],
      },
      { ...packing, type: "AssociationEvent" } as EpcisEvent,
    ];
    const printed = printEpcisXml12({ ...shipment, events });
    expect(printed.notes.map(({ code, at }) => `${code} ${at}`)).toEqual([
      "epcis.newer-field /events/0/certificationInfo",
      "epcis.newer-field /events/0/sensorElementList",
      "epcis.newer-field /events/0/persistentDisposition",
      "epcis.newer-event /events/1",
    ]);
    expect(plain(read(printed.xml).events)).toEqual(plain(events));
  });

  test("keeps US healthcare's extensions of an event, attributes and all", () => {
    const extension = `<gs1ushc:directPurchase qualifier="PARTIALLY_DIRECT"><gs1ushc:directPurchaseStatement>bought directly</gs1ushc:directPurchaseStatement><gs1ushc:indirectPurchaseEPCs><epc>urn:a:b</epc></gs1ushc:indirectPurchaseEPCs></gs1ushc:directPurchase>`;
    const document = read(
      xml.replace(
        "</extension>\n      </ObjectEvent>\n    </EventList>",
        `</extension>${extension}</ObjectEvent></EventList>`,
      ),
    );
    const event = document.events.at(-1) as EpcisEvent;
    expect(event.extensions).toHaveLength(1);
    const json = parseEpcisJson(printEpcisJson(document));
    for (const back of [
      json,
      parseEpcisXml(printEpcisXml20(document).xml),
      parseEpcisXml(printEpcisXml12(document).xml),
    ]) {
      expect(back.ok && plain(back.value.events.at(-1))).toEqual(plain(event));
    }
    expect(printEpcisXml12(document).xml).toContain('<gs1ushc:directPurchase qualifier="PARTIALLY_DIRECT">');
  });
});

const frame = (version: string, events: string) =>
  `<?xml version="1.0"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="${version}" creationDate="2010-01-01T00:00:00Z"><EPCISBody><EventList>${events}</EventList></EPCISBody></epcis:EPCISDocument>`;

describe("EPCIS-14 older documents", () => {
  test("a QuantityEvent is the ObjectEvent that says the same", () => {
    const [event] = read(
      frame(
        "1.0",
        "<QuantityEvent><eventTime>2010-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcClass>urn:epc:idpat:sgtin:0614141.107346.*</epcClass><quantity>5</quantity></QuantityEvent>",
      ),
    ).events;
    expect(event).toMatchObject({
      type: "ObjectEvent",
      action: "OBSERVE",
      quantityList: [{ epcClass: "urn:epc:idpat:sgtin:0614141.107346.*", quantity: 5 }],
    });
  });

  test("a time without zone is the clock of the event's own offset", () => {
    const [event] = read(
      frame(
        "1.1",
        "<ObjectEvent><eventTime>2010-01-01T12:00:00</eventTime><eventTimeZoneOffset>+02:00</eventTimeZoneOffset><epcList/><action>ADD</action></ObjectEvent>",
      ),
    ).events;
    expect(event?.eventTime).toEqual({ at: Date.UTC(2010, 0, 1, 10), offsetMinutes: 120 });
  });

  test("elements of the EPCIS namespace by default are read as EPCIS's own", () => {
    const text = frame(
      "1.2",
      "<ObjectEvent><eventTime>2010-01-01T12:00:00Z</eventTime><eventTimeZoneOffset>+02:00</eventTimeZoneOffset><epcList><epc>urn:a:b</epc></epcList><action>ADD</action></ObjectEvent>",
    );
    const qualified = text
      .replace('<epcis:EPCISDocument xmlns:epcis="', '<EPCISDocument xmlns="')
      .replace("</epcis:", "</");
    expect(read(qualified).events).toEqual(read(text).events);
  });
});

describe("EPCIS-15 query documents", () => {
  const answer: EpcisDocument = {
    type: "EPCISQueryDocument",
    schemaVersion: "2.0",
    creationDate: shipment.creationDate,
    query: { queryName: "SimpleEventQuery", subscriptionID: "7" },
    events: [shipping],
  };
  test.each([
    ["JSON", parseEpcisJson, printEpcisJson],
    ["XML 2.0", parseEpcisXml, (one: EpcisDocument) => printEpcisXml20(one).xml],
    ["XML 1.2", parseEpcisXml, (one: EpcisDocument) => printEpcisXml12(one).xml],
  ] as const)("survive %s, names to the letter", (_, parse, print) => {
    for (const queryName of ["SimpleEventQuery", " a b ", "\u0000", '"', "\ud800"]) {
      const named = { ...answer, query: { queryName, subscriptionID: "7" } };
      const back = parse(print(named));
      expect(back.ok && plain({ ...back.value, schemaVersion: "2.0", namespaces: undefined })).toEqual(plain(named));
    }
  });
});

/** A node as data, whatever keeps it. */
function plainNode({ name, attributes, children, text, at }: XmlNode): XmlNode {
  return { name, attributes, children: children.map(plainNode), text, at };
}

describe("EPCIS-16 the XML reader", () => {
  const text = printEpcisXml12(shipment).xml;
  test.each([1, 7, 100])("gives the same in pieces of %i", (size) => {
    const events: XmlNode[] = [];
    const reader = new XmlReader({ root: () => undefined, event: (event) => events.push(event), end: () => undefined });
    for (let i = 0; i < text.length; i += size) reader.write(text.slice(i, i + size));
    reader.end();
    const whole: XmlNode[] = [];
    const other = new XmlReader({ root: () => undefined, event: (event) => whole.push(event), end: () => undefined });
    other.write(text);
    other.end();
    expect(events.map(plainNode)).toEqual(whole.map(plainNode));
    expect(events).toHaveLength(4);
  });

  test.each<[string, Uint8Array]>([
    ["UTF-8 with a mark", new TextEncoder().encode(`\ufeff${text}`)],
    [
      "UTF-16",
      Uint8Array.from([0xff, 0xfe, ...Array.from(text, (c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]).flat()]),
    ],
    [
      "ISO 8859-1",
      Uint8Array.from(text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').replace("Maker", "M\u00e4ker"), (c) =>
        c.charCodeAt(0),
      ),
    ],
  ])("reads %s", (name, bytes) => {
    const decoder = new DocumentText();
    const document = read((decoder.push(bytes) + decoder.end()).replace(/^\ufeff/, ""));
    expect(document.events).toHaveLength(4);
    if (name === "ISO 8859-1")
      expect(document.header?.masterData?.[1]?.elements[0]?.attributes[0]?.value).toBe("M\u00e4ker");
  });

  test("refuses bytes that are not of the encoding", () => {
    expect(() => new DocumentText().push(Uint8Array.from([0x3c, 0xff, 0x20]))).toThrow();
  });

  test("reads what looks like our own marks but is none, as text", () => {
    const event = `<ObjectEvent xmlns:form="urn:packtrail:epcis:form:" xmlns:x="urn:x:"><eventTime>2010-01-01T12:00:00Z</eventTime><eventTimeZoneOffset>+02:00</eventTimeZoneOffset><epcList><epc>urn:a:b</epc></epcList><action>ADD</action><x:a form:text="json">{</x:a></ObjectEvent>`;
    expect(read(frame("1.2", event)).events[0]?.extensions?.[0]?.value).toBe("{");
  });
});
