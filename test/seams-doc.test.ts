import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { printSeamsDoc, seamsDocPath } from "../scripts/seams-doc.ts";
import { commonApi } from "../src/contract/common-api.ts";
import { enterpriseApi } from "../src/contract/enterprise-api.ts";
import { lineApi } from "../src/contract/line-api.ts";
import { networkApi } from "../src/contract/network-api.ts";
import { siteApi } from "../src/contract/site-api.ts";
import { traceApi } from "../src/contract/trace-api.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

test("docs/seams.md has every endpoint of the contract, with its right and kind [REQ-OPS-05]", async () => {
  const document = await readFile(seamsDocPath, "utf8");
  expect(document, "run scripts/seams-doc.ts").toBe(printSeamsDoc(document));
});

function sourceOf(folder: string): string {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(root, folder, name), "utf8"))
    .join("\n");
}

/** `server.route(lineApi.run, …)`, or in a loop over names, `server.route(lineApi[name], …)`. */
function isServed(source: string, api: string, name: string): boolean {
  const looped = source.includes(`(${api}[name],`) && new RegExp(`of \\[[^\\]]*"${name}"`).test(source);
  return looped || new RegExp(`\\(\\s*${api}\\.${name}\\b`).test(source);
}

test.each([
  ["commonApi", commonApi, ["src/gxp", "src/runtime"]],
  ["lineApi", lineApi, ["src/l2-line"]],
  ["siteApi", siteApi, ["src/l3-site"]],
  ["enterpriseApi", enterpriseApi, ["src/l4-enterprise"]],
  ["traceApi", traceApi, ["src/l4-enterprise"]],
  ["networkApi", networkApi, ["src/l5-network"]],
])("every endpoint of %s is served", (api, endpoints, folders) => {
  const source = folders.map(sourceOf).join("\n");
  expect(Object.keys(endpoints).filter((name) => !isServed(source, api, name))).toEqual([]);
});
