import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "docs/decisions");
const pages = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
const dependencyPages = pages.filter((name) => name.startsWith("dependency-"));
const textOf = (name: string) => readFileSync(join(folder, name), "utf8");

type PackageJson = Partial<Record<"dependencies" | "devDependencies" | "optionalDependencies", Record<string, string>>>;
const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as PackageJson;
const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = packageJson;
const packages = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });

const headings = ["Packages", "Licence", "What it saves us", "What to mind", "What would replace it"];

/** What follows a bold heading on its line; undefined when the heading is missing. */
function paragraph(text: string, heading: string): string | undefined {
  const start = `**${heading}.** `;
  return text
    .split("\n")
    .find((line) => line.startsWith(start))
    ?.slice(start.length);
}

function packagesOf(name: string): string[] {
  return [...(paragraph(textOf(name), "Packages") ?? "").matchAll(/`([^`]+)`/g)].map(([, each = ""]) => each);
}

describe("docs/decisions [REQ-OPS-05]", () => {
  test("has a page for every package of package.json, and none for another", () => {
    expect(dependencyPages.flatMap(packagesOf).toSorted()).toEqual(packages.toSorted());
  });

  test.each(dependencyPages)("%s says what it saves, what to mind and what would replace it", (name) => {
    const text = textOf(name);
    for (const heading of headings) expect(paragraph(text, heading)?.length, heading).toBeGreaterThan(3);
    expect(packagesOf(name), "is named after one of its packages").toContain(text.split("\n")[0]?.slice(2));
  });

  test.each(dependencyPages)("%s names the licence that the package has", (name) => {
    const stated = paragraph(textOf(name), "Licence") ?? "";
    for (const each of packagesOf(name)) {
      const file = join(root, "node_modules", each, "package.json");
      // Binaries of other platforms are not installed here.
      if (!existsSync(file)) continue;
      const { license = "" } = JSON.parse(readFileSync(file, "utf8")) as { license?: string };
      for (const one of license.split(/ OR | AND /)) expect(stated, `${each} is ${license}`).toContain(one);
    }
  });

  test("the index lists every page, and nothing else", () => {
    const listed = [...textOf("README.md").matchAll(/\]\(([a-z0-9-]+\.md)\)/g)].map(([, name = ""]) => name);
    expect(listed.toSorted()).toEqual(pages.toSorted());
  });
});

describe("package.json", () => {
  /** Run by name, or read by another tool. */
  const tools = ["@biomejs/biome", "oxlint", "oxlint-tsgolint", "typescript", "tailwindcss"];
  const sources = ["src", "web/src", "test", "bench", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => readFileSync(join(root, folder, name), "utf8")),
  );
  const configurations = ["web/vite.config.ts", "vitest.config.ts"].map((name) =>
    readFileSync(join(root, name), "utf8"),
  );
  const text = [...sources, ...configurations].join("\n");

  test("names no package that nothing imports", () => {
    const imported = (name: string) => text.includes(`"${name}"`) || text.includes(`"${name}/`);
    const wanted = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith("@types/"));
    expect(wanted.filter((name) => !tools.includes(name) && !imported(name))).toEqual([]);
  });
});
