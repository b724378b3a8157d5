import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { checkDocument, checkJsonFrom, type CheckReport, type CheckRules } from "../check.ts";
import type { Json } from "../element-json.ts";
import { shipment } from "../fixtures/shipment.ts";
import { printEpcisJson } from "../json.ts";
import { PlainLists } from "./plain-lists.ts";
import { SoundIdentifiers } from "./sound-identifiers.ts";

const urn = "urn:epc:id:sgtin:0614141.107346.";
const link = "https://example.com/01/00614141073467/21/";
const sscc = "urn:epc:id:sscc:0614141.1";
const serials = (beginning: string, count = 12) =>
  Array.from({ length: count }, (_, index) => `${beginning}S-${index * 7919}`);
const ssccs = Array.from({ length: 12 }, (_, index) => `${sscc}${String(index * 37).padStart(9, "0")}`);
const quoted = (ids: readonly string[], joint = ",") => `[${ids.map((id) => `"${id}"`).join(joint)}]`;

/** Beginnings are known once they were met some times. */
beforeAll(() => {
  const identifiers = new SoundIdentifiers();
  for (const id of [...serials(urn, 30), ...serials(link, 30)]) identifiers.object(id);
  for (let i = 0; i < 30; i++) identifiers.object(`${sscc}${String(i).padStart(9, "0")}`);
});

/** The value of a text, `undefined` for none. */
function valueOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** How many lists were cut out of a text; with them put back, its value is that of the whole. */
function cutOf(text: string): number {
  const lists = new PlainLists(new SoundIdentifiers());
  const cut = lists.cut(text);
  const value = valueOf(cut);
  expect(value === undefined ? undefined : lists.restore(value), text).toEqual(valueOf(text));
  return (text === cut ? "" : cut).split("\\u0000").length - 1;
}

