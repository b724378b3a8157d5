import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Ajv as AjvClass } from "ajv";
import { beforeEach, describe, expect, test } from "vitest";
import { checkDocument } from "./check.ts";
import { eventHash } from "./hash.ts";
import { parseEpcisJson, printEpcisJson } from "./json.ts";
import type { EpcisDocument } from "./model.ts";
import { parseEpcisXml, printEpcisXml12, printEpcisXml20 } from "./xml.ts";

/** The public examples of github.com/gs1/EPCIS, where PACKTRAIL_CORPUS names a folder that holds them as `gs1-epcis`. */
const corpus =
  process.env["PACKTRAIL_CORPUS"] === undefined ? undefined : join(process.env["PACKTRAIL_CORPUS"], "gs1-epcis");

type CorpusFile = { readonly name: string; readonly text: string };

/** The files under folders of the corpus with one of the endings; none without a corpus. */
function corpusFiles(folders: readonly string[], ending: RegExp): CorpusFile[] {
  if (corpus === undefined) return [];
  return folders
    .flatMap((folder) => walk(corpus, folder))
    .filter((name) => ending.test(name))
    .map((name) => ({ name, text: readFileSync(join(corpus, name), "utf8") }));
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(join(root, path)).isDirectory() ? walk(root, path) : [path];
    });
}

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
const json = corpusFiles(["JSON"], /\.jsonld$/);
const xml = corpusFiles(["XML", "XML-1.2"], /\.xml$/).filter(({ name }) => !name.includes("CaptureJob"));
const parse = (text: string) => (text.trimStart().startsWith("{") ? parseEpcisJson(text) : parseEpcisXml(text));

/** What a document says, blind to prefixes and to the empty lists that EPCIS 1.2 cannot leave out. */
function said(document: EpcisDocument): unknown {
  const { events, foreignEvents, header, extensions, query } = document;
  return JSON.parse(
    JSON.stringify(
      { events, foreignEvents, masterData: header?.masterData, header: header?.extensions, extensions, query },
      (key, value: unknown) =>
        key === "prefix" || ((key === "epcList" || key === "childEPCs") && Array.isArray(value) && value.length === 0)
          ? undefined
          : value,
    ),
  );
}

describe("EPCIS-10 the standard's own examples", () => {
  beforeEach(({ skip }) => skip(corpus === undefined, "PACKTRAIL_CORPUS names no folder with GS1's published files"));

  test("are all there", () => expect([json.length, xml.length > 35]).toEqual([47, true]));

  test.each([...json, ...xml])("$name is valid", ({ text }) => {
    expect(checkDocument(text).errors).toEqual([]);
  });

  test.each([...json, ...xml])(
    "$name survives every change of form, and so does its hash [REQ-DOC-01] [REQ-DOC-02]",
    ({ text }) => {
      const read = parse(text);
      if (!read.ok) throw new Error(read.refusal.code);
      const hashes = read.value.events.map((event) => eventHash(event, sha256));
      for (const back of [
        parseEpcisJson(printEpcisJson(read.value)),
        parseEpcisXml(printEpcisXml20(read.value).xml),
        parseEpcisXml(printEpcisXml12(read.value).xml),
      ]) {
        if (!back.ok) throw new Error(back.refusal.code);
        expect(said(back.value)).toEqual(said(read.value));
        expect(back.value.events.map((event) => eventHash(event, sha256))).toEqual(hashes);
      }
    },
  );

  test("JSON is printed valid by the official schema", () => {
    const require = createRequire(import.meta.url);
    const { Ajv } = require("ajv") as { Ajv: typeof AjvClass };
    const { default: addFormats } = require("ajv-formats") as { default: (ajv: unknown) => void };
    // The schema does not compile in ajv's strict mode.
    const ajv = new Ajv({ strict: false });
    addFormats(ajv);
    const validate = ajv.compile(
      JSON.parse(readFileSync(join(corpus as string, "EPCIS-JSON-Schema.json"), "utf8")) as object,
    );
    for (const { name, text } of [...json, ...xml]) {
      // Nine reports in this one have no type, which XML allows and JSON does not.
      if (name.endsWith("WithSensorData/SensorDataExamples.xml")) continue;
      const read = parse(text);
      expect(validate(JSON.parse(printEpcisJson((read as { value: EpcisDocument }).value))), name).toBe(true);
    }
  });

  test("documents of equal event hash have one", () => {
    const equal = corpusFiles(["XML/WithEventHashID"], /\.(xml|json)$/);
    const hashes = equal.map(({ name, text }) => {
      // The second of them has another eventTimeZoneOffset, which is a part of the hash (CBV 2.0 §8.9.2, property 3).
      const read = parse(
        name.includes("_id_2.") ? text.replaceAll("<eventTimeZoneOffset>-05:00", "<eventTimeZoneOffset>-06:00") : text,
      );
      return (read as { value: EpcisDocument }).value.events.map((event) => eventHash(event, sha256));
    });
    expect(hashes).toHaveLength(7);
    expect(new Set(hashes.flat()).size).toBe(1);
  });
});
