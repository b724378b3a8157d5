import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDocument, XmlChecker } from "../check.ts";
import { shipment } from "../fixtures/shipment.ts";
import { printEpcisXml12, printEpcisXml20 } from "../xml.ts";
import { XmlReader } from "./reader.ts";
import type { XmlNode } from "./tree.ts";

/** Everything that a reader tells of a document, each element with its place. */
function told(text: string, pieces: number): unknown {
  const all: unknown[] = [];
  const plain = ({ name, attributes, children, text: own, at }: XmlNode): unknown => ({
    name,
    attributes,
    children: children.map(plain),
    text: own,
    at,
  });
  try {
    const reader = new XmlReader({
      root: () => undefined,
      event: (event) => void all.push(plain(event)),
      end: (root) => void all.push(plain(root)),
    });
    for (let i = 0; i < text.length; i += pieces) reader.write(text.slice(i, i + pieces));
    reader.end();
  } catch (error) {
    all.push((error as { refusal: unknown }).refusal);
  }
  return all;
}

const printed = printEpcisXml12(shipment).xml;
const list = (items: string) =>
  printed.replace(/<epcList>[^]*?<\/epcList>/, `<epcList>${items.replaceAll("$", "$$$$")}</epcList>`);
const epc = "<epc>urn:epc:id:sgtin:0614141.107346.2017</epc>";

// A piece of one character holds no start tag, so nothing is taken out of it: the parser sees it all.
describe("identifiers that the parser does not see", () => {
  test.each([
    ["as printed", printed],
    ["2.0", printEpcisXml20(shipment).xml],
    ["on one line", printed.replace(/\s*\n\s*/g, "")],
    ["with carriage returns", printed.replaceAll("\n", "\r\n")],
    ["with entities", list(`${epc}<epc>a&amp;b</epc>${epc}`)],
    ["with a comment", list(`${epc}<!-- ${epc} -->${epc}`)],
    ["in a comment", list(`<!-- <epcList>${epc}</epcList> -->${epc}`)],
    [
      "in a comment behind a start tag of another form",
      printed.replace("<epcList>", `<epcList a="1"><!-- <epcList>${epc} -->`),
    ],
    ["as character data", list(`<![CDATA[<epcList>${epc}]]>`)],
    ["with attributes", list(`${epc}<epc a="1">x</epc>${epc}`)],
    ["empty", list("<epc></epc><epc/>")],
    ["not closed", list(`${epc}<epc>x</epcs>`)],
    ["with what ends character data", list(`${epc}<epc>]]></epc>`)],
    ["with a namespace", printed.replace("<epcList>", '<epcList xmlns="urn:x">')],
    ["in a namespace", printed.replace("<ObjectEvent>", '<ObjectEvent xmlns="urn:x">')],
    ["cut short", printed.slice(0, printed.indexOf("</epc>") + 3)],
    ["wrong behind them", printed.replace("</epcList>", "</epcList><<")],
  ])("%s", (_, text) => {
    const whole = told(text, text.length);
    for (const pieces of [1, 7, 100, 1_000]) expect(told(text, pieces)).toEqual(whole);
  });

  test("whatever stands in a list", () => {
    const part = fc.constantFrom(
      epc,
      epc,
      epc,
      "\n  ",
      "\r\n",
      " ",
      "<epc>x y</epc>",
      "<!---->",
      "text",
      "<epc>",
      "&lt;",
      "</epcList><epcList>",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.integer({ min: 2, max: 300 }), (parts, pieces) => {
        const text = list(parts.join(""));
        expect(told(text, pieces)).toEqual(told(text, 1));
        expect(told(text, text.length)).toEqual(told(text, 1));
      }),
      { numRuns: 150 },
    );
  });

  test("their faults are told at their places", () => {
    const text = list(`\n ${epc}\n   <epc>urn:epc:id:sgtin:061.1.1</epc> ${epc}`);
    const byOne = new XmlChecker({}).run((reader) => {
      for (const character of text) reader.write(character);
    });
    expect(checkDocument(text)).toEqual(byOne);
    expect(byOne.errors.map(({ code }) => code)).toEqual(["epcis.malformed-epc"]);
  });
});
