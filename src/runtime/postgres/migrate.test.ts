import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { type Migration, migrate } from "./migrate.ts";
import { lineDifference } from "./schema-check.ts";
import { dumpSchema } from "./schema-dump.ts";

const first: Migration = {
  id: "0001-pool",
  sql: "create table pool (pool_id int primary key, name text not null); create index on pool (name)",
};
const second: Migration = { id: "0002-owner", sql: "alter table pool add owner text not null default 'none'" };

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase();
});
afterAll(() => scratch.drop());

describe("migrate", () => {
  test("applies what is missing, once, whoever else tries at the same time [REQ-OPS-03]", async () => {
    expect(await migrate(scratch.database, [first])).toEqual(["0001-pool"]);
    const both = await Promise.all([1, 2, 3, 4].map(() => migrate(scratch.database, [first, second])));
    expect(both.flat()).toEqual(["0002-owner"]);
    expect(await migrate(scratch.database, [first, second])).toEqual([]);
  });

  test.each([
    ["changed", [{ ...first, sql: `${first.sql} ` }, second], "migration.changed"],
    ["missing", [second], "migration.changed"],
    ["moved", [second, first], "migration.changed"],
    ["of a newer release", [first], "migration.newer"],
  ])("refuses a database whose migration is %s [REQ-OPS-03]", async (_, list, code) => {
    await expect(migrate(scratch.database, list)).rejects.toMatchObject({ kind: "permanent", code });
  });

  test("leaves nothing of a migration that fails", async () => {
    const before = await dumpSchema(scratch.database);
    const broken: Migration = { id: "0003-broken", sql: "create table half (id int); select 1 / 0" };
    await expect(migrate(scratch.database, [first, second, broken])).rejects.toMatchObject({ sqlState: "22012" });
    expect(await dumpSchema(scratch.database)).toBe(before);
  });
});

test("the schema is dumped by name, with partitions, constraints, indexes and functions", async () => {
  const { database, drop } = await scratchDatabase([
    {
      id: "1",
      sql: `create table item (epc uuid not null, bucket smallint not null, hist bytea not null, n bigint generated always as identity,
        primary key (epc, bucket), check (bucket >= 0)) partition by hash (bucket);
      create table item_0 partition of item for values with (modulus 2, remainder 0) with (fillfactor = 70);
      create table item_1 partition of item for values with (modulus 2, remainder 1);
      alter table item alter hist set storage main;
      create index item_n on item (n) where bucket > 3;
      create type colour as enum ('red', 'blue');
      create function one() returns int language sql as 'select 1'`,
    },
  ]);
  expect(await dumpSchema(database)).toBe(`enum colour ('red', 'blue')

table item partition by HASH (bucket)
  epc uuid not null
  bucket smallint not null
  hist bytea not null storage m
  n bigint not null generated always as identity
  constraint item_bucket_check CHECK ((bucket >= 0))
  constraint item_pkey PRIMARY KEY (epc, bucket)
  CREATE INDEX item_n ON ONLY public.item USING btree (n) WHERE (bucket > 3)

table item_0 partition of item FOR VALUES WITH (modulus 2, remainder 0) with (fillfactor=70)

table item_1 partition of item FOR VALUES WITH (modulus 2, remainder 1)

table migration
  position integer not null
  id text not null
  hash text not null
  applied_at bigint not null
  constraint migration_id_key UNIQUE (id)
  constraint migration_pkey PRIMARY KEY ("position")

CREATE OR REPLACE FUNCTION public.one()
 RETURNS integer
 LANGUAGE sql
AS $function$select 1$function$
`);
  await drop();
});

test.each([
  ["a\nb\n", "a\nb\n", ""],
  ["a\nb\n", "a\nc\n", "- b\n+ c"],
  ["a\na\n", "a\n", "- a"],
  ["a\nb\n", "b\na\n", "the same lines in another order"],
])("the difference between %j and %j", (recorded, actual, expected) => {
  expect(lineDifference(recorded, actual)).toBe(expected);
});
