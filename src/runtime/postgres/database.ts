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
 * `Database` over a pool of connections. `url` as a function is asked anew for each of them. Values: `Uint8Array` for bytea, bigint or string for int8, arrays for arrays,
 * other objects as JSON; int8 and numeric come back as strings, bytea as `Buffer`. Errors are `Fault`s, those of the
 * server `SqlFault`s with their SQLSTATE.
 */
export function openPostgres(
  url: string | (() => string),
  options: { readonly clock: Clock; readonly random: Random; readonly log: Log; readonly connectionsMax?: number },
): Database {
  const { clock, random, log } = options;
  const config: pg.ClientConfig = { application_name: "packtrail", keepAlive: true };
  const Client = clientOf(url, log);
  const pool = new pg.Pool({
    ...config,
    Client,
    max: options.connectionsMax ?? connectionsMaxDefault,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: connectionIdleMs,
  });
  // An idle connection that the server closed; the pool drops it. Without a listener it would end the process.
  pool.on("error", (error) => log.warn("an idle database connection was lost", { error }));
  const notifications = createNotifications(() => new Client(config), { clock, log });
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

/** Connections that go where the URL says when they are made; one that cannot be read leaves it where it was. */
function clientOf(url: string | (() => string), log: Log): new (config?: pg.ClientConfig) => pg.Client {
  const read = typeof url === "string" ? () => url : url;
  let last = read();
  return class extends pg.Client {
    constructor(config: pg.ClientConfig = {}) {
      // Thrown here it would end the process: the pool makes connections outside of any call, too.
      try {
        last = read();
      } catch (error) {
        log.warn("the database's address cannot be read; going on with the one held", { error });
      }
      super({ ...config, connectionString: last });
    }
  };
}

/** Doubling, and half of it by chance, so that two that met do not meet again. */
function retryDelayMs(attempt: number, random: Random): number {
  const ceiling = Math.min(retryMsMax, retryMsMin * 2 ** attempt);
  return (ceiling / 2) * (1 + (random.bytes(1)[0] ?? 0) / 256);
}
