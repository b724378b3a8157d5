import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { realClock } from "../../runtime/clock.real.ts";
import { createLog, silentLog } from "../../runtime/log.ts";
import type { Database } from "../../runtime/machine.ts";
import { realRandom } from "../../runtime/machine.real.ts";
import { openPostgres } from "../../runtime/postgres/database.ts";
import { databaseName } from "../../runtime/postgres/ensure-database.ts";
import { startPostgres } from "../../runtime/postgres/launcher.ts";
import { migrate } from "../../runtime/postgres/migrate.ts";
import { levelMigrations } from "../level-migrations.ts";

/** The real PostgreSQL under the simulated worlds: a temporary one, or the one that DATABASE_URL names. */
export type Ground = {
  /** Where worlds keep their files; gone after `stop`. */
  readonly folder: string;
  /** A new database of this level, at this release. */
  create(level: string, name: string): Promise<{ readonly name: string; readonly url: string }>;
  drop(names: readonly string[]): Promise<void>;
  /** As the server does when the process at the other end is gone: its sessions end, what they had open rolls back. */
  endSessions(name: string): Promise<void>;
  /** Sessions that wait for a lock in these databases. */
  lockWaiters(names: readonly string[]): Promise<number>;
  /** For looking at what is there, in real time. */
  read(url: string): Database;
  stop(): Promise<void>;
};

const clock = realClock();
const random = realRandom(clock.now);
const sessionsEndMs = 2;

export async function openGround(): Promise<Ground> {
  const mark = randomBytes(4).toString("hex");
  const given = process.env["DATABASE_URL"];
  const server =
    given === undefined
      ? await startPostgres({
          dataDir: join(tmpdir(), `packtrail-sim-postgres-${mark}`),
          temporary: true,
          log: createLog({ level: "warn" }),
        })
      : undefined;
  const urlOf = (database: string): string => {
    if (server) return server.url(database);
    const url = new URL(given as string);
    url.pathname = `/${database}`;
    return url.href;
  };
  const connect = async () => {
    const client = new pg.Client({
      connectionString: server ? server.url("postgres") : given,
      application_name: "packtrail-sim",
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  // Apart, so that a look at the locks never waits behind a database that is being made.
  const [administrator, watcher] = [await connect(), await connect()];
  const templates = new Map<string, Promise<string>>();

  const makeTemplate = async (level: string): Promise<string> => {
    const name = databaseName(`packtrail_sim_${mark}_template_${level}`);
    await administrator.query(`create database ${name}`);
    const database = openPostgres(urlOf(name), { clock, random, log: silentLog, connectionsMax: 1 });
    try {
      await migrate(database, (await levelMigrations(level)) ?? []);
    } finally {
      await database.close();
    }
    return name;
  };
  const drop = async (names: readonly string[]) => {
    for (const name of names) await administrator.query(`drop database if exists ${databaseName(name)} with (force)`);
  };
  const folder = mkdtempSync(join(tmpdir(), "packtrail-sim-"));
  return {
    folder,
    async create(level, name) {
      const template = templates.get(level) ?? makeTemplate(level);
      templates.set(level, template);
      const full = databaseName(`packtrail_sim_${mark}_${name}`);
      await administrator.query(`create database ${full} template ${await template}`);
      return { name: full, url: urlOf(full) };
    },
    drop,
    async endSessions(name) {
      for (;;) {
        const { rowCount } = await administrator.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
          [name],
        );
        if (rowCount === 0) return;
        await new Promise((resolve) => setTimeout(resolve, sessionsEndMs));
      }
    },
    async lockWaiters(names) {
      const found = await watcher.query<{ n: number }>(
        "select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = any($1)",
        [names],
      );
      return found.rows[0]?.n ?? 0;
    },
    read: (url) => openPostgres(url, { clock, random, log: silentLog, connectionsMax: 2 }),
    async stop() {
      await drop(await Promise.all(templates.values()));
      await Promise.all([administrator.end(), watcher.end()]);
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
