import { hash as digestOf } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { type Refusal, RefusalError } from "../kernel/base/result.ts";
import {
  checkJsonFrom,
  type CheckReport,
  type CheckRules,
  formOf,
  JsonChecker,
  XmlChecker,
} from "../kernel/epcis/check.ts";
import { DocumentText } from "../kernel/epcis/encoding.ts";
import { eventHash, preHash } from "../kernel/epcis/hash.ts";
import { type EpcSpelling, spell } from "../kernel/epcis/identifiers.ts";
import { JsonFrame } from "../kernel/epcis/json-frame.ts";
import type { EpcisDocument, EpcisEvent, ForeignEvent, Note } from "../kernel/epcis/model.ts";
import { EventReader, readDocumentShell } from "../kernel/epcis/event-reader.ts";
import { respelledEvent, respelledShell } from "../kernel/epcis/respell.ts";
import { XmlFrame } from "../kernel/epcis/xml.ts";
import {
  type CompanyPrefixTable,
  companyPrefixLengthOf,
  examplePrefixes,
  readCompanyPrefixTable,
} from "../kernel/gs1/company-prefix.ts";
import { DEFAULT_LIMITS, type Limits } from "../kernel/epcis/limits.ts";
import { oneOf, parseArguments, UsageError, wholeNumber } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";

/** What the command needs of the world. */
export type EpcisIo = {
  out(line: string): void;
  err(line: string): void;
  readFile(path: string): AsyncIterable<Uint8Array>;
  writeFile(path: string, chunks: AsyncIterable<Uint8Array | string>): Promise<void>;
};

/**
 * `packtrail epcis validate|convert|hash`. Documents are read in pieces, one event in memory at a
 * time. Answers the exit code: 0, or 1 when a document is invalid or cannot be read; throws a
 * UsageError when the command was not understood.
 */
export async function epcisCommand(args: readonly string[], io: EpcisIo): Promise<number> {
  const [verb, ...rest] = args;
  for (const flag of youngHeapFlags) setFlagsFromString(flag);
  switch (verb) {
    case "validate":
      return validate(rest, io);
    case "convert":
      return refusing(io, () => convert(rest, io));
    case "hash":
      return refusing(io, () => hash(rest, io));
    default:
      throw new UsageError("epcis takes validate, convert or hash");
  }
}

/** Events live briefly: a young generation that does not grow keeps documents of any size within a laptop's memory (MiB), at little cost. */
const youngHeapFlags = ["--max-semi-space-size=2", "--semi-space-growth-factor=1"];

/** A document that cannot be read, or a file that is not there, is an answer and no accident. */
async function refusing(io: EpcisIo, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    const refusal = refusalOf(error);
    io.err(JSON.stringify({ code: refusal.code, at: refusal.at ?? "", message: refusal.message ?? "" }));
    return exitCodes.failed;
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof RefusalError) return error.refusal;
  if (error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error) {
    return { code: "epcis.unreadable", at: "", message: error.message };
  }
  throw error;
}

const limitOptions = {
  "depth-max": { type: "string" },
  "event-chars-max": { type: "string" },
  "events-max": { type: "string" },
} as const;

function limitsOf(values: { readonly [Name in keyof typeof limitOptions]?: string | undefined }): Limits {
  const of = (name: keyof typeof limitOptions, fallback: number) => wholeNumber(values[name], name, fallback, 1);
  return {
    depthMax: of("depth-max", DEFAULT_LIMITS.depthMax),
    eventCharsMax: of("event-chars-max", DEFAULT_LIMITS.eventCharsMax),
    eventsMax: of("events-max", DEFAULT_LIMITS.eventsMax),
  };
}

async function validate(args: readonly string[], io: EpcisIo): Promise<number> {
  const { values, positionals } = parseArguments(args, { profile: { type: "string" }, ...limitOptions });
  if (positionals.length === 0) throw new UsageError("epcis validate takes one FILE or more");
  const limits = limitsOf(values);
  const rules: CheckRules =
    values.profile === undefined
      ? { limits }
      : { limits, profile: oneOf(values.profile, "profile", ["dscsa"], "dscsa") };
  let valid = true;
  for (const file of positionals) {
    const report = await reportOn(file, rules, io);
    valid &&= report.valid;
    const plain = (list: CheckReport["errors"]) => list.map(({ code, at, message }) => ({ code, at, message }));
    io.out(
      JSON.stringify({
        file,
        valid: report.valid,
        events: report.events,
        errors: plain(report.errors),
        warnings: plain(report.warnings),
      }),
    );
  }
  return valid ? exitCodes.ok : exitCodes.failed;
}

async function reportOn(file: string, rules: CheckRules, io: EpcisIo): Promise<CheckReport> {
  try {
    const form = await formOfFile(file, io);
    if (form === "xml") {
      const checker = new XmlChecker(rules);
      return await checker.runFrom(async (write) => feed(file, io, write));
    }
    return await checkJsonFrom(async (write) => feed(file, io, write), rules);
  } catch (error) {
    return new JsonChecker(rules).unreadable(refusalOf(error));
  }
}

async function feed(file: string, io: EpcisIo, write: (text: string) => void): Promise<void> {
  for await (const text of textOf(file, io)) write(text);
}

