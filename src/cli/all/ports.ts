import { createServer } from "node:net";
import type { Ports } from "./plan.ts";
import { portsFrom, portsNeeded } from "./plan.ts";

const host = "127.0.0.1";
const firstCandidate = 12_000;
/** From 20000 on our PostgreSQL picks its port. */
const lastCandidate = 19_999;

/** The first port of the range that is taken already, or undefined when all are free. */
export async function takenPort(first: number, count = portsNeeded): Promise<number | undefined> {
  for (let port = first; port < first + count; port += 1) if (!(await isFree(port))) return port;
  return undefined;
}

/** A whole free range, below where anything else picks one by chance. */
export async function freePorts(): Promise<Ports> {
  const ranges = Math.floor((lastCandidate - firstCandidate) / portsNeeded);
  const start = process.pid % ranges;
  for (let i = 0; i < ranges; i += 1) {
    const first = firstCandidate + ((start + i) % ranges) * portsNeeded;
    if ((await takenPort(first)) === undefined) return portsFrom(first);
  }
  throw new Error(`no free range of ports from ${firstCandidate} to ${lastCandidate}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
