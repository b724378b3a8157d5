import type { Sql } from "../../../runtime/machine.ts";
import type { MemberSet } from "../encoding/members.ts";
import { type LedgerContext, type Thing, thingsOfKeys } from "../identity.ts";
import { loadPools } from "../identity.store.ts";
import { type Core, statusCode } from "../ledger-rules.ts";
import { packsOf } from "../member-things.ts";
import { sqlStateStore } from "../state.store.ts";
import { coreNow, emptySet, historyIds, holdMore } from "../working-set.ts";

/**
 * Objects to which the same happened: the same events, and the same state by them. What one of them answers, now or as
 * of any moment, all of them answer; so a lot is asked about by its cases, not by its packs.
 */
export type Cohort = {
  readonly one: Thing;
  readonly count: number;
  /** Counters of own packs and keys of others, all of them. */
  readonly members: MemberSet;
  readonly core: Core;
};

type Group = { first: Thing; count: number; core: Core; pools: Map<number, number[]>; keys: string[] };

/** What events name, in cohorts; a container is always one of its own. */
export async function cohortsOf(sql: Sql, ctx: LedgerContext, sets: readonly MemberSet[]): Promise<Cohort[]> {
  const things = await bareThings(sql, ctx, sets);
  const set = emptySet();
  await holdMore(sqlStateStore(sql, false), set, things);
  const groups = new Map<string, Group>();
  for (const thing of things) {
    const core = coreNow(set, thing);
    const name =
      thing.home === "container"
        ? thing.key
        : `${statusCode(core)}|${core.parent ?? ""}|${core.lot}|${thing.className}|${historyIds(set, thing).sort().join()}`;
    let group = groups.get(name);
    if (group === undefined) groups.set(name, (group = { first: thing, count: 0, core, pools: new Map(), keys: [] }));
    group.count++;
    if (thing.home !== "chunk") group.keys.push(thing.key);
    else if (group.pools.get(thing.pool)?.push(thing.counter) === undefined)
      group.pools.set(thing.pool, [thing.counter]);
  }
  const named = await withNames(
    sql,
    ctx,
    [...groups.values()].map(({ first }) => first),
  );
  return [...groups.values()].map(({ first, count, core, pools, keys }) => ({
    one: named.get(first) ?? first,
    count,
    core,
    members: { own: [...pools].map(([pool, counters]) => ({ pool, counters: counters.sort((a, b) => a - b) })), keys },
  }));
}

/** Each once. Own packs without their serials: the ledger's rows are found by counter, and a cipher costs. */
async function bareThings(sql: Sql, ctx: LedgerContext, sets: readonly MemberSet[]): Promise<Thing[]> {
  const counters = new Map<number, Set<number>>();
  const keys = new Set<string>();
  for (const { own, keys: others } of sets) {
    for (const { pool, counters: some } of own) {
      let known = counters.get(pool);
      if (known === undefined) counters.set(pool, (known = new Set()));
      for (const counter of some) known.add(counter);
    }
    for (const key of others) keys.add(key);
  }
  const packs = [...counters].flatMap(([pool, some]) => [...some].sort((a, b) => a - b).map((c) => barePack(pool, c)));
  return [...packs, ...(await thingsOfKeys(sql, ctx, keys)).values()];
}

function barePack(pool: number, counter: number): Thing {
  return {
    id: "",
    className: "",
    serial: "",
    classId: 0,
    bucket: 0,
    home: "chunk",
    pool,
    counter,
    unissued: false,
    key: "",
  };
}

async function withNames(sql: Sql, ctx: LedgerContext, things: readonly Thing[]): Promise<Map<Thing, Thing>> {
  const bare = things.filter(({ home }) => home === "chunk");
  const pools = await loadPools(sql, ctx, [...new Set(bare.map(({ pool }) => pool))]);
  const named = new Map<Thing, Thing>();
  for (const pool of new Set(bare.map((thing) => thing.pool))) {
    const of = bare.filter((thing) => thing.pool === pool).sort((a, b) => a.counter - b.counter);
    const packs = packsOf(
      ctx,
      pools.get(pool),
      of.map(({ counter }) => counter),
    );
    of.forEach((thing, index) => named.set(thing, packs[index] as Thing));
  }
  return named;
}
