import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cheapHashCost } from "../../gxp/people/password-hasher.ts";
import type { Machine } from "../../runtime/machine.ts";
import { startEuHubSandbox } from "../../l5-network/authorities/eu-hub/sandbox.ts";
import { start as startEnterprise } from "../../l4-enterprise/start.ts";
import { start as startNetwork } from "../../l5-network/start.ts";
import { start as startSite } from "../../l3-site/start.ts";
import { writeSecret } from "../all/files.ts";
import { type Instance, planAll, portsFrom } from "../all/plan.ts";
import type { Furnishing } from "./furnish.ts";
import type { Ground } from "./ground.ts";
import type { Guard } from "./guards.ts";
import { createInstance, type InstanceWorld, type SimInstance, type Started } from "./instance.ts";
import type { Life } from "./life.ts";
import { createSimClock, type SimClock } from "./sim-clock.ts";
import { createSimLog, type SimLog } from "./sim-log.ts";
import { createSimNetwork, type SimNetwork } from "./sim-network.ts";
import { type Chance, chanceOf } from "./sim-random.ts";
import { type SimLine, simLine } from "./sim-line.ts";
import { createTurns } from "./turns.ts";

/** One seeded world: every instance of the demonstration in this process, on databases of its own. */
export type SimWorld = {
  readonly seed: number;
  readonly clock: SimClock;
  readonly network: SimNetwork;
  readonly log: SimLog;
  readonly instances: ReadonlyMap<string, SimInstance>;
  /** Connection URLs by instance. */
  readonly databases: ReadonlyMap<string, string>;
  readonly line: SimLine;
  readonly dataDir: string;
  readonly urls: Furnishing["urls"];
  chance(name: string): Chance;
  administrators(): Furnishing["administrators"];
  /** From now on processes die. */
  setKilling(on: boolean): void;
  readonly bugs: readonly string[];
  readonly startedAt: number;
  /** How long people wait for anything before they say that it is stuck, ms. */
  readonly patienceMs: number;
  close(): Promise<void>;
};

const firstMoment = Date.UTC(2026, 0, 5, 6, 0, 0);
const daysOfSeedsMax = 300;
const dayMs = 86_400_000;
const firstPort = 4100;
/** The virtual belt sets the pace. */
const packsPerMinute = 600;
const secretBytes = 32;
const patienceMs = 2 * 3_600_000;
/** A world without one of its guards is not expected to go on. */
const patienceBrokenMs = 4 * 60_000;

export async function openWorld(seed: number, ground: Ground, guard: Guard | undefined): Promise<SimWorld> {
  const hooks = guard?.takeOut() ?? {};
  const dataDir = mkdtempSync(join(ground.folder, `seed-${seed}-`));
  const databaseUrlFile = (database: string) => join(dataDir, "secrets", `${database}.database-url`);
  const plan = planAll({
    dataDir,
    ports: portsFrom(firstPort),
    environment: "production",
    seed,
    packsPerMinute,
    databaseUrlFile,
  });
  const secrets = chanceOf(seed, "secrets");
  for (const { file } of plan.secrets) writeSecret(file, Buffer.from(secrets.bytes(secretBytes)).toString("hex"));

  const databases = new Map<string, { readonly name: string; readonly url: string }>();
  for (const instance of plan.instances) {
    if (instance.database === undefined) continue;
    const made = await ground.create(instance.level, `${seed}_${instance.database}`);
    databases.set(instance.name, made);
    writeSecret(databaseUrlFile(instance.database), made.url);
    if (hooks.prepare?.instance === instance.name) await prepare(ground, made.url, hooks.prepare.sql);
  }
  const names = [...databases.values()].map(({ name }) => name);

  const turns = createTurns(() => ground.lockWaiters(names));
  const startedAt = firstMoment + (seed % daysOfSeedsMax) * dayMs;
  const clock = createSimClock({ start: startedAt, stalled: turns.stalled });
  const log = createSimLog(clock.now);
  const network = createSimNetwork({ clock, seed, ...(hooks.aroundFetch ? { around: hooks.aroundFetch } : {}) });
  const bugs: string[] = [];
  let killing = false;
  const shared: InstanceWorld = {
    seed,
    clock,
    turns,
    network,
    log,
    listeners: new Map(),
    aroundSql: hooks.aroundSql,
    killing: () => killing,
    bug: (what) => void bugs.push(what),
  };
  const line = simLine(chanceOf(seed, "line devices"), clock, hooks.line);
  const instances = new Map<string, SimInstance>();
  for (const planned of plan.instances) {
    if (planned.level === "device") continue;
    const database = databases.get(planned.name);
    instances.set(
      planned.name,
      createInstance(planned.name, shared, {
        launch: (machine, life) => launch(planned, machine, life, line),
        buried: async () => {
          if (database) await clock.real(() => ground.endSessions(database.name));
        },
      }),
    );
  }
  const firstOf = (name: string) => {
    const first = instances.get(name)?.started()?.firstAdministrator;
    if (!first) throw new Error(`${name} made no first administrator`);
    return first;
  };
  return {
    seed,
    clock,
    network,
    log,
    instances,
    line,
    dataDir,
    bugs,
    startedAt,
    patienceMs: guard ? patienceBrokenMs : patienceMs,
    databases: new Map([...databases].map(([name, { url }]) => [name, url])),
    urls: urlsOf(plan.instances),
    chance: (name) => chanceOf(seed, name),
    administrators: () => ({
      network: firstOf("network"),
      maker: firstOf("enterprise-maker"),
      wholesaler: firstOf("enterprise-wholesaler"),
      pharmacy: firstOf("enterprise-pharmacy"),
    }),
    setKilling(on) {
      killing = on;
    },
    async close() {
      for (const each of instances.values()) each.stop();
      await ground.drop(names);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function prepare(ground: Ground, url: string, text: string): Promise<void> {
  const database = ground.read(url);
  try {
    await database.run({ text });
  } finally {
    await database.close();
  }
}

/** `start` of each level, on the machine of one life. */
async function launch({ level, config }: Instance, machine: Machine, life: Life, line: SimLine): Promise<Started> {
  const options = { hashCost: cheapHashCost };
  switch (level) {
    case "network":
      return startNetwork(config as never, machine, options);
    case "enterprise":
      return startEnterprise(config as never, machine, options);
    case "site":
      return startSite(config as never, machine, options);
    case "eu-hub-sandbox":
      await startEuHubSandbox(config as never, machine);
      return {};
    case "line":
      return line.start({ ...config, inProcess: true }, machine, life, options);
    case "device":
      throw new Error("the hall of the simulation is a model in memory");
  }
}

function urlsOf(instances: readonly Instance[]): Furnishing["urls"] {
  const of = (name: string) => {
    const { listen } = (instances.find((each) => each.name === name) as Instance).config as {
      listen: { host: string; port: number };
    };
    return `http://${listen.host}:${listen.port}`;
  };
  return {
    maker: of("enterprise-maker"),
    wholesaler: of("enterprise-wholesaler"),
    pharmacy: of("enterprise-pharmacy"),
    network: of("network"),
    site: of("site"),
    line: of("line-1"),
  };
}
