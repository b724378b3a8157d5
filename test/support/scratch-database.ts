import { createHash, randomBytes } from "node:crypto";
import { silentLog } from "../../src/runtime/log.ts";
import type { Database } from "../../src/runtime/machine.ts";
import { realClock } from "../../src/runtime/clock.real.ts";
import { realRandom } from "../../src/runtime/machine.real.ts";
import { openPostgres } from "../../src/runtime/postgres/database.ts";
import { administer, databaseName } from "../../src/runtime/postgres/ensure-database.ts";
import { type Migration, migrate } from "../../src/runtime/postgres/migrate.ts";

/** Set by `global-setup.ts`, or by whoever wants scratch databases outside of the tests: a URL of any database. */
export const urlVariable = "PACKTRAIL_TEST_POSTGRES";
/** Marks the databases of one run. */
export const runVariable = "PACKTRAIL_TEST_RUN";

export type ScratchDatabase = {
  readonly database: Database;
  readonly url: string;
  /** Closes and removes it, whoever is still connected. */
  drop(): Promise<void>;
};

const clock = realClock();
const random = realRandom(clock.now);

/**
 * A database of its own with these migrations applied, copied from a template that the first who asks makes:
 * `const scratch = await scratchDatabase(migrations)` in beforeAll, `scratch.drop()` in afterAll.
 */
export async function scratchDatabase(migrations: readonly Migration[] = []): Promise<ScratchDatabase> {
  const server = process.env[urlVariable];
  if (server === undefined)
    throw new Error(`${urlVariable} is not set: is test/support/global-setup.ts in the vitest configuration?`);
  const template = await templateOf(server, migrations);
  const name = databaseName(`${prefix()}_${randomBytes(6).toString("hex")}`);
  await administer(server, (client) => client.query(`create database ${name} template ${template}`));
  const url = withDatabase(server, name);
  const database = openPostgres(url, { clock, random, log: silentLog });
  return {
    database,
    url,
    async drop() {
      await database.close();
      await administer(server, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** The template's name; made under a lock, because test files run in processes of their own. */
async function templateOf(server: string, migrations: readonly Migration[]): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(migrations)).digest("hex").slice(0, 12);
  const name = databaseName(`${prefix()}_template_${hash}`);
  await administer(server, async (client) => {
    // Two numbers, so that it is apart from the locks of migrations, and the hash's first 31 bits.
    await client.query("select pg_advisory_lock(7237, $1)", [Number.parseInt(hash.slice(0, 7), 16)]);
    const found = await client.query("select datistemplate from pg_database where datname = $1", [name]);
    if (found.rows[0]?.datistemplate === true) return;
    // One that is there but not marked was left half made by somebody who failed.
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
    const database = openPostgres(withDatabase(server, name), { clock, random, log: silentLog, connectionsMax: 1 });
    try {
      await migrate(database, migrations);
    } finally {
      await database.close();
    }
    await client.query(`alter database ${name} is_template true`);
  });
  return name;
}

function prefix(): string {
  return `packtrail_test_${process.env[runVariable] ?? "alone"}`;
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
