import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { silentLog } from "../../runtime/log.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import { startPostgres } from "../../runtime/postgres/launcher.ts";
import { writeSecret } from "./files.ts";
import { keepPostgres } from "./keep-postgres.ts";

const root = mkdtempSync(join(tmpdir(), "kp-"));
chmodSync(root, 0o755);
const machine = realMachine({ log: silentLog });
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  machine.close();
  rmSync(root, { recursive: true, force: true });
});

/** Somebody else's server on the port that PostgreSQL had, as soon as it is free. */
async function squat(port: number): Promise<Server> {
  for (;;) {
    const server = createServer((socket) => socket.destroy());
    const taken = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (taken) return server;
    await sleep(10);
  }
}

test("PostgreSQL killed, and its port taken before it is back: a running level finds it where it went [REQ-KILL-02]", async () => {
  const file = join(root, "secrets", "database-url");
  let port = 0;
  let starts = 0;
  const kept = await keepPostgres(
    async () => {
      if (++starts > 1) {
        const squatter = await squat(port);
        closing.push(() => new Promise((resolve) => squatter.close(resolve)));
      }
      const settings = { synchronous_commit: "on" };
      const dataDir = join(root, "postgres");
      const server = await startPostgres({ dataDir, temporary: true, settings, log: silentLog });
      if (starts === 1) port = server.port;
      return server;
    },
    silentLog,
    (server) => writeSecret(file, server.url("postgres")),
  );
  closing.push(kept.stop);
  writeSecret(file, kept.url("postgres"));
  const database = machine.database.postgres(() => readFileSync(file, "utf8").trim());
  closing.push(() => database.close());
  const heard: string[] = [];
  await database.listen("told", (payload) => heard.push(payload));
  await database.run({ text: "create table kept (n int)" });
  await database.run({ text: "insert into kept values (1)" });

  process.kill(kept.pid(), "SIGKILL");

  await expect.poll(() => new URL(kept.url("postgres")).port, { timeout: 30_000 }).not.toBe(String(port));
  await expect
    .poll(() => database.run({ text: "select n from kept" }).catch(() => undefined), { timeout: 30_000 })
    .toEqual([{ n: 1 }]);
  // After a reconnect every listener is told to look for itself; then it hears again.
  await expect.poll(() => heard, { timeout: 30_000 }).toContain("");
  await database.run({ text: "select pg_notify('told', 'again')" });
  await expect.poll(() => heard, { timeout: 30_000 }).toContain("again");
});
