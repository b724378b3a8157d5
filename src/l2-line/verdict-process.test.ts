import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { noRates, usualRates } from "../../test/simulation/line-chance.ts";
import { lineModel, type LineModel } from "../../test/simulation/line-devices.ts";
import { openModel } from "../../test/simulation/line-model-port.ts";
import { violations } from "../../test/simulation/line-invariants.ts";
import { person, runId, testOrder, type World } from "../../test/simulation/line-world.ts";
import { must } from "../kernel/base/result.ts";
import { silentLog } from "../runtime/log.ts";
import type { Machine, SqliteDatabase } from "../runtime/machine.ts";
import { realMachine } from "../runtime/machine.real.ts";
import { openJournal } from "./journal.ts";
import type { LinePort } from "./line-port.ts";
import { startVerdictProcess, type VerdictMachine, type VerdictProcess } from "./verdict-process.ts";

const folder = mkdtempSync(join(tmpdir(), "packtrail-line-"));
const real = realMachine({ log: silentLog });
afterAll(() => {
  real.close();
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
const killed = new Error("killed");

/** A clock a hundred times as fast, so that the line's patience is short; timers fire in their order. */
function fastClock(): Machine["clock"] {
  const { clock } = real;
  return {
    ...clock,
    after: (delayMs, work) => clock.after(delayMs / 100, work),
    now: () => start + (clock.now() - start) * 100,
  };
}
const start = real.clock.now();

/** Files of which a write dies: before it is durable, or right after. */
function dyingMachine(writes: number, when: "before" | "after"): VerdictMachine {
  let left = writes;
  const sqlite = (path: string): SqliteDatabase => {
    const file = real.database.sqlite(path);
    return {
      ...file,
      transaction<T>(work: () => T): T {
        if (left-- > 0) return file.transaction(work);
        if (when === "after") file.transaction(work);
        throw killed;
      },
    };
  };
  return { clock: fastClock(), log: real.log, database: { ...real.database, sqlite } };
}

type Played = { readonly model: LineModel; readonly path: string; readonly deaths: number };

/** One run through processes that die and come up again on the same file and the same devices. */
async function play(
  name: string,
  options: {
    readonly quantity: number;
    readonly writes?: number;
    readonly when?: "before" | "after";
    readonly spoiled?: boolean;
  },
): Promise<Played> {
  const path = join(folder, `${name}.sqlite`);
  const model = lineModel({ seed: 11, rates: options.spoiled ? usualRates : noRates });
  const order = testOrder({ quantity: options.quantity, packsPerCase: 3, casesPerPallet: 2, spare: 60 });
  let deaths = 0;
  let writes = options.writes ?? Number.POSITIVE_INFINITY;
  let opened = openModel(model);
  let dead = false;
  const open = () => {
    opened = openModel(model);
    dead = false;
    return startVerdictProcess(
      { lineId: "line-1", environment: "validation", journalPath: path },
      dyingMachine(writes, options.when ?? "before"),
      opened.open,
      () => {
        dead = true;
      },
    );
  };
  let line: VerdictProcess = await open();
  for (let turn = 0; turn < 400_000; turn++) {
    if (dead) {
      deaths++;
      writes = Number.POSITIVE_INFINITY;
      await line.stop();
      line = await open();
    }
    opened.pump();
    await new Promise((resolve) => setImmediate(resolve));
    if (turn % 5 === 0 && (await operate(line.port, order, model).catch(() => false))) break;
  }
  await line.stop();
  return { model, path, deaths };
}

/** Does the next sensible thing; true when the run is closed. */
async function operate(port: LinePort, order: ReturnType<typeof testOrder>, model: LineModel): Promise<boolean> {
  const run = await port.run(runId);
  if (!run) await port.command({ name: "prepareRun", order });
  else if (run.commands.clearLine === null)
    await port.command({ name: "clearLine", runId, checklist: ["bin empty"], signatures: [signature, signature] });
  else if (run.commands.start === null) await port.command({ name: "start", runId, by: person });
  else if (run.commands.unhold === null)
    await port.command({ name: "unhold", runId, by: person, reason: "the belt is as it should be" });
  else if (run.commands.dispose === null)
    await port.command({ name: "dispose", runId, by: person, reason: "rejects", signatures: [signature, signature] });
  else if (run.state === "Complete" && run.commands.countBin === null) {
    const { bin, downstreamBin } = model.truth();
    await port.command({ name: "countBin", runId, by: person, counted: bin.length + downstreamBin.length });
  } else return run.state === "Complete" && run.commands.countBin !== null;
  return false;
}

function check({ model, path }: Played, quantity: number): number {
  const journal = must(
    openJournal(real.database, { path, lineId: "line-1", environment: "validation", offsetMinutes: 0 }),
  );
  const run = journal.runs().get(runId);
  const entries = journal.entriesAfter(0, 100_000);
  journal.close();
  if (!run) throw new Error("no run in the journal");
  expect({ state: run.state, ended: run.ended, packed: run.places.pack.get("packed") }).toEqual({
    state: "Complete",
    ended: true,
    packed: quantity,
  });
  expect(violations({ model, journal: entries } as unknown as World, run)).toEqual([]);
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  return entries.length;
}

describe("LINE-010 the verdict process on a real file", () => {
  test("a whole run with spoiled prints", async () => {
    check(await play("whole", { quantity: 40, spoiled: true }), 40);
  });

  test.each(["before", "after"] as const)(
    "LINE-011 killed %s each of its journal writes, nothing is lost and nothing doubled [REQ-KILL-01]",
    async (when) => {
      for (let writes = 1; writes < 70; writes += 1) {
        const played = await play(`kill-${when}-${writes}`, { quantity: 7, writes, when });
        check(played, 7);
        if (played.deaths === 0) return;
      }
    },
    120_000,
  );

  test("LINE-012 a journal in which one character was changed is refused [REQ-RUN-07]", async () => {
    const played = await play("altered", { quantity: 3 });
    const file = real.database.sqlite(played.path);
    file.run(
      "update journal_entry set body = replace(body, 'Commissioned', 'Destroyed') where seq = (select max(seq) from journal_entry where body like '%Commissioned%')",
    );
    file.close();
    const opened = openJournal(real.database, {
      path: played.path,
      lineId: "line-1",
      environment: "validation",
      offsetMinutes: 0,
    });
    expect(opened).toMatchObject({ ok: false, refusal: { code: "line.journal-broken" } });
  });

  test("LINE-013 another line's journal is refused", async () => {
    const played = await play("other", { quantity: 3 });
    const opened = openJournal(real.database, {
      path: played.path,
      lineId: "line-2",
      environment: "validation",
      offsetMinutes: 0,
    });
    expect(opened).toMatchObject({ ok: false, refusal: { code: "line.other-line" } });
  });
});
