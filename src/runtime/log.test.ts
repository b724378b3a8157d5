import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Fault } from "./fault.ts";
import { createLog, fileWriter, type LogLevel } from "./log.ts";

function collect(level: LogLevel = "debug") {
  const lines: string[] = [];
  const log = createLog({ level, now: () => Date.UTC(2026, 0, 2), write: (line) => lines.push(line) });
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe("log", () => {
  test("one JSON object a line: when, how bad, what, then the fields, a child's first", () => {
    const { log, lines } = collect();
    log.child({ level4: "a", lane: "x" }).info("a message\nwas sent", { lane: "y", count: 3n });
    expect(lines).toEqual([
      '{"at":"2026-01-02T00:00:00.000Z","level":"info","message":"a message\\nwas sent","level4":"a","lane":"y","count":"3"}\n',
    ]);
  });

  test.each<[LogLevel, string[]]>([
    ["debug", ["debug", "info", "warn", "error"]],
    ["warn", ["warn", "error"]],
    ["error", ["error"]],
  ])("at %s it says %j", (level, expected) => {
    const { log, entries } = collect(level);
    for (const each of ["debug", "info", "warn", "error"] as const) log[each]("x");
    expect(entries().map((entry) => entry["level"])).toEqual(expected);
  });

  test.each([
    [{ password: "hunter2" }],
    [{ deep: [{ accessToken: "hunter2" }] }],
    [{ headers: { Authorization: "Bearer hunter2", "set-cookie": ["hunter2"] } }],
    [{ pin: "hunter2" }],
    [{ url: "postgres://packtrail:hunter2@127.0.0.1:5432/site" }],
    [{ error: new Error("cannot reach postgres://a:hunter2@db/x", { cause: new Error("https://b:hunter2@c/") }) }],
    [{ api_key: "hunter2", private_key: "hunter2", clientSecret: "hunter2", credentials: { a: "hunter2" } }],
  ])("hides the secret in %j [REQ-ACC-07]", (fields) => {
    const { log, lines } = collect();
    log.info("x", fields);
    expect(lines[0]).not.toContain("hunter2");
    expect(lines[0]).toContain("[hidden]");
  });

  test("tells an error with its code, class and cause", () => {
    const { log, entries } = collect();
    log.error("failed", { error: new Fault("ambiguous", "network.timeout", "no answer", new Error("reset")) });
    expect(entries()[0]?.["error"]).toMatchObject({
      name: "Fault",
      kind: "ambiguous",
      code: "network.timeout",
      message: "no answer",
      stack: expect.stringContaining("log.test.ts"),
      cause: { message: "reset" },
    });
  });

  test("survives what JSON cannot say, and never becomes a document", () => {
    const { log, lines } = collect();
    const loop: Record<string, unknown> = { bytes: new Uint8Array(7), nothing: undefined, call: () => 1 };
    loop["self"] = loop;
    log.info("x", { loop, long: "y".repeat(50_000), list: Array.from({ length: 5_000 }, () => 1) });
    expect(lines[0]?.length).toBeLessThan(20_000);
    expect(lines[0]).toContain('"bytes":"7 bytes"');
  });

  test("a file gets whole lines and is its owner's alone", () => {
    const directory = mkdtempSync(join(tmpdir(), "log-"));
    const path = join(directory, "a.log");
    const log = createLog({ write: fileWriter(path) });
    log.info("one");
    log.info("two");
    expect(readFileSync(path, "utf8").trim().split("\n")).toHaveLength(2);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    rmSync(directory, { recursive: true });
  });
});
