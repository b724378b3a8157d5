import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { silentLog } from "../log.ts";
import type { Database } from "../machine.ts";
import { realMachine } from "../machine.real.ts";
import { copyText, type CopyValue } from "./copy-text.ts";
import { administer } from "./ensure-database.ts";
import { isUniqueViolation } from "./sql-fault.ts";

const machine = realMachine({ log: silentLog });
let scratch: ScratchDatabase;
let db: Database;
beforeAll(async () => {
  scratch = await scratchDatabase([
    {
      id: "1",
      sql: `create table item (id bigint primary key, body bytea, name text, flag boolean);
      create table account (id int primary key, amount int not null); insert into account values (1, 100), (2, 100);
      create table parent (id int primary key);
      create table child (parent int references parent deferrable initially deferred)`,
    },
  ]);
  db = scratch.database;
});
afterAll(() => scratch.drop());

const backend = { text: "select pg_backend_pid() as pid" };
const terminate = (pid: number) =>
  administer(scratch.url, (client) => client.query("select pg_terminate_backend($1)", [pid]));

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await machine.clock.sleep(5);
}

describe("values", () => {
  test("int8 stays text, bytea is bytes, arrays and nulls pass", async () => {
    const rows = await db.run(
      {
        name: "values",
        text: "select $1::int8 as n, $2::bytea as b, $3::text[] as t, $4::text as nothing, $5::uuid[] as ids, $6::jsonb as j",
      },
      [
        9007199254740993n,
        new Uint8Array([0, 255, 92]),
        ['a"b', "c,\\d", null],
        null,
        ["018f3b5e-0000-7000-8000-000000000000"],
        { a: [1] },
      ],
    );
    expect(rows).toEqual([
      {
        n: "9007199254740993",
        b: Buffer.from([0, 255, 92]),
        t: ['a"b', "c,\\d", null],
        nothing: null,
        ids: ["018f3b5e-0000-7000-8000-000000000000"],
        j: { a: [1] },
      },
    ]);
  });

  test("COPY brings everything that text can hold", async () => {
    const value = fc.record({
      body: fc.option(fc.uint8Array({ maxLength: 40 })),
      name: fc.option(
        fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !text.includes("\0") && text.isWellFormed()),
      ),
      flag: fc.option(fc.boolean()),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 30 }), async (values) => {
        await db.run({ text: "delete from item" });
        const lines = values.map(({ body, name, flag }, index): string =>
          copyText([BigInt(index), body, name, flag] as CopyValue[]),
        );
        expect(await db.transaction((sql) => sql.copyIn("copy item (id, body, name, flag) from stdin", lines))).toBe(
          values.length,
        );
        const back = await db.run({ text: "select body, name, flag from item order by id" });
        expect(back).toEqual(
          values.map(({ body, ...rest }) => ({ body: body === null ? null : Buffer.from(body), ...rest })),
        );
      }),
      { numRuns: 25 },
    );
  });

  test("a COPY that fails is a fault, and the connection goes on", async () => {
    await db.run({ text: "delete from item" });
    const copy = db.transaction((sql) => sql.copyIn("copy item (id) from stdin", ["1", "not a number"]));
    await expect(copy).rejects.toMatchObject({ kind: "permanent", code: "database.statement", sqlState: "22P02" });
    const failed = new Error("the source failed");
    function* broken() {
      yield* Array.from({ length: 100_000 }, (_, index) => String(index));
      throw failed;
    }
    await expect(db.transaction((sql) => sql.copyIn("copy item (id) from stdin", broken()))).rejects.toBe(failed);
    expect(await db.run({ text: "select count(*)::int as n from item" })).toEqual([{ n: 0 }]);
  });
});

