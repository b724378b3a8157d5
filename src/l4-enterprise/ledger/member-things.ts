import { invariant } from "../../kernel/base/invariant.ts";
import { serialsOf } from "../../kernel/serials/pool-serials.ts";
import type { Sql } from "../../runtime/machine.ts";
import { poolSubject } from "../serial-numbers/pool-keys.ts";
import { loadEvents } from "./event.store.ts";
import type { EventRow } from "./event-row.ts";
import { bucketOfCounter, identifierOf } from "./identifier.ts";
import { type LedgerContext, type Thing, thingsOfKeys } from "./identity.ts";
import { loadPools, type PoolRow } from "./identity.store.ts";
import type { AppliedEvent, History } from "./ledger-apply.ts";
import { type MemberSet, runsOf } from "./encoding/members.ts";

/** The objects of several member lists, in the order of the lists; our own numbers are computed from their counters. */
export async function thingsOfMembers(sql: Sql, ctx: LedgerContext, sets: readonly MemberSet[]): Promise<Thing[][]> {
  const poolIds = new Set(sets.flatMap(({ own }) => own.map(({ pool }) => pool)));
  const pools = poolIds.size === 0 ? new Map<number, PoolRow>() : await loadPools(sql, ctx, [...poolIds]);
  const byKey = await thingsOfKeys(
    sql,
    ctx,
    sets.flatMap(({ keys }) => keys),
  );
  return sets.map(({ own, keys }) => [
    ...own.flatMap(({ pool, counters }) => packsOf(ctx, pools.get(pool), counters)),
    ...keys.map((key) => byKey.get(key)).filter((thing) => thing !== undefined),
  ]);
}

/** Our own packs with these counters (ascending). */
export function packsOf(ctx: LedgerContext, pool: PoolRow | undefined, counters: readonly number[]): Thing[] {
  invariant(pool !== undefined, "an event names a pool that is not there");
  const encryptBlocks = ctx.keys.cipherOf(poolSubject(ctx, pool), pool.wrappedKey);
  return runsOf(counters).flatMap(({ from, count }) =>
    serialsOf(pool, from, count, encryptBlocks).map(
      (serial, index): Thing => ({
        id: identifierOf(pool.gtin, serial),
        className: pool.gtin,
        serial,
        classId: pool.classId,
        bucket: bucketOfCounter(pool.poolId, from + index),
        home: "chunk",
        pool: pool.poolId,
        counter: from + index,
        unissued: false,
        key: "",
      }),
    ),
  );
}

/** Rows as they came from the store, with the objects that they name. */
export async function withThings(sql: Sql, ctx: LedgerContext, rows: readonly EventRow[]): Promise<AppliedEvent[]> {
  const sets = await thingsOfMembers(
    sql,
    ctx,
    rows.flatMap(({ members }) => [members.inputs, members.outputs]),
  );
  const parents = await thingsOfKeys(
    sql,
    ctx,
    rows.map(({ parent }) => parent).filter((key) => key !== undefined),
  );
  return rows.map((row, index) => ({
    row,
    parent: row.parent === undefined ? undefined : parents.get(row.parent),
    members: sets[index * 2] as Thing[],
    outputs: sets[index * 2 + 1] as Thing[],
  }));
}

export function sqlHistory(sql: Sql, ctx: LedgerContext): History {
  return {
    loadEvents: (ids) => loadEvents(sql, ids),
    thingsOf: (rows) => withThings(sql, ctx, rows),
    thingsOfKeys: (keys) => thingsOfKeys(sql, ctx, keys),
  };
}
