import { afterAll, beforeAll, expect, test } from "vitest";
import type { Statement } from "../../runtime/machine.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { migrations } from "../migrations.ts";
import { ALLOCATION_OF_COUNTER, ALLOCATIONS_BETWEEN, RETIRED_BETWEEN } from "../serial-numbers/allocation.store.ts";
import { OPEN_OF_PRODUCT, WORKLIST } from "../exceptions/exception-work.store.ts";
import { OF_EVENTS } from "../shipments/shipment.store.ts";
import { DECLARED_BY } from "./as-of.ts";
import { COMMISSIONINGS_OF_LOT, EVENTS_BY_ID, EVENTS_BY_REF, INSERT_EVENTS } from "./event.store.ts";
import { LOT_COUNTS } from "./lot.store.ts";
import { EVENTS_AT_PLACE, MEMBERS_OF_LOT, PLACES_UNDER } from "./whereabouts/whereabouts.store.ts";
import { DIRECTORY } from "./identity.store.ts";
import { CHUNKS, CHUNKS_LOCKED, DELTAS, DELTAS_LOCKED, ROWS, ROWS_LOCKED, SAVE_CHUNKS } from "./state.store.ts";

// What runs for every document or scan must not read a table from end to end once the tables are large.

let scratch: ScratchDatabase;

const fill = `
insert into scope (owner, environment) select n::text, 'production' from generate_series(1, 500) n;
insert into epc_class (scope, name, bucket) select n % 500 + 1, n::text, 0 from generate_series(1, 20000) n;
insert into lot (class_id, lot_no) select n % 20000 + 1, n::text from generate_series(1, 20000) n;
insert into place (place) select n::text from generate_series(1, 20000) n;
insert into number_pool (owner, environment, level, class_id, created_at) select '1', 'production', 'pack', n, 0 from generate_series(1, 5000) n;
insert into number_allocation select gen_random_uuid(), '1', 'production', n % 50 + 1, n * 1024, n * 1024 + 900, 'pack', 'pack', '', '', '', gen_random_uuid(), 0 from generate_series(1, 20000) n;
insert into number_retired select n % 50 + 1, n * 1024, n * 1024 + 3, '1', 'production', 'returned', gen_random_uuid(), 0 from generate_series(1, 20000) n;
insert into chunk select n % 50, n, n % 4096, 1, 0, 1, '', '', '', '' from generate_series(1, 20000) n;
insert into pack_delta select n, n % 50, null, 1, 1, n % 4096, 0, '' from generate_series(1, 20000) n;
insert into item select gen_random_uuid(), null, 1, 1, n % 4096, 0, '' from generate_series(1, 60000) n;
insert into container select gen_random_uuid(), null, 1, 1, n % 4096, 0, '' from generate_series(1, 20000) n;
insert into lot_stat select n, n % 9, n % 16, 1 from generate_series(1, 20000) n;
insert into capture select gen_random_uuid(), '1', 'production', null, n, 0, null, '', '', 1, 1, 0, 0 from generate_series(1, 20000) n;
insert into ledger_exception (exception_id, owner, environment, at, code, severity, subject, event_id, message, state) select gen_random_uuid(), (n % 9)::text, 'production', n, 'x', 'error', n::text, gen_random_uuid(), '', case n % 50 when 0 then 'open' else 'resolved' end from generate_series(1, 20000) n;
insert into shipment (delivery_id, owner, environment, direction, partner, purchase_order, lines, state, shipping_event, created_at) select gen_random_uuid(), '1', 'production', 'outbound', '', '', '[]', '', n::text, n from generate_series(1, 20000) n;
insert into event select gen_random_uuid(), n, n, gen_random_uuid(), null, case when n % 50 = 0 then gen_random_uuid() end, n % 700, nullif(n % 500, 0), nullif(n % 30, 0) * n, 1, 1, n % 4096, 0, 0, 1, 1, 1, 0, false, n::text, '' from generate_series(1, 60000) n;
`;

beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
  await scratch.database.transaction(async (sql) => {
    await sql.run({ text: fill });
  });
  await scratch.database.run({ text: "analyze" });
});
afterAll(() => scratch.drop());

type Plan = { "Node Type": string; "Relation Name"?: string; "Index Name"?: string; Plans?: Plan[] };

