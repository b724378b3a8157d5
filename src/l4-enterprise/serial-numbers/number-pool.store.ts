import { invariant } from "../../kernel/base/invariant.ts";
import type { Pool } from "../../kernel/serials/pool.ts";
import type { SsccSequence } from "../../kernel/serials/sscc.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";

type Scope = { readonly owner: string; readonly environment: string };
export type PoolLevel = "pack" | "case" | "pallet";

/** A pool as it is kept: serials of a GTIN under a key, or a company's SSCCs in order. */
export type StoredPool = {
  readonly poolId: number;
  readonly level: PoolLevel;
  readonly classId: number;
  readonly closed: boolean;
} & (
  | {
      readonly kind: "serials";
      readonly pool: Pool;
      readonly wrappedKey: Uint8Array;
      readonly challengeUsed: number;
      readonly registered: number;
    }
  | { readonly kind: "ssccs"; readonly sequence: SsccSequence }
);

type Row = {
  pool_id: number;
  level: PoolLevel;
  class_id: number;
  gtin: string | null;
  alphabet: string;
  length: number;
  prefix: string;
  tweak: Buffer;
  space_ratio_min: number;
  wrapped_key: Buffer;
  challenge_used: string;
  registered: string;
  extension_digit: number;
  company_prefix: string;
  fixed: string;
  next: string;
  closed: boolean;
};

const columns = `pool_id, level, class_id, gtin, alphabet, length, prefix, tweak, space_ratio_min, wrapped_key, challenge_used, registered, extension_digit,
  company_prefix, fixed, next, closed`;

const POOLS: Statement = {
  name: "numbers_pools",
  text: `select ${columns} from number_pool where owner = $1 and environment = $2 order by pool_id`,
};
// Taken before anything is computed: allocations of one pool follow one another.
const OPEN_POOL: Statement = {
  name: "numbers_open_pool",
  text: `select ${columns} from number_pool where owner = $1 and environment = $2 and level = $3 and gtin is not distinct from $4 and not closed
order by pool_id desc limit 1 for update`,
};
const POOL_LOCKED: Statement = {
  text: `select ${columns} from number_pool where owner = $1 and environment = $2 and pool_id = $3 for update`,
};
const LOCK_CLASS: Statement = { text: "select 1 from epc_class where class_id = $1 for update" };

function readPool(row: Row): StoredPool {
  const base = { poolId: row.pool_id, level: row.level, classId: row.class_id, closed: row.closed };
  if (row.gtin === null) {
    return {
      ...base,
      kind: "ssccs",
      sequence: {
        extensionDigit: row.extension_digit,
        companyPrefix: row.company_prefix,
        fixed: row.fixed,
        next: Number(row.next),
      },
    };
  }
  const pool: Pool = {
    gtin: row.gtin,
    alphabet: row.alphabet,
    length: row.length,
    prefix: row.prefix,
    tweak: row.tweak,
    spaceRatioMin: row.space_ratio_min,
    next: Number(row.next),
    closed: row.closed,
  };
  return {
    ...base,
    kind: "serials",
    pool,
    wrappedKey: row.wrapped_key,
    challengeUsed: Number(row.challenge_used),
    registered: Number(row.registered),
  };
}

export async function loadAllPools(sql: Sql, { owner, environment }: Scope): Promise<StoredPool[]> {
  return (await sql.run<Row>(POOLS, [owner, environment])).map(readPool);
}

const SAVE_KEY: Statement = { text: "update number_pool set wrapped_key = $2 where pool_id = $1" };
const OTHERS: Statement = {
  text: `select 1 from pg_stat_activity where datname = current_database() and application_name = 'packtrail'
  and pid <> pg_backend_pid() limit 1`,
};

export async function saveWrappedKey(sql: Sql, poolId: number, wrappedKey: Uint8Array): Promise<void> {
  await sql.run(SAVE_KEY, [poolId, wrappedKey]);
}

/** Whether another program of ours has this database open. */
export async function othersConnected(sql: Sql): Promise<boolean> {
  return (await sql.run(OTHERS)).length > 0;
}

/** The newest open pool of this level, locked until the transaction ends. */
export async function lockOpenPool(
  sql: Sql,
  { owner, environment }: Scope,
  level: PoolLevel,
  gtin: string | null,
): Promise<StoredPool | undefined> {
  const [row] = await sql.run<Row>(OPEN_POOL, [owner, environment, level, gtin]);
  return row === undefined ? undefined : readPool(row);
}

export async function lockPool(
  sql: Sql,
  { owner, environment }: Scope,
  poolId: number,
): Promise<StoredPool | undefined> {
  const [row] = await sql.run<Row>(POOL_LOCKED, [owner, environment, poolId]);
  return row === undefined ? undefined : readPool(row);
}

/** Two pools of one class are not made at the same time. */
export async function lockClass(sql: Sql, classId: number): Promise<void> {
  await sql.run(LOCK_CLASS, [classId]);
}

const INSERT_SERIALS: Statement = {
  text: `insert into number_pool (owner, environment, level, class_id, gtin, alphabet, length, prefix, tweak, space_ratio_min, wrapped_key, created_at)
values ($1, $2, 'pack', $3, $4, $5, $6, $7, $8, $9, $10, $11) returning ${columns}`,
};
const INSERT_SSCCS: Statement = {
  text: `insert into number_pool (owner, environment, level, class_id, extension_digit, company_prefix, fixed, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
};

export async function insertSerialPool(
  sql: Sql,
  { owner, environment }: Scope,
  classId: number,
  pool: Pool,
  wrappedKey: Uint8Array,
  at: number,
): Promise<StoredPool> {
  const { gtin, alphabet, length, prefix, tweak, spaceRatioMin } = pool;
  return inserted(
    await sql.run<Row>(INSERT_SERIALS, [
      owner,
      environment,
      classId,
      gtin,
      alphabet,
      length,
      prefix,
      tweak,
      spaceRatioMin,
      wrappedKey,
      at,
    ]),
  );
}

export async function insertSsccPool(
  sql: Sql,
  { owner, environment }: Scope,
  level: PoolLevel,
  classId: number,
  sequence: SsccSequence,
  at: number,
): Promise<StoredPool> {
  const { extensionDigit, companyPrefix, fixed } = sequence;
  return inserted(
    await sql.run<Row>(INSERT_SSCCS, [owner, environment, level, classId, extensionDigit, companyPrefix, fixed, at]),
  );
}

function inserted(rows: readonly Row[]): StoredPool {
  const [row] = rows;
  invariant(row !== undefined, "an insert returned no row");
  return readPool(row);
}

const ADVANCE: Statement = {
  name: "numbers_advance",
  text: "update number_pool set next = $2, challenge_used = $3 where pool_id = $1",
};
const CLOSE: Statement = { text: "update number_pool set closed = true, closed_at = $2 where pool_id = $1" };

export async function advancePool(sql: Sql, poolId: number, next: number, challengeUsed: number): Promise<void> {
  await sql.run(ADVANCE, [poolId, next, challengeUsed]);
}

export async function markPoolClosed(sql: Sql, poolId: number, at: number): Promise<void> {
  await sql.run(CLOSE, [poolId, at]);
}
