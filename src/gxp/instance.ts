import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Static } from "typebox";
import { Type } from "typebox";
import { commonApi, type LevelName, type Neighbour, type Overview } from "../contract/common-api.ts";
import type { Gln } from "../contract/shapes.ts";
import { authenticator } from "./authenticate.ts";
import type { Gxp } from "./gxp.ts";
import { isAlive, type NeighbourLevel, visibleTo } from "./neighbour.ts";
import { registerGxpRoutes } from "./gxp.routes.ts";
import { landscapeFrom } from "./landscape.ts";
import { countedLevels } from "./liveness.ts";
import { argon2Hasher, type HashCost } from "./people/password-hasher.ts";
import { ensureFirstAdministrator } from "./people/user.handler.ts";
import { createProviderClient } from "./provider/provider-client.ts";
import { readSecret } from "../runtime/config.ts";
import { type Actor, anonymous } from "../runtime/http/actor.ts";
import { createServer } from "../runtime/http/server.ts";
import type { HttpServer } from "../runtime/http/server-options.ts";
import { commonConfig, databaseConfig } from "../runtime/level-config.ts";
import { credentialsOf, serverTls } from "../runtime/level-tls.ts";
import type { Database, Machine, Sql } from "../runtime/machine.ts";
import { applyMessages } from "../runtime/messages/apply-message.ts";
import type { OutboxOptions } from "../runtime/messages/lane.ts";
import { messagesStatus, pruneSettled } from "../runtime/messages/messages-status.ts";
import { type Outbox, startOutbox } from "../runtime/messages/outbox-sender.ts";
import { type Migration, migrate } from "../runtime/postgres/migrate.ts";
import { version } from "../runtime/version.ts";

const webRoot = fileURLToPath(new URL("../../web/dist", import.meta.url));
/** Messages that were delivered are kept this long, to be looked at; their effects are kept for good elsewhere. */
const settledKeptMs = 30 * 86_400_000;
const pruneEveryMs = 3_600_000;
const pruneBatchMax = 5_000;

const InstanceConfig = Type.Object({ ...commonConfig, ...databaseConfig });

export type InstanceOptions = {
  readonly level: LevelName;
  readonly name: string;
  readonly config: Static<typeof InstanceConfig>;
  readonly machine: Machine;
  readonly migrations: readonly Migration[];
  /** The company of this level; absent where it serves many. */
  readonly owner?: Static<typeof Gln>;
  /** Whether people are issued here: the first start then makes an administrator. */
  readonly issuesPeople: boolean;
  readonly onPeopleChange?: (sql: Sql) => Promise<void>;
  readonly neighbours: readonly NeighbourLevel[];
  /** What people call them, by instance, where this level has it in its master data. */
  readonly neighbourNames?: (sql: Pick<Sql, "run">) => Promise<ReadonlyMap<string, string>>;
  readonly onSettled?: NonNullable<OutboxOptions["onSettled"]>;
  /** `owner`: only what concerns this company, where the level serves many and one of them asks. */
  readonly counters: (sql: Pick<Sql, "run">, owner: string | undefined) => Promise<Overview["counters"]>;
  /** What password hashing costs; the simulation takes next to nothing. */
  readonly hashCost?: HashCost;
};

export type Instance = {
  readonly database: Database;
  readonly server: HttpServer<Sql>;
  readonly gxp: Gxp;
  overview(): Promise<Overview>;
  /** Begins to send and to listen; the level has registered its routes. */
  start(): Promise<RunningInstance>;
};

export type RunningInstance = {
  readonly url: string;
  /** For the test that asks every endpoint without its right. */
  readonly server: HttpServer<Sql>;
  readonly outbox: Outbox;
  readonly firstAdministrator?: { readonly userName: string; readonly password: string };
  stop(): Promise<void>;
};

/**
 * What levels 3, 4 and 5 have in common: the database brought to this release, people, machines, audit trail,
 * signatures, messages out and in, and the server that a level adds its own routes to.
 */
