import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { parseGtin } from "../../kernel/gs1/key.ts";
import { definePool, packCountersEnd, type PoolDefinition } from "../../kernel/serials/pool.ts";
import { countersOf, noCounter } from "../../kernel/serials/pool-serials.ts";
import type { SerialRule } from "../../kernel/serials/rule.ts";
import { ssccSequence, ssccSpace } from "../../kernel/serials/sscc.ts";
import type { Pool as PoolView } from "../../contract/enterprise-api.ts";
import type { Random, Sql } from "../../runtime/machine.ts";
import { partsOfKey } from "../ledger/encoding/epc-key.ts";
import { ssccClass } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { loadDirectory, saveClasses } from "../ledger/identity.store.ts";
import { formerSerials, insertRegistered, keysOfClass } from "./allocation.store.ts";
import {
  insertSerialPool,
  insertSsccPool,
  loadAllPools,
  lockClass,
  lockPool,
  markPoolClosed,
  type PoolLevel,
  type StoredPool,
} from "./number-pool.store.ts";
import { poolSubject } from "./pool-keys.ts";

/** Why a number is on record. */
const formerSystem = "earlier-system";

/**
 * Opens a pool of pack serials under the market's rule. Its domain must be disjoint from the GTIN's other pools; packs of
 * this GTIN that we know from elsewhere and that fall into the domain are put on record, so that it never issues them.
 * Refuses `gs1.*` and what `definePool` refuses (`serials.*`).
 */
export async function createSerialPool(
  sql: Sql,
  ctx: LedgerContext,
  random: Random,
  definition: PoolDefinition,
  rule: SerialRule,
  at: number,
): Promise<Result<PoolView>> {
  const gtin = parseGtin(definition.gtin);
  if (!gtin.ok) return gtin;
  const classId = await classIdOf(sql, ctx, gtin.value);
  await lockClass(sql, classId);
  const others = (await loadAllPools(sql, ctx)).flatMap((stored) => (stored.kind === "serials" ? [stored.pool] : []));
  const pool = definePool({ ...definition, gtin: gtin.value }, rule, others);
  if (!pool.ok) return pool;
  const subject = poolSubject(ctx, pool.value);
  const wrappedKey = ctx.keys.newKey(subject, random);
  const stored = await insertSerialPool(sql, ctx, classId, pool.value, wrappedKey, at);
  const cipher = ctx.keys.cipherOf(subject, wrappedKey);
  const register = async (serials: readonly string[], cause: string) => {
    const counters = countersOf(pool.value, serials, cipher).filter((counter) => counter !== noCounter);
    if (counters.length > 0) await insertRegistered(sql, ctx, stored.poolId, [...counters], cause, at);
  };
  const seen = (await keysOfClass(sql, classId)).map(partsOfKey);
  await register(
    seen.flatMap((parts) => ("serial" in parts ? [parts.serial] : [])),
    "seen",
  );
  for await (const serials of formerSerials(sql, classId)) await register(serials, formerSystem);
  return ok(poolView(stored));
}

/** Opens a sequence of SSCCs for cases or pallets. Refuses what `ssccSequence` refuses. */
export async function createSsccPool(
  sql: Sql,
  ctx: LedgerContext,
  definition: {
    readonly level: "case" | "pallet";
    readonly companyPrefix: string;
    readonly extensionDigit: number;
    readonly fixed?: string;
  },
  at: number,
): Promise<Result<PoolView>> {
  const classId = await classIdOf(sql, ctx, ssccClass);
  await lockClass(sql, classId);
  const others = (await loadAllPools(sql, ctx)).flatMap((stored) => (stored.kind === "ssccs" ? [stored.sequence] : []));
  const sequence = ssccSequence(definition, others);
  if (!sequence.ok) return sequence;
  return ok(poolView(await insertSsccPool(sql, ctx, definition.level, classId, sequence.value, at)));
}

/** Closes a pool for good: it issues nothing more, its numbers can still be told. Refuses `numbers.no-pool`, `serials.pool-closed`. */
export async function closePool(sql: Sql, ctx: LedgerContext, poolId: number, at: number): Promise<Result<PoolView>> {
  const stored = await lockPool(sql, ctx, poolId);
  if (stored === undefined) return refuse("numbers.no-pool", "/poolId");
  if (stored.closed) return refuse("serials.pool-closed", "/poolId");
  await markPoolClosed(sql, poolId, at);
  return ok(poolView({ ...stored, closed: true }));
}

export async function listPools(sql: Sql, ctx: LedgerContext): Promise<PoolView[]> {
  return (await loadAllPools(sql, ctx)).map(poolView);
}

/**
 * Puts numbers of a GTIN on record that an earlier system or a partner issued, before we issue any. Answers how many
 * lie in one of our pools' domains. Refuses `numbers.too-late` once a pool of the GTIN has issued numbers.
 */
export async function registerNumbers(
  sql: Sql,
  ctx: LedgerContext,
  gtin: string,
  serials: readonly string[],
  at: number,
): Promise<Result<{ registered: number }>> {
  let registered = 0;
  for (const { poolId } of (await loadAllPools(sql, ctx)).filter(
    (each) => each.kind === "serials" && each.pool.gtin === gtin,
  )) {
    const stored = await lockPool(sql, ctx, poolId);
    if (stored?.kind !== "serials") continue;
    const { pool, wrappedKey } = stored;
    const counters = countersOf(pool, serials, ctx.keys.cipherOf(poolSubject(ctx, pool), wrappedKey)).filter(
      (counter) => counter !== noCounter,
    );
    if (counters.length === 0) continue;
    if (pool.next > 0) return refuse("numbers.too-late", `/pools/${poolId}`);
    registered += await insertRegistered(sql, ctx, poolId, [...counters], formerSystem, at);
  }
  return ok({ registered });
}

/** The number of a GTIN's identifiers; made when there is none. */
export async function classIdOf(sql: Sql, ctx: LedgerContext, name: string): Promise<number> {
  await saveClasses(sql, ctx, [name]);
  const directory = await loadDirectory(sql, ctx, [name]);
  const row = directory?.classes.get(name);
  if (row === undefined) throw new RangeError(`class ${name} was written and is not there`);
  return row.classId;
}

/** What the contract shows of a pool. */
export function poolView(stored: StoredPool): PoolView {
  const { poolId, closed } = stored;
  const level: PoolLevel = stored.level;
  const base = { poolId, level, state: closed ? ("closed" as const) : ("open" as const) };
  if (stored.kind === "ssccs") {
    const { sequence } = stored;
    const format = `${sequence.extensionDigit} ${sequence.companyPrefix}${sequence.fixed === "" ? "" : ` ${sequence.fixed}`}`;
    return { ...base, gtin: null, format, capacity: String(ssccSpace(sequence)), issued: String(sequence.next) };
  }
  const { pool } = stored;
  const format = `${pool.length} of ${pool.alphabet}${pool.prefix === "" ? "" : ` after ${pool.prefix}`}`;
  return { ...base, gtin: pool.gtin, format, capacity: String(packCountersEnd(pool)), issued: String(pool.next) };
}
