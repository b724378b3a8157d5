import pg from "pg";
import type { Clock, Database, Log, Random } from "../machine.ts";
import { createNotifications } from "./notifications.ts";
import { isRetryable, sqlFault } from "./sql-fault.ts";
import { query, runTransaction } from "./transaction.ts";

/** Two cores are busy with eight; more connections only queue inside the server. */
const connectionsMaxDefault = 8;
/** Waiting for a free connection or for the server to take one. */
const connectTimeoutMs = 30_000;
const connectionIdleMs = 30_000;
const transactionAttemptsMax = 8;
const retryMsMin = 2;
const retryMsMax = 250;

/**
 * `Database` over a pool of connections. Values: `Uint8Array` for bytea, bigint or string for int8, arrays for arrays,
 * other objects as JSON; int8 and numeric come back as strings, bytea as `Buffer`. Errors are `Fault`s, those of the
 * server `SqlFault`s with their SQLSTATE.
 */
export function openPostgres(
  url: string,
  options: { readonly clock: Clock; readonly random: Random; readonly log: Log; readonly connectionsMax?: number },
): Database {
  const { clock, random, log } = options;
  const config: pg.ClientConfig = { connectionString: url, application_name: "packtrail", keepAlive: true };
  const pool = new pg.Pool({
    ...config,
    max: options.connectionsMax ?? connectionsMaxDefault,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: connectionIdleMs,
  });
  // An idle connection that the server closed; the pool drops it. Without a listener it would end the process.
  pool.on("error", (error) => log.warn("an idle database connection was lost", { error }));
  const notifications = createNotifications(config, { clock, log });
  let closed: Promise<void> | undefined;

  const closeAll = async (): Promise<void> => {
    await notifications.close();
    await pool.end();
  };

  const withClient = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect().catch((error: unknown) => {
      throw sqlFault(error, "connecting to PostgreSQL", "not-sent");
    });
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      return await work(client);
    } finally {
      client.off("error", onError);
      client.release(broken);
    }
  };

  return {
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await withClient((client) => runTransaction(client, work));
        } catch (error) {
          if (!isRetryable(error) || attempt >= transactionAttemptsMax) throw error;
          log.debug("running a transaction again", { attempt, error });
          await clock.sleep(retryDelayMs(attempt, random));
        }
      }
    },
    run: (statement, values) => withClient((client) => query(client, statement, values, "sent")),
    listen: notifications.listen,
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
}

/** Doubling, and half of it by chance, so that two that met do not meet again. */
function retryDelayMs(attempt: number, random: Random): number {
  const ceiling = Math.min(retryMsMax, retryMsMin * 2 ** attempt);
  return (ceiling / 2) * (1 + (random.bytes(1)[0] ?? 0) / 256);
}
