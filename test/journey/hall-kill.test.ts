import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { start as startLine } from "../../src/cli/line-start.ts";
import { must } from "../../src/kernel/base/result.ts";
import { dice } from "../../src/l1-device/raster/random.ts";
import { openJournal } from "../../src/l2-line/journal.ts";
import { stateCount } from "../../src/l2-line/run/run.ts";
import { silentLog } from "../../src/runtime/log.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { person, runId, testOrder } from "../simulation/line-world.ts";

// A real hall process is killed with -9 in the middle of a run, at moments drawn by a seed; the line is not.

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "packtrail-hall-kill-"));
const machine = realMachine({ log: silentLog });
afterAll(() => {
  machine.close();
  rmSync(folder, { recursive: true, force: true });
});

const signature = {
  signatureId: runId,
  userId: person,
  userName: "op",
  meaning: "performed",
  at: 1,
  recordHash: "0".repeat(64),
};
const quantity = 40;

test.each((process.env["HALL_KILL_SEEDS"] ?? "1").split(",").map(Number))(
  "LINE-031 seed %i: kill -9 of the hall, twice in a run: the run goes on with the same packs, and every count agrees [REQ-DEV-06] [REQ-KILL-04]",
  { timeout: 180_000 },
  async (seed) => {
    const lots = dice(seed, 0x4a11);
    const here = join(folder, String(seed));
    const dataDir = join(here, "line");
    const firstPort = 27_000 + ((process.pid + seed) % 200) * 20;
    const hall = await superviseHall({
      instance: "hall",
      host: "127.0.0.1",
      firstPort,
      seed,
      packsPerMinute: 600,
      dataDir: join(here, "hall"),
    });
    for (const name of ["to-line", "to-site"]) writeFileSync(join(here, name), `token-${name}`, { mode: 0o600 });
    const line = await startLine(
      {
        instance: "line-1",
        environment: "validation",
        lineId: "line-1",
        listen: { host: "127.0.0.1", port: 0 },
        dataDir,
        site: { url: "http://127.0.0.1:1", tokenFile: join(here, "to-site") },
        devices: { host: "127.0.0.1", firstPort },
        credentials: [],
      },
      machine,
    );
    try {
      const { port } = line;
      const order = testOrder({ quantity, packsPerCase: 8, casesPerPallet: 2, spare: 200 });
      await until(async () => (await port.command({ name: "prepareRun", order })).ok);
      await port.command({ name: "clearLine", runId, checklist: ["bin empty"], signatures: [signature, signature] });
      await until(async () => (await port.command({ name: "start", runId, by: person })).ok);
      const goOn = async () => {
        const run = await port.run(runId);
        if (run?.commands.unhold === null)
          await port.command({ name: "unhold", runId, by: person, reason: "the belt is as it should be" });
        return run;
      };
      for (const from of [2, quantity / 2]) {
        const enough = from + lots.below(quantity / 2);
        await until(async () => ((await goOn())?.good ?? 0) >= Math.min(enough, quantity - 1));
        await hall.kill(lots.below(400));
      }
      await until(async () => (await goOn())?.state === "Complete");
      expect(hall.starts()).toBeGreaterThanOrEqual(3);
      const view = (await (await fetch(`http://127.0.0.1:${firstPort}/state`)).json()) as {
        bin: { count: number };
        downstreamBin: { count: number };
      };
      await port.command({ name: "countBin", runId, by: person, counted: view.bin.count + view.downstreamBin.count });
      const signatures = [signature, signature];
      const closed = must(await port.command({ name: "dispose", runId, by: person, reason: "rejects", signatures }));
      expect(closed).toMatchObject({ packed: quantity, good: quantity, cases: 5, pallets: 3 });
    } finally {
      await line.stop();
      await hall.stop();
    }
    checkJournal(dataDir);
  },
);

/** A hall as `packtrail all` has it: started again when it dies. */
async function superviseHall(config: { readonly dataDir: string } & Record<string, unknown>) {
  const file = `${config.dataDir}.json`;
  mkdirSync(config.dataDir, { recursive: true });
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  let child: ChildProcess;
  let starts = 0;
  let stopping = false;
  const launch = () => {
    child = spawn(process.execPath, [main, "device", "--config", file], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
    child.on("message", () => void starts++);
    child.once("exit", () => {
      if (!stopping) setTimeout(launch, 200);
    });
  };
  launch();
  await until(async () => starts > 0);
  return {
    starts: () => starts,
    async kill(afterMs: number) {
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      child.kill("SIGKILL");
    },
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

/** What level 3 will hold against each other when it reconciles. */
function checkJournal(dataDir: string): void {
  const path = join(dataDir, "journal.sqlite");
  const journal = must(
    openJournal(machine.database, { path, lineId: "line-1", environment: "validation", offsetMinutes: 0 }),
  );
  const bodies = journal.entriesAfter(0, 10_000).map(({ body }) => body);
  const run = journal.runs().get(runId);
  journal.close();
  expect(bodies.some((body) => body.kind === "devices-recovered")).toBe(true);
  expect(bodies.some((body) => body.kind === "alarm" && body.code === "counters-lost")).toBe(false);
  const counters = bodies.find((body) => body.kind === "counters");
  expect(counters).toMatchObject({
    printed: { pack: run?.encoded.pack, case: run?.encoded.case, pallet: run?.encoded.pallet },
    conveyor: {
      accepted: run?.gate.accepted,
      rejected: run?.gate.rejected,
      bin: run?.gate.rejected,
      downstreamRejected: run?.rejects.downstream,
      cases: 5,
      pallets: 3,
    },
  });
  if (counters?.kind !== "counters") return;
  const { pictures, conveyor } = counters;
  expect(pictures.pack).toBe(conveyor.triggers);
  expect(conveyor.infeed).toBe(conveyor.accepted + conveyor.rejected);
  expect(run && stateCount(run, "pack", "Encoded")).toBe(0);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 120_000, interval: 50 });
}
