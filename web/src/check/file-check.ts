import { RefusalError } from "../../../src/kernel/base/result.ts";
import { type CheckReport, formOf, JsonChecker, XmlChecker } from "../../../src/kernel/epcis/check.ts";
import type { Finding } from "../../../src/kernel/epcis/check/finding.ts";
import { DocumentText } from "../../../src/kernel/epcis/encoding.ts";
import { JsonReader, type JsonShell } from "../../../src/kernel/epcis/json-reader.ts";
import { readShell } from "../../../src/kernel/epcis/json.ts";
import type { EpcisDocument } from "../../../src/kernel/epcis/model.ts";
import { readRoot } from "../../../src/kernel/epcis/xml.ts";
import { XmlReader } from "../../../src/kernel/epcis/xml/reader.ts";
import { type Excerpt, excerptsOf } from "./excerpts.ts";

/** Bytes of a file, opened anew for each pass over it. */
export type FileSource = { readonly bytes: number; open(): AsyncIterable<Uint8Array> };

export type CheckOptions = { readonly profile?: "dscsa" };

/** A finding with the place it speaks of, as far as that was found in the file. */
export type PlacedFinding = Finding & { readonly excerpt?: Excerpt };

/** What a file is, as far as it can be told. */
export type FileFacts = {
  readonly form: "JSON" | "XML";
  readonly document?: Pick<EpcisDocument, "type" | "schemaVersion">;
  readonly sender?: string;
  readonly receiver?: string;
  readonly eventTypes: Readonly<Record<string, number>>;
};

export type FileReport = Omit<CheckReport, "errors" | "warnings"> & {
  readonly facts: FileFacts;
  readonly errors: readonly PlacedFinding[];
  readonly warnings: readonly PlacedFinding[];
};

/** Passes over the file: what it is, what is wrong with it, where that stands. */
const passes = 3;
/** How many different event types are counted apart; a broken file may name a new one in every event. */
const eventTypesMax = 40;

/** The text of a file, piece by piece; `progress` hears how much of the whole work is done, 0 to 1. */
export async function* textOf(
  file: FileSource,
  pass: number,
  progress: (share: number) => void,
): AsyncGenerator<string> {
  const decoder = new DocumentText();
  let read = 0;
  for await (const bytes of file.open()) {
    yield decoder.push(bytes);
    read += bytes.length;
    progress((pass + read / Math.max(file.bytes, 1)) / passes);
  }
  yield decoder.end();
}

/** JSON unless the first character is an angle bracket, as the command line has it. */
export async function formOfFile(file: FileSource): Promise<"json" | "xml"> {
  for await (const text of textOf(file, 0, () => undefined)) {
    const form = formOf(text);
    if (form) return form;
    if (text.trim() !== "") break;
  }
  return "json";
}

/**
 * Checks a file of any size, holding one event of it at a time: structure, meaning, and the profile that was asked for.
 * Never refuses; what cannot be read is a finding like any other.
 */
export async function checkFile(
  file: FileSource,
  options: CheckOptions,
  progress: (share: number) => void,
): Promise<FileReport> {
  try {
    const form = await formOfFile(file);
    const { facts, report } =
      form === "xml" ? await checkXml(file, options, progress) : await checkJson(file, options, progress);
    const places = [...report.errors, ...report.warnings].map(({ at }) => at);
    const excerpts = await placed(textOf(file, 2, progress), places);
    const withPlace = (finding: Finding): PlacedFinding => {
      const excerpt = excerpts.get(finding.at);
      return excerpt ? { ...finding, excerpt } : finding;
    };
    return { ...report, facts, errors: report.errors.map(withPlace), warnings: report.warnings.map(withPlace) };
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    const report = new JsonChecker(options, undefined).unreadable(error.refusal);
    return { ...report, facts: { form: "JSON", eventTypes: {} } };
  }
}

/** Where bytes are not of the encoding, the places before them are still shown. */
async function placed(text: AsyncIterable<string>, places: readonly string[]): Promise<ReadonlyMap<string, Excerpt>> {
  try {
    return await excerptsOf(text, places);
  } catch (error) {
    if (error instanceof RefusalError) return new Map();
    throw error;
  }
}

type Checked = { readonly facts: FileFacts; readonly report: CheckReport };

async function checkJson(file: FileSource, options: CheckOptions, progress: (share: number) => void): Promise<Checked> {
  const types = new Types();
  const reader = new JsonReader({
    event: (raw) => types.count(typeof raw === "object" && raw !== null ? (raw as { type?: unknown }).type : undefined),
  });
  let shell: JsonShell | undefined;
  try {
    for await (const text of textOf(file, 0, progress)) reader.write(text);
    shell = reader.end();
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    const report = new JsonChecker(options, undefined).unreadable(error.refusal);
    return { facts: { form: "JSON", eventTypes: types.counted }, report };
  }
  const facts = jsonFacts(shell, types);
  const report = await new JsonChecker(options, shell).runFrom(async (write) => {
    for await (const text of textOf(file, 1, progress)) write(text);
  });
  return { facts, report };
}

function jsonFacts(shell: JsonShell, types: Types): FileFacts {
  const type = shell.raw["type"];
  if (typeof type === "string" && shell.raw["epcisBody"] === undefined) types.count(type);
  return { form: "JSON", ...read(() => readShell(shell.raw).document), eventTypes: types.counted };
}

async function checkXml(file: FileSource, options: CheckOptions, progress: (share: number) => void): Promise<Checked> {
  const types = new Types();
  let about: Partial<FileFacts> = {};
  const reader = new XmlReader({
    root: () => undefined,
    event: (event) => types.count(event.name.local),
    end: (root) => {
      about = read(() => readRoot(root, []));
    },
  });
  try {
    for await (const text of textOf(file, 0, progress)) reader.write(text);
    reader.end();
  } catch (error) {
    // What is wrong with it is the checker's to say.
    if (!(error instanceof RefusalError)) throw error;
  }
  const report = await new XmlChecker(options).runFrom(async (write) => {
    for await (const text of textOf(file, 1, progress)) write(text);
  });
  return { facts: { form: "XML", ...about, eventTypes: types.counted }, report };
}

/** Of a document that cannot be read there is less to tell. */
function read(shell: () => Omit<EpcisDocument, "events">): Partial<FileFacts> {
  try {
    const { type, schemaVersion, header } = shell();
    const [sender, receiver] = [header?.sbdh?.senders[0]?.identifier, header?.sbdh?.receivers[0]?.identifier];
    return {
      document: { type, schemaVersion },
      ...(sender === undefined ? {} : { sender }),
      ...(receiver === undefined ? {} : { receiver }),
    };
  } catch (error) {
    if (error instanceof RefusalError) return {};
    throw error;
  }
}

/** Events by type. */
class Types {
  private readonly counts = new Map<string, number>();

  count(type: unknown): void {
    const named = typeof type === "string" && type !== "" ? type.slice(0, 60) : "without a type";
    const name = this.counts.has(named) || this.counts.size < eventTypesMax ? named : "others";
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  get counted(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }
}
