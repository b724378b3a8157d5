import { createHash } from "node:crypto";
import type { Result } from "../../src/kernel/base/result.ts";
import { RefusalError } from "../../src/kernel/base/result.ts";
import { checkDocument, formOf } from "../../src/kernel/epcis/check.ts";
import { DocumentText } from "../../src/kernel/epcis/encoding.ts";
import { type DocumentShell, EventReader } from "../../src/kernel/epcis/event-reader.ts";
import { canonicalValue, eventHash } from "../../src/kernel/epcis/hash.ts";
import { canonicalLink, spell } from "../../src/kernel/epcis/identifiers.ts";
import { parseEpcisJson, parseEventJson, printEpcisJson, printEventJson } from "../../src/kernel/epcis/json.ts";
import { JsonReader } from "../../src/kernel/epcis/json-reader.ts";
import { DEFAULT_LIMITS } from "../../src/kernel/epcis/limits.ts";
import type { Element, EpcisDocument, EpcisEvent } from "../../src/kernel/epcis/model.ts";
import { Scope } from "../../src/kernel/epcis/names.ts";
import { parseEpcisXml, type PrintedXml, printEpcisXml12, printEpcisXml20 } from "../../src/kernel/epcis/xml.ts";
import { refusalEntry } from "../../src/contract/refusals.ts";
import {
  epcisWords,
  headers,
  headersJson,
  jsonDocuments,
  jsonEvents,
  jsonWords,
  xmlDocuments12,
  xmlDocuments20,
  xmlWords,
} from "./epcis-seeds.ts";
import { epcs, jsonNests, links } from "./gs1-seeds.ts";
import { accepted, Escape, hold, judge, judgeRefusal, reparsed, same, type Target } from "./target.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const json = { words: jsonWords, joints: '{}[],:"', nests: jsonNests };
const xml = {
  words: xmlWords,
  joints: '<>"= ',
  nests: [
    ["<a>", "</a>"],
    ["<extension>", "</extension>"],
  ] as const,
};

/** What a document says, whatever the prefixes and the version number of its form. */
function said(document: EpcisDocument): Said {
  const {
    namespaces: _namespaces,
    schemaVersion: _version,
    contexts: _contexts,
    ...plain
  } = JSON.parse(JSON.stringify(document, withoutHints)) as Said;
  return { ...plain, events: document.events.map(plainEvent) };
}

/** XML must have lists where JSON may leave them out; empty, both say nothing. */
function plainEvent(event: EpcisEvent): Record<string, unknown> {
  const plain = JSON.parse(JSON.stringify(event, withoutHints)) as Record<string, unknown>;
  for (const list of ["epcList", "childEPCs"])
    if ((plain[list] as unknown[] | undefined)?.length === 0) delete plain[list];
  return plain;
}

/**
 * The prefix of a name with a namespace is how it came, no part of what it says; nor is whether names without one come
 * before the others, which stand elsewhere in XML.
 */
function withoutHints(_: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 1 && value.every(isElement))
    return [...value.filter(({ name }) => name.namespace === ""), ...value.filter(({ name }) => name.namespace !== "")];
  if (typeof value !== "object" || value === null || !("namespace" in value) || value.namespace === "") return value;
  return { ...value, prefix: "" };
}

function isElement(value: unknown): value is Element {
  return typeof value === "object" && value !== null && "name" in value && "value" in value;
}

type Said = Partial<Record<"namespaces" | "schemaVersion" | "contexts", unknown>> & {
  readonly events: Record<string, unknown>[];
  header?: { sbdh?: unknown };
};

/** EPCIS 1.2 wants a header where there is master data; what was put there to have one is told by a note. */
function withoutMadeUp(document: Said, { notes }: PrintedXml): Said {
  if (notes.some(({ code }) => code === "epcis.header-incomplete") && document.header) delete document.header.sbdh;
  if (document.header && Object.keys(document.header).length === 0) delete document.header;
  return document;
}

const hashes = (document: EpcisDocument) => document.events.map((event) => eventHash(event, sha256));

/**
 * What was read is printed in every form, and read again. Where it was valid it says the same as before, and its
 * events keep their hashes; a form has no words for everything that is wrong.
 */
