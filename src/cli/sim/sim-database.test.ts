import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ScratchDatabase, scratchDatabase, urlVariable } from "../../../test/support/scratch-database.ts";
import { silentLog } from "../../runtime/log.ts";
import { openSqlite } from "../../runtime/sqlite.ts";
import { createLife, type DeathPlace, Killed, type Life } from "./life.ts";
import { createSimClock } from "./sim-clock.ts";
import { type Listeners, openSimPostgres, openSimSqlite } from "./sim-database.ts";
import { chanceOf, simRandom } from "./sim-random.ts";
import { createTurns } from "./turns.ts";

const insert = { text: "insert into note values (1), (2)" };

describe("the simulated PostgreSQL", () => {
  let scratch: ScratchDatabase;
  beforeAll(async () => {
    expect(process.env[urlVariable]).toBeDefined();
    scratch = await scratchDatabase([{ id: "note", sql: "create table note (n int)" }]);
  });
  afterAll(() => scratch.drop());

  /** Runs one transaction in a life that dies at the given place; what the database then holds, and whether an answer came. */
  async function dying(places: number | undefined): Promise<{ rows: number; answered: boolean; told: number }> {
    await scratch.database.run({ text: "delete from note" });
    const clock = createSimClock({ start: 0, stalled: async () => false });
    const life = createLife("x", 1, () => places);
    const listeners: Listeners = new Map();
    const chance = chanceOf(1, "x");
    const turns = createTurns(async () => 0);
    const database = openSimPostgres(scratch.url, life, listeners, {
      clock,
      turns,
      random: simRandom(chance, clock.now),
      log: silentLog,
    });
    let told = 0;
    const hearing = openSimPostgres(
      scratch.url,
      createLife("y", 1, () => undefined),
      listeners,
      { clock, turns, random: simRandom(chance, clock.now), log: silentLog },
    );
    await hearing.listen("outbox", () => {
      told++;
    });
    let answered = false;
    void database
      .transaction(async (sql) => {
        await sql.run(insert);
        await sql.run({ text: "select pg_notify('outbox', '')" });
      })
      .then(() => {
        answered = true;
      });
    await clock.run({ done: () => false, until: 60_000 });
    if (!life.dead) await database.close();
    await hearing.close();
    // The server sees the dead process's connection close, and rolls back what it had open.
    const open = {
      text: "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
    };
    await expect.poll(async () => (await scratch.database.run(open)).length).toBe(0);
    const rows = await scratch.database.run({ text: "select n from note" });
    return { rows: rows.length, answered, told };
  }

  // Places of one transaction: two statements, the commit, and the answer.
  test.each([
    ["before its first statement", 1, { rows: 0, answered: false, told: 0 }],
    ["between its statements", 2, { rows: 0, answered: false, told: 0 }],
    ["before its commit", 3, { rows: 0, answered: false, told: 0 }],
    ["after its commit, before its answer", 4, { rows: 2, answered: false, told: 1 }],
    ["never", undefined, { rows: 2, answered: true, told: 1 }],
  ] as const)("killed %s", async (_where, places, expected) => {
    expect(await dying(places)).toEqual(expected);
  });
});

describe("the simulated SQLite file", () => {
  const folder = mkdtempSync(join(tmpdir(), "packtrail-sim-sqlite-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ["before-commit", 1, 0],
    ["after-commit", 2, 2],
  ] as const satisfies readonly (readonly [DeathPlace, number, number])[])("killed %s", async (place, places, rows) => {
    const path = join(folder, `${place}.sqlite`);
    const first = openSqlite(path);
    first.run("create table note (n integer)");
    first.close();
    let died: string | undefined;
    const life: Life = createLife("line", 1, () => places);
    const file = openSimSqlite(path, life);
    try {
      file.transaction(() => {
        file.run("insert into note values (1)");
        file.run("insert into note values (2)");
      });
    } catch (error) {
      expect(error).toBeInstanceOf(Killed);
      died = place;
    }
    expect(died).toBe(place);
    expect(() => file.all("select n from note")).toThrow(Killed);
    await Promise.resolve();
    const next = openSqlite(path);
    expect(next.all("select n from note")).toHaveLength(rows);
    next.close();
  });
});
