import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { canonicalValue, eventHash, preHash } from "./hash.ts";
import { parseEventJson } from "./json.ts";
import type { EpcisEvent } from "./model.ts";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());

function read(event: object): EpcisEvent {
  const parsed = parseEventJson(event);
  if (!parsed.ok) throw new Error(`${parsed.refusal.code} ${parsed.refusal.at}`);
  return parsed.value;
}

/** The two examples of CBV 2.0 §8.9.2 whose hashes agree between its text and the reference implementation. */
const departing = {
  "@context": [{ example: "https://ns.example.com/epcis/" }],
  type: "ObjectEvent",
  eventTime: "2020-03-04T11:00:30.000+01:00",
  eventTimeZoneOffset: "+01:00",
  epcList: [
    "urn:epc:id:sscc:4012345.0000000333",
    "urn:epc:id:sscc:4012345.0000000111",
    "urn:epc:id:sscc:4012345.0000000222",
  ],
  action: "OBSERVE",
  bizStep: "departing",
  readPoint: { id: "urn:epc:id:sgln:4012345.00011.987" },
  "example:myField1": { "example:mySubField1": "2", "example:mySubField2": "5" },
  "example:myField2": "0",
  "example:myField3": { "example:mySubField3": ["3", "1"] },
};
const inspecting = {
  type: "ObjectEvent",
  eventTime: "2020-04-01T15:00:00.000+01:00",
  eventTimeZoneOffset: "+01:00",
  epcList: ["https://id.gs1.org/01/04012345111118/21/9876"],
  action: "OBSERVE",
  bizStep: "inspecting",
  readPoint: { id: "https://id.gs1.org/414/4012345000054" },
  sensorElementList: [
    {
      sensorMetadata: { deviceID: "urn:epc:id:giai:4000001.111", deviceMetadata: "https://id.gs1.org/8004/4000001111" },
      sensorReport: [
        { type: "Temperature", value: 26.0, uom: "CEL", sDev: 0.1 },
        { type: "AbsoluteHumidity", value: 12.1, uom: "A93" },
        {
          type: "gs1:Dimensionless",
          microorganism: "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
          value: 0.05,
          uom: "C35",
        },
        {
          type: "https://gs1.org/voc/Dimensionless",
          chemicalSubstance: "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
          value: 0.18,
          uom: "C35",
        },
      ],
    },
  ],
};

