import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createLog, fileWriter } from "../../runtime/log.ts";
import { ensureDatabase } from "../../runtime/postgres/ensure-database.ts";
import { startPostgres } from "../../runtime/postgres/launcher.ts";
import type { Address, FromLevel } from "../level-messages.ts";
import { type Child, superviseChild } from "./child.ts";
import { openLogFile, writeConfigs, writeSecret, writeSecrets } from "./files.ts";
import { keepPostgres } from "./keep-postgres.ts";
import { type Instance, type Ports, planAll } from "./plan.ts";

export type AllOptions = {
  readonly dataDir: string;
  readonly ports: Ports;
  readonly seed: number;
  readonly packsPerMinute: number;
  /** Everything in `dataDir` that PostgreSQL made goes away at the stop. */
  readonly temporary: boolean;
  /** Temporary, and yet PostgreSQL waits for the disk: for those who kill it on purpose. */
  readonly durable?: boolean;
  readonly tell: (line: string) => void;
};

export type All = {
  readonly instances: readonly Instance[];
  addresses(): ReadonlyMap<string, readonly Address[]>;
  /** One-time passwords of instances that were started for the first time. */
  readonly firstAdministrators: ReadonlyMap<string, NonNullable<FromLevel["firstAdministrator"]>>;
  pids(): ReadonlyMap<string, number | undefined>;
  stop(): Promise<void>;
};

const durableSettings = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" };

/**
 * PostgreSQL (or the one that DATABASE_URL names), then every level as a process of its own, from level 5 down, each
 * restarted when it dies. Resolves when all of them are ready.
 */
export async function startAll(options: AllOptions): Promise<All> {
  const { dataDir, tell } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  mkdirSync(join(dataDir, "log"), { recursive: true, mode: 0o700 });
  const log = createLog({ write: fileWriter(join(dataDir, "log", "all.log")), fields: { instance: "all" } });
  const databaseUrlFile = (database: string) => join(dataDir, "secrets", `${database}.database-url`);
  const plan = planAll({ ...options, environment: "production", databaseUrlFile });
  writeSecrets(plan.secrets);
  const configs = writeConfigs(plan, dataDir);

  const external = process.env.DATABASE_URL;
  const databases = plan.instances.flatMap(({ database }) => (database === undefined ? [] : [database]));
  // Levels read their file again at each new connection: a server that had to move is found.
  const writeUrls = (url: (database: string) => string) => {
    for (const database of databases) writeSecret(databaseUrlFile(database), url(`packtrail_${database}`));
  };
  const postgres = external
    ? undefined
    : await keepPostgres(
        () =>
          startPostgres({
            dataDir: join(dataDir, "postgres"),
            log,
            temporary: options.temporary,
            ...(options.durable ? { settings: durableSettings } : {}),
          }),
        log,
        ({ url }) => writeUrls(url),
      );
  const children: Child[] = [];
  const logs: { close(): void }[] = [];

  async function stop(): Promise<void> {
    // Top down would lose what a lower level still has to say; it keeps it and says it at the next start.
    await Promise.all(children.map((child) => child.stop()));
    for (const each of logs) each.close();
    await postgres?.stop();
  }

  try {
    for (const database of databases)
      await ensureDatabase(postgres ? postgres.url("postgres") : (external as string), `packtrail_${database}`);
    writeUrls((name) => (postgres ? postgres.url(name) : withDatabase(external as string, name)));
    const firstAdministrators = new Map<string, NonNullable<FromLevel["firstAdministrator"]>>();
    for (const instance of plan.instances) {
      const logFile = openLogFile(dataDir, instance.name);
      logs.push(logFile);
      children.push(
        superviseChild(instance, configs.get(instance.name) as string, logFile.descriptor, {
          onReady(name, message, restarts) {
            if (message.firstAdministrator) firstAdministrators.set(name, message.firstAdministrator);
            if (restarts > 0) tell(`${name} is back`);
          },
          onExit: (name, how, inMs) => tell(`${name} ended (${how}); starting it again in ${inMs} ms`),
        }),
      );
    }
    await Promise.all(children.map((child) => child.ready));
    return {
      instances: plan.instances,
      addresses: () => new Map(children.map((child) => [child.name, child.addresses()])),
      firstAdministrators,
      pids: () =>
        new Map([...children.map((child) => [child.name, child.pid()] as const), ["postgres", postgres?.pid()]]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
