import { readFile, writeFile } from "node:fs/promises";
import { type RefusalEntry, refusals } from "../src/contract/refusals.ts";

export const errorsDocPath = new URL("../docs/errors.md", import.meta.url);

/** `docs/errors.md`: every refusal code by area, printed from the one registry. */
export function printErrorsDoc(entries: Readonly<Record<string, RefusalEntry>>): string {
  const areas = new Map<string, [string, RefusalEntry][]>();
  for (const [code, entry] of Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const area = code.split(".")[0] ?? "";
    areas.set(area, [...(areas.get(area) ?? []), [code, entry]]);
  }
  const sections = [...areas].map(([area, rows]) => `## ${area}\n\n${table(rows)}`);
  return `${head}\n${sections.join("\n\n")}\n`;
}

const head = `# Errors

Printed by \`scripts/errors-doc.ts\` from \`src/contract/refusals\`; a test compares the two.

What a level refuses comes as \`application/problem+json\` (RFC 9457). \`code\` is the code below and does not change
within a version of the interface; \`type\` is \`urn:packtrail:error:<code>\`; \`at\` says where in what was sent:
a JSON pointer into the body, \`:name\` of the path, \`?name\` of the query, a header's name, or a character's offset
in the value; \`traceId\` finds the request in every level's log.
`;

function table(rows: readonly (readonly [string, RefusalEntry])[]): string {
  const lines = rows.map(
    ([code, { status, title, remedy }]) => `| \`${code}\` | ${status} | ${cell(title)} | ${cell(remedy)} |`,
  );
  return ["| code | HTTP | what happened | what to do |", "|---|---|---|---|", ...lines].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

if (import.meta.main) {
  const text = printErrorsDoc(refusals);
  const before = await readFile(errorsDocPath, "utf8").catch(() => "");
  if (before !== text) await writeFile(errorsDocPath, text);
}
