import type { Sql, Statement } from "../../runtime/machine.ts";
import { readThrough } from "../../runtime/postgres/read-through.ts";
import { uuidOfHex } from "../ledger/encoding/epc-key.ts";

type Scope = { readonly owner: string; readonly environment: string };

/** One block of a pool and for whom it was made. The block's last counter is the one before `to`. */
export type Allocation = {
  readonly allocationId: string;
  readonly poolId: number;
  readonly from: number;
  readonly to: number;
  readonly purpose: "pack" | "challenge" | "sscc";
  readonly level: string;
  readonly gtin: string;
  readonly lot: string;
  readonly site: string;
  readonly workOrderId: string;
  readonly at: number;
};

const INSERT: Statement = {
  name: "numbers_allocate",
  text: `insert into number_allocation (allocation_id, owner, environment, pool_id, counter_from, counter_to, purpose, level, gtin, lot, site, work_order_id, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
};

export async function insertAllocation(sql: Sql, { owner, environment }: Scope, a: Allocation): Promise<void> {
  await sql.run(INSERT, [
    a.allocationId,
    owner,
    environment,
    a.poolId,
    a.from,
    a.to,
    a.purpose,
    a.level,
    a.gtin,
    a.lot,
    a.site,
    a.workOrderId,
    a.at,
  ]);
}

type Row = {
  allocation_id: string;
  pool_id: number;
  counter_from: string;
  counter_to: string;
  purpose: Allocation["purpose"];
  level: string;
  gtin: string;
  lot: string;
  site: string;
  work_order_id: string;
  at: string;
};
const columns = "allocation_id, pool_id, counter_from, counter_to, purpose, level, gtin, lot, site, work_order_id, at";

function readAllocation(row: Row): Allocation {
  return {
    allocationId: row.allocation_id,
    poolId: row.pool_id,
    from: Number(row.counter_from),
    to: Number(row.counter_to),
    purpose: row.purpose,
    level: row.level,
    gtin: row.gtin,
    lot: row.lot,
    site: row.site,
    workOrderId: row.work_order_id,
    at: Number(row.at),
  };
}

// Blocks of a pool do not overlap, so the last one that begins at or before the counter is the only one that can hold it.
export const ALLOCATION_OF_COUNTER: Statement = {
  name: "numbers_allocation_of_counter",
  text: `select ${columns} from (
  select * from number_allocation where pool_id = $1 and counter_from <= $2 and purpose <> 'challenge' order by counter_from desc limit 1
) a where counter_to > $2`,
};
export const ALLOCATIONS_BETWEEN: Statement = {
  name: "numbers_allocations_between",
  text: `select ${columns} from number_allocation where pool_id = $1 and purpose <> 'challenge' and counter_from <= $3 and counter_from >=
  coalesce((select max(counter_from) from number_allocation where pool_id = $1 and purpose <> 'challenge' and counter_from <= $2), 0) order by counter_from`,
};
const OF_ORDER: Statement = {
  name: "numbers_allocations_of_order",
  text: `select ${columns} from number_allocation where work_order_id = $1 and owner = $2 and environment = $3 order by at, counter_from`,
};

export async function allocationOfCounter(sql: Sql, poolId: number, counter: number): Promise<Allocation | undefined> {
  const [row] = await sql.run<Row>(ALLOCATION_OF_COUNTER, [poolId, counter]);
  return row === undefined ? undefined : readAllocation(row);
}

/** Blocks that have any of the counters from `low` to `high`, both included. */
export async function allocationsBetween(sql: Sql, poolId: number, low: number, high: number): Promise<Allocation[]> {
  return (await sql.run<Row>(ALLOCATIONS_BETWEEN, [poolId, low, high]))
    .map(readAllocation)
    .filter(({ to }) => to > low);
}

export async function allocationsOfOrder(
  sql: Sql,
  { owner, environment }: Scope,
  workOrderId: string,
): Promise<Allocation[]> {
  return (await sql.run<Row>(OF_ORDER, [workOrderId, owner, environment])).map(readAllocation);
}

export type RetiredRange = { readonly from: number; readonly to: number };

export const RETIRED_BETWEEN: Statement = {
  name: "numbers_retired_between",
  text: `select counter_from, counter_to from number_retired where pool_id = $1 and counter_from <= $3 and counter_from >=
  coalesce((select max(counter_from) from number_retired where pool_id = $1 and counter_from <= $2), 0) order by counter_from`,
};

/** Retired ranges that have any of the counters from `low` to `high`, both included. */
export async function retiredBetween(sql: Sql, poolId: number, low: number, high: number): Promise<RetiredRange[]> {
  const rows = await sql.run<{ counter_from: string; counter_to: string }>(RETIRED_BETWEEN, [poolId, low, high]);
  return rows
    .map((row) => ({ from: Number(row.counter_from), to: Number(row.counter_to) }))
    .filter(({ to }) => to > low);
}

const RETIRE: Statement = {
  name: "numbers_retire",
  text: `insert into number_retired (pool_id, counter_from, counter_to, owner, environment, cause, work_order_id, at)
select $1, r.counter_from, r.counter_to, $2, $3, $4, $5, $6 from unnest($7::bigint[], $8::bigint[]) as r(counter_from, counter_to)`,
};

export async function insertRetired(
  sql: Sql,
  { owner, environment }: Scope,
  poolId: number,
  about: { cause: string; workOrderId: string; at: number },
  ranges: readonly RetiredRange[],
): Promise<void> {
  if (ranges.length === 0) return;
  await sql.run(RETIRE, [
    poolId,
    owner,
    environment,
    about.cause,
    about.workOrderId,
    about.at,
    ranges.map(({ from }) => from),
    ranges.map(({ to }) => to),
  ]);
}

const REGISTER: Statement = {
  text: `with added as (
  insert into number_registered (pool_id, counter, owner, environment, cause, at)
  select $1, c, $2, $3, $4, $5 from unnest($6::bigint[]) as r(c) order by c on conflict do nothing returning 1)
update number_pool set registered = registered + (select count(*) from added) where pool_id = $1 returning (select count(*) from added) as n`,
};

/** Numbers that exist already; answers how many were not known yet. */
export async function insertRegistered(
  sql: Sql,
  { owner, environment }: Scope,
  poolId: number,
  counters: readonly number[],
  cause: string,
  at: number,
): Promise<number> {
  const [row] = await sql.run<{ n: string }>(REGISTER, [poolId, owner, environment, cause, at, counters]);
  return Number(row?.n ?? 0);
}

export const ITEMS_OF_CLASS: Statement = {
  text: "select epc from item where epc >= $1 and epc < $2",
};

/** Keys of all objects of a class that have a row, for a pool that is made after they were seen. */
export async function keysOfClass(sql: Sql, classId: number): Promise<string[]> {
  const bound = (id: number) => uuidOfHex(id.toString(16).padStart(6, "0") + "0".repeat(26));
  const rows = await sql.run<{ epc: string }>(ITEMS_OF_CLASS, [bound(classId), bound(classId + 1)]);
  return rows.map(({ epc }) => epc.replaceAll("-", ""));
}

const INSERT_FORMER: Statement = {
  name: "numbers_insert_former",
  text: `insert into number_of_former_system (class_id, serial) select $1, s from unnest($2::text[]) as s order by s
on conflict do nothing returning serial`,
};

/** Keeps serials that were used elsewhere; answers those that were not known yet. */
export async function insertFormer(sql: Sql, classId: number, serials: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ serial: string }>(INSERT_FORMER, [classId, serials]);
  return rows.map(({ serial }) => serial);
}

const formerAtOnce = 20_000;

/** Every serial of a class that a former system had used. */
export async function* formerSerials(sql: Sql, classId: number): AsyncGenerator<string[]> {
  const query = `select serial from number_of_former_system where class_id = ${Math.trunc(classId)} order by serial`;
  for await (const rows of readThrough<{ serial: string }>(sql, "former_serials", query, formerAtOnce))
    yield rows.map(({ serial }) => serial);
}
