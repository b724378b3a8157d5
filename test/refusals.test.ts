import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorsDocPath, printErrorsDoc } from "../scripts/errors-doc.ts";
import { problemType, refusalEntry, refusals } from "../src/contract/refusals.ts";

const source = new URL("../src/", import.meta.url).pathname;
const areasFolder = join(source, "contract/refusals");

async function sources(): Promise<{ path: string; text: string }[]> {
  const names = (await readdir(source, { recursive: true })).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
  );
  const outside = names.filter((name) => !name.startsWith("contract/refusals"));
  return Promise.all(outside.map(async (path) => ({ path, text: await readFile(join(source, path), "utf8") })));
}

describe("the registry of refusals [REQ-ERR-02]", () => {
  test("merges every file of its folder", async () => {
    const registry = await readFile(join(source, "contract/refusals.ts"), "utf8");
    for (const file of await readdir(areasFolder))
      expect(registry, `refusals.ts imports ${file}`).toContain(`./refusals/${file}"`);
  });

  test("keeps every code in the file of its area, once", async () => {
    let total = 0;
    for (const file of await readdir(areasFolder)) {
      const module = (await import(join(areasFolder, file))) as Record<string, Record<string, unknown>>;
      const codes = Object.values(module).flatMap((entries) => Object.keys(entries));
      total += codes.length;
      for (const code of codes) expect(refusals, file).toHaveProperty([code]);
    }
    expect(Object.keys(refusals)).toHaveLength(total);
  });

  test.each(Object.entries(refusals))("%s is well formed", (code, { status, title, remedy }) => {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title).toMatch(/^[A-Z"(].*[.]$/);
    expect(remedy).toMatch(/^[A-Z"(].*[.]$/);
  });

  test("knows every code that the source refuses with", async () => {
    const areas = new Set(Object.keys(refusals).map((code) => code.split(".")[0]));
    const unknown: string[] = [];
    for (const { path, text } of await sources()) {
      const refused = [...text.matchAll(/\brefuse\(\s*"([^"]+)"/g)].map(([, code = ""]) => code);
      // `code:` is a word of other tables too: there only the areas of the registry are meant.
      const named = [...text.matchAll(/\bcode:\s*"([a-z0-9-]+\.[a-z0-9-]+)"/g)].map(([, code = ""]) => code);
      const codes = [...refused, ...named.filter((code) => areas.has(code.split(".")[0]))];
      unknown.push(...codes.filter((code) => refusalEntry(code) === undefined).map((code) => `${path}: ${code}`));
    }
    expect(unknown).toEqual([]);
  });

  test("holds no code that nothing in the source names", async () => {
    const all = (await sources()).map(({ text }) => text).join("\n");
    expect(Object.keys(refusals).filter((code) => !all.includes(`"${code}"`))).toEqual([]);
  });

  test("and its document say the same, both ways [REQ-OPS-05]", async () => {
    const document = await readFile(errorsDocPath, "utf8");
    const documented = [...document.matchAll(/^\| `([^`]+)`/gm)].map(([, code = ""]) => code);
    expect(documented.toSorted()).toEqual(Object.keys(refusals).toSorted());
    expect(document, "run scripts/errors-doc.ts").toBe(printErrorsDoc(refusals));
  });

  test("names problems by URN", () => {
    expect(problemType("gxp.locked")).toBe("urn:packtrail:error:gxp.locked");
  });
});
