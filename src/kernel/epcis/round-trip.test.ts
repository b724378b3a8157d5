import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventHash } from "./hash.ts";
import { parseEpcisJson, parseEventJson, printEpcisJson, printEventJson } from "./json.ts";
import { JsonFrame } from "./json-frame.ts";
import { JsonReader } from "./json-reader.ts";
import type { Element, EpcisDocument, EpcisEvent } from "./model.ts";
import { parseEpcisXml, printEpcisXml12, printEpcisXml20, XmlFrame } from "./xml.ts";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
const EXT = "https://ext.example.com/";
const runs = { numRuns: 60 };

const time = fc.record({
  at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  offsetMinutes: fc.integer({ min: -840, max: 840 }),
});
const uri = fc.integer({ min: 1, max: 99_999 }).map((n) => `urn:epc:id:sgtin:0614141.107346.${n}`);
const place = fc.integer({ min: 1, max: 9_999 }).map((n) => `urn:epc:id:sgln:0614141.00777.${n}`);
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 4 });
const scalar = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: "binary-ascii", maxLength: 8 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  )
  .map((v) => (Object.is(v, -0) ? 0 : v));

const name = (local: string) => ({ namespace: EXT, local, prefix: "ext" });
const { element: anyElement } = fc.letrec<{ element: Element; children: readonly Element[] }>((tie) => ({
  element: fc.oneof(
    { depthSize: "small" },
    fc.record({ name: fc.constantFrom("a", "b", "c", "d").map(name), value: scalar }),
    fc.record({ name: fc.constantFrom("e", "f").map(name), value: tie("children") }),
    fc.record({ name: fc.constantFrom("g", "h").map(name), value: scalar, list: fc.constant("one" as const) }),
    fc.record({ name: fc.constant(name("i")), value: fc.constant([]), list: fc.constant("empty" as const) }),
  ),
  children: fc.uniqueArray(tie("element"), { selector: (one) => one.name.local, maxLength: 4 }),
}));
const extensions = fc.uniqueArray(anyElement, { selector: (one) => one.name.local, minLength: 1, maxLength: 4 });

const base = {
  eventTime: time,
  bizStep: fc.constantFrom("commissioning", "shipping", "https://example.com/steps/own"),
  disposition: fc.constantFrom("active", "in_transit"),
  readPoint: fc.record({ id: place, extensions }, { requiredKeys: ["id"] }),
  bizLocation: fc.record({ id: place }),
  bizTransactionList: some(
    fc.record({ type: fc.constantFrom("po", "desadv"), bizTransaction: uri }, { requiredKeys: ["bizTransaction"] }),
  ),
  sourceList: some(fc.record({ type: fc.constantFrom("owning_party", "location"), source: place })),
  destinationList: some(fc.record({ type: fc.constantFrom("owning_party", "location"), destination: place })),
  persistentDisposition: fc.record({ set: fc.constant(["completeness_verified"]) }),
  errorDeclaration: fc.record(
    { declarationTime: time, reason: fc.constant("incorrect_data"), correctiveEventIDs: some(uri), extensions },
    { requiredKeys: ["declarationTime"] },
  ),
  certificationInfo: some(uri),
  eventID: uri,
  recordTime: time,
  sensorElementList: some(
    fc.record(
      {
        sensorMetadata: fc.record({ time, deviceID: uri, extensions }, { requiredKeys: ["time"] }),
        sensorReport: some(
          fc.record(
            {
              type: fc.constant("Temperature"),
              value: fc.integer(),
              booleanValue: fc.boolean(),
              time,
              component: fc.constant("x"),
              extensions,
            },
            { requiredKeys: ["type"] },
          ),
        ),
        extensions,
      },
      { requiredKeys: ["sensorReport"] },
    ),
  ),
  extensions,
};
const quantities = some(
  fc.record(
    {
      epcClass: fc.constant("urn:epc:class:lgtin:4012345.012345.998877"),
      quantity: fc.integer({ min: 0, max: 1_000 }),
      uom: fc.constant("KGM"),
    },
    { requiredKeys: ["epcClass", "quantity"] },
  ),
);
const required = ["type", "eventTime", "action"] as const;
const event: fc.Arbitrary<EpcisEvent> = fc.oneof(
  fc.record(
    {
      ...base,
      type: fc.constant("ObjectEvent" as const),
      action: fc.constant("ADD" as const),
      epcList: some(uri),
      quantityList: quantities,
      ilmd: extensions,
    },
    { requiredKeys: [...required, "epcList"] },
  ),
  fc.record(
    {
      ...base,
      type: fc.constant("AggregationEvent" as const),
      action: fc.constantFrom("ADD" as const, "DELETE" as const),
      parentID: uri,
      childEPCs: some(uri),
      childQuantityList: quantities,
    },
    { requiredKeys: [...required, "parentID", "childEPCs"] },
  ),
  fc.record(
    {
      ...base,
      type: fc.constant("TransactionEvent" as const),
      action: fc.constant("ADD" as const),
      epcList: some(uri),
    },
    { requiredKeys: [...required, "epcList", "bizTransactionList"] },
  ),
  fc.record(
    {
      ...base,
      type: fc.constant("TransformationEvent" as const),
      inputEPCList: some(uri),
      outputQuantityList: quantities,
      transformationID: uri,
      ilmd: extensions,
    },
    { requiredKeys: ["type", "eventTime", "inputEPCList", "outputQuantityList"] },
  ),
  fc.record(
    {
      ...base,
      type: fc.constant("AssociationEvent" as const),
      action: fc.constant("ADD" as const),
      parentID: uri,
      childEPCs: some(uri),
    },
    { requiredKeys: [...required, "parentID", "childEPCs"] },
  ),
) as fc.Arbitrary<EpcisEvent>;
const document: fc.Arbitrary<EpcisDocument> = fc.record({
  type: fc.constant("EPCISDocument" as const),
  schemaVersion: fc.constant("2.0"),
  creationDate: time,
  events: fc.array(event, { maxLength: 3 }),
  namespaces: fc.constant([{ prefix: "ext", uri: EXT }]),
});

