import { ok, refuse, type Result } from "../base/result.ts";
import { epcSchemes } from "./key-table.ts";
import type { AiValue } from "./ai/value.ts";

/**
 * How long the company prefix of a key is cannot be seen in the key. GS1 publishes a table of it (GCP Length Table,
 * gs1.org/standards/bc-epc-interop): leading digits → length; the longest leading digits that match decide, and 0 says that
 * the range has no company prefixes.
 */
export type CompanyPrefixTable = ReadonlyMap<string, number>;

/** The prefixes that GS1's own standards use in their examples. Real ones come from GS1's table, which changes weekly. */
export const examplePrefixes: CompanyPrefixTable = new Map([
  ["0614141", 7],
  ["4012345", 7],
  ["4000001", 7],
  ["0012345", 7],
  ["9506000", 7],
  ["9520001", 7],
  ["9521141", 7],
  ["9521321", 7],
  ["9524141", 7],
]);

/** GS1's table has some fifty thousand entries. */
export const companyPrefixEntriesMax = 1_000_000;

/** Digits of the company prefix that `digits` (a key's, from its company prefix on) start with, or undefined. */
export function companyPrefixLength(table: CompanyPrefixTable, digits: string): number | undefined {
  for (let length = Math.min(12, digits.length); length > 0; length--) {
    const found = table.get(digits.slice(0, length));
    if (found !== undefined) return found === 0 ? undefined : found;
  }
  return undefined;
}

/** The same for elements: looks at the key that an EPC URI would spell. */
export function companyPrefixLengthOf(table: CompanyPrefixTable, elements: readonly AiValue[]): number | undefined {
  for (const { ai, value } of elements) {
    const scheme = epcSchemes.find((one) => one.ai === ai);
    if (scheme) return companyPrefixLength(table, value.slice(scheme.lead === "none" ? 0 : 1));
  }
  return undefined;
}

/**
 * GS1's table as published in JSON: `{"GCPPrefixFormatList": {"entry": [{"prefix": "0614141", "gcpLength": 7}, …]}}`.
 * Refuses `gs1.company-prefix-table` with a JSON pointer.
 */
export function readCompanyPrefixTable(json: unknown): Result<CompanyPrefixTable> {
  const entries = field(field(json, "GCPPrefixFormatList"), "entry");
  if (!Array.isArray(entries)) return refuse("gs1.company-prefix-table", "/GCPPrefixFormatList/entry");
  if (entries.length > companyPrefixEntriesMax) return refuse("gs1.company-prefix-table", "/GCPPrefixFormatList/entry");
  const table = new Map<string, number>();
  for (let i = 0; i < entries.length; i++) {
    const prefix = field(entries[i], "prefix");
    const length = Number(field(entries[i], "gcpLength"));
    const sound =
      typeof prefix === "string" &&
      /^\d{1,12}$/.test(prefix) &&
      Number.isInteger(length) &&
      length >= 0 &&
      length <= 12;
    if (!sound) return refuse("gs1.company-prefix-table", `/GCPPrefixFormatList/entry/${i}`);
    table.set(prefix, length);
  }
  return ok(table);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
