import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../src/cli/all/ports.ts";
import { startAll } from "../../src/cli/all/start-all.ts";
import { runBatch } from "../../src/cli/demo/command.ts";
import { furnish } from "../../src/cli/demo/furnish.ts";
import { createProgress } from "../../src/cli/demo/progress.ts";
import type { DemoResult } from "../../src/cli/demo/result.ts";
import { silentLog } from "../../src/runtime/log.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { disturb, type Kill } from "./disturb.ts";
import { brokenChains, doubled, lostChanges, standstill } from "./findings.ts";
import type { Blow } from "./schedule.ts";
import { witness } from "./witness.ts";

export type Round = {
  readonly seed: number;
  readonly kills: readonly Kill[];
  /** Changes that were acknowledged to a person while the batch ran. */
  readonly acknowledged: number;
  /** Of those, the ones that left no trace: none may be. */
  readonly lost: readonly string[];
  /** What took effect more than once: none may have. */
  readonly twice: readonly string[];
  readonly violations: readonly string[];
  readonly unaccounted: number;
  readonly good: number;
  readonly seconds: number;
};

export type RoundOptions = {
  readonly seed: number;
  readonly packs: number;
  readonly market: "us" | "eu";
  readonly blows: readonly Blow[];
  readonly tell: (line: string) => void;
};

/** Slow enough that the blows meet a line at work. */
const packsPerMinute = 600;

/** A whole system, one batch through it, and kills all the while. Its directory stays when something went wrong. */
export async function runRound(options: RoundOptions): Promise<Round> {
  const { seed, packs, market, tell } = options;
  const dataDir = mkdtempSync(join(tmpdir(), "packtrail-survive-"));
  const machine = realMachine({ log: silentLog });
  const seen = witness(machine.network.fetch);
  const started = performance.now();
  const all = await startAll({
    dataDir,
    ports: await freePorts(),
    seed,
    packsPerMinute,
    temporary: true,
    durable: true,
    tell,
  });
  let passed = false;
  try {
    const world = await furnish(all, seen.fetch);
    const disturbance = disturb(all, createProgress(undefined), options.blows, tell);
    const result = await runBatch(world, disturbance.progress, { seed, packs, market }).catch(
      async (error: unknown) => {
        for (const line of await standstill(world).catch(() => [])) tell(line);
        throw error;
      },
    );
    const kills = await disturbance.settled();
    const round: Round = {
      seed,
      kills,
      acknowledged: seen.acknowledged.length,
      lost: await lostChanges(world, seen.acknowledged),
      twice: await doubled(world, result),
      violations: [...violationsOf(result), ...(await brokenChains(world))],
      unaccounted: result.packs.unaccounted,
      good: result.packs.good,
      seconds: Math.round((performance.now() - started) / 100) / 10,
    };
    passed = holds(round);
    return round;
  } finally {
    machine.close();
    await all.stop();
    if (passed) rmSync(dataDir, { recursive: true, force: true });
    else tell(`logs are kept in ${dataDir}`);
  }
}

export function holds(round: Round): boolean {
  return [...round.lost, ...round.twice, ...round.violations].length === 0 && round.unaccounted === 0;
}

function violationsOf(result: DemoResult): string[] {
  return [
    ...result.invariants.violations,
    ...(result.lot.released ? [] : ["the lot is not released"]),
    ...(result.verification.verified ? [] : ["the pack is not verified"]),
  ];
}
