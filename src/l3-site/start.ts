import { invariant } from "../kernel/base/invariant.ts";
import { openInstance, type RunningInstance } from "../gxp/instance.ts";
import type { NeighbourLevel } from "../gxp/neighbour.ts";
import type { HashCost } from "../gxp/people/password-hasher.ts";
import { reachOf } from "../runtime/level-tls.ts";
import type { Machine, Sql } from "../runtime/machine.ts";
import type { SiteConfig } from "./config.ts";
import { siteCounters } from "./counters.ts";
import { registerLineRoutes } from "./lines/line.routes.ts";
import { migrations } from "./migrations.ts";
import { registerOrderRoutes } from "./orders/order.routes.ts";
import { passPeopleOn } from "./people/people.handler.ts";
import { registerPeopleRoutes } from "./people/people.routes.ts";
import { registerRecipeRoutes } from "./recipes/recipe.routes.ts";
import { settle } from "./settled.ts";
import { enterpriseDestination, lineDestination, type Site } from "./site.ts";
import { registerDeliveryRoutes } from "./warehouse/delivery.routes.ts";

/** Level 3 of one site: wires its features to one server, database and outbox. */
export async function start(
  config: SiteConfig,
  machine: Machine,
  options: { readonly hashCost?: HashCost } = {},
): Promise<RunningInstance> {
  // What an answer or a change of people leads to is only asked once the instance is there.
  let site: Site | undefined;
  const opened = (): Site => {
    invariant(site, "the site is asked for before it is open");
    return site;
  };
  const newTrace = () => machine.random.uuid7().replaceAll("-", "");
  const passOn = (sql: Sql) => passPeopleOn(opened(), sql, newTrace());

  const instance = await openInstance({
    level: "site",
    name: config.site.name,
    config,
    machine,
    migrations,
    issuesPeople: false,
    onPeopleChange: passOn,
    neighbours: neighboursOf(config),
    onSettled: (sql, row, outcome) => settle(opened(), sql, row, outcome),
    counters: (sql, owner) => siteCounters(sql, owner),
    ...(options.hashCost ? { hashCost: options.hashCost } : {}),
  });
  const { server, database, gxp } = instance;
  site = { config, machine, database, gxp };
  registerOrderRoutes(server, site);
  registerRecipeRoutes(server, site);
  registerLineRoutes(server, site, machine);
  registerDeliveryRoutes(server, site);
  registerPeopleRoutes(server, site);
  // A line that was added since the last start has nobody yet.
  await database.transaction(passOn);
  return instance.start();
}

function neighboursOf({ enterprises, lines }: SiteConfig): NeighbourLevel[] {
  return [
    ...enterprises.map(({ owner, ...reach }): NeighbourLevel => {
      const destination = enterpriseDestination(owner);
      return {
        level: "enterprise",
        instance: destination,
        name: owner,
        direction: "up",
        reach: reachOf(reach),
        destination,
        owner,
      };
    }),
    ...lines.map(({ lineId, ...reach }): NeighbourLevel => {
      const destination = lineDestination(lineId);
      return {
        level: "line",
        instance: lineId,
        name: lineId,
        direction: "down",
        reach: reachOf(reach),
        destination,
      };
    }),
  ];
}
