import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Address, FromLevel } from "../level-messages.ts";
import type { Instance } from "./plan.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
/** Seven processes load much the same: what one has compiled the next start takes. Not being writable does no harm. */
const compileCache = fileURLToPath(new URL("../../../node_modules/.cache/packtrail", import.meta.url));

const restartDelayMinMs = 200;
const restartDelayMaxMs = 10_000;
/** A level that ran this long was well: its next restart is quick again. */
const wellAfterMs = 30_000;
const stopGraceMs = 10_000;
/** A level that has said nothing by then never will; its log says why. */
const readyMaxMs = 120_000;

export type Child = {
  readonly name: string;
  readonly level: Instance["level"];
  /** Of the newest start; empty until the first one. */
  addresses(): readonly Address[];
  pid(): number | undefined;
  /** Resolves when the level first says that it is ready; rejects when it ended before. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
};

export type ChildEvents = {
  onReady(name: string, message: Extract<FromLevel, { type: "ready" }>, restarts: number): void;
  onExit(name: string, how: string, restartsInMs: number): void;
};

/** One level in a process of its own: started again when it dies, until `stop`. */
export function superviseChild(instance: Instance, configFile: string, logFile: number, events: ChildEvents): Child {
  let process: ChildProcess | undefined;
  let addresses: readonly Address[] = [];
  let stopping = false;
  let restarts = 0;
  let delayMs = restartDelayMinMs;
  let timer: NodeJS.Timeout | undefined;
  const ready = Promise.withResolvers<void>();
  const late = setTimeout(
    () => ready.reject(new Error(`${instance.name} is not ready after ${readyMaxMs / 1000} s`)),
    readyMaxMs,
  );
  ready.promise.catch(() => {}).finally(() => clearTimeout(late));

  function launch(): void {
    const startedAt = performance.now();
    const child = spawn(globalThis.process.execPath, [main, instance.level, "--config", configFile], {
      stdio: ["ignore", logFile, logFile, "ipc"],
      env: { ...globalThis.process.env, NODE_NO_WARNINGS: "1", NODE_COMPILE_CACHE: compileCache },
    });
    process = child;
    child.on("message", (message: FromLevel) => {
      if (message.type !== "ready") return;
      addresses = message.addresses;
      events.onReady(instance.name, message, restarts);
      ready.resolve();
    });
    child.on("exit", (code, signal) => {
      const how = signal ?? `exit ${code}`;
      if (stopping) return;
      // By itself before it was ever ready: its configuration or its port is wrong, and will be. Killed: try again.
      if (signal === null && addresses.length === 0) {
        ready.reject(new Error(`${instance.name} ended before it was ready (${how})`));
      }
      if (performance.now() - startedAt > wellAfterMs) delayMs = restartDelayMinMs;
      events.onExit(instance.name, how, delayMs);
      timer = setTimeout(launch, delayMs);
      delayMs = Math.min(delayMs * 2, restartDelayMaxMs);
      restarts += 1;
    });
  }

  async function stop(): Promise<void> {
    stopping = true;
    clearTimeout(timer);
    const child = process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), stopGraceMs);
    await gone;
    clearTimeout(force);
  }

  launch();
  return {
    name: instance.name,
    level: instance.level,
    addresses: () => addresses,
    pid: () => process?.pid,
    ready: ready.promise,
    stop,
  };
}
