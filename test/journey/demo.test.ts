import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import type { DemoResult } from "../../src/cli/demo/result.ts";

// The main job, as a newcomer runs it: every level a process of its own, the devices over TCP, in both markets.

const runTimeoutMs = 240_000;

type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

function demo(...args: string[]): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["bin/packtrail.js", "demo", "--json", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (part: Buffer) => {
      stdout += part.toString();
    });
    child.stderr.on("data", (part: Buffer) => {
      stderr += part.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const leftBehind = () => readdirSync(tmpdir()).filter((name) => name.startsWith("packtrail-demo-"));

describe.each([
  { market: "us", seed: 3, packs: 60, cases: 2 },
  { market: "eu", seed: 4, packs: 50, cases: 2 },
] as const)("packtrail demo --market $market --seed $seed --packs $packs", ({ market, seed, packs, cases }) => {
  test(
    "one batch from the printer to the patient, nothing unaccounted, nothing left behind [REQ-OPS-06]",
    async () => {
      const before = leftBehind();
      const done = await demo("--market", market, "--seed", String(seed), "--packs", String(packs));
      expect(done.stderr).toBe("");
      const result = JSON.parse(done.stdout) as DemoResult;
      expect(done.code).toBe(0);
      expect(result).toMatchObject({
        seed,
        market,
        cases,
        pallets: 1,
        lot: { released: true },
        verification: { verified: true },
        invariants: { violated: 0, violations: [] },
        packs: { good: packs, packed: packs, loose: 0, unaccounted: 0 },
      });
      const {
        allocated,
        returned,
        deactivated,
        invalid,
        labelSampled,
        labelScrapped,
        everCommissioned,
        good,
        sampled,
        destroyed,
        decommissioned,
      } = result.packs;
      expect(allocated).toBe(returned + deactivated + invalid + labelSampled + labelScrapped + everCommissioned);
      expect(everCommissioned).toBe(good + sampled + destroyed + decommissioned);
      expect(result.rejects.printVerify, "every seed spoils some prints").toBeGreaterThan(0);
      expect(result.reports.accepted).toBe(result.reports.sent);
      expect(result.reports.sent).toBeGreaterThan(0);
      expect(Object.values(result.events.byCompany)).toHaveLength(3);
      expect(new Set(result.trace.map((hop) => hop.company)).size, "three companies on the way").toBe(3);
      expect(result.trace.at(-1)).toMatchObject({ bizStep: "dispensing", disposition: "dispensed", parent: null });
      expect(leftBehind()).toEqual(before);
    },
    runTimeoutMs,
  );
});
