import type { LegalHold } from "../../contract/retention-api.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { MarketCode } from "../../kernel/markets/market.ts";
import { bucketOfEventKey } from "../ledger/encoding/event-key.ts";
import { type Connected, rowKeys } from "./connected.ts";
import { bucketOfCounter } from "../ledger/identifier.ts";
import { chunkNumbers } from "../../kernel/serials/pool.ts";

type Scope = { readonly owner: string; readonly environment: string };

const holdColumns = `hold_id as "holdId", kind, subject, reason, placed_at as "placedAt", placed_by as "placedBy", lifted_at as "liftedAt"`;
const HOLDS: Statement = {
  name: "legal_holds",
  text: `select ${holdColumns} from legal_hold where owner = $1 and environment = $2 order by (lifted_at is null) desc, placed_at desc limit $3`,
};
const STANDING: Statement = {
  name: "legal_holds_standing",
  text: `select ${holdColumns} from legal_hold where owner = $1 and environment = $2 and lifted_at is null order by placed_at, hold_id`,
};
const PLACE: Statement = {
  text: "insert into legal_hold (hold_id, owner, environment, kind, subject, reason, placed_at, placed_by) values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const LIFT: Statement = {
  text: `update legal_hold set lifted_at = $4, lifted_by = $5, lift_reason = $6
where hold_id = $1 and owner = $2 and environment = $3 and lifted_at is null returning ${holdColumns}`,
};
/** One at a time: neither may a hold come between a plan and its run. */
const LOCK: Statement = { text: "lock table legal_hold in share row exclusive mode" };

type HoldRow = Omit<LegalHold, "placedAt" | "liftedAt"> & { placedAt: string; liftedAt: string | null };
const readHold = (row: HoldRow): LegalHold => ({
  ...row,
  placedAt: Number(row.placedAt),
  liftedAt: row.liftedAt === null ? null : Number(row.liftedAt),
});

export async function loadHolds(sql: Sql, { owner, environment }: Scope, countMax: number): Promise<LegalHold[]> {
  return (await sql.run<HoldRow>(HOLDS, [owner, environment, countMax])).map(readHold);
}

export async function standingHolds(sql: Sql, { owner, environment }: Scope): Promise<LegalHold[]> {
  return (await sql.run<HoldRow>(STANDING, [owner, environment])).map(readHold);
}

export async function lockHolds(sql: Sql): Promise<void> {
  await sql.run(LOCK);
}

export async function insertHold(sql: Sql, { owner, environment }: Scope, hold: LegalHold): Promise<void> {
  const { holdId, kind, subject, reason, placedAt, placedBy } = hold;
  await sql.run(PLACE, [holdId, owner, environment, kind, subject, reason, placedAt, placedBy]);
}

export async function markLifted(
  sql: Sql,
  { owner, environment }: Scope,
  holdId: string,
  lifted: { readonly at: number; readonly by: string; readonly reason: string },
): Promise<LegalHold | undefined> {
  const [row] = await sql.run<HoldRow>(LIFT, [holdId, owner, environment, lifted.at, lifted.by, lifted.reason]);
  return row && readHold(row);
}

export type OldLot = {
  readonly lotId: number;
  readonly gtin: string;
  readonly lot: string;
  readonly expiry: string | null;
  readonly market: MarketCode | null;
  readonly releasedAt: number | null;
};
const lotColumns = `l.lot_id as "lotId", c.name as gtin, l.lot_no as lot, l.expiry, r.market,
  (select max(s.signed_at) from signature s where s.record = 'lot/' || c.name || '/' || l.lot_no || '/release') as "releasedAt"`;
const lotJoins = `lot l join epc_class c using (class_id) join scope o using (scope)
left join lot_record r on r.owner = o.owner and r.environment = o.environment and r.gtin = c.name and r.lot = l.lot_no`;
const OLD_LOTS: Statement = {
  text: `select ${lotColumns} from ${lotJoins} where o.owner = $1 and o.environment = $2 and l.expiry < $3 order by l.expiry, l.lot_id limit $4`,
};
const LOTS: Statement = {
  text: `select ${lotColumns} from ${lotJoins} where o.owner = $1 and o.environment = $2 and l.lot_id = any($3) order by l.lot_id`,
};
type LotRow = Omit<OldLot, "releasedAt"> & { releasedAt: string | null };
const readLot = (row: LotRow): OldLot => ({
  ...row,
  releasedAt: row.releasedAt === null ? null : Number(row.releasedAt),
});

/** Lots that expired before a day (`2020-01-31`), the oldest first. */
export async function oldLots(
  sql: Sql,
  { owner, environment }: Scope,
  expiredBefore: string,
  countMax: number,
): Promise<OldLot[]> {
  return (await sql.run<LotRow>(OLD_LOTS, [owner, environment, expiredBefore, countMax])).map(readLot);
}

export async function lotsOf(sql: Sql, { owner, environment }: Scope, ids: readonly number[]): Promise<OldLot[]> {
  return (await sql.run<LotRow>(LOTS, [owner, environment, ids])).map(readLot);
}

const NAMED_BY: Statement = {
  text: `select capture_id::text as document, partner as company from capture where capture_id = any($1)
union select delivery_id::text, partner from shipment where owner = $2 and environment = $3 and shipping_event = any($4)
union select m.report_id::text, null from market_report m, unnest($5::text[], $6::text[]) as l(gtin, lot)
  where m.owner = $2 and m.environment = $3 and m.gtin = l.gtin and m.lot = l.lot order by 1`,
};

