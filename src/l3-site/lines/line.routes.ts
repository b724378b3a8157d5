import { siteApi } from "../../contract/site-api.ts";
import { refuse } from "../../kernel/base/result.ts";
import { isAlive } from "../../gxp/neighbour.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Machine, Sql } from "../../runtime/machine.ts";
import { ordersOfLines } from "../orders/order.store.ts";
import type { Site } from "../site.ts";
import { takeJournal } from "./journal.handler.ts";
import { linesHeard } from "./journal.store.ts";

export function registerLineRoutes(server: HttpServer<Sql>, site: Site, machine: Machine): void {
  server.message(siteApi.writeJournal, async ({ sql, params, body, actor }) => {
    // A line tells of itself: its credential is its name.
    if (actor.kind !== "machine" || actor.name !== params.lineId) return refuse("site.other-line", params.lineId);
    return { acknowledged: await takeJournal(site, sql, params.lineId, body.entries) };
  });
  server.route(siteApi.lines, async () => {
    const heard = await linesHeard(site.database);
    const orders = await ordersOfLines(site.database);
    return Promise.all(
      site.config.lines.map(async ({ lineId, url }) => {
        const journal = heard.get(lineId);
        const alive = await isAlive(machine, url);
        const lastHeardAt = alive ? machine.clock.now() : (journal?.heardAt ?? null);
        return { lineId, url, alive, lastSeq: journal?.seq ?? 0, lastHeardAt, orders: orders.get(lineId) ?? [] };
      }),
    );
  });
}
