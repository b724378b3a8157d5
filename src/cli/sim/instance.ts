import type { Clock, Machine } from "../../runtime/machine.ts";
import { createLife, type Life, never } from "./life.ts";
import type { AroundSql, Listeners } from "./sim-database.ts";
import { openSimPostgres, openSimSqlite } from "./sim-database.ts";
import type { SimClock } from "./sim-clock.ts";
import type { SimLog } from "./sim-log.ts";
import type { SimNetwork } from "./sim-network.ts";
import { type Chance, chanceOf, simRandom } from "./sim-random.ts";
import type { Turns } from "./turns.ts";

/** What `start` of a level answers, as far as the simulation needs it. */
export type Started = { readonly firstAdministrator?: { readonly userName: string; readonly password: string } };

export type SimInstance = {
  readonly name: string;
  readonly life: () => Life;
  readonly kills: () => number;
  readonly started: () => Started | undefined;
  /** Starts it, and again a while after each of its deaths, until `stop`. */
  start(): void;
  /** Ends the life it has, and there is no other. */
  stop(): void;
};

export type InstanceWorld = {
  readonly seed: number;
  readonly clock: SimClock;
  readonly turns: Turns;
  readonly network: SimNetwork;
  readonly listeners: Listeners;
  readonly log: SimLog;
  readonly aroundSql?: AroundSql | undefined;
  /** Whether processes die now. */
  readonly killing: () => boolean;
  /** What the program did that it must never do. */
  readonly bug: (what: string) => void;
};

const killsMax = 3;
/** Between any two places of a short stretch and of a long one: early deaths are as likely as late ones. */
const fuseMin = 4;
const fuseMax = 900;
const downMs = [50, 12_000] as const;
const failedStartRetryMs = 1_000;

/**
 * An instance with its lives. `launch` is the level's `start`; `buried` runs between a death and the next start, in
 * real time (the server closes what the dead process left open).
 */
export function createInstance(
  name: string,
  world: InstanceWorld,
  options: {
    readonly launch: (machine: Machine, life: Life) => Promise<Started>;
    readonly buried: () => Promise<void>;
  },
): SimInstance {
  const { clock, seed } = world;
  const chance = chanceOf(seed, `lives of ${name}`);
  const killsPlanned = chance.between(0, killsMax);
  let kills = 0;
  let stopped = false;
  let started: Started | undefined;
  let life = createLife(name, 0, () => undefined);

  const begin = () => {
    if (stopped) return;
    const fuse = Math.round(fuseMin * (fuseMax / fuseMin) ** chance.next());
    const own = createLife(name, life.number + 1, () => (world.killing() && kills < killsPlanned ? fuse : undefined));
    life = own;
    own.onDeath(() => {
      if (stopped) return;
      kills++;
      clock.after(chance.between(...downMs), () => {
        clock.task(async () => {
          await options.buried();
          begin();
        });
      });
    });
    const launched = clock.task(() => options.launch(machineOf(own, world), own));
    own.onDeath(launched.abandon);
    launched.result.then(
      (value) => {
        if (!own.dead) started = value;
      },
      (error: unknown) => {
        if (own.dead) return;
        world.bug(`${name} does not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        own.kill();
        if (!stopped) clock.after(failedStartRetryMs, begin);
      },
    );
  };
  return {
    name,
    life: () => life,
    kills: () => kills,
    started: () => started,
    start: begin,
    stop() {
      stopped = true;
      life.kill();
    },
  };
}

function machineOf(life: Life, world: InstanceWorld): Machine {
  const { clock, seed, network, turns, listeners, aroundSql } = world;
  const chance: Chance = chanceOf(seed, `random of ${life.instance} ${life.number}`);
  const random = simRandom(chance, clock.now);
  const log = world.log.of(life);
  return {
    clock: mortalClock(clock, life),
    random,
    log,
    network: network.of(life),
    database: {
      postgres: (url) =>
        openSimPostgres(typeof url === "string" ? url : url(), life, listeners, {
          clock,
          turns,
          random,
          log,
          around: aroundSql,
        }),
      sqlite: (path) => openSimSqlite(path, life),
    },
  };
}

/** Timers of a dead process never run. */
export function mortalClock(clock: SimClock, life: Life): Clock {
  return {
    now: clock.now,
    monotonicMs: clock.monotonicMs,
    after: (delayMs, work) => clock.after(delayMs, () => life.dead || work()),
    sleep: async (delayMs, signal) => {
      await clock.sleep(delayMs, signal);
      if (life.dead) await never();
    },
  };
}
