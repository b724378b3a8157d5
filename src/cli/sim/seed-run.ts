import { uploadLimits } from "../../l2-line/uploader.ts";
import { furnish, type People } from "./furnish.ts";
import type { Ground } from "./ground.ts";
import { gatherFacts } from "./facts.ts";
import type { Guard } from "./guards.ts";
import { type Violation, violationsOf } from "./invariants/all.ts";
import { type JourneyResult, openJourney, type OrderPlan, travel } from "./journey.ts";
import { Killed } from "./life.ts";
import { Stuck } from "./people.ts";
import { type Probe, probe } from "./probes.ts";
import { calmRates, roughRates } from "./sim-network.ts";
import { openWorld, type SimWorld } from "./world.ts";

export type SeedResult = {
  readonly seed: number;
  readonly orders: number;
  readonly packs: number;
  readonly kills: number;
  readonly requests: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly virtualMs: number;
  readonly violations: readonly Violation[];
  /** Where the run did not go on, or the program was wrong about itself: as bad as a violation. */
  readonly failures: readonly string[];
  readonly logLines: readonly string[];
};

const ordersMin = 2;
const ordersMax = 3;
const packsMin = 15;
const packsMax = 60;
const hourMs = 3_600_000;
const startMs = hourMs;
const journeysMs = 40 * hourMs;
const settleMs = 12 * hourMs;
/** A world without one of its guards shows it soon, and need not come to rest. */
const settleBrokenMs = hourMs / 10;
const brokenSize = { orders: 2, packsMax: 25 } as const;
const lookEveryMs = 2_000;

