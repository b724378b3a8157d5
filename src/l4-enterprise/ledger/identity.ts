import { invariant } from "../../kernel/base/invariant.ts";
import { must } from "../../kernel/base/result.ts";
import { chunkNumbers, isIssued, poolOf } from "../../kernel/serials/pool.ts";
import { countersOf, noCounter } from "../../kernel/serials/pool-serials.ts";
import type { Environment } from "../../contract/envelope.ts";
import type { Sql } from "../../runtime/machine.ts";
import { type PoolKeys, poolSubject } from "../serial-numbers/pool-keys.ts";
import { type EpcKey, epcKey, fitsKey, partsOfKey } from "./encoding/epc-key.ts";
import {
  bucketOfCounter,
  bucketOfIdentifier,
  type Identifier,
  identifierOf,
  parseIdentifier,
  ssccClass,
} from "./identifier.ts";
import {
  type ClassRow,
  loadClasses,
  loadDirectory,
  loadRegistered,
  type PoolRow,
  saveClasses,
  saveNames,
  saveSeen,
} from "./identity.store.ts";

/** Whose ledger: everything read or written belongs to this owner and environment. */
export type LedgerContext = { readonly owner: string; readonly environment: Environment; readonly keys: PoolKeys };

/** An object of the ledger and where its state is kept. */
export type Thing = Identifier & {
  readonly classId: number;
  readonly bucket: number;
  readonly home: "chunk" | "item" | "container";
  /** Of one of our own issued numbers; -1 for others. */
  readonly pool: number;
  readonly counter: number;
  /** A number of one of our pools' domains that was not issued: somebody made it up, or a record is missing. */
  readonly unissued: boolean;
  /** Of rows; "" for our own packs, whose key is worked out when somebody asks (`keyOf`). */
  readonly key: EpcKey;
};

/** What a set of identifiers turned out to be. Looked up by the identifier as it was spelled. */
export type Directory = {
  readonly scope: number;
  readonly things: ReadonlyMap<string, Thing>;
};

export function keyOf(thing: Thing): EpcKey {
  return thing.key === "" ? epcKey(thing.classId, thing.serial) : thing.key;
}

export function chunkNoOf(thing: Thing): number {
  return Math.floor(thing.counter / chunkNumbers);
}

/**
 * Finds out what identifiers (any spelling) are. Reading, those of unknown classes are left out; writing
 * (`writeAt`, ms UTC) makes the classes, and puts on record numbers of ours seen before they were issued, so that
 * they never are. Throws the refusal `capture.identifier`.
 */
export async function resolveThings(
  sql: Sql,
  ctx: LedgerContext,
  texts: Iterable<string>,
  writeAt?: number,
): Promise<Directory> {
  const identifiers = new Map<string, Identifier>();
  for (const text of texts) if (!identifiers.has(text)) identifiers.set(text, must(parseIdentifier(text)));
  const classNames = new Set<string>();
  for (const { className } of identifiers.values()) classNames.add(className);
  const directory = await directoryOf(sql, ctx, [...classNames], writeAt !== undefined);
  const things = new Map<string, Thing>();
  if (directory === undefined) return { scope: -1, things };
  const counters = await ownCounters(sql, ctx, directory.pools, identifiers);
  for (const [text, identifier] of identifiers) {
    const row = directory.classes.get(identifier.className);
    if (row === undefined) continue;
    // One object whatever the spelling, so that it can be told by identity.
    const thing = things.get(identifier.id) ?? thingOf(identifier, row, counters.get(text));
    things.set(identifier.id, thing);
    if (text !== identifier.id) things.set(text, thing);
  }
  if (writeAt !== undefined) await putOnRecord(sql, ctx, [...things.values()], writeAt);
  return { scope: directory.scope, things };
}

async function directoryOf(sql: Sql, ctx: LedgerContext, names: readonly string[], writing: boolean) {
  let directory = await loadDirectory(sql, ctx, names);
  if (writing && (directory === undefined || names.some((name) => directory?.classes.get(name) === undefined))) {
    await saveClasses(sql, ctx, names);
    directory = await loadDirectory(sql, ctx, names);
    invariant(directory !== undefined, "a scope that was just written is not there");
  }
  return directory;
}

