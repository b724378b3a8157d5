import { enterpriseApi, type WorkOrderView } from "../../contract/enterprise-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { must, refuse } from "../../kernel/base/result.ts";
import { markets } from "../../kernel/markets/market.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { loadProduct } from "../master-data/master-data.store.ts";
import { whoHas } from "../serial-numbers/allocation.handler.ts";
import { closePool, createSerialPool, createSsccPool, listPools } from "../serial-numbers/number-pool.handler.ts";
import { identifierOfScan } from "../tracing/scan.ts";
import { allocatedOfOrders } from "./allocated.store.ts";
import { submitOrder } from "./submission.handler.ts";
import { allocateForOrder, createOrder, takeBackNumbers } from "./work-order.handler.ts";
import { loadOrders, type StoredOrder } from "./work-order.store.ts";

const ordersShownMax = 200;

/** Pools, work orders, their numbers, and their submissions. */
export function workOrderRoutes(server: HttpServer<Sql>, company: Company, ctx: LedgerContext): void {
  const { machine, database, owner } = company;

  server.route(enterpriseApi.pools, () => database.transaction((sql) => listPools(sql, ctx)));

  server.route(enterpriseApi.createPool, ({ body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const at = machine.clock.now();
      const pool = must(
        body.level === "pack" ? await openSerials(sql, body, at) : await createSsccPool(sql, ctx, body, at),
      );
      await audit(sql, {
        actor: auditActor(actor),
        action: "pool.create",
        subject: `pool/${pool.poolId}`,
        after: pool,
        reason: body.reason,
        at,
        traceId,
        owner,
      });
      return pool;
    }),
  );

  async function openSerials(
    sql: Sql,
    definition: { gtin: string; alphabet: string; length: number; prefix: string },
    at: number,
  ) {
    const product = await loadProduct(sql, company, definition.gtin);
    if (!product) return refuse("product.unknown", "/gtin");
    return createSerialPool(sql, ctx, machine.random, definition, markets[product.market].serial, at);
  }

  server.route(enterpriseApi.closePool, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const at = machine.clock.now();
      const pool = must(await closePool(sql, ctx, Number(params.poolId), at));
      await audit(sql, {
        actor: auditActor(actor),
        action: "pool.close",
        subject: `pool/${pool.poolId}`,
        before: { state: "open" },
        after: { state: "closed" },
        reason: body.reason,
        at,
        traceId,
        owner,
      });
      return pool;
    }),
  );

  server.route(enterpriseApi.whoHasNumber, ({ query }) =>
    database.transaction(async (sql) => {
      const { allocation: _allocation, ...holder } = must(await whoHas(sql, ctx, must(identifierOfScan(query.id)).id));
      return holder;
    }),
  );

  server.message(enterpriseApi.allocate, ({ sql, envelope, body, actor, traceId }) =>
    allocateForOrder(sql, company, ctx, envelope, body, { actor, traceId }),
  );
  server.message(enterpriseApi.returnNumbers, ({ sql, body, actor, traceId }) =>
    takeBackNumbers(sql, company, ctx, body, { actor, traceId }),
  );

  server.route(enterpriseApi.workOrders, async () => {
    const orders = await loadOrders(database, company, ordersShownMax);
    const allocated = await allocatedOfOrders(
      database,
      orders.map(({ order }) => order.workOrderId),
    );
    return orders.map((each) => viewOf(each, allocated.get(each.order.workOrderId)));
  });

  server.route(enterpriseApi.createWorkOrder, ({ body, actor, traceId }) =>
    database.transaction(async (sql) => viewOf(await createOrder(sql, company, body, { actor, traceId }), undefined)),
  );

  server.message(enterpriseApi.submit, async ({ sql, body, actor, traceId }) => {
    await submitOrder(sql, company, ctx, body, { actor, traceId });
    return { accepted: true as const };
  });
}

const noNumbers: WorkOrderView["allocated"] = { pack: 0, case: 0, pallet: 0 };

function viewOf(
  { order, state, createdAt }: StoredOrder,
  allocated: WorkOrderView["allocated"] | undefined,
): WorkOrderView {
  return { order, state, createdAt, allocated: allocated ?? noNumbers };
}
