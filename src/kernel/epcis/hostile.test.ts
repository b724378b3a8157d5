import { describe, expect, test } from "vitest";
import { must } from "../base/result.ts";
import { checkDocument } from "./check.ts";
import { parseEpcisJson, parseEventJson, printEpcisJson } from "./json.ts";
import type { EpcisDocument } from "./model.ts";
import { XmlReader } from "./xml/reader.ts";
import { parseEpcisXml, printEpcisXml12, printEpcisXml20 } from "./xml.ts";

// What the fuzzer (`npm run fuzz`) found once, each made small.

const epc = "urn:epc:id:sgtin:0614141.107346.2017";
const event = `"type":"ObjectEvent","eventTime":"2026-01-05T08:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE","epcList":["${epc}"]`;
const document = (inside: string, context = "{}", header = "") =>
  `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",${context}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-05T08:00:00Z",${header}"epcisBody":{"eventList":[{${event}${inside}}]}}`;

/** A document by way of XML and back; the names' prefixes are how they came, no part of what is said. */
function throughXml(read: EpcisDocument): readonly unknown[] {
  return [printEpcisXml20, printEpcisXml12].map((print) => must(parseEpcisXml(print(read).xml)).events);
}

describe("whatever JSON names things, XML stays XML and brings it back", () => {
  test.each([
    ["a prefix that is no name", document(',"ex(:a":"b"', '{"ex(":"https://ext.example.com/"}')],
    ["a letter that XML does not take in names", document(',"ext:\u00ba":"b"', '{"ext":"https://ext.example.com/"}')],
    ["a control character in a name", document(',"ext:a\\u0000":"b"', '{"ext":"https://ext.example.com/"}')],
    ["half a character in a name", document(',"ext:a\\ud800":{"b":1}', '{"ext":"https://ext.example.com/"}')],
    ["a name in quotes", document(',"ext:\\"a\\"":"b"', '{"ext":"https://ext.example.com/"}')],
    [
      "such names where XML has attributes only",
      document(',"sensorElementList":[{"sensorReport":[{"type":"Temperature","ok":"2","x y":1}]}]'),
    ],
  ])("%s", (_, text) => {
    const read = must(parseEpcisJson(text));
    const plain = (value: unknown) =>
      JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === "prefix" ? "" : part))) as unknown;
    for (const back of throughXml(read)) expect(plain(back)).toEqual(plain(read.events));
  });

  test("a character that no XML can hold becomes the sign for that", () => {
    const read = must(parseEpcisJson(document(',"bizStep":"a\\u0000b"')));
    expect(throughXml(read)).toEqual([
      [expect.objectContaining({ bizStep: "a\ufffdb" })],
      [expect.objectContaining({ bizStep: "a\ufffdb" })],
    ]);
  });
});

const xml = (inside: string, header = "") =>
  `<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" xmlns:x="https://x.example/" schemaVersion="2.0" creationDate="2026-01-05T08:00:00Z">${header}<EPCISBody><EventList><ObjectEvent><eventTime>2026-01-05T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList><epc>${epc}</epc></epcList><action>OBSERVE</action>${inside}</ObjectEvent></EventList></EPCISBody></e:EPCISDocument>`;

test("a namespace that holds half a character is no namespace", () => {
  for (const bad of ["\\ud800", "\\u0000", "\\uffff"]) {
    const { errors } = checkDocument(document("", `{"ext":"https://ext.example.com/${bad}"}`));
    expect(errors.map(({ code, at }) => [code, at])).toEqual([["epcis.malformed-uri", "/@context/1/ext"]]);
  }
});

