import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { commands } from "../src/cli/commands.ts";
import { exitCodes } from "../src/cli/exit-codes.ts";
import { rowsOf, sectionsOf } from "./support/document.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const document = readFileSync(join(root, "docs/command-line.md"), "utf8");
const sections = sectionsOf(document);

/** `--packs`, `--full-name`: every long option in a text. */
function optionsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option))];
}

/** Where each command reads its options; the levels share one. */
const sources: Readonly<Record<string, readonly string[]>> = {
  all: ["src/cli/all/command.ts"],
  demo: ["src/cli/demo/command.ts"],
  migrate: ["src/cli/migrate.ts"],
  user: ["src/cli/user.ts"],
  keys: ["src/cli/keys.ts"],
  sim: ["src/cli/sim.ts"],
  bench: ["bench/run.ts"],
  gs1: ["src/cli/gs1.ts"],
  epcis: ["src/cli/epcis.ts"],
};

describe("docs/command-line.md [REQ-OPS-05]", () => {
  test("has a section for every command, in the order of the help, and no other", () => {
    expect([...sections.keys()].filter((name) => name !== "Exit codes")).toEqual(commands.map(({ name }) => name));
  });

  test.each(commands)("$name: the usage is that of the program", ({ name, usage }) => {
    expect((sections.get(name) ?? "").split("\n")[1]).toBe(`\`packtrail ${usage}\``);
  });

  test.each(commands)(
    "$name: every option has a row, and no row is of an option that is not there",
    ({ name, usage, summary, details }) => {
      const told = optionsIn([usage, summary, ...(details ?? [])].join("\n"));
      expect(rowsOf(sections.get(name) ?? "").toSorted()).toEqual(told.toSorted());
    },
  );

  test.each(commands)("$name: no option is taken that the help does not tell", async ({ name, usage, details }) => {
    const files = sources[name] ?? ["src/cli/level.ts"];
    const text = files.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
    const taken = [
      ...text.matchAll(
        /^\s+"?([a-z-]+)"?: \{ type: "(?:string|boolean)"|[{,] "?([a-z-]+)"?: \{ type: "(?:string|boolean)"/gm,
      ),
    ];
    const options = [...new Set(taken.map(([, row, inline]) => `--${row ?? inline}`))];
    expect(options.length).toBeGreaterThan(0);
    const told = optionsIn([usage, ...(details ?? [])].join("\n"));
    expect(options.filter((option) => !told.includes(option) && option !== "--list")).toEqual([]);
  });

  test("exit codes are those of the program", () => {
    const rows = [...(sections.get("Exit codes") ?? "").matchAll(/^\| (\d+) \| `(\w+)` \|/gm)];
    expect(rows.map(([, code, name]) => [name, Number(code)])).toEqual(Object.entries(exitCodes));
  });
});
