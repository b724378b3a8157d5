import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../src/cli/all/ports.ts";
import { type All, startAll } from "../../src/cli/all/start-all.ts";
import { runBatch } from "../../src/cli/demo/command.ts";
import { demonstrationRecipe, furnish, type World } from "../../src/cli/demo/furnish.ts";
import { createProgress } from "../../src/cli/demo/progress.ts";
import type { DemoResult } from "../../src/cli/demo/result.ts";
import { silentLog } from "../../src/runtime/log.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { disturb, type Kill } from "./disturb.ts";
import { brokenChains, doubled, lostChanges, standstill } from "./findings.ts";
import { loseHall } from "./hall-round.ts";
import type { Blow } from "./schedule.ts";
import { type Acknowledged, witness } from "./witness.ts";

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
/** A kill of the hall or the line costs the packs between print head and gate, and the numbers in the printer. */
const overageMin = 300;

type Started = {
  readonly dataDir: string;
  readonly all: All;
  readonly world: World;
  readonly acknowledged: readonly Acknowledged[];
};

/** Runs `work` in a whole furnished system of its own. Its directory stays when something went wrong. */
async function inSystem<T>(
  options: Pick<RoundOptions, "seed" | "tell">,
  work: (started: Started) => Promise<{ readonly value: T; readonly passed: boolean }>,
): Promise<T> {
  const { seed, tell } = options;
  if (process.env["DATABASE_URL"]) throw new Error("only a PostgreSQL of its own is killed: unset DATABASE_URL");
  const dataDir = mkdtempSync(join(tmpdir(), "packtrail-survive-"));
  const machine = realMachine({ log: silentLog });
  const seen = witness(machine.network.fetch);
  const ports = await freePorts();
  const all = await startAll({ dataDir, ports, seed, packsPerMinute, temporary: true, durable: true, tell });
  let passed = false;
  try {
    const world = await furnish(all, seen.fetch, { ...demonstrationRecipe, overageMin });
    const done = await work({ dataDir, all, world, acknowledged: seen.acknowledged });
    passed = done.passed;
    return done.value;
  } finally {
    machine.close();
    await all.stop();
    if (passed) rmSync(dataDir, { recursive: true, force: true });
    else tell(`logs are kept in ${dataDir}`);
  }
}

/** One batch through a whole system, and kills all the while. */
export function runRound(options: RoundOptions): Promise<Round> {
  const { seed, packs, market, tell } = options;
  const started = performance.now();
  return inSystem(options, async ({ all, world, acknowledged }) => {
    const disturbance = disturb(all, createProgress(undefined), options.blows, tell);
    const batch = runBatch(world, disturbance.progress, { seed, packs, market });
    const result = await batch.catch(async (error: unknown) => {
      for (const line of await standstill(world).catch(() => [])) tell(line);
      throw error;
    });
    const kills = await disturbance.settled();
    const round: Round = {
      seed,
      kills,
      acknowledged: acknowledged.length,
      lost: await lostChanges(world, acknowledged),
      twice: await doubled(world, result),
      violations: [...violationsOf(result), ...(await brokenChains(world))],
      unaccounted: result.packs.unaccounted,
      good: result.packs.good,
      seconds: Math.round((performance.now() - started) / 100) / 10,
    };
    return { value: round, passed: holds(round) };
  });
}

/** The round in which the physical world is lost; what did not hold. */
export function runHallRound(options: Pick<RoundOptions, "seed" | "packs" | "tell">): Promise<readonly string[]> {
  return inSystem(options, async ({ dataDir, all, world }) => {
    const wrong = await loseHall(all, world, options.packs, join(dataDir, "hall"));
    return { value: wrong, passed: wrong.length === 0 };
  });
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
