import type { Authenticate } from "../runtime/http/actor.ts";
import type { HttpServer } from "../runtime/http/server-options.ts";
import { registerAuditRoutes } from "./audit/audit.routes.ts";
import type { Gxp } from "./gxp.ts";
import { registerMessageRoutes } from "./messages.routes.ts";
import { registerSessionRoutes, registerUserRoutes } from "./people/people.routes.ts";
import { registerProviderRoutes } from "./provider/provider.routes.ts";
import type { ProviderClient } from "./provider/provider-client.ts";
import { registerSignatureRoutes } from "./signature/signature.handler.ts";

/** Sessions, users, machines, audit trail, signatures and messages: the same on every level over PostgreSQL. */
export function registerGxpRoutes<Tx>(
  server: HttpServer<Tx>,
  gxp: Gxp,
  options: { readonly authenticate: Authenticate; readonly provider?: ProviderClient },
): void {
  registerSessionRoutes(server, gxp);
  registerProviderRoutes(server, gxp, options.provider, options.authenticate);
  registerUserRoutes(server, gxp);
  registerAuditRoutes(server, gxp.database);
  registerSignatureRoutes(server, gxp);
  registerMessageRoutes(server, gxp);
}
