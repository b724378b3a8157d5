// Requirement → tests → result. `node scripts/requirements.ts [results.json]`, results as vitest's JSON reporter writes
// them. Exit 1 when a requirement has no test, a test names an unknown id, or a requirement's test did not pass.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["src", "test", "web", "bench", "scripts"];
const skipped = new Set(["node_modules", "dist", "fixtures"]);

const idPattern = /\[(REQ-[A-Z0-9]+-\d{2})\]/g;

export type Requirement = { readonly id: string; readonly text: string };
/** A title in a test file that names a requirement, as it stands in the source. */
export type NamedTest = { readonly id: string; readonly file: string; readonly line: number };

export function readRequirements(): Requirement[] {
  const document = readFileSync(join(root, "docs/requirements.md"), "utf8");
  return [...document.matchAll(/^\| `(REQ-[A-Z0-9]+-\d{2})` \| (.+) \|$/gm)].map(([, id = "", text = ""]) => ({
    id,
    text,
  }));
}

/** Every id in brackets in a file of tests, with its place. */
export function readNamedTests(): NamedTest[] {
  return folders.flatMap((folder) => testFiles(join(root, folder))).flatMap(namedIn);
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : testFiles(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

function namedIn(path: string): NamedTest[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((text, index) =>
      [...text.matchAll(idPattern)].map(([, id = ""]) => ({ id, file: relative(root, path), line: index + 1 })),
    );
}

export type Problems = { readonly untested: string[]; readonly unknown: NamedTest[]; readonly twice: string[] };

/** What is wrong without running anything. */
export function checkRequirements(requirements: readonly Requirement[], tests: readonly NamedTest[]): Problems {
  const ids = requirements.map(({ id }) => id);
  const tested = new Set(tests.map(({ id }) => id));
  return {
    untested: ids.filter((id) => !tested.has(id)),
    unknown: tests.filter(({ id }) => !ids.includes(id)),
    twice: ids.filter((id, index) => ids.indexOf(id) !== index),
  };
}

type Assertion = { readonly fullName: string; readonly status: string };
type Results = {
  readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly Assertion[] }[];
};
export type Outcome = { readonly passed: number; readonly failed: string[]; readonly skipped: number };

/** Results by requirement, out of vitest's JSON report. */
export function outcomesOf(results: Results): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<string, { passed: number; failed: string[]; skipped: number }>();
  for (const { assertionResults } of results.testResults) {
    for (const { fullName, status } of assertionResults) {
      for (const [, id = ""] of fullName.matchAll(idPattern)) {
        const outcome = outcomes.get(id) ?? { passed: 0, failed: [], skipped: 0 };
        outcomes.set(id, outcome);
        if (status === "passed") outcome.passed++;
        else if (status === "failed") outcome.failed.push(fullName);
        else outcome.skipped++;
      }
    }
  }
  return outcomes;
}

/** The lines of the report. */
export function report(
  requirements: readonly Requirement[],
  tests: readonly NamedTest[],
  outcomes: ReadonlyMap<string, Outcome> | undefined,
): string[] {
  return requirements.flatMap(({ id, text }) => {
    const places = tests.filter((test) => test.id === id).map(({ file, line }) => `    ${file}:${line}`);
    return [`${id}  ${resultOf(outcomes, id).padEnd(24)}${text}`, ...places];
  });
}

function resultOf(outcomes: ReadonlyMap<string, Outcome> | undefined, id: string): string {
  if (outcomes === undefined) return "";
  const { passed, failed, skipped } = outcomes.get(id) ?? { passed: 0, failed: [], skipped: 0 };
  if (failed.length > 0) return `FAILED ${failed.length} of ${passed + failed.length}`;
  if (passed === 0) return "NOT RUN";
  return `passed ${passed}${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function main(resultsFile: string | undefined): number {
  const requirements = readRequirements();
  const tests = readNamedTests();
  const outcomes =
    resultsFile === undefined ? undefined : outcomesOf(JSON.parse(readFileSync(resultsFile, "utf8")) as Results);
  for (const line of report(requirements, tests, outcomes)) console.log(line);
  const { untested, unknown, twice } = checkRequirements(requirements, tests);
  const notPassed =
    outcomes === undefined ? [] : requirements.filter(({ id }) => !resultOf(outcomes, id).startsWith("passed"));
  console.log("");
  for (const id of untested) console.log(`${id}: no test names it`);
  for (const id of twice) console.log(`${id}: stands twice in docs/requirements.md`);
  for (const { id, file, line } of unknown) console.log(`${file}:${line}: ${id} is no requirement`);
  for (const { id } of notPassed) console.log(`${id}: not shown to be met`);
  const count = untested.length + unknown.length + twice.length + notPassed.length;
  console.log(`${requirements.length} requirements, ${tests.length} titles that name one, ${count} problems`);
  return count === 0 ? 0 : 1;
}

if (import.meta.main) process.exit(main(process.argv[2]));