export async function runSeed(seed: number, ground: Ground, guard: Guard | undefined): Promise<SeedResult> {
  const world = await openWorld(seed, ground, guard);
  const failures: string[] = [];
  const onRejection = (error: unknown) => {
    // What a dead process still throws is nobody's to catch.
    if (!(error instanceof Killed))
      failures.push(`unhandled: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  process.on("unhandledRejection", onRejection);
  try {
    const plans = plansOf(world, guard !== undefined);
    const journeys: JourneyResult[] = [];
    for (const each of world.instances.values()) each.start();
    const up = await world.clock.run({
      done: () => [...world.instances.values()].every((each) => each.started()),
      until: world.startedAt + startMs,
    });
    if (up !== "done")
      return ended(world, {
        plans,
        journeys,
        violations: [],
        failures: [...world.bugs, ...failures, `the instances did not start: ${up}`],
      });
    const people = await during(world, startMs, () =>
      furnish({ ...world, chance: world.chance("furnish"), administrators: world.administrators() }),
    );
    world.network.rates = roughRates;
    world.setKilling(true);
    await during(world, journeysMs, () => travelAll(world, people, plans, journeys, failures)).catch((error: unknown) =>
      failures.push(String(error)),
    );
    world.network.rates = calmRates;
    world.setKilling(false);
    await during(world, guard ? settleBrokenMs : settleMs, () => queuesEmpty(world, ground)).catch((error: unknown) =>
      failures.push(String(error)),
    );
    const runs = journeys.map(({ run }) => run);
    const probes = await during(world, settleMs, () => probe(world, people, runs)).catch((error: unknown): Probe[] => {
      failures.push(String(error));
      return [];
    });
    for (const each of world.instances.values()) each.stop();
    const facts = await gatherFacts(world, ground, {
      runs,
      dispensed: journeys.flatMap(({ dispensed }) => dispensed),
      probes,
    });
    const violations = violationsOf(facts);
    return ended(world, {
      plans,
      journeys,
      violations,
      failures: [...world.bugs, ...failures, ...(guard ? [] : bugsIn(world.log.errors))],
    });
  } finally {
    process.off("unhandledRejection", onRejection);
    await world.close();
  }
}

/** What a program says of itself that must never be said: a broken invariant, an answer that it did not mean to give. */
function bugsIn(errors: readonly string[]): string[] {
  return errors.filter((line) => line.includes('"InvariantError"') || line.includes('"status":500'));
}

/** Runs the world until `work` is done; what it throws is thrown. */
async function during<T>(world: SimWorld, limitMs: number, work: () => Promise<T>): Promise<T> {
  let outcome: PromiseSettledResult<T> | undefined;
  const noted = work().then(
    (value) => {
      outcome = { status: "fulfilled", value };
    },
    (reason: unknown) => {
      outcome = { status: "rejected", reason };
    },
  );
  const how = await world.clock.run({ done: () => outcome !== undefined, until: world.clock.now() + limitMs });
  if (outcome === undefined) throw new Stuck(`the world went on for ${limitMs / hourMs} hours`, how);
  await noted;
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}

function plansOf(world: SimWorld, broken: boolean): OrderPlan[] {
  const chance = world.chance("plans");
  const expiry = new Date(world.startedAt + 730 * 24 * hourMs).toISOString().slice(2, 10).replaceAll("-", "");
  return Array.from({ length: broken ? brokenSize.orders : chance.between(ordersMin, ordersMax) }, (_, index) => ({
    market: chance.happens(0.5) ? "us" : "eu",
    lot: `S${world.seed}N${index + 1}`,
    quantity: chance.between(packsMin, broken ? brokenSize.packsMax : packsMax),
    expiry,
    eager: index === 0,
  }));
}

/** All orders at once; at the line they wait for each other. */
async function travelAll(
  world: SimWorld,
  people: People,
  plans: readonly OrderPlan[],
  journeys: JourneyResult[],
  failures: string[],
): Promise<void> {
  let line: Promise<unknown> = Promise.resolve();
  const lineFree = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  };
  await Promise.all(
    plans.map(async (plan) => {
      try {
        journeys.push(await travel(openJourney(world, people, plan, lineFree)));
      } catch (error) {
        failures.push(
          error instanceof Stuck
            ? error.message
            : error instanceof Error
              ? (error.stack ?? error.message)
              : String(error),
        );
      }
    }),
  );
}

/** Nothing waits to be sent, anywhere. */
async function queuesEmpty(world: SimWorld, ground: Ground): Promise<void> {
  const readers = [...world.databases].map(([name, url]) => ({ name, database: ground.read(url) }));
  let quietSince = world.clock.now();
  try {
    for (;;) {
      let waiting = 0;
      for (const { database } of readers) {
        const [row] = await world.clock.real(() =>
          database.run<{ n: string }>({
            text: "select coalesce(sum(waiting), 0) as n from outbox_lane where not stopped",
          }),
        );
        waiting += Number(row?.n ?? 0);
      }
      const quiet = waiting === 0 && [...world.instances.values()].every((each) => !each.life().dead);
      // A line's upload stands in no table: it has come to its end when nothing was left for longer than it ever waits.
      if (quiet && world.clock.now() > quietSince + uploadLimits.retryMaxMs * 2) return;
      if (!quiet) quietSince = world.clock.now();
      await world.clock.sleep(lookEveryMs);
    }
  } finally {
    await Promise.all(readers.map(({ database }) => database.close()));
  }
}

function ended(
  world: SimWorld,
  found: {
    plans: readonly OrderPlan[];
    journeys: readonly JourneyResult[];
    violations: readonly Violation[];
    failures: readonly string[];
  },
): SeedResult {
  const { counts } = world.network;
  return {
    seed: world.seed,
    orders: found.plans.length,
    packs: found.journeys.reduce(
      (sum, { run }) => sum + run.cases.reduce((packs, each) => packs + each.packs.length, 0),
      0,
    ),
    kills: [...world.instances.values()].reduce((sum, each) => sum + each.kills(), 0),
    requests: counts.requests,
    lost: counts.lost + counts.repliesLost,
    duplicated: counts.duplicated,
    virtualMs: world.clock.now() - world.startedAt,
    violations: found.violations,
    failures: found.failures,
    logLines: world.log.lines,
  };
}
