import { invariant } from "../../kernel/base/invariant.ts";
import { must } from "../../kernel/base/result.ts";
import { chunkNumbers, inDomain, isIssued } from "../../kernel/serials/pool.ts";
import { countersOf, noCounter } from "../../kernel/serials/pool-serials.ts";
import type { Environment } from "../../contract/envelope.ts";
import type { Sql } from "../../runtime/machine.ts";
import { type PoolKeys, poolSubject } from "../serial-numbers/pool-keys.ts";
import { classOfKey, type EpcKey, epcKey, fitsKey, partsOfKey } from "./encoding/epc-key.ts";
import {
  bucketOfCounter,
  bucketOfIdentifier,
  type Identifier,
  identifierOf,
  parseIdentifier,
  quickIdentifier,
  ssccClass,
} from "./identifier.ts";
import {
  type ClassRow,
  loadClassNames,
  loadDirectory,
  loadNames,
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
  /** The same, quick for lists that follow one another in the order in which they were resolved. */
  readonly find: (text: string) => Thing | undefined;
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
  const { things, drafts, classNames } = draftsOf(texts);
  const directory = await directoryOf(sql, ctx, classNames, writeAt !== undefined);
  if (directory === undefined) return { scope: -1, things: new Map(), find: () => undefined };
  let className: string | undefined;
  let row: ClassRow | undefined;
  for (const draft of drafts) {
    if (draft.className !== className) row = directory.classes.get((className = draft.className));
    if (row !== undefined) draft.classId = row.classId;
    else {
      draft.gone = true;
      for (const name of draft.texts ?? [draft.id]) things.delete(name);
    }
  }
  const known = drafts.every(({ classId }) => classId >= 0) ? drafts : drafts.filter(({ classId }) => classId >= 0);
  await findOwn(sql, ctx, directory.pools, known);
  for (const draft of known) if (draft.home !== "chunk") settleRow(draft);
  if (writeAt !== undefined) await putOnRecord(sql, ctx, known, writeAt);
  return { scope: directory.scope, things, find: finderOf(things, drafts) };
}

/** What is commissioned is packed in the same order: the next one asked for is nearly always the next one known. */
function finderOf(things: ReadonlyMap<string, Draft>, drafts: readonly Draft[]): (text: string) => Draft | undefined {
  let next = 0;
  return (text) => {
    let found = drafts[next];
    if (found?.id !== text || found.gone) found = things.get(text);
    if (found !== undefined) next = found.place + 1;
    return found;
  };
}

/** A thing while it is found out what it is. `texts`: its spellings, when there are others than its identifier. */
type Draft = { -readonly [field in keyof Thing]: Thing[field] } & {
  readonly place: number;
  texts: string[] | undefined;
  /** Its class is not known here. */
  gone: boolean;
};

/** One object whatever the spelling, so that it can be told by identity. */
function draftsOf(texts: Iterable<string>): { things: Map<string, Draft>; drafts: Draft[]; classNames: string[] } {
  const things = new Map<string, Draft>();
  const drafts: Draft[] = [];
  const classNames = new Set<string>();
  const find = finderOf(things, drafts);
  let last: string | undefined;
  for (const text of texts) {
    if (find(text) !== undefined) continue;
    const { id, className, serial } = quickIdentifier(text) ?? must(parseIdentifier(text));
    if (className !== last) classNames.add((last = className));
    let draft = text === id ? undefined : things.get(id);
    if (draft === undefined) {
      const home = className === ssccClass ? "container" : "item";
      const place = drafts.length;
      draft = {
        id,
        className,
        serial,
        classId: -1,
        bucket: 0,
        home,
        pool: -1,
        counter: -1,
        unissued: false,
        key: "",
        place,
        texts: undefined,
        gone: false,
      };
      drafts.push(draft);
      things.set(id, draft);
    }
    if (text === id) continue;
    things.set(text, draft);
    draft.texts = [...(draft.texts ?? [id]), text];
  }
  return { things, drafts, classNames: [...classNames] };
}

