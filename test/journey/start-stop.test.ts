import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { freePorts, takenPort } from "../../src/cli/all/ports.ts";
import { demonstration } from "../../src/cli/demo/demonstration.ts";
import { demonstrationExpiry } from "../../src/cli/demo/furnish.ts";
import { person } from "../../src/cli/demo/people.ts";
import { enterpriseApi } from "../../src/contract/enterprise-api.ts";
import { silentLog } from "../../src/runtime/log.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";

// What `npm start` starts, and what it takes away again, as its user sees it.

const root = mkdtempSync(join(tmpdir(), "packtrail-start-stop-"));
const dataDir = join(root, "data");
// PostgreSQL's own account, which root needs for it, may enter: everything stays in this directory.
mkdirSync(dataDir, { mode: 0o755 });
spawnSync("chmod", ["755", root, dataDir]);
const machine = realMachine({ log: silentLog });
const groups: number[] = [];

afterAll(() => {
  machine.close();
  for (const pid of groups) spawnSync("kill", ["-KILL", "--", `-${pid}`], { stdio: "ignore" });
  rmSync(root, { recursive: true, force: true });
});

const runningText = "Ctrl-C stops everything.";
const waitMs = 60_000;
const until = (condition: () => void | Promise<void>) =>
  vi.waitFor(async () => condition(), { timeout: waitMs, interval: 100 });

type Process = { readonly pid: number; readonly parent: number; readonly args: string };

function processes(): Process[] {
  const rows = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).stdout.split("\n");
  return rows.flatMap((row) => {
    const [, pid, parent, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return pid === undefined || args.includes("<defunct>") ? [] : [{ pid: Number(pid), parent: Number(parent), args }];
  });
}

/** The supervisor's children, and theirs. */
function family(pid: number): Process[] {
  const all = processes();
  const found = all.filter((each) => each.pid === pid);
  for (const each of found) found.push(...all.filter(({ parent }) => parent === each.pid));
  return found;
}

const isPostgres = ({ args }: Process) => /^postgres:|bin\/postgres /.test(args);
const stillThere = (them: readonly Process[]) => {
  const now = new Set(processes().map(({ pid }) => pid));
  return them.filter(({ pid }) => now.has(pid)).map(({ args }) => args);
};

async function start(port: number): Promise<{ child: ChildProcess; output: () => string; processes: Process[] }> {
  const args = ["bin/packtrail.js", "all", "--data", dataDir, "--port", String(port)];
  // A group of its own: what a terminal's Ctrl-C reaches is this group.
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  groups.push(child.pid as number);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part: Buffer) => (text += part.toString()));
  await until(() => expect(text).toContain(runningText));
  return { child, output: () => text, processes: family(child.pid as number) };
}

function ended(child: ChildProcess): Promise<number | null> {
  return child.exitCode !== null ? Promise.resolve(child.exitCode) : new Promise((done) => child.once("exit", done));
}

/** Files that a process in the middle of something leaves: sockets, drafts, claims. */
function passing(): string[] {
  const names = readdirSync(dataDir, { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.sock$|\.s\.PGSQL|postmaster\.pid$|\.new(-\d+)?$|(^|\/)launcher$|-wal$/.test(name));
}

async function serial() {
  const people = readFileSync(join(dataDir, "secrets", "demonstration-people.txt"), "utf8");
  const [, password = ""] = /^sam\.serial\s+(\S+)/m.exec(people) ?? [];
  return person(machine.network.fetch, "sam.serial", password);
}

// Somebody else's PostgreSQL is neither killed nor taken away.
test.skipIf(process.env["DATABASE_URL"])(
  "[REQ-KILL-05] everything starts and answers, keeps its data over every way of ending, and leaves nothing behind",
  { timeout: 240_000 },
  async () => {
    const { maker: port } = await freePorts();
    const url = `http://127.0.0.1:${port}`;

    const first = await start(port);
    expect(first.processes.length, "supervisor, PostgreSQL, five levels, hall, cameras, verdict path").toBeGreaterThan(
      12,
    );
    const addresses = [...first.output().matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([address]) => address);
    for (const address of new Set(addresses)) expect((await fetch(`${address}/health`)).status).toBeLessThan(500);
    for (const offset of [0, 1, 2, 3, 5, 6])
      expect((await fetch(`http://127.0.0.1:${port + offset}/health`)).status, `port ${port + offset}`).toBe(200);
    const body = {
      gtin: demonstration.products.us.gtin,
      lot: "KEPT",
      expiry: demonstrationExpiry(machine.clock.now()),
      quantity: 48,
      site: demonstration.site.gln,
    };
    const manager = await serial();
    await (await manager.at(url)).call(enterpriseApi.createWorkOrder, { body });

    // A termination, as a service manager sends it: to the supervisor alone.
    first.child.kill("SIGTERM");
    expect(await ended(first.child)).toBe(0);
    expect(stillThere(first.processes)).toEqual([]);
    expect(await takenPort(port)).toBeUndefined();
    expect(passing()).toEqual([]);

    const second = await start(port);
    expect(second.output()).not.toContain("Furnishing");
    second.child.kill("SIGKILL");
    await ended(second.child);
    // Nobody is left to end them: they see that their supervisor is gone.
    const levels = second.processes.filter((each) => !isPostgres(each));
    await until(() => expect(stillThere(levels)).toEqual([]));
    expect(await takenPort(port)).toBeUndefined();

    const third = await start(port);
    expect(readFileSync(join(dataDir, "log", "all.log"), "utf8")).toContain("PostgreSQL was left running");
    const orders = await (await (await serial()).at(url)).call(enterpriseApi.workOrders);
    expect(orders.map(({ order }) => order.lot)).toEqual(["KEPT"]);
    const everything = [...third.processes, ...second.processes];
    process.kill(-(third.child.pid as number), "SIGINT");
    expect(await ended(third.child)).toBe(0);
    expect(stillThere(everything)).toEqual([]);
    expect(await takenPort(port)).toBeUndefined();
    expect(passing()).toEqual([]);
  },
);
