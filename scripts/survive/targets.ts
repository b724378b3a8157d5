import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { All } from "../../src/cli/all/start-all.ts";

/** Every process of the system that a kill can hit. */
export const targets = [
  "network",
  "enterprise-maker",
  "enterprise-wholesaler",
  "enterprise-pharmacy",
  "site",
  "line-1",
  "line-1 verdict path",
  "hall",
  "eu-hub-sandbox",
  "postgres",
] as const;
export type Target = (typeof targets)[number];

const backMaxMs = 60_000;
const pollMs = 50;
const healthTimeoutMs = 2_000;

/** The process of a target now; undefined while it is down. */
export function pidOf(all: All, target: Target): number | undefined {
  if (target === "line-1 verdict path") return verdictPid(all.pids().get("line-1"));
  const pid = all.pids().get(target);
  return pid !== undefined && isAlive(pid) ? pid : undefined;
}

/** The verdict process is the line's child, and nobody but the system knows of it. */
function verdictPid(line: number | undefined): number | undefined {
  const listed = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).stdout ?? "";
  for (const row of listed.split("\n")) {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    if (Number(parent) === line && args?.includes("line-verdict")) return Number(pid);
  }
  return undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until there is a process to kill: one that was hit a moment ago is still being started again. */
export async function killTarget(all: All, target: Target): Promise<number> {
  const pid = await waitFor(`${target} has a process`, async () => pidOf(all, target));
  process.kill(pid, "SIGKILL");
  return pid;
}

/** Resolves when the target is another process than the one killed, and answers. */
export async function backAgain(all: All, target: Target, killed: number): Promise<void> {
  await waitFor(`${target} is back`, async () => {
    const pid = pidOf(all, target);
    return pid !== undefined && pid !== killed && (await answers(all, target)) ? true : undefined;
  });
}

/** A level is ready when `/ready` says 200; of the simulated hall and hub any answer will do. */
async function answers(all: All, target: Target): Promise<boolean> {
  if (target === "postgres") return answers(all, "enterprise-maker");
  const name = target === "line-1 verdict path" ? "line-1" : target;
  const url = all.addresses().get(name)?.[0]?.url;
  if (url === undefined) return false;
  try {
    const reply = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(healthTimeoutMs) });
    return reply.ok || target === "hall" || target === "eu-hub-sandbox";
  } catch {
    return false;
  }
}

async function waitFor<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + backMaxMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${backMaxMs / 1000} s: ${what}`);
    await sleep(pollMs);
  }
}
