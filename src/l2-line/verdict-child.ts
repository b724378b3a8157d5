import { type ChildProcess, fork } from "node:child_process";
import type { Machine, Timer } from "../runtime/machine.ts";
import type { VerdictConfig } from "./verdict-process.ts";

/** What the verdict process is told at its start; `devices` is for whoever makes the drivers. */
export type VerdictOrders = VerdictConfig & { readonly socketPath: string; readonly devices: unknown };

const restartMinMs = 200;
const restartMaxMs = 5_000;
/** A process that ran this long was well: its next restart is quick again. */
const wellAfterMs = 30_000;
const stopGraceMs = 5_000;

/** Keeps the verdict process running until `stop`. */
export function superviseVerdictProcess(
  entry: string,
  orders: VerdictOrders,
  machine: Pick<Machine, "clock" | "log">,
): { readonly pid: () => number | undefined; stop(): Promise<void> } {
  const { clock, log } = machine;
  let child: ChildProcess | undefined;
  let restarting: Timer | undefined;
  let delayMs = restartMinMs;
  let stopping = false;

  const launch = () => {
    const startedMs = clock.monotonicMs();
    const started = fork(entry, [], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
    child = started;
    started.send(orders, () => undefined);
    started.on("error", (error) => log.error("the verdict process cannot be started", { error: String(error) }));
    started.on("exit", (code, signal) => {
      if (stopping) return;
      if (clock.monotonicMs() - startedMs > wellAfterMs) delayMs = restartMinMs;
      log.error("the verdict process ended and is started anew", {
        lineId: orders.lineId,
        how: signal ?? code,
        delayMs,
      });
      restarting = clock.after(delayMs, launch);
      delayMs = Math.min(restartMaxMs, delayMs * 2);
    });
  };
  launch();
  return {
    pid: () => child?.pid,
    async stop() {
      stopping = true;
      restarting?.cancel();
      const last = child;
      if (!last || last.exitCode !== null || last.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => last.once("exit", () => resolve()));
      last.kill("SIGTERM");
      const force = clock.after(stopGraceMs, () => last.kill("SIGKILL"));
      await gone;
      force.cancel();
    },
  };
}
