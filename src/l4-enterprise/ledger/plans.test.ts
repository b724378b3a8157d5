import { afterAll, beforeAll, expect, test } from "vitest";
import type { Statement } from "../../runtime/machine.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { migrations } from "../migrations.ts";
import { ALLOCATION_OF_COUNTER, ALLOCATIONS_BETWEEN, RETIRED_BETWEEN } from "../serial-numbers/allocation.store.ts";
import { OPEN_OF_PRODUCT, WORKLIST } from "../exceptions/exception-work.store.ts";
import { OF_EVENTS } from "../shipments/shipment.store.ts";
import { DECLARED_BY } from "./as-of.ts";
import { COMMISSIONINGS_OF_LOT, EVENTS_BY_ID, EVENTS_BY_REF } from "./event.store.ts";
import { LOT_COUNTS } from "./lot.store.ts";
import { EVENTS_AT_PLACE, MEMBERS_OF_LOT, PLACES_UNDER } from "./whereabouts/whereabouts.store.ts";
import { DIRECTORY } from "./identity.store.ts";
import { CHUNKS, CHUNKS_LOCKED, DELTAS, ROWS } from "./state.store.ts";

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
insert into event select gen_random_uuid(), n, n, gen_random_uuid(), null, null, n % 700, nullif(n % 500, 0), nullif(n % 30, 0) * n, 1, 1, n % 4096, 0, 0, 1, 1, 1, 0, false, n::text, '' from generate_series(1, 60000) n;
`;

beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
  await scratch.database.transaction(async (sql) => {
    await sql.run({ text: fill });
  });
  await scratch.database.run({ text: "analyze" });
});
afterAll(() => scratch.drop());

type Plan = { "Node Type": string; "Relation Name"?: string; Plans?: Plan[] };

function scanned(plan: Plan): string[] {
  const own = plan["Node Type"] === "Seq Scan" ? [plan["Relation Name"] ?? "?"] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(scanned)];
}

const statements: readonly Statement[] = [
  DIRECTORY,
  EVENTS_BY_ID,
  EVENTS_BY_REF,
  COMMISSIONINGS_OF_LOT,
  DECLARED_BY,
  EVENTS_AT_PLACE,
  MEMBERS_OF_LOT,
  PLACES_UNDER,
  WORKLIST,
  OPEN_OF_PRODUCT,
  OF_EVENTS,
  CHUNKS,
  CHUNKS_LOCKED,
  DELTAS,
  ROWS.item,
  ROWS.container,
  LOT_COUNTS,
  ALLOCATION_OF_COUNTER,
  ALLOCATIONS_BETWEEN,
  RETIRED_BETWEEN,
];

test.each(statements.map((statement) => [statement.name, statement] as const))(
  "%s takes its indexes",
  async (_, { text }) => {
    const [row] = await scratch.database.run<{ "QUERY PLAN": [{ Plan: Plan }] }>({
      text: `explain (generic_plan, format json) ${text}`,
    });
    expect(scanned(row?.["QUERY PLAN"][0].Plan as Plan)).toEqual([]);
  },
);
