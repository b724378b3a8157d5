import { invariant } from "../../kernel/base/invariant.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { challengeAllocation, nextAllocation } from "../../kernel/serials/allocation.ts";
import { chunkNumbers, inDomain } from "../../kernel/serials/pool.ts";
import { countersOf, noCounter, serialsOf } from "../../kernel/serials/pool-serials.ts";
import { nextSsccs, ssccCounterOf, ssccsOf } from "../../kernel/serials/sscc.ts";
import type { Sql } from "../../runtime/machine.ts";
import { parseIdentifier, ssccClass } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { loadRegisteredBetween } from "../ledger/identity.store.ts";
import { runsOf } from "../ledger/encoding/members.ts";
import {
  type Allocation,
  allocationOfCounter,
  allocationsOfOrder,
  insertAllocation,
  insertRetired,
  retiredBetween,
} from "./allocation.store.ts";
import { advancePool, loadAllPools, lockOpenPool, type PoolLevel, type StoredPool } from "./number-pool.store.ts";
import { poolSubject } from "./pool-keys.ts";

export type AllocationRequest = {
  readonly allocationId: string;
  readonly level: PoolLevel;
  readonly gtin: string;
  readonly lot: string;
  readonly site: string;
  readonly workOrderId: string;
  readonly quantity: number;
  readonly at: number;
};

export type Allocated = {
  readonly allocationId: string;
  readonly poolId: number;
  readonly level: PoolLevel;
  readonly numbers: readonly string[];
};

/**
 * Numbers for a work order out of the newest open pool of its level: serials of the GTIN for packs, SSCCs for cases and
 * pallets. One row is kept, whatever the quantity. The caller applies a message once (`applyOnce`). Refuses
 * `numbers.no-pool` and what the kernel's pools refuse (`serials.quantity`, `serials.pool-exhausted`).
 */
export async function allocate(sql: Sql, ctx: LedgerContext, request: AllocationRequest): Promise<Result<Allocated>> {
  const stored = await lockOpenPool(sql, ctx, request.level, request.level === "pack" ? request.gtin : null);
  if (stored === undefined) return refuse("numbers.no-pool", "/level");
  return stored.kind === "serials"
    ? allocateSerials(sql, ctx, request, stored)
    : allocateSsccs(sql, ctx, request, stored);
}

async function allocateSerials(
  sql: Sql,
  ctx: LedgerContext,
  request: AllocationRequest,
  stored: StoredPool & { kind: "serials" },
): Promise<Result<Allocated>> {
  const { pool, poolId, wrappedKey } = stored;
  let taken = new Set<number>();
  let block = nextAllocation(pool, request.quantity);
  // Numbers in the block that exist already are left out, and the block is made longer by as many.
  for (let known = -1; block.ok && stored.registered > 0 && taken.size !== known; ) {
    known = taken.size;
    taken = await loadRegisteredBetween(sql, poolId, block.value.from, block.value.to - 1);
    block = nextAllocation(pool, request.quantity + taken.size);
  }
  if (!block.ok) return block;
  const { from, to, next } = block.value;
  invariant(from % chunkNumbers === 0 && next % chunkNumbers === 0, "a block is not aligned to chunks");
  await insertAllocation(sql, ctx, allocationOf(request, poolId, from, to, "pack"));
  await advancePool(sql, poolId, next, stored.challengeUsed);
  const serials = serialsOf(pool, from, to - from, ctx.keys.cipherOf(poolSubject(ctx, pool), wrappedKey));
  const numbers = taken.size === 0 ? serials : serials.filter((_, index) => !taken.has(from + index));
  return ok({ allocationId: request.allocationId, poolId, level: request.level, numbers });
}

async function allocateSsccs(
  sql: Sql,
  ctx: LedgerContext,
  request: AllocationRequest,
  stored: StoredPool & { kind: "ssccs" },
): Promise<Result<Allocated>> {
  const { sequence, poolId } = stored;
  const block = nextSsccs(sequence, request.quantity);
  if (!block.ok) return block;
  const { from, to, next } = block.value;
  await insertAllocation(sql, ctx, allocationOf(request, poolId, from, to, "sscc"));
  await advancePool(sql, poolId, next, 0);
  return ok({
    allocationId: request.allocationId,
    poolId,
    level: request.level,
    numbers: ssccsOf(sequence, from, to - from),
  });
}

/** Numbers for challenge tests, out of the range that can never be commissioned. Refuses as `allocate`. */
export async function allocateChallenge(
  sql: Sql,
  ctx: LedgerContext,
  request: AllocationRequest,
): Promise<Result<Allocated>> {
  const stored = await lockOpenPool(sql, ctx, "pack", request.gtin);
  if (stored?.kind !== "serials") return refuse("numbers.no-pool", "/gtin");
  const { pool, poolId, wrappedKey, challengeUsed } = stored;
  const block = challengeAllocation(pool, challengeUsed, request.quantity);
  if (!block.ok) return block;
  const { from, to } = block.value;
  await advancePool(sql, poolId, pool.next, challengeUsed + request.quantity);
  const numbers = serialsOf(pool, from, to - from, ctx.keys.cipherOf(poolSubject(ctx, pool), wrappedKey));
  return ok({ allocationId: request.allocationId, poolId, level: "pack", numbers });
}

