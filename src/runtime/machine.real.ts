import { randomBytes } from "node:crypto";
import { realClock } from "./clock.real.ts";
import type { ClientTls } from "./level-tls.ts";
import type { Log, Machine, Random } from "./machine.ts";
import { createHttpClient } from "./network/http-client.ts";
import { openPostgres } from "./postgres/database.ts";
import { openSqlite } from "./sqlite.ts";
import { createUuid7 } from "./uuid7.ts";

/** Random bytes of the operating system, and UUIDs version 7 that rise within this process. */
export function realRandom(now: () => number): Random {
  return { bytes: (count) => randomBytes(count), uuid7: createUuid7(now, randomBytes) };
}

/**
 * The real world. `postgresConnectionsMax`: connections of each pool that `database.postgres` opens, 8 unless told. `tls`: of outgoing calls.
 * `close` lets go of kept-alive sockets; databases and servers are closed by whoever opened them.
 */
export function realMachine(options: {
  readonly log: Log;
  readonly postgresConnectionsMax?: number;
  readonly tls?: ClientTls;
}): Machine & { close(): void } {
  const clock = realClock();
  const random = realRandom(clock.now);
  const client = createHttpClient(options.tls);
  const connectionsMax = options.postgresConnectionsMax;
  return {
    clock,
    random,
    log: options.log,
    network: {
      fetch: client.fetch,
      async serve(listener, address) {
        const url = await listener.listen(address);
        return { url: url.replace(/\/+$/, ""), close: () => listener.close() };
      },
    },
    database: {
      postgres: (url) =>
        openPostgres(url, {
          clock,
          random,
          log: options.log,
          ...(connectionsMax === undefined ? {} : { connectionsMax }),
        }),
      sqlite: (path) => openSqlite(path),
    },
    close: client.close,
  };
}
