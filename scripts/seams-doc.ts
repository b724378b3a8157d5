import { readFile, writeFile } from "node:fs/promises";
import { commonApi } from "../src/contract/common-api.ts";
import type { Endpoint } from "../src/contract/endpoint.ts";
import { enterpriseApi } from "../src/contract/enterprise-api.ts";
import { lineApi } from "../src/contract/line-api.ts";
import { networkApi } from "../src/contract/network-api.ts";
import { type Right, rights } from "../src/contract/rights.ts";
import { siteApi } from "../src/contract/site-api.ts";
import { traceApi } from "../src/contract/trace-api.ts";

export const seamsDocPath = new URL("../docs/seams.md", import.meta.url);

const apis: readonly (readonly [heading: string, api: Readonly<Record<string, Endpoint>>])[] = [
  ["Every level from 2 to 5", commonApi],
  ["Level 2: line", lineApi],
  ["Level 3: site", siteApi],
  ["Level 4: enterprise", enterpriseApi],
  ["Level 4: traces, exceptions", traceApi],
  ["Level 5: network", networkApi],
];

const begin = "<!-- printed by scripts/seams-doc.ts from here -->";

/** `docs/seams.md`: its own words, and after the mark every endpoint level by level. */
export function printSeamsDoc(before: string): string {
  const words = before.split(begin)[0] ?? "";
  const tables = apis.map(([heading, api]) => `## ${heading}\n\n${table(Object.values(api))}`);
  return `${words}${begin}\n\n${tables.join("\n\n")}\n`;
}

function table(endpoints: readonly Endpoint[]): string {
  const rows = endpoints.map(
    ({ method, path, right, witnessRight, kind, summary }) =>
      `| \`${method} ${path}\` | ${kind ?? ""} | ${holders(right)}${witnessRight === undefined ? "" : `; witness ${holders(witnessRight)}`} | ${summary.replaceAll("|", "\\|")} |`,
  );
  return ["| endpoint | kind | right, and who holds it | what it is |", "|---|---|---|---|", ...rows].join("\n");
}

function holders(right: Right): string {
  return right === "public" ? "`public`" : `\`${right}\`: ${rights[right].join(", ")}`;
}

if (import.meta.main) {
  const before = await readFile(seamsDocPath, "utf8").catch(() => "");
  const text = printSeamsDoc(before);
  if (before !== text) await writeFile(seamsDocPath, text);
}