describe("a list of identifiers", () => {
  test.each([
    ["of one beginning", quoted(serials(urn))],
    ["of Digital Links", quoted(serials(link))],
    ["of SSCCs", quoted(ssccs)],
    ["over several lines", quoted(serials(urn), ",\r\n\t  ").replace("[", "[\n ").replace("]", "\n]")],
    ["of two hundred", quoted(serials(urn, 200))],
    ["of serials of all lengths", quoted(Array.from({ length: 20 }, (_, i) => `${urn}${"7".repeat(i + 1)}`))],
  ])("%s is cut out", (_, list) => {
    expect(cutOf(`{"epcList":${list}}`)).toBe(1);
    expect(cutOf(`{"a":"b", "childEPCs" :\n ${list} , "c":{"epcList":${list}}}`)).toBe(2);
  });

  const ids = serials(urn);
  test.each([
    ["short", quoted(ids.slice(0, 2))],
    ["empty", `[${" ".repeat(200)}]`],
    ["of two beginnings", quoted([...ids, ...serials(link)])],
    ["of two companies", quoted([...ids, ...serials("urn:epc:id:sgtin:0614142.107346.")])],
    ["of a beginning never met", quoted(serials("urn:epc:id:sgtin:0614141.999999."))],
    ["with one twice", quoted([...ids, ids[3] as string])],
    ["with the first twice", quoted([...ids, ids[0] as string])],
    ["with a serial of 21 characters", quoted([...ids, `${urn}${"1".repeat(21)}`])],
    ["with no serial", quoted([...ids, urn])],
    ["with an SSCC too long", quoted([...ssccs, `${ssccs[0]}0`])],
    ["with a letter in an SSCC", quoted([...ssccs, `${sscc}00000000A`])],
    ["with an escape", quoted([...ids, `${urn}\\u0041`])],
    ["with a character escaped for a URI", quoted([...ids, `${urn}a%2Fb`])],
    ["with a letter that is not ASCII", quoted([...ids, `${urn}\u00e9`])],
    ["with half a character", quoted([...ids, `${urn}\ud800`])],
    ["with a control character", quoted([...ids, `${urn}\n`])],
    ["with a number", quoted(ids).replace("]", ",7]")],
    ["with a list", quoted(ids).replace("]", ",[]]")],
    ["with white space that changes", quoted(ids).replace(/,(?="[^,]*$)/, ", ")],
    ["with a comma too many", quoted(ids).replace("]", ",]")],
    ["with a comma missing", quoted(ids).replace('","', '" "')],
    ["with white space that JSON does not know", quoted(ids, ",\u000b")],
    ["not closed", quoted(ids).slice(0, -2)],
  ])("%s is left in", (_, list) => {
    expect(cutOf(`{"epcList":${list}}`)).toBe(0);
  });

  test.each([
    ["another member", `{"inputEPCList":${quoted(ids)}}`],
    ["a name that ends alike", `{"x\\"epcList":${quoted(ids)}}`],
    ["a string", `{"a":"\\"epcList\\":${quoted(ids).replaceAll('"', '\\"')}"}`],
    ["a document with the mark's escape", `{"a":"\\u00000","epcList":${quoted(ids)}}`],
  ])("of %s is left in", (_, text) => expect(cutOf(text)).toBe(0));

  test("may hold the parent only where it is another", () => {
    const lists = new PlainLists(new SoundIdentifiers());
    const marked = JSON.parse(lists.cut(`{"epcList":${quoted(ssccs)}}`)) as { epcList: string };
    const list = lists.at(marked.epcList);
    if (!list) throw new Error("nothing was cut");
    const without = (parent: string) => lists.without(parent, list);
    expect(
      [ssccs[3], `${sscc}999999999`, `${urn}S1`, "https://id.gs1.org/00/1"].map((id) => without(id as string)),
    ).toEqual([false, true, true, false]);
  });
});

const pallets = printEpcisJson({
  ...shipment,
  events: [serials(urn), serials(link), ssccs, serials(urn, 60), serials(link).slice(0, 3)].flatMap((list) =>
    shipment.events.map((event) =>
      event.type === "ObjectEvent"
        ? { ...event, eventID: `urn:x:${list.length}`, epcList: list }
        : event.type === "AggregationEvent"
          ? { ...event, childEPCs: list }
          : event,
    ),
  ),
});
const compact = JSON.stringify(JSON.parse(pallets));

/** What is said of a document where no list is cut out, since a profile asks for every identifier. */
function whole(text: string, rules: CheckRules = {}): Partial<CheckReport> {
  const { events, errors, warnings } = checkDocument(text, { ...rules, profile: "dscsa" });
  const own = ({ code }: { readonly code: string }) => !code.startsWith("dscsa.");
  return { events, errors: errors.filter(own), warnings: warnings.filter(own) };
}

async function expectSame(text: string, pieceCharacters: number): Promise<void> {
  const { events, errors, warnings } = checkDocument(text);
  expect({ events, errors, warnings }, text).toEqual(whole(text));
  const inPieces = await checkJsonFrom(async (write) => {
    for (let i = 0; i < text.length; i += pieceCharacters) write(text.slice(i, i + pieceCharacters));
  });
  expect({ events: inPieces.events, errors: inPieces.errors, warnings: inPieces.warnings }, text).toEqual(whole(text));
}

describe("a document whose lists are cut out", () => {
  test.each([
    ["as printed", pallets],
    ["without spaces", compact],
  ])("%s is valid, in pieces too", async (_, text) => {
    expect(checkDocument(text).errors).toEqual([]);
    for (const length of [1, 300, 7_000]) await expectSame(text, length);
  });

  test("is as deep as with them", () => {
    for (let depthMax = 3; depthMax < 12; depthMax++) {
      const { events, errors, warnings } = checkDocument(compact, { limits: { depthMax } });
      expect({ events, errors, warnings }).toEqual(whole(compact, { limits: { depthMax } }));
    }
  });

  test("is told of as with them, whatever was done to its text", async () => {
    const place = fc.nat({ max: compact.length - 1 });
    const pieces = [
      '"',
      "\\",
      ",",
      "]",
      "[",
      "}",
      " ",
      "\n",
      "\u0000",
      "\\u0000",
      '"\\u00000"',
      "\u00e9",
      "\ud800",
      '"epcList":[',
      `"epcList":${quoted(serials(urn))},`,
      '"childEPCs":"\\u00000",',
      `"${urn}S-7919",`,
      '"ex:a":{"epcList":[]},',
      ',"bizStep":"never"',
    ];
    const change = fc.tuple(place, fc.oneof(fc.constantFrom(...pieces), place), fc.nat({ max: 3 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(compact, pallets),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 50, max: 20_000 }),
        async (text, changes, pieceCharacters) => {
          const changed = changes.reduce(
            (now, [at, what, gone]) =>
              now.slice(0, at) + (typeof what === "string" ? what : now.slice(what, what + 300)) + now.slice(at + gone),
            text,
          );
          cutOf(changed);
          await expectSame(changed, pieceCharacters);
        },
      ),
      { numRuns: 150 },
    );
  });
});
