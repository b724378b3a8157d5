import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TSchema } from "typebox";
import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { HallConfig } from "../src/l1-device/config.ts";
import { LineConfig } from "../src/l2-line/config.ts";
import { SiteConfig } from "../src/l3-site/config.ts";
import { EnterpriseConfig } from "../src/l4-enterprise/config.ts";
import { EuHubSandboxConfig } from "../src/l5-network/authorities/eu-hub/sandbox.ts";
import { NetworkConfig } from "../src/l5-network/config.ts";
import { commonConfig, databaseConfig } from "../src/runtime/level-config.ts";
import { rowsOf, sectionsOf } from "./support/document.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const sections = sectionsOf(readFileSync(join(root, "docs/configuration.md"), "utf8"));

type JsonSchema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
};

/**
 * Keys as the document spells them: `listen.port`, `lines[].url`. A list has a row of its own beside those of its
 * entries; an object whose keys all stand below it has one only where it may be left out as a whole (`grouped`).
 */
function keysOf(schema: JsonSchema, grouped: readonly string[], prefix = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const key = prefix + name;
    if (child.type === "array" && child.items?.properties) return [key, ...keysOf(child.items, grouped, `${key}[].`)];
    if (child.properties) return [...(grouped.includes(key) ? [key] : []), ...keysOf(child, grouped, `${key}.`)];
    return [key];
  });
}

/** Optional as a whole, with a row that says so. */
const groups = ["openId", "overage", "tls", "outboundTls"];
const all = (schema: TSchema) => keysOf(schema, groups);
const common = all(Type.Object(commonConfig));
const database = all(Type.Object(databaseConfig));
const without = (schema: TSchema, known: readonly string[]) => all(schema).filter((key) => !known.includes(key));

const expected: readonly [section: string, keys: readonly string[]][] = [
  ["Levels 2, 3, 4 and 5", common],
  ["Levels 3, 4 and 5", database],
  ["Level 1: device", all(HallConfig)],
  ["Level 2: line", without(LineConfig, common)],
  ["Level 3: site", without(SiteConfig, [...common, ...database])],
  ["Level 4: enterprise", without(EnterpriseConfig, [...common, ...database])],
  ["Level 5: network", without(NetworkConfig, [...common, ...database])],
  ["Sandbox of the European hub", all(EuHubSandboxConfig)],
];

describe("docs/configuration.md [REQ-OPS-05]", () => {
  test.each(expected)("%s: has every key of the schema, and no other", (section, keys) => {
    const documented = rowsOf(sections.get(section) ?? "");
    expect(documented.toSorted()).toEqual(keys.toSorted());
  });

  test("has a section for every configuration schema", () => {
    const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
    );
    const schemas = files.flatMap((name) =>
      [...readFileSync(join(root, "src", name), "utf8").matchAll(/export const (\w+Config) = Type\.Object/g)].map(
        ([, schema = ""]) => schema,
      ),
    );
    const parts = [
      "ListenConfig",
      "TlsConfig",
      "OutboundTlsConfig",
      "CredentialConfig",
      "NeighbourConfig",
      "OpenIdConfig",
    ];
    const levels = [
      "HallConfig",
      "LineConfig",
      "SiteConfig",
      "EnterpriseConfig",
      "NetworkConfig",
      "EuHubSandboxConfig",
    ];
    expect(schemas.toSorted()).toEqual([...parts, ...levels].toSorted());
  });

  test("has every environment variable that is read by name, and no other", () => {
    const files = ["src", "scripts", "test", "web"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.tsx?$/.test(name) && !/node_modules|dist/.test(name))
        .map((name) => join(root, folder, name)),
    );
    const text = files.map((file) => readFileSync(file, "utf8")).join("\n");
    const read = [...text.matchAll(/process\.env(?:\.([A-Z][A-Z_]+)|\["([A-Z][A-Z_]+)"\])/g)].map(
      ([, dot, bracket]) => dot ?? bracket ?? "",
    );
    const named = [...text.matchAll(/Variable = "([A-Z][A-Z_]+)"/g)].map(([, name = ""]) => name);
    const ofTheSystem = new Set(["PATH", "LD_LIBRARY_PATH", "PACKTRAIL_TEST_RUN"]);
    const wanted = [...new Set([...read, ...named])].filter((name) => !ofTheSystem.has(name));
    expect(rowsOf(sections.get("Variables that are no keys") ?? "").toSorted()).toEqual(wanted.toSorted());
  });
});
