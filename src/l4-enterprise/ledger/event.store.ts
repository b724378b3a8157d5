import { invariant } from "../../kernel/base/invariant.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { byteaArray, integerArray, uuidArray } from "../../runtime/postgres/binary-array.ts";
import { hexOfUuid } from "./encoding/epc-key.ts";
import { bucketOfEventKey } from "./encoding/event-key.ts";
import type { EventBody, EventRow } from "./event-row.ts";
import { plannedFor } from "./state.store.ts";
import { decodeMembers, encodeMembers, memberCount } from "./encoding/members.ts";
import {
  actionCode,
  actionOf,
  bizStepCode,
  bizStepOf,
  dispositionCode,
  dispositionOf,
  eventTypeCode,
  eventTypeOf,
} from "./encoding/words.ts";

// RETURNING, not the row count, says what was new: Citus reports the rows of the source.
export const INSERT_EVENTS: Statement = {
  name: "ledger_insert_events",
  text: `insert into event (event_id, event_time, record_time, capture_id, parent, declares, read_point, biz_loc, lot_id, n, scope, bucket,
  offset_minutes, type, action, biz_step, disp, source, event_ref, members, body)
select e.event_id, e.event_time, e.record_time, e.capture_id, e.parent, e.declares, e.read_point, e.biz_loc, e.lot_id, e.n, $3, e.bucket,
  e.offset_minutes, e.type, e.action, e.biz_step, e.disp, $4, e.event_ref, e.members, e.body
from unnest($1::bigint[], $2::uuid[], $5::uuid[], $6::bigint[], $7::uuid[], $8::uuid[], $9::int[], $10::int[], $11::int[], $12::int[], $13::smallint[],
  $14::smallint[], $15::smallint[], $16::smallint[], $17::smallint[], $18::smallint[], $19::text[], $20::bytea[], $21::jsonb[])
  as e(record_time, capture_id, event_id, event_time, parent, declares, read_point, biz_loc, lot_id, n, bucket, offset_minutes, type, action, biz_step, disp, event_ref, members, body)
order by e.event_id
on conflict do nothing returning event_id`,
};

const sourceCodes = ["own", "shared"] as const;

/** Writes events of one scope and source; answers the ids of those that were not there yet. `places` has every place named. */
export async function saveEvents(
  sql: Sql,
  rows: readonly EventRow[],
  places: ReadonlyMap<string, number>,
): Promise<Set<string>> {
  const placeId = (place: string | undefined) => (place === undefined ? null : (places.get(place) ?? null));
  const column = <T>(of: (row: EventRow) => T) => rows.map(of);
  const written = await sql.run<{ event_id: string }>(INSERT_EVENTS, [
    integerArray(column(({ recordedAt }) => recordedAt)),
    column(({ captureId }) => captureId),
    rows[0]?.scope ?? 0,
    sourceCodes.indexOf(rows[0]?.source ?? "own"),
    uuidArray(column(({ id }) => id)),
    integerArray(column(({ at }) => at)),
    uuidArray(column(({ parent }) => parent)),
    uuidArray(column(({ declares }) => declares)),
    integerArray(column(({ readPoint }) => placeId(readPoint))),
    integerArray(column(({ bizLocation }) => placeId(bizLocation))),
    integerArray(column(({ lot }) => lot || null)),
    integerArray(column(({ members }) => memberCount(members))),
    integerArray(column(({ id }) => bucketOfEventKey(id))),
    integerArray(column(({ offsetMinutes }) => offsetMinutes)),
    integerArray(column(({ type }) => eventTypeCode(type))),
    integerArray(column(({ action }) => actionCode(action))),
    integerArray(column(({ bizStep }) => bizStepCode(bizStep))),
    integerArray(column(({ disposition }) => dispositionCode(disposition))),
    column(({ ref }) => ref ?? null),
    byteaArray(column((row) => row.memberBytes ?? encodeMembers(row.members))),
    column(({ body }) => (body === undefined ? null : JSON.stringify(body))),
  ]);
  return new Set(written.map(({ event_id }) => hexOfUuid(event_id)));
}

const columns = `e.event_id, e.scope, e.event_time, e.record_time, e.capture_id, e.parent, e.declares, e.lot_id, e.offset_minutes, e.type, e.action,
  e.biz_step, e.disp, e.source, e.declared, e.event_ref, e.members, e.body, r.place as read_point, l.place as biz_loc`;
const joins = "event e left join place r on r.place_id = e.read_point left join place l on l.place_id = e.biz_loc";

export const EVENTS_BY_ID: Statement = {
  name: "ledger_events_by_id",
  text: `select ${columns} from ${joins} where e.event_id = any($1) and e.bucket = any($2) order by e.event_id`,
};

type Row = {
  event_id: string;
  scope: number;
  event_time: string;
  record_time: string;
  capture_id: string;
  parent: string | null;
  declares: string | null;
  lot_id: number | null;
  offset_minutes: number;
  type: number;
  action: number;
  biz_step: number;
  disp: number;
  source: number;
  declared: boolean;
  event_ref: string | null;
  members: Buffer;
  body: EventBody | null;
  read_point: string | null;
  biz_loc: string | null;
};

