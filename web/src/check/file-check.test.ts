import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { refusals } from "../../../src/contract/refusals.ts";
import { shipment } from "../../../src/kernel/epcis/fixtures/shipment.ts";
import { parseEpcisJson, printEpcisJson } from "../../../src/kernel/epcis/json.ts";
import { parseEpcisXml, printEpcisXml12, printEpcisXml20 } from "../../../src/kernel/epcis/xml.ts";
import { excerptsOf } from "./excerpts.ts";
import { checkFile, type FileSource } from "./file-check.ts";
import { convertFile } from "./file-convert.ts";
import { groupsOf, meaningCodes, tierOf } from "./tier.ts";

/** A file that comes in small pieces, so that every place lies across some edge. */
function fileOf(text: string, pieceBytes = 37): FileSource {
  const bytes = new TextEncoder().encode(text);
  return {
    bytes: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
}

const check = (text: string, profile?: "dscsa") => checkFile(fileOf(text), profile ? { profile } : {}, () => undefined);
const json = printEpcisJson(shipment);
const xml = printEpcisXml12(shipment).xml;

describe("a file is checked piece by piece", () => {
  test.each([
    ["JSON", json],
    ["XML", printEpcisXml20(shipment).xml],
    ["XML", xml],
  ])("a shipment in %s is valid, and is told", async (form, text) => {
    const report = await check(text, "dscsa");
    expect(report).toMatchObject({ valid: true, events: 4, errors: [], warnings: [] });
    expect(report.facts).toMatchObject({
      form,
      document: { type: "EPCISDocument" },
      sender: "urn:epc:id:sgln:0614141.00777.0",
      receiver: "urn:epc:id:sgln:9521141.00001.0",
      eventTypes: { ObjectEvent: 3, AggregationEvent: 1 },
    });
  });

  test("what is wrong in JSON is marked in the source", async () => {
    const { errors } = await check(json.replace('"in_transit"', '"in_transitt"'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      code: "epcis.unknown-word",
      at: "/epcisBody/eventList/3/disposition",
      excerpt: { bad: '"in_transitt"', before: expect.stringMatching(/"disposition": ?$/) as string },
    });
    const { line, column } = errors[0]?.excerpt ?? { line: 0, column: 0 };
    const text = json.replace('"in_transit"', '"in_transitt"').split("\n")[line - 1] ?? "";
    expect(text.slice(column - 1)).toMatch(/^"in_transitt"/);
  });

  test("what is wrong in XML is marked by its start tag", async () => {
    const { errors } = await check(xml.replace("<action>OBSERVE", "<action>somewhat"));
    expect(errors.map(({ excerpt }) => excerpt?.bad)).toEqual(["<action>somewhat"]);
    expect(errors[0]?.excerpt?.after).toMatch(/^<\/action>/);
  });

  test.each([
    ["", "epcis.syntax"],
    ['{"type":"EPCISDocument"', "epcis.syntax"],
    ["<a><b></a>", "epcis.unknown-document"],
    ['{"type":"EPCISDocument","epcisBody":{"eventList":[{"a":]}]}}', "epcis.syntax"],
  ])("%j is an answer, not an accident", async (text, code) => {
    const { valid, errors } = await check(text);
    expect([valid, errors[0]?.code]).toEqual([false, code]);
  });

  test("bytes that are no text are an answer too", async () => {
    const bytes = Uint8Array.of(0x7b, 0xff, 0x7d);
    const source = {
      bytes: 3,
      async *open() {
        yield bytes;
      },
    };
    const { errors } = await checkFile(source, {}, () => undefined);
    expect(errors[0]).toMatchObject({ code: "epcis.encoding", at: "1" });
  });

  test("says how far it is, up to the end", async () => {
    const shares: number[] = [];
    await checkFile(fileOf(json), {}, (share) => shares.push(share));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeCloseTo(1);
  });
});

describe("excerpts", () => {
  async function* pieces(text: string, size: number) {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  }

  test.each([1, 3, 1_000])("are the same in pieces of %i", async (size) => {
    const text = '{\n "a~/b": [1, {"x": "y\\"z"}],\n "c": -1.5e3\n}';
    const places = ["/a~0~1b/1/x", "/c", "/a~0~1b", "", "/nowhere", "3:2"];
    const found = await excerptsOf(pieces(text, size), places);
    const marks = [...found].map(([at, { bad, line, column }]) => [at, [bad, line, column]] as const);
    expect(Object.fromEntries(marks)).toEqual({
      "": ["{", 1, 1],
      "/a~0~1b": ["[", 2, 10],
      "/a~0~1b/1/x": ['"y\\"z"', 2, 20],
      "/c": ["-1.5e3", 3, 7],
      "3:2": ['"', 3, 2],
    });
  });
});

describe("tiers", () => {
  test("every code of meaning is a listed one that only the checks of meaning find", async () => {
    const source = (name: string) => readFile(new URL(`../../../src/kernel/epcis/${name}`, import.meta.url), "utf8");
    const [structure, meaning] = await Promise.all([
      Promise.all(["check/json-structure.ts", "check/xml-structure.ts", "check/shell.ts"].map(source)),
      Promise.all(["check/meaning.ts", "check.ts"].map(source)),
    ]);
    for (const code of meaningCodes) {
      expect(refusals).toHaveProperty([code]);
      expect(meaning.join("\n"), code).toContain(`"${code}"`);
    }
    const shared = [...meaningCodes].filter((code) => structure.join("\n").includes(`"${code}"`));
    expect(shared).toEqual([]);
    expect([tierOf("dscsa.sender-missing"), tierOf("epcis.duplicate-epc"), tierOf("epcis.syntax")]).toEqual([
      "profile",
      "meaning",
      "structure",
    ]);
  });

  test("errors and warnings of one code stand apart", () => {
    const finding = (code: string, severity: "error" | "warning", at: string) => ({ code, severity, at, message: "" });
    const groups = groupsOf(
      [
        finding("epcis.syntax", "error", "1"),
        finding("epcis.wrong-type", "warning", "2"),
        finding("epcis.syntax", "error", "3"),
      ],
      "structure",
    );
    expect(groups.map(({ code, findings }) => [code, findings.map(({ at }) => at)])).toEqual([
      ["epcis.syntax", ["1", "3"]],
      ["epcis.wrong-type", ["2"]],
    ]);
  });
});

describe("a file is converted", () => {
  const convert = async (
    text: string,
    to: "json" | "xml" | "xml1.2",
    epc: "as-received" | "urn" | "digital-link" = "as-received",
  ) => {
    let out = "";
    const done = await convertFile(
      fileOf(text),
      { to, epc },
      (piece) => (out += piece),
      () => undefined,
    );
    return { out, ...done };
  };
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

  test.each(["json", "xml", "xml1.2"] as const)("to %s and says the same", async (to) => {
    const { out, noteCount } = await convert(xml, to);
    const back = to === "json" ? parseEpcisJson(out) : parseEpcisXml(out);
    expect([back.ok && plain(back.value.events), noteCount]).toEqual([plain(shipment.events), 0]);
  });

  test("with its identifiers spelled otherwise", async () => {
    const links = await convert(xml, "json", "digital-link");
    expect(links.out).toContain("https://id.gs1.org/01/10614141073464/21/2017");
    const { out } = await convert(links.out, "json", "urn");
    expect(out).toContain("urn:epc:id:sgtin:0614141.107346.2017");
  });

  test("and what the form has no words for is told", async () => {
    const text = json.replace(/"action": ?"OBSERVE"/, '"action":"OBSERVE","persistentDisposition":{"set":["damaged"]}');
    const { notes, noteCount } = await convert(text, "xml1.2");
    expect([notes[0]?.code, noteCount]).toEqual(["epcis.newer-field", 1]);
  });
});
