import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../src/runtime/log.ts";
import { administer } from "../../src/runtime/postgres/ensure-database.ts";
import { startPostgres } from "../../src/runtime/postgres/launcher.ts";
import { runVariable, urlVariable } from "./scratch-database.ts";

let takeAway: (() => Promise<void>) | undefined;

/**
 * One PostgreSQL for the whole run: a temporary one of our own, or the one that DATABASE_URL names, on which this
 * run's databases carry its mark and are dropped at the end.
 */
export async function setup(): Promise<void> {
  const mark = randomBytes(4).toString("hex");
  process.env[runVariable] = mark;
  const given = process.env["DATABASE_URL"];
  if (given !== undefined) {
    process.env[urlVariable] = given;
    takeAway = () => dropAll(given, mark);
    return;
  }
  const server = await startPostgres({
    dataDir: join(tmpdir(), `packtrail-test-${mark}`),
    temporary: true,
    log: createLog({ level: "warn" }),
  });
  process.env[urlVariable] = server.url("postgres");
  takeAway = server.stop;
}

export async function teardown(): Promise<void> {
  await takeAway?.();
}

async function dropAll(url: string, mark: string): Promise<void> {
  await administer(url, async (client) => {
    const found = await client.query<{ datname: string }>("select datname from pg_database where datname like $1", [
      `packtrail\\_test\\_${mark}\\_%`,
    ]);
    for (const { datname } of found.rows) {
      // A template cannot be dropped while it is one.
      await client.query(`alter database ${datname} is_template false`);
      await client.query(`drop database if exists ${datname} with (force)`);
    }
  });
}
