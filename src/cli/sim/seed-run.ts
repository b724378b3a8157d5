import { furnish, type People } from "./furnish.ts";
import type { Ground } from "./ground.ts";
import type { Guard } from "./guards.ts";
import { type JourneyResult, openJourney, type OrderPlan, travel } from "./journey.ts";
import { Killed } from "./life.ts";
import { Stuck } from "./people.ts";
import { calmRates, roughRates } from "./sim-network.ts";
import { openWorld, type SimWorld } from "./world.ts";

export type Violation = { readonly invariant: number; readonly what: string };

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

/** What was done and seen in a run, for the invariants to be checked against. */
export type Evidence = { readonly world: SimWorld; readonly people: People; readonly plans: readonly OrderPlan[]; readonly journeys: readonly JourneyResult[] };

const ordersMin = 2;
const ordersMax = 3;
const packsMin = 15;
const packsMax = 60;
const hourMs = 3_600_000;
const startMs = hourMs;
const journeysMs = 40 * hourMs;
const settleMs = 12 * hourMs;
const lookEveryMs = 2_000;

export async function runSeed(seed: number, ground: Ground, guard: Guard | undefined, check: (evidence: Evidence, ground: Ground) => Promise<Violation[]>): Promise<SeedResult> {
  const world = await openWorld(seed, ground, guard);
  const failures: string[] = [];
  const onRejection = (error: unknown) => {
    // What a dead process still throws is nobody's to catch.
    if (!(error instanceof Killed)) failures.push(`unhandled: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  process.on("unhandledRejection", onRejection);
  try {
    const plans = plansOf(world);
    const journeys: JourneyResult[] = [];
    for (const each of world.instances.values()) each.start();
    const up = await world.clock.run({ done: () => [...world.instances.values()].every((each) => each.started()), until: world.startedAt + startMs });
    if (up !== "done") return await ended(world, { plans, journeys, violations: [], failures: [...world.bugs, ...failures, `the instances did not start: ${up}`] });
    const people = await during(world, startMs, () => furnish({ ...world, chance: world.chance("furnish"), administrators: world.administrators() }));
    world.network.rates = roughRates;
    world.setKilling(true);
    await during(world, journeysMs, () => travelAll(world, people, plans, journeys, failures));
    world.network.rates = calmRates;
    world.setKilling(false);
    await during(world, settleMs, () => queuesEmpty(world, ground)).catch((error: unknown) => failures.push(String(error)));
    for (const each of world.instances.values()) each.stop();
    const violations = await check({ world, people, plans, journeys }, ground);
    return await ended(world, { plans, journeys, violations, failures: [...world.bugs, ...failures] });
  } finally {
    process.off("unhandledRejection", onRejection);
    await world.close();
  }
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

function plansOf(world: SimWorld): OrderPlan[] {
  const chance = world.chance("plans");
  const expiry = new Date(world.startedAt + 730 * 24 * hourMs).toISOString().slice(2, 10).replaceAll("-", "");
  return Array.from({ length: chance.between(ordersMin, ordersMax) }, (_, index) => ({
    market: chance.happens(0.5) ? "us" : "eu",
    lot: `S${world.seed}N${index + 1}`,
    quantity: chance.between(packsMin, packsMax),
    expiry,
  }));
}

/** All orders at once; at the line they wait for each other. */
async function travelAll(world: SimWorld, people: People, plans: readonly OrderPlan[], journeys: JourneyResult[], failures: string[]): Promise<void> {
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
        failures.push(error instanceof Stuck ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
    }),
  );
}

/** Nothing waits to be sent, anywhere. */
async function queuesEmpty(world: SimWorld, ground: Ground): Promise<void> {
  const readers = [...world.databases].map(([name, url]) => ({ name, database: ground.read(url) }));
  try {
    for (;;) {
      let waiting = 0;
      for (const { database } of readers) {
        const [row] = await world.clock.real(() => database.run<{ n: string }>({ text: "select coalesce(sum(waiting), 0) as n from outbox_lane where not stopped" }));
        waiting += Number(row?.n ?? 0);
      }
      if (waiting === 0 && [...world.instances.values()].every((each) => !each.life().dead)) return;
      await world.clock.sleep(lookEveryMs);
    }
  } finally {
    await Promise.all(readers.map(({ database }) => database.close()));
  }
}

async function ended(world: SimWorld, found: { plans: readonly OrderPlan[]; journeys: readonly JourneyResult[]; violations: readonly Violation[]; failures: readonly string[] }): Promise<SeedResult> {
  const { counts } = world.network;
  return {
    seed: world.seed,
    orders: found.plans.length,
    packs: found.journeys.reduce((sum, { run }) => sum + run.cases.reduce((packs, each) => packs + each.packs.length, 0), 0),
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
