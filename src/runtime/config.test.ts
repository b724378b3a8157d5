import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "typebox";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig, readSecret } from "./config.ts";

const directory = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(directory, { recursive: true }));

const schema = Type.Object({
  host: Type.String({ default: "127.0.0.1" }),
  port: Type.Integer({ minimum: 1, maximum: 65535 }),
  database: Type.Object(
    { poolMax: Type.Integer({ default: 8 }), passwordFile: Type.Optional(Type.String()) },
    { default: {} },
  ),
  lines: Type.Array(Type.String(), { default: [] }),
});

let files = 0;
function file(text: string, mode = 0o600): string {
  const path = join(directory, `${files++}.json`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("readConfig [REQ-OPS-01]", () => {
  test("fills in defaults", () => {
    expect(readConfig(schema, { file: file('{"port": 4003}'), env: {} })).toEqual({
      host: "127.0.0.1",
      port: 4003,
      database: { poolMax: 8 },
      lines: [],
    });
  });

  test("puts the environment over the file, with its types", () => {
    const env = {
      PACKTRAIL_PORT: "4004",
      PACKTRAIL_HOST: "4",
      PACKTRAIL_DATABASE_POOL_MAX: "16",
      PACKTRAIL_LINES: '["a"]',
      OTHER: "x",
    };
    expect(readConfig(schema, { file: file('{"port": 1, "host": "a"}'), env })).toEqual({
      host: "4",
      port: 4004,
      database: { poolMax: 16 },
      lines: ["a"],
    });
  });

  test.each([
    ['{"port": 70000}', {}, "config.invalid", "port (PACKTRAIL_PORT): "],
    ["{}", {}, "config.invalid", "port (PACKTRAIL_PORT): is missing"],
    [
      '{"port": 1, "prot": 2}',
      {},
      "config.invalid",
      "prot: there is no such key here; known are host, port, database, lines",
    ],
    ['{"port": 1, "database": {"pool": 2}}', {}, "config.invalid", "database.pool: there is no such key"],
    [
      '{"port": 1, "database": {"poolMax": "x"}}',
      {},
      "config.invalid",
      "database.poolMax (PACKTRAIL_DATABASE_POOL_MAX): ",
    ],
    ['{"port": 1}', { PACKTRAIL_PORT: "many" }, "config.invalid", "PACKTRAIL_PORT is not a JSON integer: many"],
    ["[]", {}, "config.file", "not a JSON object"],
    ["{", {}, "config.file", "cannot read the configuration"],
  ])("%s with %j is %s", (text, env, code, message) => {
    expect(() => readConfig(schema, { file: file(text), env })).toThrowError(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});

describe("readSecret [REQ-OPS-02]", () => {
  test("reads without the last newline", () => expect(readSecret(file("hunter2\n"))).toBe("hunter2"));
  test.each([
    ["others may read", file("x", 0o644), "may be read by others"],
    ["is empty", file("\n"), "is empty"],
    ["is not there", join(directory, "none"), "cannot read the secret"],
  ])("refuses a file that %s", (_, path, message) => {
    expect(() => readSecret(path)).toThrowError(
      expect.objectContaining({ code: "config.secret", message: expect.stringContaining(message) }),
    );
  });
});
