import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * When the process started, in the system's own words; undefined when there is none. Together with the pid it names
 * one process: a pid alone may have been given to another since.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      // proc(5): the name in parentheses may hold spaces; the start time is field 22, 20 after it.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  return ps("lstart=", pid);
}

/** Whether this pid is a PostgreSQL server over `cluster`, and not a stranger that was given its number. */
export function isServerOf(pid: number, cluster: string): boolean {
  if (processStart(pid) === undefined) return false;
  if (process.platform === "linux") {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(cluster);
    } catch {
      return false;
    }
  }
  return ps("args=", pid)?.includes(cluster) ?? false;
}

/** Processes that work inside `cluster` (a server does so all its life, and so do its children); Linux only. */
export function processesIn(cluster: string): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readlinkSync(`/proc/${name}/cwd`) === cluster;
      } catch {
        return false;
      }
    })
    .map(Number);
}

function ps(format: string, pid: number): string | undefined {
  const run = spawnSync("ps", ["-o", format, "-p", String(pid)], { encoding: "utf8" });
  const text = run.stdout?.trim() ?? "";
  return run.status === 0 && text !== "" ? text : undefined;
}