/** Tables that are read from end to end, and indexes that are used instead. */
function taken(plan: Plan): { scans: string[]; indexes: string[] } {
  const below = (plan.Plans ?? []).map(taken);
  const scan = plan["Node Type"] === "Seq Scan" ? [plan["Relation Name"] ?? "?"] : [];
  const arbiters = (plan as { "Conflict Arbiter Indexes"?: string[] })["Conflict Arbiter Indexes"] ?? [];
  const index = plan["Index Name"] === undefined ? arbiters : [...arbiters, plan["Index Name"]];
  return {
    scans: [...scan, ...below.flatMap(({ scans }) => scans)],
    indexes: [...index, ...below.flatMap(({ indexes }) => indexes)],
  };
}

const eventKey = "event_pkey";
const places = "place_pkey";
/** What runs for each document, scan or question, and the indexes that it takes; of partitions, their parent's. */
const statements: readonly (readonly [Statement, readonly string[]])[] = [
  [DIRECTORY, ["epc_class_scope_name_key", "number_pool_of_class", "scope_owner_environment_key"]],
  [EVENTS_BY_ID, [eventKey, places]],
  [EVENTS_BY_REF, ["event_by_ref", places]],
  [COMMISSIONINGS_OF_LOT, ["event_by_lot", places]],
  [DECLARED_BY, ["capture_pkey", "event_declaring", eventKey]],
  [EVENTS_AT_PLACE, ["event_at_place", "event_read_at"]],
  [MEMBERS_OF_LOT, ["event_by_lot"]],
  [PLACES_UNDER, ["place_by_prefix"]],
  [WORKLIST, ["ledger_exception_pkey", "ledger_exception_worklist"]],
  [OPEN_OF_PRODUCT, ["ledger_exception_by_subject", "ledger_exception_open"]],
  [OF_EVENTS, ["shipment_event"]],
  [INSERT_EVENTS, []],
  [CHUNKS, ["chunk_pkey"]],
  [CHUNKS_LOCKED, ["chunk_pkey"]],
  [DELTAS, ["pack_delta_pkey"]],
  [DELTAS_LOCKED, ["pack_delta_pkey"]],
  [ROWS.item, ["item_pkey"]],
  [ROWS_LOCKED.item, ["item_pkey"]],
  [ROWS.container, ["container_pkey"]],
  [ROWS_LOCKED.container, ["container_pkey"]],
  [SAVE_CHUNKS, ["chunk_pkey"]],
  [LOT_COUNTS, ["lot_stat_pkey"]],
  [ALLOCATION_OF_COUNTER, ["number_allocation_of_counter"]],
  [ALLOCATIONS_BETWEEN, ["number_allocation_of_counter"]],
  [RETIRED_BETWEEN, ["number_retired_pkey"]],
];

/** A partition's index goes by the parent's name: `event_7_event_ref_idx` is `event_by_ref` there. */
async function parentsOf(indexes: readonly string[]): Promise<string[]> {
  const rows = await scratch.database.run<{ name: string }>(
    {
      text: `select distinct coalesce(p.relname, c.relname)::text as name from pg_class c
left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent where c.relname = any($1) order by 1`,
    },
    [indexes],
  );
  return rows.map(({ name }) => name);
}

test.each(statements.map(([statement, indexes]) => [statement.name, statement, indexes] as const))(
  "%s takes its indexes",
  async (name, { text }, indexes) => {
    const parameters = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
    const nulls = Array.from({ length: parameters }, () => "null").join(", ");
    // As it is planned for any parameters; without pruning, which would leave nothing of a search for null.
    const [row] = await scratch.database.transaction(async (sql) => {
      await sql.run({
        text: "set local plan_cache_mode = force_generic_plan; set local enable_partition_pruning = off",
      });
      await sql.run({ text: `prepare planned_${name} as ${text}` });
      const plan = await sql.run<{ "QUERY PLAN": [{ Plan: Plan }] }>({
        text: `explain (format json) execute planned_${name}${parameters === 0 ? "" : `(${nulls})`}`,
      });
      await sql.run({ text: `deallocate planned_${name}` });
      return plan;
    });
    const found = taken(row?.["QUERY PLAN"][0].Plan as Plan);
    expect(found.scans).toEqual([]);
    expect(await parentsOf(found.indexes)).toEqual(indexes);
  },
);