describe("transactions", () => {
  test("roll back what the work throws, as it was thrown", async () => {
    const thrown = new Error("no");
    const attempt = db.transaction(async (sql) => {
      await sql.run({ text: "update account set amount = 0" });
      throw thrown;
    });
    await expect(attempt).rejects.toBe(thrown);
    expect(await db.run({ text: "select sum(amount)::int as sum from account" })).toEqual([{ sum: 200 }]);
  });

  test("run again after a deadlock, and move every unit once", async () => {
    const move = (from: number, to: number) =>
      db.transaction(async (sql) => {
        await sql.run({ text: "update account set amount = amount - 1 where id = $1" }, [from]);
        await machine.clock.sleep(5);
        await sql.run({ text: "update account set amount = amount + 1 where id = $1" }, [to]);
      });
    await Promise.all([move(1, 2), move(2, 1), move(1, 2)]);
    expect(await db.run({ text: "select amount from account order by id" })).toEqual([{ amount: 99 }, { amount: 101 }]);
  });

  test("give up on a conflict that does not end, with a transient fault", async () => {
    let attempts = 0;
    const attempt = db.transaction(async (sql) => {
      attempts++;
      await sql.run({ text: "do $$ begin raise exception 'x' using errcode = '40001'; end $$" });
    });
    await expect(attempt).rejects.toMatchObject({ kind: "transient", code: "database.conflict" });
    expect(attempts).toBe(8);
  });

  test("statements asked for at once run in their order", async () => {
    const seen = await db.transaction((sql) =>
      Promise.all([1, 2, 3].map((n) => sql.run<{ n: number }>({ text: "select $1::int as n" }, [n]))),
    );
    expect(seen.flat().map(({ n }) => n)).toEqual([1, 2, 3]);
  });

  test("name the constraint that refused", async () => {
    const twice = db.transaction(async (sql) => {
      await sql.run({ text: "insert into parent values (1), (1)" });
    });
    const error = await twice.catch((thrown: unknown) => thrown);
    expect([
      isUniqueViolation(error),
      isUniqueViolation(error, "parent_pkey"),
      isUniqueViolation(error, "other"),
    ]).toEqual([true, true, false]);
  });

  test("a constraint that fails at the commit is the statement's fault, not in doubt", async () => {
    const attempt = db.transaction((sql) => sql.run({ text: "insert into child values (404)" }));
    await expect(attempt).rejects.toMatchObject({ kind: "permanent", sqlState: "23503" });
  });

  test("stop honestly when the work went on over a failed statement", async () => {
    const attempt = db.transaction(async (sql) => {
      await sql.run({ text: "select 1 / 0" }).catch(() => {});
    });
    await expect(attempt).rejects.toThrow("nothing was committed");
  });

  test("refuse a statement after their end", async () => {
    const kept = await db.transaction(async (sql) => sql);
    expect(() => kept.run({ text: "select 1" })).toThrow("after its transaction");
  });
});

describe("a lost connection", () => {
  test("inside a transaction is transient: the server undoes it", async () => {
    const attempt = db.transaction(async (sql) => {
      const [row] = await sql.run<{ pid: number }>(backend);
      await terminate(row?.pid ?? 0);
      await sql.run({ text: "select 1" });
    });
    await expect(attempt).rejects.toMatchObject({ kind: "transient" });
    expect(await db.run({ text: "select 1 as n" })).toEqual([{ n: 1 }]);
  });

  test("during the commit is ambiguous", async () => {
    // A deferred trigger runs inside COMMIT: a sleep there is a commit on its way.
    await db.run({
      text: `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return null; end $$;
      create table slowly (n int);
      create constraint trigger slow after insert on slowly deferrable initially deferred for each row execute function slow()`,
    });
    let pid = 0;
    const attempt = db.transaction(async (sql) => {
      pid = (await sql.run<{ pid: number }>(backend))[0]?.pid ?? 0;
      await sql.run({ text: "insert into slowly values (1)" });
    });
    const outcome = expect(attempt).rejects.toMatchObject({ kind: "ambiguous" });
    await until(
      async () =>
        (
          await db.run(
            { text: "select 1 from pg_stat_activity where pid = $1 and query = 'COMMIT' and wait_event = 'PgSleep'" },
            [pid],
          )
        ).length > 0,
    );
    await terminate(pid);
    await outcome;
  });

  test("to nowhere is transient, and says where", async () => {
    const nowhere = machine.database.postgres("postgres://a:b@127.0.0.1:1/none");
    await expect(nowhere.run({ text: "select 1" })).rejects.toMatchObject({
      kind: "transient",
      code: "database.connection",
      message: expect.stringContaining("127.0.0.1:1"),
    });
    await nowhere.close();
  });
});

describe("notifications", () => {
  test("come with their payload, on their channel, once the transaction commits", async () => {
    const heard: string[] = [];
    const first = await db.listen("first", (payload) => heard.push(`first ${payload}`));
    const second = await db.listen("second", (payload) => heard.push(`second ${payload}`));
    const notify = (channel: string, payload: string) =>
      db.run({ text: "select pg_notify($1, $2)" }, [channel, payload]);
    await db
      .transaction(async (sql) => {
        await sql.run({ text: "select pg_notify('first', 'never')" });
        throw new Error("rolled back");
      })
      .catch(() => {});
    await notify("first", "a");
    await notify("second", "b");
    await until(() => heard.length === 2);
    await first.close();
    await notify("first", "c");
    await notify("second", "d");
    await until(() => heard.length === 3);
    await second.close();
    expect(heard).toEqual(["first a", "second b", "second d"]);
  });

  test("come again after the connection was lost, and the listener is told to look", async () => {
    const heard: string[] = [];
    const listening = await db.listen("again", (payload) => heard.push(payload));
    const [row] = await db.run<{ pid: number }>({
      text: "select pid from pg_stat_activity where query ilike 'listen%' and datname = current_database()",
    });
    await terminate(row?.pid ?? 0);
    await until(() => heard.includes(""));
    await db.run({ text: "select pg_notify('again', 'after')" });
    await until(() => heard.includes("after"));
    await listening.close();
  });
});