function survives(document: EpcisDocument, input: string): void {
  const { valid } = checkDocument(input);
  const own = hashes(document);
  const json = { xml: printEpcisJson(document), notes: [] };
  const forms: readonly (readonly [string, PrintedXml, (text: string) => Result<EpcisDocument>])[] = [
    ["JSON", json, parseEpcisJson],
    ["XML 2.0", printEpcisXml20(document), parseEpcisXml],
    ["XML 1.2", printEpcisXml12(document), parseEpcisXml],
  ];
  for (const [form, printed, parse] of forms) {
    const back = reparsed(parse(printed.xml), printed.xml);
    if (!valid) continue;
    const wanted = withoutMadeUp(said(document), printed);
    same(withoutMadeUp(said(back), printed), wanted, `${form} says the same`, printed.xml);
    same(hashes(back), own, `${form} keeps the event hashes`, printed.xml);
  }
}

const documentJson: Target = {
  ...json,
  name: "epcis.json",
  seeds: jsonDocuments,
  attempt: (input) => judge(parseEpcisJson(input), input, "json", (document) => survives(document, input)),
};

const documentXml: Target = {
  ...xml,
  name: "epcis.xml",
  seeds: xmlDocuments20,
  attempt: (input) => judge(parseEpcisXml(input), input, "lines", (document) => survives(document, input)),
};

const documentXml1: Target = { ...documentXml, name: "epcis.xml-1", seeds: xmlDocuments12 };
const headerXml: Target = { ...documentXml, name: "epcis.header-xml", seeds: headers };
const headerJson: Target = { ...documentJson, name: "epcis.header-json", seeds: headersJson };

const eventJson: Target = {
  ...json,
  name: "epcis.event-json",
  seeds: jsonEvents,
  attempt: (input) =>
    judge(parseEventJson(input), input, "json", (event) => {
      const printed = printEventJson(event);
      const back = reparsed(parseEventJson(printed), printed);
      same(plainEvent(back), plainEvent(event), "print∘parse keeps the event", printed);
      same(JSON.parse(printEventJson(back)), JSON.parse(printed), "print∘parse is canonical");
      same(eventHash(back, sha256), eventHash(event, sha256), "print∘parse keeps the hash");
    }),
};

const pieceChars = 7;
const pieces = (text: string) =>
  Array.from({ length: Math.ceil(text.length / pieceChars) }, (_, i) =>
    text.slice(i * pieceChars, (i + 1) * pieceChars),
  );

/** The reader that is fed piece by piece takes what `JSON.parse` takes, as far as it is an object, and gives the same. */
const jsonPieces: Target = {
  ...json,
  name: "epcis.json-pieces",
  seeds: jsonDocuments,
  attempt(input) {
    let whole: unknown;
    try {
      whole = JSON.parse(input.replace(/^\ufeff/, ""));
    } catch {
      whole = undefined;
    }
    const events: unknown[] = [];
    const reader = new JsonReader({ event: (raw) => events.push(raw) });
    try {
      for (const piece of pieces(input)) reader.write(piece);
      const { raw } = reader.end();
      hold(whole !== undefined, "what is no JSON is refused in pieces too");
      same(raw["@context"], (whole as Record<string, unknown>)["@context"], "the shell is the same");
      return accepted;
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      const code = judgeRefusal(error.refusal, input, "json");
      const read = typeof whole === "object" && whole !== null && !Array.isArray(whole);
      if (read && code === "epcis.syntax") throw new Escape("what is JSON is not refused as bad syntax", error.message);
      return code;
    }
  },
};

/** Event by event, as the command line reads files of any size, gives what reading it whole gives. */
const eventReader: Target = {
  ...xml,
  name: "epcis.event-reader",
  seeds: [...xmlDocuments20, ...xmlDocuments12],
  attempt(input) {
    const whole = parseEpcisXml(input);
    const events: unknown[] = [];
    try {
      const shell = shellOf(input);
      const reader = new EventReader("xml", shell, (event) => events.push(event));
      for (const piece of pieces(input)) reader.write(piece);
      reader.end();
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      hold(!whole.ok, "what is read whole is read in pieces", () => error.message);
      return judgeRefusal(error.refusal, input, "lines");
    }
    if (!whole.ok) throw new Escape("what is refused whole is refused in pieces", whole.refusal.code);
    const known = events.filter((event) => !Object.hasOwn(event as object, "before"));
    same(JSON.parse(JSON.stringify(known)), JSON.parse(JSON.stringify(whole.value.events)), "the events are the same");
    return accepted;
  },
};

