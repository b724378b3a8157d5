import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schemaTraps, statementsIn, statementTraps, trapsOf } from "../../test/support/citus-traps.ts";
import { type ScratchDatabase, scratchDatabase } from "../../test/support/scratch-database.ts";
import { isFault } from "../runtime/fault.ts";
import { distribute, distributedTables, distributeStatement, referenceTables } from "./distribution.ts";
import { migrations } from "./migrations.ts";

// No Citus is needed for this: what is known not to work there is not written in the first place.

/** Allowed, and why. */
const allowed: Readonly<Record<string, string>> = {
  "ledger/replay/verify.ts: an isolation level that holds on each node only":
    "an export or a replay is of one moment on one PostgreSQL; docs/growing.md says what it is on Citus",
  "ledger/state.store.ts: copy into a spread table: one duplicate fails all of it":
    "only rows that were not there, and a duplicate means that another transaction made them: this one runs again",
  "epcis-repository/capture.store.ts: an advisory lock, which only the node that takes it knows":
    "the level knows one node only, the coordinator",
  "master-data/master-data.store.ts: an advisory lock, which only the node that takes it knows":
    "the level knows one node only, the coordinator",
};

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
});
afterAll(() => scratch.drop());

describe("what Citus cannot do or does otherwise [REQ-OUT-05]", () => {
  const statements = statementsIn(new URL(".", import.meta.url).pathname);

  test("the statements are found", () => {
    expect(statements.length).toBeGreaterThan(100);
    for (const part of [
      "insert into event (",
      "from chunk where",
      "insert into some_table as t",
      "order by epc for update",
    ])
      expect(
        statements.filter(({ text }) => text.includes(part)),
        part,
      ).not.toEqual([]);
  });

  test("no statement of the level falls into a trap", () => {
    const found = statements.flatMap(({ name, text }) =>
      trapsOf(text).map((trap) => ({ place: `${name}: ${trap}`, text })),
    );
    expect(found.filter(({ place }) => allowed[place] === undefined)).toEqual([]);
    expect(Object.keys(allowed).filter((place) => !found.some((each) => each.place === place))).toEqual([]);
  });

  test.each(statementTraps.map((trap) => [trap.name, trap] as const))("the trap is caught: %s", (name, { sample }) => {
    expect(trapsOf(sample)).toContain(name);
  });

  test.each([
    "select epc from item where epc = any($1) and bucket = $2 order by epc for update",
    "update container set disp = $1 where epc = $2 and bucket = $3",
    "insert into event (event_id, bucket) select * from unnest($1::uuid[], $2::smallint[]) on conflict do nothing returning event_id",
    "insert into place (place) select unnest($1::text[]) on conflict do nothing",
    "select 1 from epc_class where class_id = $1 for update",
  ])("and nothing else is: %s", (text) => {
    expect(trapsOf(text)).toEqual([]);
  });

  test("no table of the schema has one", async () => {
    expect(await schemaTraps(scratch.database)).toEqual([]);
  });

  test.each([
    [
      "alter table item add unique (epc, bucket, parent); create unique index one on container (epc)",
      "unique without the column that rows are spread by: container, one",
    ],
    [
      "alter table chunk add column lots int references lot_of_one",
      "reference from a spread table to one that is not on every node: chunk to lot_of_one",
    ],
    [
      "alter table pack_delta add foreign key (parent, bucket) references container (epc, bucket)",
      "reference to a spread table: pack_delta to container",
    ],
    ["alter table container add column n bigint generated always as identity", "numbers of its own: container.n"],
    ["alter table container add column n bigserial", "numbers of its own: container.n"],
    [
      "create trigger seen before delete on place for each statement execute function refuse_change()",
      "trigger: place.seen",
    ],
    ["alter table event rename bucket to part", "no column to spread by: event"],
    [
      "alter table place add column own int references lot_of_one",
      "reference from every node to a table of one: place to lot_of_one",
    ],
  ])("and one is caught: %s", async (change, trap) => {
    const undone = await scratch.database
      .transaction(async (sql) => {
        await sql.run({ text: `create table lot_of_one (id int primary key); ${change}` });
        const found = await schemaTraps(sql);
        throw Object.assign(new Error("undone"), { found });
      })
      .catch((error: { found?: string[] }) => error.found ?? error);
    expect(undone).toContain(trap);
  });
});

describe("spreading the tables", () => {
  test("names every table once, those of every node first, and the leader before those that follow it", () => {
    const texts = [...referenceTables, ...distributedTables].map((table) => distributeStatement(table).text);
    expect(texts).toEqual([
      "select create_reference_table('scope')",
      "select create_reference_table('epc_class')",
      "select create_reference_table('epc_name')",
      "select create_reference_table('lot')",
      "select create_reference_table('place')",
      "select create_distributed_table('container', 'bucket', shard_count => 64)",
      "select create_distributed_table('item', 'bucket', colocate_with => 'container')",
      "select create_distributed_table('pack_delta', 'bucket', colocate_with => 'container')",
      "select create_distributed_table('chunk', 'bucket', colocate_with => 'container')",
      "select create_distributed_table('event', 'bucket', colocate_with => 'container')",
    ]);
  });

  test("is refused where there is no Citus", async () => {
    const code = await distribute(scratch.database).then(
      () => "done",
      (error: unknown) => (isFault(error) ? error.code : String(error)),
    );
    expect(code).toBe("store.no-citus");
  });
});
