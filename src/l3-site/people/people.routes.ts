import { siteApi } from "../../contract/site-api.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Site } from "../site.ts";
import { receivePeople } from "./people.handler.ts";

export function registerPeopleRoutes(server: HttpServer<Sql>, site: Site): void {
  server.message(siteApi.replicatePeople, ({ sql, body, envelope }) => receivePeople(site, sql, body, envelope));
}
