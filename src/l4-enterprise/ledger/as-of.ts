import type { Sql, Statement } from "../../runtime/machine.ts";
import { bucketOfEventKey } from "./encoding/event-key.ts";
import { loadEvents } from "./event.store.ts";
import type { EventRow } from "./event-row.ts";
import { hexOfUuid } from "./encoding/epc-key.ts";

/**
 * The moment that a question is about, ms UTC. `at`: what was so then, by everything that is known now (event time).
 * `knownAt`: by what had been recorded here by then (record time). Absent: now, and everything.
 */
export type AsOf = { readonly at?: number | undefined; readonly knownAt?: number | undefined };

export const asOfNow: AsOf = {};

export function isNow({ at, knownAt }: AsOf): boolean {
  return at === undefined && knownAt === undefined;
}

// A declaration takes back only what its own sender said, as when it was captured (`ledger_declare_events`);
// both have one bucket, because a declaration's key is its event's but for what it declares.
export const DECLARED_BY: Statement = {
  name: "ledger_declared_by",
  text: `select d.declares from event d join capture dc on dc.capture_id = d.capture_id
join event e on e.event_id = d.declares and e.bucket = d.bucket and e.source = d.source
join capture ec on ec.capture_id = e.capture_id and ec.partner is not distinct from dc.partner
where d.declares = any($1) and e.event_id = any($1) and e.bucket = any($2) and d.record_time <= $3`,
};

/** Events by their keys, as they were known at the moment's `knownAt`: later ones are not there, nor what later ones took back. */
export async function loadEventsAsOf(
  sql: Sql,
  ids: readonly string[],
  { knownAt }: Pick<AsOf, "knownAt">,
): Promise<EventRow[]> {
  const rows = await loadEvents(sql, ids);
  if (knownAt === undefined) return rows;
  const known = rows.filter(({ recordedAt }) => recordedAt <= knownAt);
  const declared = known.filter((row) => row.declared).map(({ id }) => id);
  if (declared.length === 0) return known;
  const buckets = [...new Set(declared.map(bucketOfEventKey))];
  const taken = await sql.run<{ declares: string }>(DECLARED_BY, [declared, buckets, knownAt]);
  const before = new Set(taken.map(({ declares }) => hexOfUuid(declares)));
  return known.map((row) => (row.declared && !before.has(row.id) ? { ...row, declared: false } : row));
}
