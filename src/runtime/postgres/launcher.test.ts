import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { silentLog } from "../log.ts";
import { administer, ensureDatabase } from "./ensure-database.ts";
import { type PostgresServer, startPostgres } from "./launcher.ts";
import { parsePostmasterFile } from "./server/postmaster-file.ts";
import { processStart } from "./server/processes.ts";

const isRoot = process.geteuid?.() === 0;
const notRoot = "only root gives the server another account";
// Sixteen characters at most, so that the sockets' paths fit wherever the temporary directory is.
const root = mkdtempSync(join(tmpdir(), "pl-"));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const freshDir = () => join(root, `d${count++}`);
const start = (dataDir: string, more: object = {}) => startPostgres({ dataDir, log: silentLog, ...more });
const ask = (server: { url(database: string): string }, text: string) =>
  administer(server.url("postgres"), async (client) => (await client.query(text)).rows as Record<string, unknown>[]);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

type Report = { pid: number; port: number; adopted: boolean; home: string; url: string };

/** The program of `fixtures`, running and ready. */
async function program(...args: string[]): Promise<{ child: ChildProcess; report: Report }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("fixtures/run-server.ts", import.meta.url)), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  await until(() => output.includes("\n") || child.exitCode !== null);
  return { child, report: JSON.parse(output) as Report };
}

describe("startPostgres", () => {
  test("makes a cluster, keeps its data, its password and its port over a restart, and says nothing to strangers", async () => {
    const dataDir = freshDir();
    const first = await start(dataDir);
    expect(first.adopted).toBe(false);
    expect(first.port).toBeLessThan(32_768);
    await ask(first, "create table kept as select 42 as n");
    expect(
      await ask(
        first,
        "select name, setting from pg_settings where name in ('listen_addresses', 'server_encoding', 'data_checksums', 'fsync') order by name",
      ),
    ).toEqual([
      { name: "data_checksums", setting: "on" },
      { name: "fsync", setting: "on" },
      { name: "listen_addresses", setting: "127.0.0.1" },
      { name: "server_encoding", setting: "UTF8" },
    ]);
    const wrong = new URL(first.url("postgres"));
    wrong.password = "guess";
    await expect(administer(wrong.href, async () => 1)).rejects.toMatchObject({ sqlState: "28P01" });
    await first.stop();
    await first.ended;
    const second = await start(dataDir);
    expect(second.url("postgres")).toBe(first.url("postgres"));
    expect(await ask(second, "select n from kept")).toEqual([{ n: 42 }]);
    await second.stop();
    expect(statSync(join(second.home, "password")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(second.home, "postgres.log"), "utf8")).toContain("database system is shut down");
  });

  test("takes settings, and another port when somebody has the one of last time", async () => {
    const dataDir = freshDir();
    const first = await start(dataDir, { settings: { work_mem: "7MB" } });
    expect(await ask(first, "show work_mem")).toEqual([{ work_mem: "7MB" }]);
    await first.stop();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(first.port, "127.0.0.1", resolve));
    const second = await start(dataDir);
    expect(second.port).not.toBe(first.port);
    await second.stop();
    squatter.close();
  });

  test("says what the server said when it cannot start", async () => {
    await expect(start(freshDir(), { temporary: true, settings: { work_mem: "lots" } })).rejects.toMatchObject({
      code: "postgres.start",
      message: expect.stringContaining("work_mem"),
    });
  });

  test("as root gives the server an account that can reach nothing but its own", async ({ skip }) => {
    skip(!isRoot, notRoot);
    const server = await start(freshDir(), { temporary: true });
    const owner = lstatSync(join(server.home, "cluster"));
    expect(owner.uid).not.toBe(0);
    expect(lstatSync(server.home)).toMatchObject({ uid: 0 });
    expect(readFileSync(`/proc/${server.pid}/status`, "utf8")).toMatch(new RegExp(`^Uid:\\s+${owner.uid}\\s`, "m"));
    await server.stop();
  });

  test("as root takes an empty directory of somebody else's, and refuses a used one", async ({ skip }) => {
    skip(!isRoot, notRoot);
    const dataDir = freshDir();
    mkdirSync(dataDir);
    chownSync(dataDir, 54_321, 54_321);
    const server = await start(dataDir);
    await server.stop();
    expect(lstatSync(server.home).uid).toBe(0);
    chownSync(dataDir, 54_321, 54_321);
    await expect(start(dataDir)).rejects.toMatchObject({
      code: "postgres.data-directory",
      message: expect.stringContaining("belongs to uid 54321"),
    });
  });

  test("as root goes elsewhere when the account cannot enter the data directory, and finds it again", async ({
    skip,
  }) => {
    skip(!isRoot, notRoot);
    const closed = join(root, `closed${count++}`);
    mkdirSync(closed, { mode: 0o700 });
    const dataDir = join(closed, "data");
    const first = await start(dataDir);
    expect(first.home.startsWith(closed)).toBe(false);
    await ask(first, "create table kept as select 1 as n");
    await first.stop();
    const second = await start(dataDir);
    expect([second.home, await ask(second, "select n from kept")]).toEqual([first.home, [{ n: 1 }]]);
    await second.stop();
    rmSync(second.home, { recursive: true });
    const temporary = await start(join(closed, "temporary"), { temporary: true });
    await temporary.stop();
    expect([existsSync(temporary.home), existsSync(join(closed, "temporary"))]).toEqual([false, false]);
  });
});

