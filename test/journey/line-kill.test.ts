import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { start as startLine } from "../../src/cli/line-start.ts";
import { start as startHall } from "../../src/l1-device/start.ts";
import { openJournal } from "../../src/l2-line/journal.ts";
import { must } from "../../src/kernel/base/result.ts";
import { silentLog } from "../../src/runtime/log.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { stateCount } from "../../src/l2-line/run/run.ts";
import { person, runId, testOrder } from "../simulation/line-world.ts";

const folder = mkdtempSync(join(tmpdir(), "packtrail-line-kill-"));
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

test("LINE-030 kill -9 of the verdict process while the hall runs over TCP: it comes back, and every count agrees [REQ-KILL-01] [REQ-RUN-04]", {
  timeout: 120_000,
}, async () => {
  for (const name of ["to-line", "to-site"]) writeFileSync(join(folder, name), `token-${name}`, { mode: 0o600 });
  const firstPort = 23_000 + (process.pid % 200) * 20;
  const hall = await startHall(
    { instance: "hall", host: "127.0.0.1", firstPort, seed: 7, packsPerMinute: 600, dataDir: folder },
    machine,
  );
  const dataDir = join(folder, "line");
  const line = await startLine(
    {
      instance: "line-1",
      environment: "validation",
      lineId: "line-1",
      listen: { host: "127.0.0.1", port: 0 },
      dataDir,
      site: { url: "http://127.0.0.1:1", tokenFile: join(folder, "to-site") },
      devices: { host: "127.0.0.1", firstPort },
      credentials: [],
    },
    machine,
  );
  try {
    const { port } = line;
    const order = testOrder({ quantity, packsPerCase: 8, casesPerPallet: 2, spare: 100 });
    await until(async () => (await port.command({ name: "prepareRun", order })).ok);
    await port.command({ name: "clearLine", runId, checklist: ["bin empty"], signatures: [signature, signature] });
    await until(async () => (await port.command({ name: "start", runId, by: person })).ok);
    await until(async () => ((await port.run(runId))?.good ?? 0) >= 12);
    const killed = line.verdictPid();
    process.kill(killed as number, "SIGKILL");
    await until(async () => {
      const run = await port.run(runId);
      if (run?.commands.unhold === null)
        await port.command({ name: "unhold", runId, by: person, reason: "the belt is as it should be" });
      return run?.state === "Complete";
    });
    expect(line.verdictPid()).not.toBe(killed);
    const view = (await (await fetch(`${hall.url}/state`)).json()) as {
      bin: { count: number };
      downstreamBin: { count: number };
    };
    await port.command({ name: "countBin", runId, by: person, counted: view.bin.count + view.downstreamBin.count });
    const closed = must(
      await port.command({ name: "dispose", runId, by: person, reason: "rejects", signatures: [signature, signature] }),
    );
    expect(closed).toMatchObject({ packed: quantity, good: quantity, cases: 5, pallets: 3 });
  } finally {
    await line.stop();
    await hall.stop();
  }
  checkJournal(dataDir);
});

function checkJournal(dataDir: string): void {
  const journal = must(
    openJournal(machine.database, {
      path: join(dataDir, "journal.sqlite"),
      lineId: "line-1",
      environment: "validation",
      offsetMinutes: 0,
    }),
  );
  const entries = journal.entriesAfter(0, 10_000);
  const run = journal.runs().get(runId);
  journal.close();
  const bodies = entries.map(({ body }) => body);
  expect(bodies.some((body) => body.kind === "devices-recovered")).toBe(true);
  const counters = bodies.find((body) => body.kind === "counters");
  expect(counters).toMatchObject({
    printed: { pack: run?.encoded.pack, case: run?.encoded.case, pallet: run?.encoded.pallet },
    pictures: { pack: (run?.verdicts.accept ?? 0) + (run?.verdicts.reject ?? 0) },
    conveyor: {
      accepted: run?.gate.accepted,
      rejected: run?.gate.rejected,
      downstreamRejected: run?.rejects.downstream,
    },
  });
  expect(run && stateCount(run, "pack", "Encoded")).toBe(0);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 90_000, interval: 100 });
}