/** Documents that tell of a group, and the companies that they came from or went to. */
export async function namedBy(
  sql: Sql,
  { owner, environment }: Scope,
  group: {
    readonly captures: readonly string[];
    readonly eventIds: readonly string[];
    readonly lots: readonly OldLot[];
  },
): Promise<{ documents: string[]; companies: string[] }> {
  const rows = await sql.run<{ document: string; company: string | null }>(NAMED_BY, [
    group.captures,
    owner,
    environment,
    group.eventIds,
    group.lots.map(({ gtin }) => gtin),
    group.lots.map(({ lot }) => lot),
  ]);
  const companies = rows.flatMap(({ company }) => (company === null ? [] : [company]));
  return { documents: rows.map(({ document }) => document), companies: [...new Set(companies)] };
}

const DELETE_EVENTS: Statement = {
  text: `with gone as (delete from event where event_id = any($1) and bucket = any($2) returning capture_id)
select capture_id, count(*)::int as n from gone group by 1 order by 1`,
};
const PURGE_CAPTURES: Statement = {
  text: `update capture c set purged = c.purged + p.n from unnest($1::uuid[], $2::int[]) as p(capture_id, n)
where c.capture_id = p.capture_id and c.owner = $3 and c.environment = $4 returning c.capture_id, c.purged >= c.captured as whole, encode(c.sha256, 'hex') as sha256`,
};

/** Deletes events, and documents of which no event is left; answers the documents' hashes. */
export async function deleteEvents(sql: Sql, { owner, environment }: Scope, ids: readonly string[]): Promise<string[]> {
  const gone = await sql.run<{ capture_id: string; n: number }>(DELETE_EVENTS, [
    ids,
    [...new Set(ids.map(bucketOfEventKey))],
  ]);
  const purged = await sql.run<{ capture_id: string; whole: boolean; sha256: string }>(PURGE_CAPTURES, [
    gone.map(({ capture_id }) => capture_id),
    gone.map(({ n }) => n),
    owner,
    environment,
  ]);
  const whole = purged.filter((each) => each.whole);
  const captures = whole.map(({ capture_id }) => capture_id);
  await sql.run({ text: "delete from capture_document where capture_id = any($1)" }, [captures]);
  // A large document is kept in the parts that it came in, under its job.
  await sql.run({ text: "delete from capture_part where job_id = any($1)" }, [captures]);
  await sql.run({ text: "delete from capture_job where job_id = any($1)" }, [captures]);
  await sql.run({ text: "delete from capture where capture_id = any($1)" }, [captures]);
  return whole.map(({ sha256 }) => sha256).sort();
}

/** Deletes the state of everything in a group. */
export async function deleteState(sql: Sql, { things, chunks, lots }: Connected): Promise<void> {
  const { item, container, packs } = rowKeys(things.values());
  const buckets = (places: readonly { bucket: number }[]) => [...new Set(places.map(({ bucket }) => bucket))];
  await sql.run(
    {
      text: "delete from chunk where (pool, chunk_no, bucket) in (select * from unnest($1::int[], $2::bigint[], $3::smallint[]))",
    },
    [
      chunks.map(({ pool }) => pool),
      chunks.map(({ chunkNo }) => chunkNo),
      chunks.map(({ pool, chunkNo }) => bucketOfCounter(pool, chunkNo * chunkNumbers)),
    ],
  );
  await sql.run(
    {
      text: "delete from pack_delta where (pool, counter, bucket) in (select * from unnest($1::int[], $2::bigint[], $3::smallint[]))",
    },
    [packs.map(({ pool }) => pool), packs.map(({ counter }) => counter), packs.map(({ bucket }) => bucket)],
  );
  const keys = (places: readonly { key: string }[]) => places.map(({ key }) => key);
  await sql.run({ text: "delete from item where epc = any($1) and bucket = any($2)" }, [keys(item), buckets(item)]);
  await sql.run({ text: "delete from container where epc = any($1) and bucket = any($2)" }, [
    keys(container),
    buckets(container),
  ]);
  await sql.run({ text: "delete from epc_name where epc = any($1)" }, [keys(item)]);
  await sql.run({ text: "delete from lot_stat where lot_id = any($1)" }, [[...lots]]);
}

const OF_LOTS = "(gtin, lot) in (select * from unnest($3::text[], $4::text[])) and owner = $1 and environment = $2";

/** Deletes what the business kept of these lots: orders, submissions, reports, shipments, exceptions, the lots. */
export async function deleteBusiness(
  sql: Sql,
  { owner, environment }: Scope,
  group: {
    readonly lots: readonly OldLot[];
    readonly eventKeys: readonly string[];
    readonly eventIds: readonly string[];
  },
): Promise<void> {
  const names = [owner, environment, group.lots.map(({ gtin }) => gtin), group.lots.map(({ lot }) => lot)];
  await sql.run(
    { text: `delete from submission where work_order_id in (select work_order_id from work_order where ${OF_LOTS})` },
    names,
  );
  for (const table of ["work_order", "market_report", "lot_record"])
    await sql.run({ text: `delete from ${table} where ${OF_LOTS}` }, names);
  await sql.run({ text: "delete from shipment where owner = $1 and environment = $2 and shipping_event = any($3)" }, [
    owner,
    environment,
    group.eventIds,
  ]);
  await sql.run(
    {
      text: `delete from exception_note where exception_id in
  (select exception_id from ledger_exception where owner = $1 and environment = $2 and event_id = any($3))`,
    },
    [owner, environment, group.eventKeys],
  );
  await sql.run({ text: "delete from ledger_exception where owner = $1 and environment = $2 and event_id = any($3)" }, [
    owner,
    environment,
    group.eventKeys,
  ]);
  await sql.run({ text: "delete from lot where lot_id = any($1)" }, [group.lots.map(({ lotId }) => lotId)]);
}
