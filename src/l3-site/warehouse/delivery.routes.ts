import { siteApi } from "../../contract/site-api.ts";
import { must, refuse } from "../../kernel/base/result.ts";
import { personOf } from "../../runtime/http/actor.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Site } from "../site.ts";
import { deliveryViews, listDeliveries, loadDelivery, receiveDelivery } from "./delivery.handler.ts";

export function registerDeliveryRoutes(server: HttpServer<Sql>, site: Site): void {
  server.message(siteApi.receiveDelivery, async ({ sql, body, params, envelope }) =>
    body.deliveryId === params.deliveryId
      ? receiveDelivery(site, sql, body, envelope)
      : refuse("site.other-id", "/deliveryId"),
  );
  server.route(siteApi.deliveries, () => listDeliveries(site.database));
  server.route(siteApi.load, async ({ actor, params, body, traceId }) => {
    const by = { person: must(personOf(actor)), traceId };
    return site.database.transaction(async (sql) => {
      const loaded = await loadDelivery(site, sql, params.deliveryId, body.scans, by);
      const [view] = await deliveryViews(sql, [loaded]);
      return must(view === undefined ? refuse("site.delivery-unknown", params.deliveryId) : { ok: true, value: view });
    });
  });
}
