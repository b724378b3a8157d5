import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../runtime/machine.ts";
import type { PostgresServer } from "../../runtime/postgres/launcher.ts";

const retryDelayMs = 250;
const restartAttemptsMax = 20;

export type KeptPostgres = { url(database: string): string; pid(): number; stop(): Promise<void> };

/**
 * Starts PostgreSQL and starts it again over the same data whenever its postmaster is gone: on the same port, unless
 * somebody took that meanwhile. `onMove` is told then, before anything else is.
 */
export async function keepPostgres(
  start: () => Promise<PostgresServer>,
  log: Log,
  onMove: (server: Pick<PostgresServer, "url" | "port">) => void = () => {},
): Promise<KeptPostgres> {
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
        const { port } = current;
        current = await start();
        if (current.port === port) return;
        log.warn("PostgreSQL's port was taken meanwhile", { port, now: current.port });
        onMove(current);
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
