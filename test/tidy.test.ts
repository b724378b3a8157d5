import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// Style is a test that reads every file.

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["src", "web", "test", "bench", "scripts", "bin", "docs"];
const skipped = new Set(["node_modules", "dist", "fixtures", "recorded"]);

const files = folders.flatMap((folder) => listFiles(join(root, folder))).map((path) => relative(root, path));
const sources = files.filter((file) => /\.(ts|tsx|js)$/.test(file));
const text = new Map(sources.map((file) => [file, readFileSync(join(root, file), "utf8")]));

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name) || entry.name.startsWith(".")) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}

/** `kernel ← contract, runtime ← gxp ← levels ← cli, test`; `web → kernel, contract`. */
const layers: readonly { in: RegExp; may: RegExp }[] = [
  { in: /^src\/kernel\/(?!.*\.test\.ts$)/, may: /^src\/kernel\// },
  { in: /^src\/contract\//, may: /^src\/(kernel|contract)\// },
  { in: /^src\/runtime\//, may: /^(src\/(kernel|contract|runtime)|test\/support)\// },
  { in: /^src\/gxp\//, may: /^(src\/(kernel|contract|runtime|gxp)|test\/support)\// },
  ...["l1-device", "l2-line", "l3-site", "l4-enterprise", "l5-network"].map((level) => ({
    in: new RegExp(`^src/${level}/`),
    may: new RegExp(
      `^(src/(kernel|contract|runtime|gxp|${level})|test/support${level === "l2-line" ? "|test/simulation/line-" : ""})`,
    ),
  })),
  { in: /^web\//, may: /^(web|src\/(kernel|contract))\// },
];

/** Packages that the kernel may use: pure JavaScript with no platform beneath. */
const kernelPackages = new Set(["saxes"]);

function importsOf(file: string): string[] {
  const found: string[] = [];
  const pattern =
    /(?:^|[\s;])(?:import|export)\s[^"';]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|^import\s+"([^"]+)"/gm;
  for (const match of (text.get(file) ?? "").matchAll(pattern)) found.push(match[1] ?? match[2] ?? match[3] ?? "");
  return found;
}

function resolveImport(file: string, specifier: string): string {
  return normalize(join(dirname(file), specifier)).replaceAll("\\", "/");
}

describe("tidy", () => {
  test("imports point one way", () => {
    const wrong: string[] = [];
    for (const file of sources) {
      const layer = layers.find((each) => each.in.test(file));
      if (!layer) continue;
      for (const specifier of importsOf(file)) {
        if (specifier.startsWith(".")) {
          const target = resolveImport(file, specifier);
          if (!layer.may.test(target)) wrong.push(`${file} → ${target}`);
        } else if (file.startsWith("src/kernel/") && !file.endsWith(".test.ts") && !kernelPackages.has(specifier)) {
          wrong.push(`${file} → ${specifier}`);
        } else if (file.startsWith("src/contract/") && specifier.startsWith("node:")) {
          wrong.push(`${file} → ${specifier}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test("every import of ours exists and names its extension", () => {
    const missing = sources.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith("."))
        .filter((specifier) => !exists(resolveImport(file, specifier).replace(/\?.*$/, "")))
        .map((specifier) => `${file} → ${specifier}`),
    );
    expect(missing).toEqual([]);
  });

  test("the kernel touches no clock and no randomness", () => {
    const forbidden =
      /\b(Date\.now|new Date\(\)|Math\.random|performance\.|process\.|globalThis\.crypto|setTimeout|setInterval)/;
    const wrong = sources.filter(
      (file) => /^src\/kernel\/(?!.*\.test\.ts$)/.test(file) && forbidden.test(text.get(file) ?? ""),
    );
    expect(wrong).toEqual([]);
  });

  test("levels take their clock and randomness from the machine", () => {
    const forbidden = /\b(Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\()/;
    const levels = /^src\/(l2-line|l3-site|l4-enterprise|l5-network|gxp|contract)\/(?!.*\.test\.ts$)/;
    expect(sources.filter((file) => levels.test(file) && forbidden.test(text.get(file) ?? ""))).toEqual([]);
  });

  test("files have names that say what they hold", () => {
    const vague = /(^|[/.-])(utils?|helpers?|common|manager|service|misc|data|info)(\.|-|\/|$)/;
    // Master data is a word of the field (EPCIS 2.0 §6.1.1).
    const named = files.filter((file) => !/common-api\.ts$|master-data/.test(file));
    expect(named.filter((file) => vague.test(file))).toEqual([]);
    const notKebab = sources.filter((file) => !/^[a-z0-9./\-_]+$/.test(file) && !file.startsWith("web/"));
    expect(notKebab).toEqual([]);
  });

  test("no file is longer than 400 lines", () => {
    const long = sources
      .filter((file) => !/\.test\.tsx?$/.test(file) && !/(ai-table|-api|routeTree)/.test(file))
      .map((file) => ({ file, lines: (text.get(file) ?? "").split("\n").length }))
      .filter(({ lines }) => lines > 401);
    expect(long).toEqual([]);
  });

  test("no default exports, no enums, nothing left to do", () => {
    const wrong: string[] = [];
    for (const file of sources) {
      if (file === "test/tidy.test.ts") continue;
      const body = text.get(file) ?? "";
      if (/^export default/m.test(body) && !file.endsWith("config.ts")) wrong.push(`${file}: default export`);
      if (/^\s*(export\s+)?(const\s+)?enum\s/m.test(body)) wrong.push(`${file}: enum`);
      if (/\b(TODO|FIXME|HACK|XXX)\b/.test(body)) wrong.push(`${file}: left open`);
      if (/\bas any\b|: any\b/.test(body)) wrong.push(`${file}: any`);
    }
    expect(wrong).toEqual([]);
  });

  test("a folder over two dozen files wants to be two", () => {
    const counts = new Map<string, number>();
    for (const file of sources.filter((each) => each.startsWith("src/") && !each.endsWith(".test.ts"))) {
      counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    }
    expect([...counts].filter(([folder, count]) => count > 24 && !folder.endsWith("gs1"))).toEqual([]);
  });

  test("there is one package.json, and it names no registry", () => {
    expect(files.filter((file) => file.endsWith("package.json"))).toEqual([]);
    expect(readFileSync(join(root, "package-lock.json"), "utf8")).not.toMatch(/"resolved"/);
  });
});

function exists(path: string): boolean {
  try {
    return statSync(join(root, path)).isFile();
  } catch {
    return false;
  }
}
