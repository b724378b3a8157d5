import type { LegalHold, RetentionDone, RetentionGroup, RetentionPlan } from "../../contract/retention-api.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import { sha256Hex } from "../../runtime/sha256.ts";
import type { Sql } from "../../runtime/machine.ts";
import { type Connected, connectedTo } from "./connected.ts";
import { uuidOfHex } from "../ledger/encoding/epc-key.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { publicEventId } from "../ledger/ledger.ts";
import { expiryEnd, judgeGroup, type LotFacts, lotKeptUntil } from "./retention.ts";
import {
  deleteBusiness,
  deleteEvents,
  deleteState,
  lotsOf,
  namedBy,
  type OldLot,
  oldLots,
  standingHolds,
} from "./retention.store.ts";

/** Lots looked at in one go; those that went make room for the next. */
const lotsMax = 20;
const dayChars = 10;
const yearMs = 365 * 86_400_000;

type Examined = { readonly group: RetentionGroup; readonly connected: Connected; readonly lots: readonly OldLot[] };

/** What is older than its retention: of each group whether it may go, or what keeps it. Deletes nothing. */
export async function planRetention(sql: Sql, ctx: LedgerContext, now: number): Promise<RetentionPlan> {
  return planOf(await examine(sql, ctx, now, false), now);
}

export type RetentionRecord = RetentionDone & {
  /** What went, for the trail: groups with their hashes, and the hashes of documents. */
  readonly groups: readonly RetentionGroup[];
  readonly documentsSha256: readonly string[];
};

/**
 * Deletes what may go, in the caller's transaction: events, documents, state and business records of whole groups, so
 * that nothing that stays is derived from what went. Numbers stay on record, signatures and the audit trail as well.
 */
export async function runRetention(
  sql: Sql,
  ctx: LedgerContext,
  now: number,
): Promise<{ plan: RetentionPlan; done: RetentionRecord }> {
  const examined = await examine(sql, ctx, now, true);
  const going = examined.filter(({ group }) => group.keptBy === null);
  const documentsSha256: string[] = [];
  for (const { connected, lots } of going) {
    const rows = [...connected.events.values()];
    documentsSha256.push(
      ...(await deleteEvents(
        sql,
        ctx,
        rows.map(({ id }) => id),
      )),
    );
    await deleteState(sql, connected);
    await deleteBusiness(sql, ctx, {
      lots,
      eventKeys: rows.map(({ id }) => uuidOfHex(id)),
      eventIds: rows.map(publicEventId),
    });
  }
  const groups = going.map(({ group }) => group);
  const sum = (of: (group: RetentionGroup) => number) => groups.reduce((total, group) => total + of(group), 0);
  const done: RetentionRecord = {
    lots: sum(({ lots }) => lots.length),
    events: sum(({ events }) => events),
    objects: sum(({ objects }) => objects),
    documents: documentsSha256.length,
    groups,
    documentsSha256,
  };
  return { plan: planOf(examined, now), done };
}

function planOf(examined: readonly Examined[], now: number): RetentionPlan {
  const groups = examined.map(({ group }) => group);
  // What may go, and not when it was looked at: a plan that is the same an hour later may still be signed.
  return { at: now, groups, planSha256: canonicalHash(groups.filter(({ keptBy }) => keptBy === null)) };
}

async function examine(sql: Sql, ctx: LedgerContext, now: number, locking: boolean): Promise<Examined[]> {
  const holds = await standingHolds(sql, ctx);
  // Every rule keeps records for a year past the expiry at least.
  const before = new Date(now - yearMs).toISOString().slice(0, dayChars);
  const examined: Examined[] = [];
  const seen = new Set<number>();
  for (const old of await oldLots(sql, ctx, before, lotsMax)) {
    const alone = lotKeptUntil(factsOf(old, undefined));
    if (seen.has(old.lotId) || alone === undefined || alone > now) continue;
    const connected = await connectedTo(sql, ctx, old.lotId, locking);
    for (const lot of connected.lots) seen.add(lot);
    examined.push(await judge(sql, ctx, { connected, holds, now }));
  }
  return examined;
}

async function judge(
  sql: Sql,
  ctx: LedgerContext,
  about: { readonly connected: Connected; readonly holds: readonly LegalHold[]; readonly now: number },
): Promise<Examined> {
  const { connected, holds, now } = about;
  const lots = await lotsOf(sql, ctx, [...connected.lots]);
  const rows = [...connected.events.values()];
  const captures = [...new Set(rows.map(({ captureId }) => captureId))];
  const named = await namedBy(sql, ctx, { captures, eventIds: rows.map(publicEventId), lots });
  const lastEvent = rows.reduce((last, { at }) => Math.max(last, at), 0);
  const facts = lots.map((lot) => factsOf(lot, lastEvent));
  const judged = judgeGroup({ lots: facts, ...named, tooLarge: connected.tooLarge }, holds, ctx.owner, now);
  const group: RetentionGroup = {
    lots: lots.map(({ gtin, lot }) => ({ gtin, lot })),
    ...judged,
    events: rows.length,
    objects: connected.things.size,
    eventsSha256: sha256Hex([...connected.events.keys()].sort().join("\n")),
  };
  return { group, connected, lots };
}

/** `lastEvent`: the last thing that was told of its group stands for its last transaction. */
function factsOf(lot: OldLot, lastEvent: number | undefined): LotFacts {
  const expiry = lot.expiry === null ? undefined : expiryEnd(lot.expiry);
  return {
    gtin: lot.gtin,
    lot: lot.lot,
    market: lot.market ?? undefined,
    moments: {
      ...(expiry === undefined ? {} : { expiry }),
      ...(lot.releasedAt === null ? {} : { release: lot.releasedAt }),
      ...(lastEvent === undefined ? {} : { transaction: lastEvent }),
    },
  };
}