async function* textOf(file: string, io: EpcisIo): AsyncGenerator<string> {
  const decoder = new DocumentText();
  for await (const bytes of io.readFile(file)) yield decoder.push(bytes);
  yield decoder.end();
}

/** JSON unless the first character is an angle bracket. */
async function formOfFile(file: string, io: EpcisIo): Promise<"json" | "xml"> {
  for await (const text of textOf(file, io)) {
    const form = formOf(text);
    if (form) return form;
    if (text.trim() !== "") break;
  }
  return "json";
}

/** The events of a file one after the other; `shell` is what stands around them. */
async function openDocument(file: string, io: EpcisIo, limits: Limits) {
  const form = await formOfFile(file, io);
  const shell = await readDocumentShell(form, (write) => feed(file, io, write), limits);
  async function* events(): AsyncGenerator<EpcisEvent | ForeignEvent> {
    const found: (EpcisEvent | ForeignEvent)[] = [];
    const reader = new EventReader(form, shell, (event) => found.push(event), limits);
    for await (const text of textOf(file, io)) {
      reader.write(text);
      yield* found.splice(0);
    }
    reader.end();
    yield* found;
  }
  return { document: shell.document, events };
}

async function hash(args: readonly string[], io: EpcisIo): Promise<number> {
  const { values, positionals } = parseArguments(args, { pre: { type: "boolean" }, ...limitOptions });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError("epcis hash takes one FILE");
  const { events } = await openDocument(file, io, limitsOf(values));
  for await (const event of events()) {
    if ("before" in event) continue;
    io.out(values.pre ? preHash(event) : eventHash(event, (bytes) => digestOf("sha256", bytes, "buffer")));
  }
  return exitCodes.ok;
}

async function convert(args: readonly string[], io: EpcisIo): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    to: { type: "string" },
    epc: { type: "string" },
    out: { type: "string", short: "o" },
    "gcp-table": { type: "string" },
    ...limitOptions,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError("epcis convert takes one FILE");
  if (values.to === undefined) throw new UsageError("epcis convert wants --to json, xml or xml1.2");
  const to = oneOf(values.to, "to", ["json", "xml", "xml1.2"], "json");
  const spelling = values.epc === undefined ? "as-received" : oneOf(values.epc, "epc", ["urn", "dl"], "urn");
  const respell = speller(spelling === "dl" ? "digital-link" : spelling, await prefixTable(values["gcp-table"], io));
  const notes: Note[] = [];
  const { document, events } = await openDocument(file, io, limitsOf(values));
  const pieces = converted(respelledShell(document, respell), events(), to, respell, notes);
  if (values.out === undefined) await printed(pieces, io);
  else await io.writeFile(values.out, pieces);
  for (const note of notes) io.err(JSON.stringify(note));
  return exitCodes.ok;
}

/** How many notes are told: past that, more of the same says nothing. */
const notesMax = 1_000;

async function* converted(
  document: Omit<EpcisDocument, "events">,
  events: AsyncIterable<EpcisEvent | ForeignEvent>,
  to: "json" | "xml" | "xml1.2",
  respell: (uri: string) => string,
  notes: Note[],
): AsyncGenerator<string> {
  const frame = to === "json" ? jsonPieces(document) : xmlPieces(document, to === "xml" ? "2.0" : "1.2", notes);
  yield frame.open;
  for await (const event of events) {
    yield "before" in event ? frame.foreign(event) : frame.event(respelledEvent(event, respell));
    notes.length = Math.min(notes.length, notesMax);
  }
  yield frame.close();
}

function jsonPieces(document: Omit<EpcisDocument, "events">) {
  const frame = new JsonFrame(document);
  return {
    open: frame.open(),
    event: (event: EpcisEvent) => frame.event(event),
    foreign: (event: ForeignEvent) => frame.foreign(event),
    close: () => frame.close(),
  };
}

function xmlPieces(document: Omit<EpcisDocument, "events">, version: "1.2" | "2.0", notes: Note[]) {
  const frame = new XmlFrame(document, version, notes);
  let index = 0;
  return {
    open: frame.open(),
    event: (event: EpcisEvent) => frame.print(frame.event(event, index++)),
    foreign: (event: ForeignEvent) => frame.print(frame.foreign(event)),
    close: () => frame.close(),
  };
}

function speller(spelling: EpcSpelling, table: CompanyPrefixTable): (uri: string) => string {
  return (uri) =>
    spell(uri, spelling, (elements) =>
      companyPrefixLengthOf(
        table,
        elements.map((one) => ({ ...one })),
      ),
    );
}

/** GS1's table of company prefixes, which a Digital Link needs to become a URN; without it only the examples' prefixes are known. */
async function prefixTable(path: string | undefined, io: EpcisIo): Promise<CompanyPrefixTable> {
  if (path === undefined) return examplePrefixes;
  let text = "";
  for await (const piece of textOf(path, io)) text += piece;
  const table = readCompanyPrefixTable(JSON.parse(text) as unknown);
  if (!table.ok) throw new RefusalError(table.refusal);
  return table.value;
}

/** Whole lines go out as they come. */
async function printed(pieces: AsyncIterable<string>, io: EpcisIo): Promise<void> {
  let rest = "";
  for await (const piece of pieces) {
    rest += piece;
    const end = rest.lastIndexOf("\n");
    if (end < 0) continue;
    io.out(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  if (rest !== "") io.out(rest);
}