/** What the first pass over a file finds, found in one go. */
function shellOf(input: string): DocumentShell {
  const whole = parseEpcisXml(input);
  if (!whole.ok) throw new RefusalError(whole.refusal);
  const { events: _, foreignEvents: __, ...document } = whole.value;
  return { document, scope: new Scope() };
}

/** Every finding has a registered code and a place; what is valid can be read; what cannot be read is invalid. */
function checked(input: string): string {
  const report = checkDocument(input, { profile: "dscsa", limits: DEFAULT_LIMITS });
  const isXml = formOf(input.slice(0, 1_000)) === "xml";
  for (const finding of [...report.errors, ...report.warnings]) {
    judgeRefusal(finding, input, isXml ? "lines" : "json");
    hold(finding.message.length > 0 && refusalEntry(finding.code) !== undefined, "a finding has a sentence");
  }
  hold(report.valid === (report.errorCount === 0), "valid is false for errors only");
  hold(report.errors.length === Math.min(report.errorCount, 1_000), "errors are counted and kept");
  const read = isXml ? parseEpcisXml(input) : parseEpcisJson(input.replace(/^\ufeff/, ""));
  if (report.valid && !read.ok)
    throw new Escape("what is valid can be read", `${read.refusal.code} at ${read.refusal.at}`);
  return report.valid ? accepted : (report.errors[0]?.code ?? "invalid");
}

const checkJson: Target = {
  ...json,
  name: "epcis.check-json",
  seeds: [...jsonDocuments, ...headersJson],
  attempt: checked,
};
const checkXml: Target = {
  ...xml,
  name: "epcis.check-xml",
  seeds: [...xmlDocuments20, ...xmlDocuments12],
  attempt: checked,
};

/** A character is a byte: broken UTF-8, byte order marks, declared encodings. */
const encoding: Target = {
  ...xml,
  name: "epcis.encoding",
  seeds: [
    "\xff\xfe<\x00a\x00/\x00>\x00",
    "\xfe\xff\x00<\x00a",
    '\xef\xbb\xbf{"a":"\xc3\xa4"}',
    '<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe4</a>',
    '{"a":"\xf0\x9f\x98\x80"}',
  ],
  attempt(input) {
    const bytes = Buffer.from(input, "latin1");
    const decode = (cut: number) => {
      const text = new DocumentText();
      return text.push(bytes.subarray(0, cut)) + text.push(bytes.subarray(cut)) + text.end();
    };
    try {
      const whole = decode(bytes.length);
      if (bytes.length > 220) same(decode(210), whole, "bytes mean the same however they are cut");
      return accepted;
    } catch (error) {
      if (error instanceof RefusalError) return judgeRefusal(error.refusal, input, "offset");
      throw error;
    }
  },
};

/** Identifiers in events: what the hash and the other spelling make of any text. */
const identifier: Target = {
  words: epcisWords,
  joints: "/:.?%",
  nests: [["(", ")"]],
  name: "epcis.identifier",
  seeds: [
    ...epcs,
    ...links,
    "https://a.example/gtin/09506000134352/ser/A",
    "urn:epcglobal:cbv:bizstep:shipping",
    "+1.50e3",
    "cbv:x",
  ],
  attempt(input) {
    hold(canonicalValue(input) === canonicalValue(` ${input}\n`), "a value's blanks say nothing");
    const link = canonicalLink(input);
    if (link !== undefined) same(canonicalLink(link), link, "a canonical link is canonical", input);
    for (const spelling of ["urn", "digital-link"] as const) {
      const spelled = spell(input, spelling, () => 7);
      if (link !== undefined && spelled !== input)
        same(canonicalLink(spelled), link, `${spelling} names the same`, spelled);
    }
    return link === undefined ? "no GS1 key" : accepted;
  },
};

export const epcisTargets: readonly Target[] = [
  documentJson,
  documentXml,
  documentXml1,
  headerJson,
  headerXml,
  eventJson,
  jsonPieces,
  eventReader,
  checkJson,
  checkXml,
  encoding,
  identifier,
];
