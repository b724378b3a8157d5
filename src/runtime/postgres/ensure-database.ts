import pg from "pg";
import { invariant } from "../../kernel/base/invariant.ts";
import { sqlFault } from "./sql-fault.ts";

const nameForm = /^[a-z][a-z0-9_]{0,62}$/;
const connectTimeoutMs = 10_000;
const DUPLICATE_DATABASE = "42P04";
const UNIQUE_VIOLATION = "23505";

/** Creates the database unless it is there. `url` is any database of the same server whose user may create others. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  await administer(url, async (client) => {
    const found = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (found.rowCount !== 0) return;
    try {
      await client.query(`create database ${databaseName(name)}`);
    } catch (error) {
      // Another level of the same start was quicker.
      const { code } = error as { code?: string };
      if (code !== DUPLICATE_DATABASE && code !== UNIQUE_VIOLATION) throw error;
    }
  });
}

/** The name as SQL takes it; names that would need quoting are a bug. */
export function databaseName(name: string): string {
  invariant(nameForm.test(name), `not a name for a database: ${name}`);
  return name;
}

/** One connection, closed afterwards; errors come as `Fault`. */
export async function administer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: "packtrail",
  });
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw sqlFault(error, "administering databases", "sent");
  } finally {
    await client.end().catch(() => {});
  }
}
