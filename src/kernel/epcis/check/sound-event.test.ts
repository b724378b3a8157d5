import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { checkDocument, checkJsonFrom } from "../check.ts";
import type { JsonObject } from "../element-json.ts";
import { printedEvent, readEvent } from "../event-json.ts";
import { shipment } from "../fixtures/shipment.ts";
import { printEpcisJson } from "../json.ts";
import { Scope } from "../names.ts";
import { Findings } from "./finding.ts";
import { JsonStructure } from "./json-structure.ts";
import { locateJson } from "./locate.ts";
import { checkMeaning } from "./meaning.ts";
import { readSoundEvent } from "./sound-event.ts";
import { SoundIdentifiers } from "./sound-identifiers.ts";

const createdAt = shipment.creationDate.at;
const events = shipment.events.map((event) => printedEvent(event, new Scope()));
const sgtins = (count: number, beginning = "urn:epc:id:sgtin:0614141.107346.") =>
  Array.from({ length: count }, (_, index) => `${beginning}S${index}`);

/** What the careful way has to say, and what it reads. */
function carefully(raw: JsonObject) {
  const findings = new Findings();
  new JsonStructure(findings).event(raw, "");
  if (findings.errorCount > 0) return { findings };
  const event = readEvent(raw, new Scope(), "");
  checkMeaning(event, findings, locateJson(""), { form: "json", createdAt });
  return { findings, event };
}

/** Beginnings are known once they were met some times. */
beforeAll(() => {
  const identifiers = new SoundIdentifiers();
  for (const id of sgtins(60)) identifiers.object(id);
  for (let i = 0; i < 60; i++) identifiers.object(`urn:epc:id:sscc:0614141.1${String(i).padStart(9, "0")}`);
});

function expectAgreement(raw: JsonObject): boolean {
  const sound = readSoundEvent(raw, { scope: new Scope(), identifiers: new SoundIdentifiers(), createdAt });
  if (sound === undefined) return false;
  const { findings, event } = carefully(raw);
  expect([...findings.errors, ...findings.warnings], JSON.stringify(raw)).toEqual([]);
  expect(sound).toStrictEqual(event);
  return true;
}

describe("events that are read in one pass", () => {
  test("are those of a shipment, read as with care", () => {
    for (const event of events) expect(expectAgreement(event)).toBe(true);
  });

  test.each<[string, JsonObject]>([
    ["an unknown member", { extra: 1 }],
    ["an extension", { "ex:a": "b" }],
    ["a word of nobody's", { bizStep: "commisioning" }],
    ["an unusual action", { action: "DELETE" }],
    ["a time that is none", { eventTime: "2026-02-30T00:00:00Z" }],
    ["a time after the document's", { eventTime: "2027-02-01T00:00:00Z" }],
    ["an offset beyond 14:00", { eventTimeZoneOffset: "+14:30" }],
    ["an identifier twice", { epcList: [...sgtins(3), "urn:epc:id:sgtin:0614141.107346.S1"] }],
    ["an EPC that is none", { epcList: [...sgtins(40), "urn:epc:id:sgtin:061414.107346.S1"] }],
    ["a serial of 21 characters", { epcList: [...sgtins(40), `urn:epc:id:sgtin:0614141.107346.${"1".repeat(21)}`] }],
    ["a class among objects", { epcList: [...sgtins(40), "urn:epc:class:lgtin:0614141.107346.L"] }],
    ["a number among identifiers", { epcList: [...sgtins(40), 7] }],
    ["no identifier", { epcList: [] }],
    ["a place with more than its id", { readPoint: { id: "urn:epc:id:sgln:0614141.00777.0", "ex:a": 1 } }],
    ["a recordTime", { recordTime: "2026-01-05T13:00:00Z" }],
    ["ilmd that is no text", { ilmd: { "cbvmda:lotNumber": 7 } }],
    ["a context of its own", { "@context": [{ ex: "https://example.com/" }] }],
  ])("%s wants care", (_, change) => {
    expect(expectAgreement({ ...events[0], ...change })).toBe(false);
  });

  test.each<[string, JsonObject, boolean]>([
    ["another SSCC in it", { childEPCs: ["urn:epc:id:sscc:0614141.1234567891"] }, true],
    ["itself", { childEPCs: ["urn:epc:id:sscc:0614141.1234567890"] }, false],
    ["itself in another spelling", { childEPCs: ["https://id.gs1.org/00/106141412345678908"] }, false],
    ["forty packs", { childEPCs: sgtins(40) }, true],
  ])("a container with %s", (_, change, sound) => {
    const identifiers = new SoundIdentifiers();
    const raw = { ...events[2], ...change };
    expect(readSoundEvent(raw, { scope: new Scope(), identifiers, createdAt }) !== undefined).toBe(sound);
    expectAgreement(raw);
  });

  test("agree with the careful way whatever an event is made of", () => {
    const ids = [
      ...sgtins(3),
      ...sgtins(3, "https://example.com/01/00614141073467/21/"),
      "urn:epc:id:sscc:0614141.1234567890",
    ];
    const odd = [
      "",
      "x",
      "urn:epc:id:sgtin:0614141.107346.a%2Fb",
      "urn:epc:id:sgtin:0614141.107346.",
      "http://a b",
      1,
      null,
      {},
      [],
    ];
    const value = fc.oneof(
      fc.constantFrom<unknown>(...ids, ...odd),
      fc.subarray([...ids, ...ids, ...odd] as unknown[]),
    );
    const keys = fc.constantFrom(...new Set(events.flatMap((event) => Object.keys(event))), "ex:a", "type");
    const word = fc.constantFrom(
      "packing",
      "unpacking",
      "shipping",
      "ADD",
      "DELETE",
      "OBSERVE",
      "AggregationEvent",
      "-00:00",
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...events),
        fc.array(fc.tuple(keys, fc.oneof(value, word)), { maxLength: 3 }),
        (event, changes) => {
          expectAgreement({ ...event, ...Object.fromEntries(changes) } as JsonObject);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("a document read in batches", () => {
  const many = { ...shipment, events: Array.from({ length: 60 }, () => shipment.events).flat() };
  const text = printEpcisJson(many);
  const compact = JSON.stringify(JSON.parse(text));

  const inPieces = (whole: string, length: number) =>
    checkJsonFrom(async (write) => {
      for (let i = 0; i < whole.length; i += length) write(whole.slice(i, i + length));
    });

  test.each([
    ["as printed", text],
    ["without spaces", compact],
    ["cut short", compact.slice(0, -30)],
    [
      "with a comma too many",
      compact.replace(/\},\{"type":"AggregationEvent"(?!.*AggregationEvent)/, '},,{"type":"AggregationEvent"'),
    ],
    ["with an event that is wrong", compact.replace(/"DELETE"|"OBSERVE"/g, '"NEVER"')],
    [
      "with its header behind",
      compact
        .replace(/^\{("@context":.*?),"type"/, '{"type"')
        .replace(/\}$/, `,${/"@context":.*?\]/.exec(compact)?.[0]}}`),
    ],
  ])("%s: says the same however it comes", async (_, whole) => {
    const report = checkDocument(whole);
    for (const length of [97, 5_000, 40_000]) expect(await inPieces(whole, length)).toEqual(report);
  });
});