describe("XML", () => {
  test.each(["1e999", "[-1e999]", '{"ext:n":1e400}'])("a number past what a double holds is refused: %s", (number) => {
    const text = document(`,"ext:size":${number}`);
    expect(parseEpcisJson(text)).toMatchObject({ ok: false, refusal: { code: "epcis.malformed-value" } });
    const { valid, errors } = checkDocument(text);
    expect([valid, errors.map(({ code }) => code)]).toEqual([false, ["epcis.malformed-value"]]);
    expect(errors[0]?.at).toMatch(/^\/epcisBody\/eventList\/0\/ext:size/);
  });

  test("text beside elements is the same after any number of rounds", () => {
    const read = must(parseEpcisXml(xml("<x:a>one<x:b>two</x:b><x:c><x:d/></x:c></x:a>")));
    const once = printEpcisXml20(read).xml;
    expect(must(parseEpcisXml(once)).events).toEqual(read.events);
    expect(must(parseEpcisXml(printEpcisXml20(must(parseEpcisXml(once))).xml)).events).toEqual(read.events);
  });

  test.each([
    ["in text", "<x:a>\ud800</x:a>"],
    ["in a comment", "<!--\udc00-->"],
    ["before another", "<x:a>\ud800\ud83d\ude00</x:a>"],
  ])("half a character %s is bad syntax where it stands", (_, inside) => {
    const text = xml(inside);
    const column = text.search(/\ud800|\udc00/) + 1;
    const refusal = parseEpcisXml(text);
    expect(refusal).toMatchObject({
      refusal: { code: "epcis.syntax", at: expect.stringMatching(/^1:\d+$/) as string },
    });
    if (!refusal.ok) expect(Math.abs(Number(refusal.refusal.at?.split(":")[1]) - column)).toBeLessThan(3);
  });

  test("a character that two pieces share is whole", () => {
    const text = xml("<x:a>\ud83d\ude00</x:a>");
    const cut = text.indexOf("\ude00");
    const found: string[] = [];
    const reader = new XmlReader({
      root: () => undefined,
      event: (node) => found.push(node.children.at(-1)?.text ?? ""),
      end: () => undefined,
    });
    reader.write(text.slice(0, cut));
    reader.write(text.slice(cut));
    reader.end();
    expect(found).toEqual(["\ud83d\ude00"]);
  });

  test("a text that ends in half a character is refused", () => {
    expect(parseEpcisXml("<a>\ud83d")).toMatchObject({ refusal: { code: "epcis.syntax" } });
  });

  test.each(["2026-01-05T08:00:00.12345678901-05:00", "2026-01-05T08:00:00"])(
    "a header made at %s keeps its time",
    (created) => {
      const sbdh = `<EPCISHeader><h:StandardBusinessDocumentHeader xmlns:h="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"><h:HeaderVersion>1.0</h:HeaderVersion><h:Sender><h:Identifier Authority="GLN">a</h:Identifier></h:Sender><h:Receiver><h:Identifier Authority="GLN">b</h:Identifier></h:Receiver><h:DocumentIdentification><h:Standard>EPCglobal</h:Standard><h:TypeVersion>1.0</h:TypeVersion><h:InstanceIdentifier>1</h:InstanceIdentifier><h:Type>Events</h:Type><h:CreationDateAndTime>${created}</h:CreationDateAndTime></h:DocumentIdentification></h:StandardBusinessDocumentHeader></EPCISHeader>`;
      const read = must(parseEpcisXml(xml("", sbdh)));
      expect(checkDocument(xml("", sbdh)).errors).toEqual([]);
      expect(read.header?.sbdh?.identification.creationDateAndTime).toBeDefined();
    },
  );
});

describe("places", () => {
  test.each([
    ["", "1:1"],
    ['{"a":\n}', "/a"],
    ["[1]", "1:1"],
    ['{"type":"EPCISDocument","epcisBody":{"eventList":[{},{"a":]}]}}', "/epcisBody/eventList/1"],
  ])("%j is refused at %s", (text, at) => {
    for (const parse of [parseEpcisJson, parseEventJson]) {
      const result = parse(text);
      if (text === "[1]") expect(result.ok).toBe(false);
      else expect(result).toMatchObject({ refusal: { code: "epcis.syntax", at } });
    }
  });

  test("of a whole document in XML is where it begins", () => {
    const shipped = xml("<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>");
    const { warnings } = checkDocument(shipped, { profile: "dscsa" });
    const behindTag = shipped.indexOf(">") + 2;
    expect(warnings.find(({ code }) => code === "dscsa.sender-missing")?.at).toBe(`1:${behindTag}`);
  });

  test("what XML must have and the document does not say is told", () => {
    const text = document(
      "",
      '{"sbdh":"http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"}',
      '"epcisHeader":{"sbdh:StandardBusinessDocumentHeader":{"sbdh:Sender":{"sbdh:Identifier":"a"},"sbdh:Receiver":{"sbdh:Identifier":"b"}}},',
    );
    const { notes } = printEpcisXml20(must(parseEpcisJson(text)));
    expect(notes).toEqual([
      {
        code: "epcis.header-incomplete",
        at: "/epcisHeader",
        message:
          "the document's header does not say headerVersion, standard, typeVersion, instanceIdentifier, type, creationDateAndTime; XML must have it, so the usual words stand there",
      },
    ]);
  });
});

test("blanks around a namespace are none of it", () => {
  const read = must(parseEpcisJson(document(',"ext:a":"b"', '{"ext":" https://ext.example.com/\\n"}')));
  const name = { namespace: "https://ext.example.com/", local: "a", prefix: "ext" };
  for (const back of [read.events, ...throughXml(read)]) expect(back).toMatchObject([{ extensions: [{ name }] }]);
});

test("a prefix that stands for nothing is none", () => {
  const read = must(parseEpcisJson(document(',"ext:a":"b"', '{"ext":""}')));
  for (const back of throughXml(read)) expect(back).toMatchObject([{ extensions: [{ value: "b" }] }]);
});

test.each(["a:b", ' xsi:type="xsd:integer">5', ""])("an event from elsewhere that is a text alone: %s", (text) => {
  const [attribute, content] = text.includes(">") ? text.split(">") : ["", text];
  const foreign = `<x:Own xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"${attribute}>${content}</x:Own>`;
  const before = must(
    parseEpcisXml(xml("").replace("<ObjectEvent>", `<extension>${foreign}</extension><ObjectEvent>`)),
  );
  expect(before.foreignEvents).toHaveLength(1);
  expect(must(parseEpcisJson(printEpcisJson(before))).foreignEvents).toEqual(before.foreignEvents);
});

test.each([" EL ", "\\u0000", '\\"a', "a\\ud800b"])("a sensor's text comes back from XML to the letter: %s", (text) => {
  const report = `{"type":"Temperature","value":2,"uom":"${text}","stringValue":"${text}"}`;
  const read = must(parseEpcisJson(document(`,"sensorElementList":[{"sensorReport":[${report}]}]`)));
  for (const back of throughXml(read)) expect(back).toEqual(read.events);
});
