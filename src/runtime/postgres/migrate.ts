import { createHash } from "node:crypto";
import { Fault } from "../fault.ts";
import type { Database, Sql } from "../machine.ts";

/** One step forward; `id` sorts nothing, the order of the list counts. A released one never changes. */
export type Migration = { readonly id: string; readonly sql: string };

type Applied = { readonly id: string; readonly hash: string };

/** Any two numbers that nobody else locks: "packtrail", "migrate". */
const LOCK = { text: "select pg_advisory_xact_lock(723746, 647283)" };
const CREATE_TABLE = {
  text: `create table if not exists migration (
  position int primary key,
  id text not null unique,
  hash text not null,
  applied_at bigint not null
)`,
};
const SELECT_APPLIED = { text: "select id, hash from migration order by position" };
const INSERT_APPLIED = {
  text: `insert into migration (position, id, hash, applied_at)
values ($1, $2, $3, (extract(epoch from clock_timestamp()) * 1000)::bigint)`,
};

/**
 * Brings the database to the end of the list: each migration in a transaction of its own, under a lock, so that
 * processes that start together do it once. Returns the ids applied now. Fault
 * `migration.changed` when one that was applied differs, is missing or moved; `migration.newer` when there are more.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  const appliedNow: string[] = [];
  for (;;) {
    const id = await database.transaction((sql) => applyNext(sql, migrations));
    if (id === undefined) return appliedNow;
    appliedNow.push(id);
  }
}

async function applyNext(sql: Sql, migrations: readonly Migration[]): Promise<string | undefined> {
  await sql.run(LOCK);
  await sql.run(CREATE_TABLE);
  const applied = await sql.run<Applied>(SELECT_APPLIED);
  checkApplied(applied, migrations);
  const next = migrations[applied.length];
  if (next === undefined) return undefined;
  await sql.run({ text: next.sql });
  await sql.run(INSERT_APPLIED, [applied.length, next.id, migrationHash(next)]);
  return next.id;
}

function checkApplied(applied: readonly Applied[], migrations: readonly Migration[]): void {
  applied.forEach(({ id, hash }, position) => {
    const own = migrations[position];
    if (own === undefined) {
      throw new Fault(
        "permanent",
        "migration.newer",
        `the database has migration ${id}, which this program does not know: it is of a newer release`,
      );
    }
    if (own.id !== id) {
      throw new Fault(
        "permanent",
        "migration.changed",
        `the database applied migration ${id} where this program has ${own.id}`,
      );
    }
    if (migrationHash(own) !== hash) {
      throw new Fault("permanent", "migration.changed", `migration ${id} is not what was applied to this database`);
    }
  });
}

export function migrationHash(migration: Migration): string {
  return createHash("sha256").update(migration.sql).digest("hex");
}