function settleRow(draft: Draft): void {
  draft.bucket = bucketOfIdentifier(draft);
  draft.key = epcKey(draft.classId, draft.serial);
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

/** Which of these are numbers of our pools: one pass of the cipher for each pool. */
async function findOwn(
  sql: Sql,
  ctx: LedgerContext,
  pools: readonly PoolRow[],
  drafts: readonly Draft[],
): Promise<void> {
  if (pools.length === 0) return;
  const byClass = new Map<number, Draft[]>(pools.map(({ classId }) => [classId, []]));
  for (const draft of drafts) byClass.get(draft.classId)?.push(draft);
  for (const pool of pools) {
    const group = byClass.get(pool.classId) ?? [];
    if (group.length > 0) byClass.set(pool.classId, await findOwnOf(sql, ctx, pool, group));
  }
}

/** Settles those that are of the pool's domain; answers the others. */
async function findOwnOf(sql: Sql, ctx: LedgerContext, pool: PoolRow, drafts: readonly Draft[]): Promise<Draft[]> {
  const serials = drafts.map(({ serial }) => serial);
  const counters = countersOf(pool, serials, ctx.keys.cipherOf(poolSubject(ctx, pool), pool.wrappedKey));
  const registered = pool.registered > 0 ? await loadRegistered(sql, pool.poolId, counters) : undefined;
  const others: Draft[] = [];
  for (let index = 0; index < drafts.length; index++) {
    const draft = drafts[index] as Draft;
    const counter = counters[index] as number;
    // Only where nothing was found it matters why: another form, or a number of this one that nobody gives out.
    if (counter === noCounter && !inDomain(pool, draft.serial)) {
      others.push(draft);
      continue;
    }
    // A registered number is another system's: it stays a row whatever the pool's counter says.
    if (registered?.has(counter)) continue;
    draft.pool = pool.poolId;
    draft.counter = counter;
    draft.unissued = !isIssued(pool, counter);
    if (draft.unissued) continue;
    draft.home = "chunk";
    draft.bucket = bucketOfCounter(pool.poolId, counter);
  }
  return others;
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

/** Names of classes never change; those that were read once are not asked for again. */
const knownClasses = new WeakMap<LedgerContext, Map<number, string>>();

async function classNamesOf(sql: Sql, ctx: LedgerContext, keys: readonly EpcKey[]): Promise<Map<number, string>> {
  const known = knownClasses.get(ctx) ?? new Map<number, string>();
  knownClasses.set(ctx, known);
  const unknown = new Set<number>();
  for (const key of keys) {
    const classId = classOfKey(key);
    if (!known.has(classId)) unknown.add(classId);
  }
  if (unknown.size > 0)
    for (const [classId, name] of await loadClassNames(sql, ctx, [...unknown])) known.set(classId, name);
  return known;
}

function containerOf(identifier: Identifier, classId: number, key: EpcKey): Thing {
  const bucket = bucketOfIdentifier(identifier);
  return { ...identifier, classId, bucket, home: "container", pool: -1, counter: -1, unissued: false, key };
}

/** The objects behind keys, by key. Keys come out of rows and events of this scope, so every one of them has a name. */
export async function thingsOfKeys(sql: Sql, ctx: LedgerContext, keys: Iterable<EpcKey>): Promise<Map<EpcKey, Thing>> {
  const distinct = [...new Set(keys)];
  const things = new Map<EpcKey, Thing>();
  if (distinct.length === 0) return things;
  const classNames = await classNamesOf(sql, ctx, distinct);
  const names = await loadNames(sql, distinct);
  const idOf = new Map<EpcKey, string>();
  for (const key of distinct) {
    const parts = partsOfKey(key);
    const className = classNames.get(parts.classId);
    const serial = "serial" in parts ? parts.serial : names.get(key);
    invariant(className !== undefined && serial !== undefined, `key ${key} has no name`);
    const id = identifierOf(className, serial);
    // A container has a row whoever issued its number: there is no more to find out.
    if (className === ssccClass) things.set(key, containerOf({ id, className, serial }, parts.classId, key));
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