export async function loadEvents(sql: Sql, ids: readonly string[]): Promise<EventRow[]> {
  if (ids.length === 0) return [];
  const buckets = [...new Set(ids.map(bucketOfEventKey))];
  return (await sql.run<Row>(plannedFor(EVENTS_BY_ID, ids.length), [uuidArray(ids), buckets])).map(readRow);
}

export const COMMISSIONINGS_OF_LOT: Statement = {
  name: "ledger_commissionings_of_lot",
  text: `select ${columns} from ${joins} where e.lot_id = $1 and not e.declared and e.declares is null order by e.event_id`,
};

export async function loadCommissionings(sql: Sql, lot: number): Promise<EventRow[]> {
  return (await sql.run<Row>(COMMISSIONINGS_OF_LOT, [lot])).map(readRow);
}

export const EVENTS_BY_REF: Statement = {
  name: "ledger_events_by_ref",
  text: `select ${columns} from ${joins} where e.scope = $1 and e.event_ref = any($2) order by e.event_id`,
};

export async function loadEventsByRef(sql: Sql, scope: number, refs: readonly string[]): Promise<EventRow[]> {
  return (await sql.run<Row>(EVENTS_BY_REF, [scope, refs])).map(readRow);
}

const EVENTS_OF_SCOPE: Statement = {
  text: `select ${columns} from ${joins} where e.scope = $1 and e.event_id > $2 order by e.event_id limit $3`,
};

/** A page of everything, in the ledger's order. */
export async function loadEventsAfter(sql: Sql, scope: number, after: string, count: number): Promise<EventRow[]> {
  return (await sql.run<Row>(EVENTS_OF_SCOPE, [scope, after, count])).map(readRow);
}

const COUNT_EVENTS: Statement = { text: "select count(*) as n from event where scope = $1" };

export async function countEvents(sql: Sql, scope: number): Promise<number> {
  return Number((await sql.run<{ n: string }>(COUNT_EVENTS, [scope]))[0]?.n);
}

function readRow(row: Row): EventRow {
  const body = row.body ?? undefined;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const source = sourceCodes[row.source];
  invariant(source !== undefined, `stored source ${row.source}`);
  return {
    id: hexOfUuid(row.event_id),
    scope: row.scope,
    at: Number(row.event_time),
    offsetMinutes: row.offset_minutes,
    recordedAt: Number(row.record_time),
    captureId: row.capture_id,
    type: eventTypeOf(row.type),
    action: actionOf(row.action),
    bizStep: bizStepOf(row.biz_step) ?? text(body?.bizStep),
    disposition: dispositionOf(row.disp) ?? text(body?.disposition),
    parent: row.parent === null ? undefined : hexOfUuid(row.parent),
    readPoint: row.read_point ?? undefined,
    bizLocation: row.biz_loc ?? undefined,
    lot: row.lot_id ?? 0,
    source,
    declares: row.declares === null ? undefined : hexOfUuid(row.declares),
    declared: row.declared,
    ref: row.event_ref ?? undefined,
    members: decodeMembers(row.members),
    body,
  };
}

/** Takes events out of the derived state; answers those that were there, were in it, and come from the same source. */
const DECLARE: Statement = {
  name: "ledger_declare_events",
  text: `update event e set declared = true from capture c
where e.event_id = any($1) and e.bucket = any($2) and not e.declared and c.capture_id = e.capture_id and e.source = $3 and c.partner is not distinct from $4
returning e.event_id`,
};

export async function declareEvents(
  sql: Sql,
  ids: readonly string[],
  source: EventRow["source"],
  partner: string | undefined,
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await sql.run<{ event_id: string }>(DECLARE, [
    ids,
    ids.map(bucketOfEventKey),
    sourceCodes.indexOf(source),
    partner ?? null,
  ]);
  return new Set(rows.map(({ event_id }) => hexOfUuid(event_id)));
}

const DECLARED_BEFORE: Statement = {
  name: "ledger_declared_before",
  text: `select e.declares from event e join capture c on c.capture_id = e.capture_id
where e.declares = any($1) and e.source = $2 and c.partner is not distinct from $3`,
};

/** Of these events, those that were taken back before they arrived. */
export async function declaredBefore(
  sql: Sql,
  ids: readonly string[],
  source: EventRow["source"],
  partner: string | undefined,
): Promise<string[]> {
  const rows = await sql.run<{ declares: string }>(DECLARED_BEFORE, [
    ids,
    sourceCodes.indexOf(source),
    partner ?? null,
  ]);
  return rows.map(({ declares }) => hexOfUuid(declares));
}

const INSERT_PLACES: Statement = {
  text: "insert into place (place) select unnest($1::text[]) order by 1 on conflict do nothing",
};
const PLACES: Statement = { name: "ledger_places", text: "select place_id, place from place where place = any($1)" };

/** The numbers of places; new ones are kept. */
export async function placeIds(sql: Sql, places: readonly string[]): Promise<Map<string, number>> {
  if (places.length === 0) return new Map();
  const load = async () =>
    new Map(
      (await sql.run<{ place_id: number; place: string }>(PLACES, [places])).map((row) => [row.place, row.place_id]),
    );
  const known = await load();
  if (places.every((place) => known.has(place))) return known;
  await sql.run(INSERT_PLACES, [places.filter((place) => !known.has(place))]);
  return load();
}