export async function openInstance(options: InstanceOptions): Promise<Instance> {
  const { config, machine, level, name, neighbours } = options;
  const database = machine.database.postgres(() => readSecret(config.databaseUrlFile));
  await migrate(database, options.migrations);
  const gxp: Gxp = {
    instance: config.instance,
    environment: config.environment,
    database,
    clock: machine.clock,
    random: machine.random,
    log: machine.log,
    hasher: argon2Hasher(machine.random, options.hashCost),
    ...(options.onPeopleChange ? { onPeopleChange: options.onPeopleChange } : {}),
  };
  const authenticate = authenticator(gxp, credentialsOf(config));
  const databaseReady = async (): Promise<string | null> => {
    await database.run({ text: "select 1" });
    return null;
  };
  const provider = config.openId && {
    ...config.openId,
    clientSecret: readSecret(config.openId.clientSecretFile),
  };
  const tls = serverTls(config.tls);
  const server = createServer<Sql>({
    level,
    instance: config.instance,
    name,
    version,
    environment: config.environment,
    machine,
    authenticate,
    applyOnce: applyMessages(database, machine.clock),
    ready: { database: databaseReady },
    processMetrics: true,
    ...(tls === undefined ? {} : { tls }),
    ...(options.owner === undefined ? {} : { owner: options.owner }),
    ...(existsSync(webRoot) ? { webRoot } : {}),
    ...(provider
      ? { signIn: { password: true, badge: false, provider: { name: provider.name, path: "/v1/session/provider" } } }
      : {}),
  });
  registerGxpRoutes(server, gxp, {
    authenticate,
    ...(provider ? { provider: createProviderClient(provider, machine.network) } : {}),
  });

  const overview = async (asker: Actor = anonymous): Promise<Overview> => {
    const visible = visibleTo(asker, neighbours);
    // What waits for a shared neighbour is of several companies: narrowed, only what waits for the company itself.
    const own = visible.neighbours.filter(({ owner }) => owner === visible.owner);
    const destinations = new Set(own.map(({ destination }) => destination));
    const names = (await options.neighbourNames?.(database)) ?? new Map<string, string>();
    const isVisible = ({ lane }: { lane: string }) =>
      visible.owner === undefined || destinations.has(lane.split("/")[0] ?? "");
    const [counters, lanes, heard, problem] = await Promise.all([
      options.counters(database, visible.owner),
      messagesStatus(database as Pick<Sql, "run"> as Sql),
      Promise.all(
        visible.neighbours.map((each) =>
          neighbourView(machine, { ...each, name: names.get(each.instance) ?? each.name }),
        ),
      ),
      databaseReady().catch((error: unknown) => String(error)),
    ]);
    return {
      level,
      name,
      version,
      instance: config.instance,
      environment: config.environment,
      now: machine.clock.now(),
      readiness: [{ check: "database", problem }],
      counters,
      queues: lanes.filter(isVisible).map((lane) => ({
        lane: lane.lane,
        waiting: lane.waiting,
        oldestAt: lane.oldest?.at ?? null,
        state: lane.stopped ? "stopped" : lane.waiting > 0 ? "waiting" : "flowing",
      })),
      neighbours: heard,
    };
  };
  let url: string | null = null;
  server.route(commonApi.overview, ({ actor }) => overview(actor));
  server.route(commonApi.levels, countedLevels(machine, level, neighbours));
  server.route(commonApi.landscape, async ({ actor }) =>
    landscapeFrom(machine, database, await overview(actor), url, visibleTo(actor, neighbours)),
  );

  return {
    database,
    server,
    gxp,
    overview,
    async start() {
      const first = options.issuesPeople ? await ensureFirstAdministrator(gxp) : undefined;
      // What was delivered changes what stands here: queues, and what the answer brought.
      const transaction = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
        const done = await database.transaction(work);
        server.changes.tell();
        return done;
      };
      const outbox = await startOutbox({
        database: { ...database, transaction },
        machine,
        log: machine.log,
        destinations: (wanted) => neighbours.find((each) => each.destination === wanted)?.reach,
        ...(options.onSettled ? { onSettled: options.onSettled } : {}),
      });
      const served = await machine.network.serve(server, config.listen);
      url = served.url;
      const pruning = pruneRegularly(machine, database);
      return {
        url: served.url,
        server,
        outbox,
        ...(first ? { firstAdministrator: { userName: first.userName, password: first.oneTimePassword } } : {}),
        async stop() {
          pruning.cancel();
          await served.close();
          await outbox.stop();
          await database.close();
        },
      };
    },
  };
}

/** Now and then, some at a time: never in the way of what is delivered. */
function pruneRegularly(machine: Machine, database: Database): { cancel(): void } {
  let timer = machine.clock.after(pruneEveryMs, prune);
  let over = false;
  function prune(): void {
    database
      .transaction((sql) => pruneSettled(sql, machine.clock.now() - settledKeptMs, pruneBatchMax))
      .catch((error: unknown) => machine.log.warn("settled messages were not pruned", { error }))
      .finally(() => {
        if (!over) timer = machine.clock.after(pruneEveryMs, prune);
      });
  }
  return {
    cancel() {
      over = true;
      timer.cancel();
    },
  };
}

async function neighbourView(
  machine: Machine,
  { level, instance, name, direction, reach }: NeighbourLevel,
): Promise<Neighbour> {
  const reachable = await isAlive(machine, reach.url, direction !== "beside");
  return {
    level,
    instance,
    name,
    direction,
    url: reach.url,
    reachable,
    lastHeardAt: reachable ? machine.clock.now() : null,
  };
}
