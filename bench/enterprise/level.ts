import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Role } from "../../src/contract/rights.ts";
import { start } from "../../src/l4-enterprise/start.ts";
import { silentLog } from "../../src/runtime/log.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { self } from "./floor.ts";
import type { Answer, Requests } from "./http-callers.ts";

/** Level 4 of the bench's company, on a port of its own over a real socket. */
export type Level = { readonly url: string; stop(): Promise<void> };

const roles: readonly Role[] = ["site", "warehouse"];
export const tokenOf = (role: Role) => `token-of-the-${role}`;

export async function startLevel(databaseUrl: string): Promise<Level> {
  const folder = mkdtempSync(join(tmpdir(), "packtrail-bench-"));
  const secret = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const machine = realMachine({ log: silentLog });
  const level = await start(
    {
      instance: "bench",
      environment: "validation",
      listen: { host: "127.0.0.1", port: 0 },
      databaseUrlFile: secret("database", databaseUrl),
      // The floor's pools are wrapped with this key.
      keyFile: secret("key", "03".repeat(32)),
      credentials: roles.map((role) => ({ name: role, role, tokenFile: secret(role, tokenOf(role)) })),
      company: self,
      sites: [],
    },
    machine,
  );
  return {
    url: level.url,
    async stop() {
      await level.stop();
      machine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sends requests from a thread of its own, so that callers and level do not share one. */
export function callFromThread(requests: Requests): Promise<Answer[]> {
  const worker = new Worker(fileURLToPath(new URL("http-callers.ts", import.meta.url)), { workerData: requests });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
