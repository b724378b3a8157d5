import type { Refusal, Result } from "../kernel/base/result.ts";
import { printHri } from "../kernel/gs1/bracketed.ts";
import { type CompanyPrefixTable, examplePrefixes, readCompanyPrefixTable } from "../kernel/gs1/company-prefix.ts";
import { readPackScan } from "../kernel/gs1/pack-scan/pack-scan.ts";
import {
  parseSpelling,
  type PrintOptions,
  printSpelling,
  type Spelled,
  type Spelling,
  spellings,
} from "../kernel/gs1/spelling.ts";
import { oneOf, parseArguments, UsageError, wholeNumber } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";

/** What the command needs of the world. Without `readFile` a table of company prefixes cannot be named. */
export type Gs1Io = {
  out(line: string): void;
  err(line: string): void;
  stdin(): AsyncIterable<string>;
  readFile?(path: string): AsyncIterable<Uint8Array>;
};

/** GS1's table of company prefixes is two megabytes. */
const tableBytesMax = 64 * 1_024 * 1_024;

/**
 * `packtrail gs1 parse TEXT`, `packtrail gs1 convert --to SPELLING [--gcp-length N] [--gcp-table FILE] [TEXT…]` and
 * `packtrail gs1 scan [--chinese] TEXT`. Answers the exit code: 0, 1 when an input was refused; throws a UsageError when
 * the command was not understood.
 */
export async function gs1Command(args: readonly string[], io: Gs1Io): Promise<number> {
  const [verb, ...rest] = args;
  const { values, positionals } = parseArguments(rest, {
    to: { type: "string" },
    "gcp-length": { type: "string" },
    "gcp-table": { type: "string" },
    chinese: { type: "boolean" },
  });
  const options: PrintOptions = {
    prefixes: await prefixTable(values["gcp-table"], io),
    ...(values["gcp-length"] === undefined
      ? {}
      : { companyPrefixDigits: wholeNumber(values["gcp-length"], "gcp-length", 0) }),
  };
  if (verb === "parse") {
    if (positionals.length !== 1) throw new UsageError("gs1 parse takes one TEXT");
    return parseOne(positionals[0]!, options, io);
  }
  if (verb === "scan") {
    if (positionals.length !== 1) throw new UsageError("gs1 scan takes one TEXT");
    return scanOne(positionals[0]!, values.chinese === true, io);
  }
  if (verb !== "convert") throw new UsageError("gs1 takes parse, convert or scan");
  if (values.to === undefined) throw new UsageError(`gs1 convert wants --to ${spellings.join("|")}`);
  const to = oneOf(values.to, "to", spellings, "element");
  return convertAll(positionals.length > 0 ? positionals : io.stdin(), to, options, io);
}

function parseOne(text: string, options: PrintOptions, io: Gs1Io): number {
  const parsed = parseSpelling(text);
  if (!parsed.ok) return refused(parsed.refusal, io);
  const { elements, symbology } = parsed.value;
  const print = (spelling: Spelling) =>
    valueOrNull(printSpelling(elements, spelling, withOwnPrefix(parsed.value, options)));
  io.out(
    JSON.stringify({
      symbology: symbology ?? null,
      elements,
      digitalLink: print("digital-link"),
      epc: print("epc"),
      hri: printHri(elements),
    }),
  );
  return exitCodes.ok;
}

/** What a scanner handed over from a medicine pack, as one object whose `scheme` says what kind of code it is. */
function scanOne(text: string, chinese: boolean, io: Gs1Io): number {
  const read = readPackScan(text, { chinese });
  if (!read.ok) return refused(read.refusal, io);
  io.out(JSON.stringify(read.value));
  return exitCodes.ok;
}

function refused(refusal: Refusal, io: Gs1Io): number {
  io.out(JSON.stringify({ error: { code: refusal.code, at: offset(refusal) } }));
  return exitCodes.failed;
}

async function convertAll(
  texts: Iterable<string> | AsyncIterable<string>,
  to: Spelling,
  options: PrintOptions,
  io: Gs1Io,
): Promise<number> {
  let code: number = exitCodes.ok;
  for await (const text of texts) {
    const converted = convert(text, to, options);
    io.out(converted.ok ? converted.value : `! ${converted.refusal.code}`);
    if (!converted.ok) code = exitCodes.failed;
  }
  return code;
}

function convert(text: string, to: Spelling, options: PrintOptions): Result<string> {
  const parsed = parseSpelling(text);
  if (!parsed.ok) return parsed;
  return printSpelling(parsed.value.elements, to, withOwnPrefix(parsed.value, options));
}

/** An EPC URI says how long its company prefix is; that goes before any table, but not before the option. */
function withOwnPrefix(spelled: Spelled, options: PrintOptions): PrintOptions {
  if (options.companyPrefixDigits !== undefined || spelled.companyPrefixDigits === undefined) return options;
  return { ...options, companyPrefixDigits: spelled.companyPrefixDigits };
}

function valueOrNull(result: Result<string>): string | null {
  return result.ok ? result.value : null;
}

function offset(refusal: Refusal): number {
  return Number(refusal.at ?? 0);
}

async function prefixTable(path: string | undefined, io: Gs1Io): Promise<CompanyPrefixTable> {
  if (path === undefined) return examplePrefixes;
  if (io.readFile === undefined) throw new UsageError("--gcp-table cannot be read here");
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of io.readFile(path)) {
    bytes += chunk.length;
    if (bytes > tableBytesMax) throw new UsageError(`--gcp-table ${path} is larger than ${tableBytesMax} bytes`);
    chunks.push(chunk);
  }
  const table = readCompanyPrefixTable(parseJson(await new Blob(chunks as BlobPart[]).text(), path));
  if (!table.ok) throw new UsageError(`--gcp-table ${path}: ${table.refusal.code} at ${table.refusal.at ?? ""}`);
  return table.value;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError(`--gcp-table ${path} is no JSON`);
  }
}
