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

  test("exit codes are those of the program", () => {
    const rows = [...(sections.get("Exit codes") ?? "").matchAll(/^\| (\d+) \| `(\w+)` \|/gm)];
    expect(rows.map(([, code, name]) => [name, Number(code)])).toEqual(Object.entries(exitCodes));
  });
});
