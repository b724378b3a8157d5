import type { WorkOrderView } from "../../contract/enterprise-api.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";

const ALLOCATED: Statement = {
  name: "allocated_of_orders",
  text: `select work_order_id, level, sum(counter_to - counter_from) as n from number_allocation
    where work_order_id = any($1) group by work_order_id, level`,
};
const CAPTURED: Statement = {
  name: "captured_messages",
  text: `select count(distinct message_id) as messages, coalesce(sum(received), 0) as events from capture
    where owner = $1 and environment = $2 and message_id = any($3) and source = 0`,
};

/** How many numbers each order was given, by level. */
export async function allocatedOfOrders(
  sql: Pick<Sql, "run">,
  orders: readonly string[],
): Promise<Map<string, WorkOrderView["allocated"]>> {
  const rows = await sql.run<{ work_order_id: string; level: keyof WorkOrderView["allocated"]; n: string }>(ALLOCATED, [
    orders,
  ]);
  const found = new Map<string, WorkOrderView["allocated"]>();
  for (const row of rows) {
    const counts = found.get(row.work_order_id) ?? { pack: 0, case: 0, pallet: 0 };
    counts[row.level] = Number(row.n);
    found.set(row.work_order_id, counts);
  }
  return found;
}

/** How many of these messages brought a document of our own that was captured, and how many events those hold. */
export async function capturedMessages(
  sql: Pick<Sql, "run">,
  { owner, environment }: { owner: string; environment: string },
  messageIds: readonly string[],
): Promise<{ messages: number; events: number }> {
  const [row] = await sql.run<{ messages: string; events: string }>(CAPTURED, [owner, environment, messageIds]);
  return { messages: Number(row?.messages ?? 0), events: Number(row?.events ?? 0) };
}
