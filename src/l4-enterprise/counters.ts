import type { Overview } from "../contract/common-api.ts";
import type { Sql, Statement } from "../runtime/machine.ts";

// Figures of the home page: sums over small tables only, because the page asks every few seconds.

const COUNTERS: Statement = {
  name: "enterprise_counters",
  text: `select
    (select coalesce(sum(captured), 0) from capture where owner = $1 and environment = $2) as events,
    (select count(*) from capture where owner = $1 and environment = $2) as documents,
    (select count(*) from work_order where owner = $1 and environment = $2 and state in ('released', 'in-progress')) as orders,
    (select count(*) from lot_record where owner = $1 and environment = $2 and status = 'released') as released,
    (select count(*) from shipment where owner = $1 and environment = $2 and direction = 'outbound' and document_message is not null) as sent,
    (select count(*) from shipment where owner = $1 and environment = $2 and document_state = 'delivered') as delivered,
    (select count(*) from ledger_exception where owner = $1 and environment = $2 and state = 'open') as exceptions,
    (select count(*) from ledger_exception where owner = $1 and environment = $2 and state = 'open' and severity = 'error') as errors`,
};

const labels = {
  events: "Events captured",
  documents: "Documents captured",
  orders: "Open work orders",
  released: "Released lots",
  sent: "Partner documents sent",
  delivered: "Partner documents delivered",
  exceptions: "Open exceptions",
  errors: "Open exceptions, severity error",
} as const;
type Key = keyof typeof labels;

export async function enterpriseCounters(
  sql: Pick<Sql, "run">,
  { owner, environment }: { owner: string; environment: string },
): Promise<Overview["counters"]> {
  const [row] = await sql.run<Record<Key, string>>(COUNTERS, [owner, environment]);
  return (Object.keys(labels) as Key[]).map((key) => ({ key, label: labels[key], value: Number(row?.[key] ?? 0) }));
}