describe("EPCIS-01 the event hash of CBV 2.0 [REQ-DOC-02]", () => {
  test.each([
    ["with extensions", departing, "6ae96341e0acc6d7a261364751f60e68278a81cdf51da0abb6b4e617014e39d7"],
    ["with sensors", inspecting, "49b13037c36e84ad9307c531671b00e901318c3957e4b1151f816ec49eb668da"],
  ])("of the standard's example %s", (_, event, hash) => {
    expect(eventHash(read(event), sha256)).toBe(`ni:///sha-256;${hash}?ver=CBV2.0`);
  });

  test("is taken of a string that can be read", () => {
    expect(preHash(read(departing), "\n").split("\n")).toEqual([
      "eventType=ObjectEvent",
      "eventTime=2020-03-04T10:00:30.000Z",
      "eventTimeZoneOffset=+01:00",
      "epcList",
      "epc=https://id.gs1.org/00/040123450000001112",
      "epc=https://id.gs1.org/00/040123450000002225",
      "epc=https://id.gs1.org/00/040123450000003338",
      "action=OBSERVE",
      "bizStep=https://ref.gs1.org/cbv/BizStep-departing",
      "readPoint",
      "id=https://id.gs1.org/414/4012345000115/254/987",
      "{https://ns.example.com/epcis/}myField1",
      "{https://ns.example.com/epcis/}mySubField1=2",
      "{https://ns.example.com/epcis/}mySubField2=5",
      "{https://ns.example.com/epcis/}myField2=0",
      "{https://ns.example.com/epcis/}myField3",
      "{https://ns.example.com/epcis/}mySubField3=1",
      "{https://ns.example.com/epcis/}mySubField3=3",
    ]);
  });

  test.each<[string, object, object]>([
    ["the zone that eventTime is written in", {}, { eventTime: "2020-03-04T10:00:30Z" }],
    ["digits past the millisecond", {}, { eventTime: "2020-03-04T11:00:30.0004+01:00" }],
    ["the spelling of a CBV word", {}, { bizStep: "urn:epcglobal:cbv:bizstep:departing" }],
    ["the other spelling of a CBV word", {}, { bizStep: "https://ref.gs1.org/cbv/BizStep-departing" }],
    [
      "the spelling and order of identifiers",
      {},
      {
        epcList: [
          "https://example.com/00/040123450000001112?linkType=all",
          "urn:epc:id:sscc:4012345.0000000222",
          "https://id.gs1.org/00/040123450000003338",
        ],
      },
    ],
    ["eventID and recordTime", {}, { eventID: "urn:uuid:1", recordTime: "2024-01-01T00:00:00Z" }],
    [
      "an error declaration",
      {},
      { errorDeclaration: { declarationTime: "2024-01-01T00:00:00Z", reason: "did_not_occur" } },
    ],
    ["a number's type", { "example:n": "20.0" }, { "example:n": 20 }],
    ["empty lists", {}, { quantityList: [] }],
    ["a remark", {}, { "rdfs:comment": "an example" }],
  ])("does not see %s", (_, one, other) => {
    expect(preHash(read({ ...departing, ...other }))).toBe(preHash(read({ ...departing, ...one })));
  });

  test("puts type first, sources before destinations, sensors before ilmd (canonical property order)", () => {
    const event = read({
      type: "ObjectEvent",
      eventTime: "2020-01-01T00:00:00Z",
      eventTimeZoneOffset: "+00:00",
      action: "ADD",
      ilmd: { "cbvmda:lotNumber": "A1" },
      destinationList: [{ destination: "urn:epc:id:pgln:0614141.00000", type: "owning_party" }],
      sourceList: [{ source: "urn:epc:id:pgln:4012345.00000", type: "owning_party" }],
      sensorElementList: [{ sensorReport: [{ type: "Temperature", value: 5 }] }],
      persistentDisposition: { unset: ["recalled"], set: ["conformant"] },
      quantityList: [{ epcClass: "urn:epc:class:lgtin:4012345.012345.998877", quantity: 200.5, uom: "KGM" }],
    });
    expect(preHash(event, "|")).toBe(
      "eventType=ObjectEvent|eventTime=2020-01-01T00:00:00.000Z|eventTimeZoneOffset=+00:00|quantityList|quantityElement|epcClass=https://id.gs1.org/01/04012345123456/10/998877|quantity=200.5|uom=KGM|action=ADD|" +
        "persistentDisposition|set=https://ref.gs1.org/cbv/Disp-conformant|unset=https://ref.gs1.org/cbv/Disp-recalled|" +
        "sourceList|type=https://ref.gs1.org/cbv/SDT-owning_party|source=https://id.gs1.org/417/4012345000009|destinationList|type=https://ref.gs1.org/cbv/SDT-owning_party|destination=https://id.gs1.org/417/0614141000005|" +
        "sensorElementList|sensorElement|sensorReport|type=https://gs1.org/voc/Temperature|value=5|ilmd|{urn:epcglobal:cbv:mda:}lotNumber=A1",
    );
  });
});

describe("EPCIS-02 canonical values", () => {
  test.each([
    ["1.0", "1"],
    ["+007", "7"],
    ["-0.50", "-0.5"],
    ["-0", "0"],
    ["1e3", "1000"],
    ["12e-4", "0.0012"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["urn:epc:id:sgtin:0614141.812345.6789%2F%26%25", "https://id.gs1.org/01/80614141123458/21/6789%2F%26%25"],
    ["urn:epc:id:sgln:4012345.00005.0", "https://id.gs1.org/414/4012345000054"],
    ["urn:epc:idpat:sgtin:4054739.099914.*", "https://id.gs1.org/01/04054739999148"],
    ["https://example.com/gtin/09780345418913/21/765tz?abc=211121", "https://id.gs1.org/01/09780345418913/21/765tz"],
    ["https://id.gs1.org/01/9780345418913", "https://id.gs1.org/01/09780345418913"],
    ["https://example.com/01/09780345418913/10/LOT/21/765tz", "https://id.gs1.org/01/09780345418913/21/765tz"],
    ["https://example.com/products/1?x=2", "https://example.com/products/1?x=2"],
    ["gs1:Temperature", "https://gs1.org/voc/Temperature"],
    ["urn:epcglobal:cbv:disp:in_transit", "https://ref.gs1.org/cbv/Disp-in_transit"],
    ["  text ", "text"],
    ["1.2.3", "1.2.3"],
    ["", ""],
  ])("%s is %s", (raw, canonical) => expect(canonicalValue(raw)).toBe(canonical));
});
