import type { Pool } from "../../kernel/serials/pool.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { uuidArray } from "../../runtime/postgres/binary-array.ts";
import { hexOfUuid, isEscaped } from "./encoding/epc-key.ts";
import { bucketOfIdentifier } from "./identifier.ts";

type Scope = { readonly owner: string; readonly environment: string };

export type ClassRow = { readonly classId: number; readonly bucket: number };
export type PoolRow = Pool & {
  readonly poolId: number;
  readonly classId: number;
  readonly wrappedKey: Uint8Array;
  readonly registered: number;
};

export const DIRECTORY: Statement = {
  name: "ledger_directory",
  text: `select s.scope, c.class_id, c.name, c.bucket, p.pool_id, p.alphabet, p.length, p.prefix, p.tweak, p.space_ratio_min, p.next, p.closed, p.wrapped_key, p.registered
from scope s
left join epc_class c on c.scope = s.scope and c.name = any($3)
left join number_pool p on p.class_id = c.class_id and p.wrapped_key is not null
where s.owner = $1 and s.environment = $2`,
};

type DirectoryRow = {
  scope: number;
  class_id: number | null;
  name: string;
  bucket: number;
  pool_id: number | null;
  alphabet: string;
  length: number;
  prefix: string;
  tweak: Buffer;
  space_ratio_min: number;
  next: string;
  closed: boolean;
  wrapped_key: Buffer;
  registered: string;
};

/** Undefined when nothing of this owner and environment was ever kept. */
export async function loadDirectory(sql: Sql, { owner, environment }: Scope, names: readonly string[]) {
  const rows = await sql.run<DirectoryRow>(DIRECTORY, [owner, environment, names]);
  const first = rows[0];
  if (first === undefined) return undefined;
  const classes = new Map<string, ClassRow>();
  const pools: PoolRow[] = [];
  for (const row of rows) {
    if (row.class_id === null) continue;
    classes.set(row.name, { classId: row.class_id, bucket: row.bucket });
    if (row.pool_id !== null) pools.push(readPool(row));
  }
  return { scope: first.scope, classes, pools };
}

function readPool(row: DirectoryRow): PoolRow {
  return {
    poolId: row.pool_id as number,
    classId: row.class_id as number,
    gtin: row.name,
    alphabet: row.alphabet,
    length: row.length,
    prefix: row.prefix,
    tweak: row.tweak,
    spaceRatioMin: row.space_ratio_min,
    next: Number(row.next),
    closed: row.closed,
    wrappedKey: row.wrapped_key,
    registered: Number(row.registered),
  };
}

const POOLS: Statement = {
  name: "ledger_pools",
  text: `select c.class_id, c.name, p.pool_id, p.alphabet, p.length, p.prefix, p.tweak, p.space_ratio_min, p.next, p.closed, p.wrapped_key, p.registered
from number_pool p join epc_class c on c.class_id = p.class_id where p.pool_id = any($1) and p.owner = $2 and p.environment = $3`,
};

/** Serial number pools by their number. */
export async function loadPools(
  sql: Sql,
  { owner, environment }: Scope,
  ids: readonly number[],
): Promise<Map<number, PoolRow>> {
  const rows = await sql.run<DirectoryRow>(POOLS, [ids, owner, environment]);
  return new Map(rows.map((row) => [row.pool_id as number, readPool(row)]));
}

// Sorted, and before anything else of the transaction, so that two that make the same classes do not deadlock.
const INSERT_SCOPE: Statement = {
  text: "insert into scope (owner, environment) values ($1, $2) on conflict do nothing",
};
const INSERT_CLASSES: Statement = {
  text: `insert into epc_class (scope, name, bucket)
select s.scope, c.name, c.bucket from scope s, unnest($3::text[], $4::smallint[]) as c(name, bucket)
where s.owner = $1 and s.environment = $2 order by c.name on conflict do nothing`,
};

export async function saveClasses(sql: Sql, { owner, environment }: Scope, names: readonly string[]): Promise<void> {
  await sql.run(INSERT_SCOPE, [owner, environment]);
  const buckets = names.map((className) => bucketOfIdentifier({ id: "", className, serial: "" }));
  await sql.run(INSERT_CLASSES, [owner, environment, names, buckets]);
}

const REGISTERED: Statement = {
  name: "ledger_registered",
  text: "select counter from number_registered where pool_id = $1 and counter between $2 and $3",
};

/** Which of the counters are numbers of other systems. Ours lie close together, so this is a short range. */
export async function loadRegistered(sql: Sql, pool: number, counters: Float64Array): Promise<Set<number>> {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const counter of counters) {
    if (counter < 0) continue;
    low = Math.min(low, counter);
    high = Math.max(high, counter);
  }
  if (low > high) return new Set();
  return loadRegisteredBetween(sql, pool, low, high);
}

/** Counters on record from `low` to `high`, both included. */
export async function loadRegisteredBetween(sql: Sql, pool: number, low: number, high: number): Promise<Set<number>> {
  const rows = await sql.run<{ counter: string }>(REGISTERED, [pool, low, high]);
  return new Set(rows.map(({ counter }) => Number(counter)));
}

const INSERT_NAMES: Statement = {
  text: "insert into epc_name (epc, name) select * from unnest($1::uuid[], $2::text[]) as n(epc, name) order by epc on conflict do nothing",
};

export async function saveNames(sql: Sql, names: readonly { key: string; name: string }[]): Promise<void> {
  await sql.run(INSERT_NAMES, [names.map(({ key }) => key), names.map(({ name }) => name)]);
}

const INSERT_SEEN: Statement = {
  text: `with seen as (
  insert into number_registered (pool_id, counter, owner, environment, cause, at)
  select s.pool_id, s.counter, $3, $4, 'seen', $5 from unnest($1::int[], $2::bigint[]) as s(pool_id, counter) order by 1, 2
  on conflict do nothing returning pool_id)
update number_pool p set registered = registered + s.n from (select pool_id, count(*) as n from seen group by pool_id) s where p.pool_id = s.pool_id`,
};

export async function saveSeen(
  sql: Sql,
  { owner, environment }: Scope,
  seen: readonly { pool: number; counter: number }[],
  at: number,
): Promise<void> {
  await sql.run(INSERT_SEEN, [
    seen.map(({ pool }) => pool),
    seen.map(({ counter }) => counter),
    owner,
    environment,
    at,
  ]);
}

const CLASS_NAMES: Statement = {
  name: "ledger_class_names",
  text: "select c.class_id, c.name from epc_class c join scope s using (scope) where c.class_id = any($1) and s.owner = $2 and s.environment = $3",
};
const NAMES: Statement = { name: "ledger_names", text: "select epc, name from epc_name where epc = any($1)" };

export async function loadClassNames(
  sql: Sql,
  { owner, environment }: Scope,
  classIds: readonly number[],
): Promise<Map<number, string>> {
  const rows = await sql.run<{ class_id: number; name: string }>(CLASS_NAMES, [classIds, owner, environment]);
  return new Map(rows.map((row) => [row.class_id, row.name]));
}

/** What stands in the dictionary for those keys that hold a hash. */
export async function loadNames(sql: Sql, keys: readonly string[]): Promise<Map<string, string>> {
  const escaped = keys.filter((key) => isEscaped(key));
  if (escaped.length === 0) return new Map();
  const rows = await sql.run<{ epc: string; name: string }>(NAMES, [uuidArray(escaped)]);
  return new Map(rows.map(({ epc, name }) => [hexOfUuid(epc), name]));
}
