import type { Sql, Statement } from "../../../runtime/machine.ts";
import { decodeMembers, type MemberSet } from "../encoding/members.ts";
import { hexOfUuid } from "../encoding/epc-key.ts";

// Those taken back as well: whether an object is of the lot is decided by its own history, at the moment asked about.
export const MEMBERS_OF_LOT: Statement = {
  name: "ledger_members_of_lot",
  text: "select members from event where lot_id = $1",
};

/** Whom the commissionings of a lot name. */
export async function membersOfLot(sql: Sql, lot: number): Promise<MemberSet[]> {
  const rows = await sql.run<{ members: Buffer }>(MEMBERS_OF_LOT, [lot]);
  return rows.flatMap(({ members }) => Object.values(decodeMembers(members)));
}

// `~>=~` and `~<~` compare by bytes whatever the database's collation; the index is one of text_pattern_ops.
export const PLACES_UNDER: Statement = {
  name: "ledger_places_under",
  text: "select place_id, place from place where place = $1 or (place ~>=~ $2 and place ~<~ $3)",
};

/** A place and the parts of it that have a name of their own (GLN extension, AI 254), with their numbers. */
export async function placesUnder(sql: Sql, place: string): Promise<Map<number, string>> {
  // "0" follows "/".
  const rows = await sql.run<{ place_id: number; place: string }>(PLACES_UNDER, [
    place,
    `${place}/254/`,
    `${place}/2540`,
  ]);
  return new Map(rows.map((row) => [row.place_id, row.place]));
}

// Two indexes, each read backwards from the moment: anything else would read all that ever happened there. One place a
// statement, because a lateral join over rows that lie on several nodes is not to be had on Citus.
export const EVENTS_AT_PLACE: Statement = {
  name: "ledger_events_at_place",
  text: `select e.event_id, e.event_time from (
  (select event_id, event_time from event where biz_loc = $1 and event_time <= $2 and scope = $4 order by event_time desc limit $3)
  union all
  (select event_id, event_time from event where biz_loc is null and read_point = $1 and event_time <= $2 and scope = $4 order by event_time desc limit $3)
) e order by e.event_time desc limit $3`,
};

/** Keys of the latest events at these places up to a moment, the latest first. */
export async function latestEventsAt(
  sql: Sql,
  scope: number,
  placeIds: readonly number[],
  at: number,
  countMax: number,
): Promise<string[]> {
  const found: { event_id: string; event_time: string }[] = [];
  for (const place of placeIds)
    found.push(
      ...(await sql.run<{ event_id: string; event_time: string }>(EVENTS_AT_PLACE, [place, at, countMax, scope])),
    );
  const latest = found.sort((a, b) => Number(b.event_time) - Number(a.event_time)).slice(0, countMax);
  return latest.map(({ event_id }) => hexOfUuid(event_id));
}