describe("after a kill", () => {
  test("of the postmaster, with sessions at work, starting again recovers what was committed [REQ-KILL-02]", async () => {
    const dataDir = freshDir();
    const server = await start(dataDir);
    await ask(server, "create table kept as select 7 as n");
    const busy = ask(server, "select count(*) from generate_series(1, 1000000000)").catch(() => "ended");
    let working = false;
    while (!working) {
      const rows = await ask(
        server,
        "select 1 from pg_stat_activity where state = 'active' and query like '%1000000000%' and pid <> pg_backend_pid()",
      );
      working = rows.length > 0;
    }
    process.kill(server.pid, "SIGKILL");
    await server.ended;
    const again = await start(dataDir);
    expect(again.adopted).toBe(false);
    expect(await busy).toBe("ended");
    expect(await ask(again, "select n from kept")).toEqual([{ n: 7 }]);
    await again.stop();
  });

  test("of the program, the next one goes on with the server that was left", async () => {
    const dataDir = freshDir();
    const { child, report } = await program(dataDir);
    await expect(start(dataDir)).rejects.toMatchObject({ code: "postgres.in-use" });
    child.kill("SIGKILL");
    await until(() => child.signalCode !== null);
    const server = await start(dataDir);
    expect(server).toMatchObject({ adopted: true, pid: report.pid, port: report.port });
    await server.stop();
    expect(processStart(report.pid)).toBeUndefined();
  });

  test("of a program whose server was temporary, nothing is left", async () => {
    const dataDir = freshDir();
    const { child, report } = await program(dataDir, "temporary");
    child.kill("SIGKILL");
    await until(() => processStart(report.pid) === undefined && !existsSync(report.home) && !existsSync(dataDir));
  });

  test("Ctrl-C ends the server after its program, and takes what was temporary away", async () => {
    const dataDir = freshDir();
    const { child, report } = await program(dataDir, "temporary");
    child.kill("SIGINT");
    await until(() => child.exitCode !== null);
    expect([child.exitCode, processStart(report.pid), existsSync(dataDir)]).toEqual([0, undefined, false]);
  });

  test("a postmaster.pid whose process is somebody else's now is taken away", async () => {
    const dataDir = freshDir();
    const server = await start(dataDir);
    await server.stop();
    const file = join(server.home, "cluster", "postmaster.pid");
    writeFileSync(file, `${process.pid}\n${join(server.home, "cluster")}\n1\n${server.port}\n\n127.0.0.1\n\nready\n`);
    const again = await start(dataDir);
    expect(again.adopted).toBe(false);
    await again.stop();
  });
});

test("ensureDatabase creates a database once, whoever else does", async () => {
  const server: PostgresServer = await start(freshDir(), { temporary: true });
  await Promise.all([1, 2, 3].map(() => ensureDatabase(server.url("postgres"), "level_4")));
  await ensureDatabase(server.url("postgres"), "level_4");
  expect(await ask({ url: () => server.url("level_4") }, "select current_database() as name")).toEqual([
    { name: "level_4" },
  ]);
  await expect(ensureDatabase(server.url("postgres"), 'x"; drop')).rejects.toThrow("not a name");
  await server.stop();
});

test.each([
  ["12\n/d\n1\n5433\n/s\n127.0.0.1\n  1 2\nready   \n", { pid: 12, port: 5433, status: "ready" }],
  ["12\n/d\n1\n5433\n/s\n127.0.0.1\n  1 2\nstarting\n", { pid: 12, port: 5433, status: "starting" }],
  ["12\n/d\n1\n", { pid: 12, port: 0, status: "starting" }],
  ["", undefined],
  ["-1\n", undefined],
])("postmaster.pid %j", (text, expected) => {
  expect(parsePostmasterFile(text)).toEqual(expected);
});