type OwnCounter = { readonly pool: number; readonly counter: number; readonly issued: boolean };

/** Which of the identifiers are numbers of our pools: one pass of the cipher for each pool. */
async function ownCounters(
  sql: Sql,
  ctx: LedgerContext,
  pools: readonly PoolRow[],
  identifiers: ReadonlyMap<string, Identifier>,
): Promise<Map<string, OwnCounter>> {
  const found = new Map<string, OwnCounter>();
  if (pools.length === 0) return found;
  const byPool = new Map<PoolRow, { texts: string[]; serials: string[] }>();
  for (const [text, { className, serial }] of identifiers) {
    const pool = poolOf(pools, className, serial);
    if (pool === undefined) continue;
    const group = byPool.get(pool) ?? { texts: [], serials: [] };
    group.texts.push(text);
    group.serials.push(serial);
    byPool.set(pool, group);
  }
  for (const [pool, { texts, serials }] of byPool) {
    const counters = countersOf(pool, serials, ctx.keys.cipherOf(poolSubject(ctx, pool), pool.wrappedKey));
    const registered = pool.registered > 0 ? await loadRegistered(sql, pool.poolId, [...counters]) : new Set<number>();
    texts.forEach((text, index) => {
      const counter = counters[index] as number;
      // A registered number is another system's: it stays a row whatever the pool's counter says.
      if (registered.has(counter)) return;
      found.set(text, { pool: pool.poolId, counter, issued: counter !== noCounter && isIssued(pool, counter) });
    });
  }
  return found;
}

function thingOf(identifier: Identifier, row: Pick<ClassRow, "classId">, own: OwnCounter | undefined): Thing {
  const { id, className, serial } = identifier;
  const { classId } = row;
  if (own?.issued) {
    const { pool, counter } = own;
    return {
      id,
      className,
      serial,
      classId,
      bucket: bucketOfCounter(pool, counter),
      home: "chunk",
      pool,
      counter,
      unissued: false,
      key: "",
    };
  }
  const home = className === ssccClass ? "container" : "item";
  const bucket = bucketOfIdentifier(identifier);
  return {
    id,
    className,
    serial,
    classId,
    bucket,
    home,
    pool: own?.pool ?? -1,
    counter: own?.counter ?? -1,
    unissued: own !== undefined,
    key: epcKey(classId, serial),
  };
}

async function putOnRecord(sql: Sql, ctx: LedgerContext, things: readonly Thing[], at: number): Promise<void> {
  const escaped = things.filter(
    (thing) => thing.home !== "chunk" && thing.className !== ssccClass && !fitsKey(thing.serial),
  );
  if (escaped.length > 0)
    await saveNames(
      sql,
      escaped.map((thing) => ({ key: keyOf(thing), name: thing.serial })),
    );
  const seen = things.filter((thing) => thing.unissued && thing.counter !== noCounter);
  if (seen.length > 0) await saveSeen(sql, ctx, seen, at);
}

/** The objects behind keys, by key. Keys come out of rows and events of this scope, so every one of them has a name. */
export async function thingsOfKeys(sql: Sql, ctx: LedgerContext, keys: Iterable<EpcKey>): Promise<Map<EpcKey, Thing>> {
  const distinct = [...new Set(keys)];
  const things = new Map<EpcKey, Thing>();
  if (distinct.length === 0) return things;
  const { classNames, names } = await loadClasses(sql, ctx, distinct);
  const idOf = new Map<EpcKey, string>();
  for (const key of distinct) {
    const parts = partsOfKey(key);
    const className = classNames.get(parts.classId);
    const serial = "serial" in parts ? parts.serial : names.get(key);
    invariant(className !== undefined && serial !== undefined, `key ${key} has no name`);
    const id = identifierOf(className, serial);
    // A container has a row whoever issued its number: there is no more to find out.
    if (className === ssccClass)
      things.set(key, thingOf({ id, className, serial }, { classId: parts.classId }, undefined));
    else idOf.set(key, id);
  }
  if (idOf.size === 0) return things;
  const { things: byId } = await resolveThings(sql, ctx, idOf.values());
  for (const [key, id] of idOf) {
    const thing = byId.get(id);
    if (thing !== undefined) things.set(key, thing);
  }
  return things;
}