/** What a document says, whatever prefixes and version number its form has. */
function said(read: EpcisDocument): unknown {
  const { namespaces: _, schemaVersion: __, ...rest } = read;
  return JSON.parse(JSON.stringify(rest));
}

describe("EPCIS-07 a document survives every change of form [REQ-DOC-01]", () => {
  test("JSON", () => {
    fc.assert(
      fc.property(document, (made) => {
        const back = parseEpcisJson(printEpcisJson(made));
        expect(back.ok && said(back.value)).toEqual(said(made));
      }),
      runs,
    );
  });

  test.each([
    ["2.0", printEpcisXml20],
    ["1.2", printEpcisXml12],
  ] as const)("XML %s", (_, print) => {
    fc.assert(
      fc.property(document, (made) => {
        const back = parseEpcisXml(print(made).xml);
        expect(back.ok && said(back.value)).toEqual(said(made));
      }),
      runs,
    );
  });

  test("one event alone", () => {
    fc.assert(
      fc.property(event, (made) => {
        const back = parseEventJson(printEventJson(made));
        expect(back.ok && JSON.parse(JSON.stringify(back.value))).toEqual(JSON.parse(JSON.stringify(made)));
      }),
      runs,
    );
  });

  test("printed event by event, as a stream is", () => {
    fc.assert(
      fc.property(document, (made) => {
        const { events, ...shell } = made;
        const json = new JsonFrame(shell);
        const text = json.open() + events.map((one) => json.event(one)).join("") + json.close();
        const fromJson = parseEpcisJson(text);
        expect(fromJson.ok && said(fromJson.value)).toEqual(said(made));
        const xml = new XmlFrame(shell, "2.0", []);
        const fromXml = parseEpcisXml(
          xml.open() + events.map((one, index) => xml.print(xml.event(one, index))).join("") + xml.close(),
        );
        expect(fromXml.ok && said(fromXml.value)).toEqual(said(made));
      }),
      runs,
    );
  });
});

describe("EPCIS-08 the JSON reader gives the same however the text is cut", () => {
  test("any cut", () => {
    fc.assert(
      fc.property(document, fc.integer({ min: 1, max: 40 }), (made, size) => {
        const text = printEpcisJson(made);
        const found: unknown[] = [];
        const reader = new JsonReader({ event: (raw) => found.push(raw) });
        for (let i = 0; i < text.length; i += size) reader.write(text.slice(i, i + size));
        const shell = reader.end();
        const whole = JSON.parse(text) as { epcisBody: { eventList: unknown[] } };
        expect(found).toEqual(whole.epcisBody.eventList);
        expect(shell.raw).toEqual({ ...whole, epcisBody: {} });
        expect(shell).toMatchObject({ hasEventList: true, events: made.events.length });
      }),
      runs,
    );
  });
});

/** The same event said otherwise: other order, other offset of the clock that wrote it, other members before. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].reverse().map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}

describe("EPCIS-09 the event hash [REQ-DOC-02]", () => {
  test("does not see the order of lists and members", () => {
    fc.assert(
      fc.property(event, (made) => {
        expect(eventHash(shuffled(made) as EpcisEvent, sha256)).toBe(eventHash(made, sha256));
      }),
      runs,
    );
  });

  test("does not see the form", () => {
    fc.assert(
      fc.property(document, (made) => {
        const forms = [
          parseEpcisJson(printEpcisJson(made)),
          parseEpcisXml(printEpcisXml20(made).xml),
          parseEpcisXml(printEpcisXml12(made).xml),
        ];
        for (const form of forms)
          expect(form.ok && form.value.events.map((one) => eventHash(one, sha256))).toEqual(
            made.events.map((one) => eventHash(one, sha256)),
          );
      }),
      runs,
    );
  });

  test("does not see eventID, recordTime and errorDeclaration", () => {
    fc.assert(
      fc.property(event, time, (made, other) => {
        const { eventID: _, recordTime: __, errorDeclaration: ___, ...bare } = made;
        const declared = {
          ...bare,
          recordTime: other,
          eventID: "urn:uuid:1",
          errorDeclaration: { declarationTime: other },
        } as EpcisEvent;
        expect(eventHash(declared, sha256)).toBe(eventHash(bare as EpcisEvent, sha256));
      }),
      runs,
    );
  });

  test("sees another time and another object", () => {
    fc.assert(
      fc.property(event, (made) => {
        const later = { ...made, eventTime: { ...made.eventTime, at: made.eventTime.at + 1 } };
        expect(eventHash(later, sha256)).not.toBe(eventHash(made, sha256));
        expect(eventHash({ ...made, bizStep: "holding" }, sha256)).not.toBe(eventHash(made, sha256));
      }),
      runs,
    );
  });
});
