import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Log } from "../machine.ts";
import { findBinaries } from "./server/binaries.ts";
import { clusterMajor, createCluster, superuser } from "./server/cluster.ts";
import { claimHome, prepareHome, readPassword, releaseHome, removeHome, type ServerHome } from "./server/home.ts";
import { runServer, serverEnd, stopServer } from "./server/run.ts";

export type PostgresServer = {
  /** `postgres://packtrail:…@127.0.0.1:port/database`; carries the password. */
  url(database: string): string;
  readonly pid: number;
  readonly port: number;
  /** It was running already, left behind by a launcher that was killed. */
  readonly adopted: boolean;
  /** Directory in use; not `dataDir` when the server's account cannot enter that one. */
  readonly home: string;
  /** Resolves when the server is gone, by `stop` or by itself: `startPostgres` again recovers it. */
  readonly ended: Promise<void>;
  /** Fast shutdown; a temporary server takes its directories with it. */
  stop(): Promise<void>;
};

export type PostgresOptions = {
  readonly dataDir: string;
  /** `name` and value of server settings, over ours. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: Log;
  /** For tests: no waiting for the disk, and nothing is left behind, not even after a kill of this process. */
  readonly temporary?: boolean;
};

const connectionsMax = 300;

/**
 * Runs PostgreSQL over `dataDir`: the first time makes a cluster there, afterwards starts it, or goes on with one that
 * was left running. It listens on 127.0.0.1 and a Unix socket only, and wants a generated password. As root the
 * server runs as `postgres` or `nobody`. Throws `Fault` with a code `postgres.…`.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { log, temporary = false } = options;
  const home = prepareHome({ dataDir: options.dataDir, temporary });
  claimHome(home);
  const major = clusterMajor(home);
  try {
    const binaries = findBinaries({
      account: home.account,
      privateDirectory: () => home.home,
      named: process.env["PACKTRAIL_POSTGRES_BIN"],
      ...(major === undefined ? {} : { wantedMajor: major }),
    });
    if (major === undefined) await createCluster(home, binaries, { temporary });
    const password = readPassword(home);
    const running = await runServer(home, binaries, settingsOf(home, options), log);
    const guard = temporary ? guardTemporary(home) : undefined;
    const stopping = new AbortController();
    const gone = serverEnd(running.pid, stopping.signal);
    // The server that is started instead has a guard of its own.
    void gone.then(() => guard?.dismiss());
    return {
      url: (database) =>
        `postgres://${superuser}:${password}@127.0.0.1:${running.port}/${encodeURIComponent(database)}`,
      ...running,
      home: home.home,
      ended: gone,
      async stop() {
        await stopServer(running.pid, home.cluster, log);
        stopping.abort();
        releaseHome(home);
        guard?.dismiss();
        if (temporary) removeHome(home);
      },
    };
  } catch (error) {
    releaseHome(home);
    // One that held data before is started again after a crash: that it did not come up yet loses nothing.
    if (temporary && major === undefined) removeHome(home);
    throw error;
  }
}

function settingsOf(home: ServerHome, options: PostgresOptions): string[] {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: home.socketDir,
    unix_socket_permissions: "0700",
    max_connections: String(connectionsMax),
    password_encryption: "scram-sha-256",
    timezone: "UTC",
    log_timezone: "UTC",
    // Our binaries carry an old OpenSSL; nothing but this computer can reach the server.
    ssl: "off",
    ...(options.temporary ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" } : {}),
    ...options.settings,
  };
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}

/**
 * A shell that outlives a killed parent just long enough to tidy: its input ends when the parent does, whatever
 * ended it. Then it stops the server and removes what was temporary.
 */
function guardTemporary(home: ServerHome): { dismiss(): void } {
  const script =
    'trap "" INT TERM HUP; read -r word; [ "$word" = dismissed ] && exit 0; read -r pid < "$1/cluster/postmaster.pid" && kill -INT "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done; rm -rf "$1" "$2"';
  const shell = spawn("/bin/sh", ["-c", script, "sh", home.home, home.dataDir], {
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return {
    dismiss() {
      if (shell.exitCode === null && existsSync("/bin/sh") && !shell.stdin.writableEnded)
        shell.stdin.end("dismissed\n");
    },
  };
}
