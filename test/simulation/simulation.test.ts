import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { guards } from "../../src/cli/sim/guards.ts";
import { invariants } from "../../src/cli/sim/invariants/all.ts";
import { urlVariable } from "../support/scratch-database.ts";

// A process of its own, as a person runs it: what a killed process still throws belongs to nobody there.

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const timeoutMs = 400_000;
const outputMax = 64 * 1024 * 1024;

type Printed = {
  readonly withoutGuard?: string;
  readonly kills: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly packs: number;
  readonly violations: readonly { readonly invariant: number; readonly what: string }[];
  readonly failures: readonly string[];
};

function sim(...args: string[]): Promise<{ code: number; results: Printed[]; error: string }> {
  const env = { ...process.env, DATABASE_URL: process.env[urlVariable] };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, "sim", "--json", ...args],
      { env, maxBuffer: outputMax },
      (failed, stdout, stderr) => {
        const results = stdout
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as Printed);
        resolve({ code: typeof failed?.code === "number" ? failed.code : failed ? -1 : 0, results, error: stderr });
      },
    );
  });
}

describe.concurrent("the simulation", () => {
  test("whole companies under losses, repetitions and kills keep every invariant", { timeout: timeoutMs }, async () => {
    const { code, results, error } = await sim("--seeds", "2");
    expect(
      results.flatMap(({ violations, failures }) => [...violations, ...failures]),
      error,
    ).toEqual([]);
    expect(code).toBe(0);
    for (const { kills, lost, duplicated, packs } of results) {
      // Otherwise nothing was tried.
      expect(Math.min(kills, lost, duplicated, packs)).toBeGreaterThan(0);
    }
  });

  test("there is a guard to take out for every invariant", () => {
    expect(guards.map(({ invariant }) => invariant)).toEqual(invariants.map(({ number }) => number));
  });

  test("without any one of its guards the invariant is seen to be violated", { timeout: timeoutMs }, async () => {
    // A second seed is run only where the first does not meet what the guard keeps away.
    const { code, results, error } = await sim("--break", "all", "--seeds", "3");
    const noticed = new Map<string | undefined, Set<number>>();
    for (const { withoutGuard, violations } of results) {
      const invariants = noticed.get(withoutGuard) ?? new Set();
      for (const each of violations) invariants.add(each.invariant);
      noticed.set(withoutGuard, invariants);
    }
    expect([...noticed.keys()], error).toEqual(guards.map(({ name }) => name));
    for (const { name, invariant } of guards) expect(noticed.get(name), name).toContain(invariant);
    expect(code).toBe(1);
  });
});
