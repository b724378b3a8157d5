import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { must } from "../../kernel/base/result.ts";
import { moveNumber } from "../../kernel/serials/states.ts";
import type { Sql } from "../../runtime/machine.ts";
import { orderMessages } from "../orders/order-message.store.ts";
import type { Order } from "../orders/order.ts";
import { tell } from "../orders/tell.ts";
import { enterpriseDestination, type Site } from "../site.ts";
import { numbersPerRequestMax } from "./number-request.ts";
import { moveAll, untouchedNumbers } from "./number.store.ts";
import { packagingLevels } from "./packaging-level.ts";

/**
 * Numbers that never left for a device, as the line's journal proves or because no line had them, leave this site's
 * buffer for good. Answers how many, by level.
 */
export async function returnUnused(
  site: Site,
  sql: Sql,
  order: Pick<Order, "workOrder" | "traceId">,
): Promise<Record<string, number>> {
  const { workOrderId, owner } = order.workOrder;
  const cause = "returned-unused";
  const evidence = ["never-sent"] as const;
  must(moveNumber("Allocated", "Unallocated", { by: 3, cause, evidence }));
  must(moveNumber("Unallocated", "Unassigned", { by: 3, cause, evidence }));
  const counts: Record<string, number> = {};
  let position = (await orderMessages(sql, workOrderId, "return")).length;
  for (const level of packagingLevels) {
    const unused = [
      ...(await untouchedNumbers(sql, workOrderId, level, "Allocated")),
      ...(await untouchedNumbers(sql, workOrderId, level, "Unallocated")),
    ];
    counts[level] = unused.length;
    for (let from = 0; from < unused.length; from += numbersPerRequestMax) {
      const returned = unused.slice(from, from + numbersPerRequestMax);
      await tell(site, sql, order, {
        purpose: "return",
        position: position++,
        level,
        quantity: returned.length,
        destination: enterpriseDestination(owner),
        method: "POST",
        path: enterpriseApi.returnNumbers.path,
        body: JSON.stringify({ workOrderId, level, returned, deactivated: [] }),
      });
    }
  }
  await moveAll(sql, workOrderId, { from: ["Allocated", "Unallocated"], to: "Unassigned", cause, untouched: true });
  return counts;
}
