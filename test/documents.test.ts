import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { sectionsOf } from "./support/document.ts";

// What documents point at is there.

const root = fileURLToPath(new URL("..", import.meta.url));

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name === "dist" ? [] : markdownIn(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const atTop = readdirSync(root).filter((name) => name.endsWith(".md"));
const documents = [...atTop, ...["docs", "src", "bench", "test", "web"].flatMap(markdownIn)];
const textOf = (file: string) => readFileSync(join(root, file), "utf8");
const isThere = (path: string) => existsSync(join(root, path));

/** `src/l2-line/run/verdict.ts` in code; what has a placeholder or a star is a pattern, not a path. */
function pathsIn(text: string): string[] {
  const found = [...text.matchAll(/`((?:src|test|web|docs|scripts|bench|bin|\.ci)\/[^`\s]*)`/g)].map(
    ([, path = ""]) => path,
  );
  return found.filter((path) => !/[*<>:{}…]/.test(path) && path !== "web/dist");
}

describe("every document", () => {
  test.each(documents)("%s: names only files that are there", (file) => {
    expect(pathsIn(textOf(file)).filter((path) => !isThere(path))).toEqual([]);
  });

  test.each(documents)("%s: links lead somewhere", (file) => {
    const links = [...textOf(file).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target = ""]) => target);
    const local = links.filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !isThere(join(dirname(file), target)))).toEqual([]);
  });

  test.each(documents)("%s: no line is endless", (file) => {
    const long = textOf(file)
      .split("\n")
      .filter((line) => line.length > 180 && !line.startsWith("|") && !line.startsWith("**") && !line.startsWith("*"));
    expect(long).toEqual([]);
  });
});

describe("ARCHITECTURE.md", () => {
  const table = sectionsOf(textOf("ARCHITECTURE.md")).get("To change X, open Y") ?? "";
  const named = pathsIn(table);

  test("leads to every folder of the program that holds features", () => {
    const layers = [
      "kernel",
      "l1-device",
      "l2-line",
      "l3-site",
      "l4-enterprise",
      "l5-network",
      "gxp",
      "runtime",
      "contract",
      "cli",
    ];
    const folders = layers.flatMap((layer) => {
      const path = join("src", layer);
      const inside = readdirSync(join(root, path)).map((name) => join(path, name));
      return inside.filter((each) => statSync(join(root, each)).isDirectory() && !each.endsWith("fixtures"));
    });
    const known = (folder: string) =>
      named.some((path) => path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`));
    // Foundations that a change of behaviour never starts in.
    const foundations = ["src/kernel/base", "src/l1-device/wire", "src/runtime/network"];
    expect(
      folders.filter((folder) => !known(folder) && !foundations.includes(folder)).map((each) => relative("src", each)),
    ).toEqual([]);
  });
});

test("README.md names the two commands of a fresh machine", () => {
  const readme = textOf("README.md");
  expect(readme).toContain("\nnpm ci && npm run demo\n");
  expect(readme).toContain("\nnpm ci && npm test\n");
  expect(readFileSync(join(root, ".ci/run"), "utf8")).toContain("npm ci && npm test\n");
});
