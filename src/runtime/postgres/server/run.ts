import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../../fault.ts";
import type { Log } from "../../machine.ts";
import { serverEnvironment } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { isServerOf, processesIn, processStart } from "./processes.ts";
import { readPort, type ServerHome, writePort } from "./home.ts";

/** Below 32768, where Linux takes the ports of outgoing connections from, and above the well-known ones. */
const portMin = 20_000;
const portMax = 32_767;
const portAttemptsMax = 50;

const startTimeoutMs = 120_000;
const pollMs = 10;
const endPollMs = 200;
/** Orphans of a killed server notice within moments unless they compute; after this they are told to leave. */
const orphanGraceMs = 2_000;
const orphanTimeoutMs = 60_000;
const fastStopMs = 60_000;
const immediateStopMs = 10_000;
const logBytesMax = 16 * 1024 * 1024;

export type Running = { readonly pid: number; readonly port: number; readonly adopted: boolean };

/** A server that is up and answering over this cluster, started here or found running. */
export async function runServer(
  home: ServerHome,
  binaries: Binaries,
  settings: readonly string[],
  log: Log,
): Promise<Running> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const found = await adopt(home, deadline, log);
    if (found !== undefined) return found;
    const outcome = await launch(home, binaries, settings, deadline);
    if (typeof outcome !== "string") return outcome;
    if (performance.now() > deadline) throw startFault(outcome);
    if (/pre-existing shared memory block/.test(outcome)) await waitForOrphans(home, log);
    else if (/lock file .* already exists|could not bind|Address already in use/.test(outcome)) await sleep(100);
    else throw startFault(outcome);
  }
}

/** Fast shutdown (SIGINT): sessions end, a checkpoint is written. Past a minute, immediate; the next start recovers. */
export async function stopServer(pid: number, cluster: string, log: Log): Promise<void> {
  for (const [signal, waitMs] of [
    ["SIGINT", fastStopMs],
    ["SIGQUIT", immediateStopMs],
    ["SIGKILL", immediateStopMs],
  ] as const) {
    if (!isServerOf(pid, cluster)) return;
    if (signal !== "SIGINT") log.warn("PostgreSQL does not stop; being firmer", { pid, signal });
    send(pid, signal);
    if (await gone(() => isServerOf(pid, cluster), waitMs)) return;
  }
  throw new Fault("transient", "postgres.stop", `PostgreSQL ${pid} in ${cluster} cannot be stopped`);
}

/** A server that already runs here, its start awaited; a stale `postmaster.pid` is taken away. */
async function adopt(home: ServerHome, deadline: number, log: Log): Promise<Running | undefined> {
  for (;;) {
    const file = readPostmasterFile(home.cluster);
    if (file === undefined) return undefined;
    if (!isServerOf(file.pid, home.cluster)) {
      // PostgreSQL itself would take any process of its account that was given this pid for a running server.
      log.info("removing a stale postmaster.pid", { pid: file.pid });
      rmSync(join(home.cluster, "postmaster.pid"), { force: true });
      return undefined;
    }
    if (file.status === "ready") {
      log.info("PostgreSQL was left running; going on with it", { pid: file.pid, port: file.port });
      return { pid: file.pid, port: file.port, adopted: true };
    }
    if (performance.now() > deadline) throw startFault(`it stays "${file.status}"`);
    await sleep(pollMs);
  }
}

/** Starts a server; what it wrote to its log when it did not come up. */
async function launch(
  home: ServerHome,
  binaries: Binaries,
  settings: readonly string[],
  deadline: number,
): Promise<Running | string> {
  const port = await choosePort(home);
  rotate(home.logFile);
  const logFrom = existsSync(home.logFile) ? statSync(home.logFile).size : 0;
  const output = openSync(home.logFile, "a", 0o600);
  const child = spawn(
    binaries.postgres,
    ["-D", home.cluster, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
    {
      ...home.account.identity,
      cwd: "/",
      env: serverEnvironment(),
      stdio: ["ignore", output, output],
      // A group of its own: Ctrl-C at the terminal must reach the levels first and the database last.
      detached: true,
    },
  );
  closeSync(output);
  const exited = ended(child);
  child.unref();
  for (;;) {
    const how = await Promise.race([exited, sleep(pollMs)]);
    if (how !== undefined) return `${how}\n${readFileSync(home.logFile, "utf8").slice(logFrom)}`;
    const file = readPostmasterFile(home.cluster);
    if (file !== undefined && file.pid === child.pid && file.status === "ready")
      return { pid: file.pid, port, adopted: false };
    if (performance.now() > deadline) {
      child.kill("SIGQUIT");
      throw startFault(`not ready in ${startTimeoutMs} ms`);
    }
  }
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(`exit ${code ?? signal}`));
  });
}

/** The port of last time when it is free, else a free one; it is remembered. */
async function choosePort(home: ServerHome): Promise<number> {
  const known = readPort(home);
  if (known !== undefined && (await isFree(known))) return known;
  for (let attempt = 0; attempt < portAttemptsMax; attempt++) {
    const port = randomInt(portMin, portMax + 1);
    if (!(await isFree(port))) continue;
    writePort(home, port);
    return port;
  }
  throw new Fault("transient", "postgres.port", `no free port found between ${portMin} and ${portMax}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Sessions of a killed server hold its shared memory until they notice; a new server must not start before. */
async function waitForOrphans(home: ServerHome, log: Log): Promise<void> {
  const alive = () => processesIn(home.cluster).length > 0;
  log.warn("sessions of a PostgreSQL that died are still there; waiting", { pids: processesIn(home.cluster) });
  if (process.platform !== "linux") return sleep(500);
  if (await gone(alive, orphanGraceMs)) return;
  // SIGQUIT is what a postmaster sends its children when one of them crashed: leave at once, write nothing.
  for (const pid of processesIn(home.cluster)) send(pid, "SIGQUIT");
  if (await gone(alive, orphanTimeoutMs)) return;
  throw startFault(`processes ${processesIn(home.cluster).join(", ")} of an earlier server do not end`);
}

async function gone(alive: () => boolean, waitMs: number): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  while (alive()) {
    if (performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

/** Resolves when the process has ended, however it did. */
export async function serverEnd(pid: number, signal: AbortSignal): Promise<void> {
  const start = processStart(pid);
  const runs = () => start !== undefined && processStart(pid) === start;
  while (!signal.aborted && runs()) await sleep(endPollMs, undefined, { ref: false });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function rotate(file: string): void {
  if (existsSync(file) && statSync(file).size > logBytesMax) renameSync(file, `${file}.1`);
}

function startFault(why: string): Fault {
  return new Fault("permanent", "postgres.start", `PostgreSQL does not start: ${why.trim().slice(-2_000)}`);
}
