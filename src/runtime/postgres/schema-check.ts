import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Database } from "../machine.ts";
import { dumpSchema } from "./schema-dump.ts";

/** `PACKTRAIL_WRITE_SCHEMAS=1 npm test` writes the files anew; the diff is then read like any other. */
const writeVariable = "PACKTRAIL_WRITE_SCHEMAS";
const linesShownMax = 40;

/**
 * What the migrations produced against the schema file in the repository: "" when they agree, else the lines that
 * only one of them has. For a test beside the migrations: `expect(await schemaDifference(db, url)).toBe("")`.
 */
export async function schemaDifference(database: Database, file: URL | string): Promise<string> {
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const actual = await dumpSchema(database);
  if (process.env[writeVariable] === "1") writeFileSync(path, actual);
  if (!existsSync(path)) return `${path} is missing; run the test with ${writeVariable}=1 to write it`;
  return lineDifference(readFileSync(path, "utf8"), actual);
}

/** Lines with `-` (only in `recorded`) and `+` (only in `actual`), in their order. */
export function lineDifference(recorded: string, actual: string): string {
  if (recorded === actual) return "";
  const counted = (text: string) => Map.groupBy(text.split("\n"), (line) => line);
  const before = counted(recorded);
  const after = counted(actual);
  const only = (own: Map<string, string[]>, other: Map<string, string[]>, mark: string) =>
    [...own].flatMap(([line, all]) => all.slice(other.get(line)?.length ?? 0).map(() => `${mark} ${line}`));
  const lines = [...only(before, after, "-"), ...only(after, before, "+")];
  if (lines.length === 0) return "the same lines in another order";
  const shown = lines.slice(0, linesShownMax);
  return [...shown, ...(lines.length > shown.length ? [`and ${lines.length - shown.length} more`] : [])].join("\n");
}
