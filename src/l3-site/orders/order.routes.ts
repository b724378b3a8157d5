import { siteApi } from "../../contract/site-api.ts";
import type { OrderView } from "../../contract/site-api.ts";
import { must, ok, refuse } from "../../kernel/base/result.ts";
import { type Actor, personOf } from "../../runtime/http/actor.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import { closeOrder, sealedRecord } from "../closing/closing.handler.ts";
import { numbersOfOrder } from "../number-buffer/number.store.ts";
import { readReconciliation, reconcileOrder } from "../reconciliation/reconciliation.handler.ts";
import type { Reads, Site } from "../site.ts";
import { askNumbers, assign, type By, cancelOrder, receiveOrder } from "./order.handler.ts";
import type { Order } from "./order.ts";
import { orderViews } from "./order-view.ts";
import { readOrder, readOrders } from "./order.store.ts";

const numbersShownDefault = 200;

export function registerOrderRoutes(server: HttpServer<Sql>, site: Site): void {
  const { database } = site;
  server.message(siteApi.receiveOrder, async ({ sql, body, params, envelope }) =>
    body.workOrderId === params.workOrderId
      ? receiveOrder(site, sql, body, envelope)
      : refuse("site.other-id", "/workOrderId"),
  );
  server.route(siteApi.orders, async () => orderViews(database, await readOrders(database)));
  server.route(siteApi.order, async ({ params }) => viewOf(database, await existing(database, params.workOrderId)));
  server.route(siteApi.assign, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      await assign(site, sql, { ...params, ...body }, by(actor, traceId));
      return viewOf(sql, await existing(sql, params.workOrderId));
    }),
  );
  const reasoned =
    (act: typeof cancelOrder) =>
    ({ params, body, actor, traceId }: ReasonedCall) =>
      database.transaction(async (sql) => {
        await act(site, sql, params.workOrderId, body.reason, by(actor, traceId));
        return viewOf(sql, await existing(sql, params.workOrderId));
      });
  server.route(siteApi.askNumbers, reasoned(askNumbers));
  server.route(siteApi.cancel, reasoned(cancelOrder));
  server.route(siteApi.reconciliation, async ({ params }) =>
    readReconciliation(site, database, await existing(database, params.workOrderId)),
  );
  server.route(siteApi.reconcile, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const order = await reconcileOrder(site, sql, params.workOrderId, body.signature, by(actor, traceId));
      return readReconciliation(site, sql, order);
    }),
  );
  server.route(siteApi.close, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) =>
      viewOf(sql, await closeOrder(site, sql, params.workOrderId, body, by(actor, traceId))),
    ),
  );
  server.route(siteApi.batchRecord, async ({ params }) => {
    await existing(database, params.workOrderId);
    return sealedRecord(database, params.workOrderId);
  });
  server.route(siteApi.numbers, async ({ params, query }) => {
    await existing(database, params.workOrderId);
    const { level, state, limit = numbersShownDefault } = query;
    const rows = await numbersOfOrder(database, {
      workOrderId: params.workOrderId,
      level,
      limit,
      ...(state === undefined ? {} : { state }),
    });
    return rows.map(({ number, state: is, parent }) => ({ number, state: is, parent }));
  });
}

type ReasonedCall = {
  readonly params: { readonly workOrderId: string };
  readonly body: { readonly reason: string };
  readonly actor: Actor;
  readonly traceId: string;
};

function by(actor: Actor, traceId: string): By {
  return { person: must(personOf(actor)), traceId };
}

async function existing(sql: Reads, workOrderId: string): Promise<Order> {
  const order = await readOrder(sql, workOrderId);
  return must(order === undefined ? refuse("site.order-unknown", workOrderId) : ok(order));
}

async function viewOf(sql: Reads, order: Order): Promise<OrderView> {
  const [view] = await orderViews(sql, [order]);
  return must(view === undefined ? refuse("site.order-unknown", order.workOrder.workOrderId) : ok(view));
}