function allocationOf(
  request: AllocationRequest,
  poolId: number,
  from: number,
  to: number,
  purpose: Allocation["purpose"],
): Allocation {
  const { allocationId, level, gtin, lot, site, workOrderId, at } = request;
  return { allocationId, poolId, from, to, purpose, level, gtin, lot, site, workOrderId, at };
}

export type NumberReturn = {
  readonly workOrderId: string;
  readonly level: PoolLevel;
  /** Never left for a device. */
  readonly returned: readonly string[];
  /** Made invalid unused: sent and not proved, or given up. */
  readonly deactivated: readonly string[];
  readonly at: number;
};

/**
 * Retires numbers that come back: ranges of counters, never issued again. A number that came back before counts once.
 * Refuses `numbers.not-of-order` (where: its place in the list) for one that was not allocated to this order.
 */
export async function returnNumbers(
  sql: Sql,
  ctx: LedgerContext,
  message: NumberReturn,
): Promise<Result<{ retired: number }>> {
  const { workOrderId, at } = message;
  const allocations = (await allocationsOfOrder(sql, ctx, workOrderId)).filter(({ level }) => level === message.level);
  const pools = await loadAllPools(sql, ctx);
  let retired = 0;
  for (const cause of ["returned", "deactivated"] as const) {
    const counters = await countersOfOrder(ctx, pools, allocations, message[cause]);
    if (!counters.ok) return refuse(counters.refusal.code, `/${cause}${counters.refusal.at ?? ""}`);
    for (const [poolId, values] of counters.value) {
      const fresh = await notRetired(sql, poolId, values);
      await insertRetired(
        sql,
        ctx,
        poolId,
        { cause, workOrderId, at },
        runsOf(fresh).map(({ from, count }) => ({ from, to: from + count })),
      );
      retired += fresh.length;
    }
  }
  return ok({ retired });
}

async function countersOfOrder(
  ctx: LedgerContext,
  pools: readonly StoredPool[],
  allocations: readonly Allocation[],
  numbers: readonly string[],
): Promise<Result<Map<number, number[]>>> {
  const found = new Map<number, number[]>();
  const left = new Map(numbers.map((number, index) => [number, index]));
  for (const poolId of new Set(allocations.map((allocation) => allocation.poolId))) {
    const stored = pools.find((pool) => pool.poolId === poolId);
    const asked = [...left.keys()];
    const counters = stored === undefined ? [] : countersIn(ctx, stored, asked);
    const blocks = allocations.filter((allocation) => allocation.poolId === poolId);
    const mine: number[] = [];
    counters.forEach((counter, index) => {
      if (!blocks.some(({ from, to }) => counter >= from && counter < to)) return;
      mine.push(counter);
      left.delete(asked[index] as string);
    });
    found.set(
      poolId,
      mine.sort((a, b) => a - b),
    );
  }
  const [stranger] = left.values();
  return stranger === undefined ? ok(found) : refuse("numbers.not-of-order", `/${stranger}`);
}

function countersIn(ctx: LedgerContext, stored: StoredPool, numbers: readonly string[]): number[] {
  if (stored.kind === "ssccs") {
    return numbers.map((sscc) => {
      const counter = ssccCounterOf(stored.sequence, sscc);
      return counter.ok ? counter.value : noCounter;
    });
  }
  const { pool, wrappedKey } = stored;
  return [...countersOf(pool, numbers, ctx.keys.cipherOf(poolSubject(ctx, pool), wrappedKey))];
}

async function notRetired(sql: Sql, poolId: number, counters: readonly number[]): Promise<number[]> {
  const [low, high] = [counters[0], counters.at(-1)];
  if (low === undefined || high === undefined) return [];
  const ranges = await retiredBetween(sql, poolId, low, high);
  return counters.filter((counter) => !ranges.some(({ from, to }) => counter >= from && counter < to));
}

/** Whether a number is of one of our pools, and whether, when and to whom it was issued. Shapes as `contract/enterprise-api`. */
export type NumberHolder = {
  readonly own: boolean;
  readonly issued: boolean;
  readonly poolId: number | null;
  readonly counter: string | null;
  readonly workOrderId: string | null;
  readonly at: number | null;
  readonly allocation: Allocation | undefined;
};

const stranger: NumberHolder = {
  own: false,
  issued: false,
  poolId: null,
  counter: null,
  workOrderId: null,
  at: null,
  allocation: undefined,
};

/** `id`: EPC URN or Digital Link of a serialised trade item or logistic unit. Refuses `capture.identifier`. */
export async function whoHas(sql: Sql, ctx: LedgerContext, id: string): Promise<Result<NumberHolder>> {
  const identifier = parseIdentifier(id);
  if (!identifier.ok) return identifier;
  const { className, serial } = identifier.value;
  for (const stored of await loadAllPools(sql, ctx)) {
    const possible =
      stored.kind === "ssccs"
        ? className === ssccClass
        : stored.pool.gtin === className && inDomain(stored.pool, serial);
    const counter = possible ? (countersIn(ctx, stored, [serial])[0] as number) : noCounter;
    if (possible && counter === noCounter && stored.kind === "serials")
      return ok({ ...stranger, own: true, poolId: stored.poolId });
    if (counter === noCounter) continue;
    const allocation = await allocationOfCounter(sql, stored.poolId, counter);
    return ok({
      own: true,
      issued: allocation !== undefined,
      poolId: stored.poolId,
      counter: String(counter),
      workOrderId: allocation?.workOrderId ?? null,
      at: allocation?.at ?? null,
      allocation,
    });
  }
  return ok(stranger);
}
