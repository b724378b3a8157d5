import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../runtime/machine.ts";
import type { PostgresServer } from "../../runtime/postgres/launcher.ts";

const retryDelayMs = 250;
const restartAttemptsMax = 20;

export type KeptPostgres = { url(database: string): string; pid(): number; stop(): Promise<void> };

/** Starts PostgreSQL and starts it again, on the same port and data, whenever its postmaster is gone. */
export async function keepPostgres(start: () => Promise<PostgresServer>, log: Log): Promise<KeptPostgres> {
  let current = await start();
  let stopping = false;
  let restarting: Promise<void> | undefined;

  async function watch(): Promise<void> {
    for (;;) {
      const { pid } = current;
      await current.ended;
      if (stopping) return;
      log.warn("PostgreSQL is gone, starting it again", { pid });
      restarting = restart();
      await restarting;
    }
  }

  async function restart(): Promise<void> {
    for (let attempt = 1; !stopping; attempt += 1) {
      try {
        current = await start();
        return;
      } catch (error) {
        log.error("PostgreSQL did not start", { attempt, error });
        if (attempt === restartAttemptsMax) throw error;
        await sleep(retryDelayMs * attempt);
      }
    }
  }

  void watch();
  return {
    url: (database) => current.url(database),
    pid: () => current.pid,
    async stop() {
      stopping = true;
      // One that is just being started would outlive us.
      await restarting;
      await current.stop();
    },
  };
}
