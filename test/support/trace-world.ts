import { commonApi } from "../../src/contract/common-api.ts";
import type { Party } from "../../src/contract/enterprise-api.ts";
import type { Role } from "../../src/contract/rights.ts";
import { systemActor } from "../../src/gxp/audit/audit.ts";
import { createUser } from "../../src/gxp/people/user.handler.ts";
import { must } from "../../src/kernel/base/result.ts";
import type { Company } from "../../src/l4-enterprise/company-scope.ts";
import { exceptionRoutes } from "../../src/l4-enterprise/exceptions/exception.routes.ts";
import { lotRoutes } from "../../src/l4-enterprise/lots/lot.routes.ts";
import { saveParty } from "../../src/l4-enterprise/master-data/master-data.store.ts";
import { migrations } from "../../src/l4-enterprise/migrations.ts";
import { packRoutes } from "../../src/l4-enterprise/tracing/pack.routes.ts";
import { traceRoutes } from "../../src/l4-enterprise/tracing/trace.routes.ts";
import { silentLog } from "../../src/runtime/log.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { everyRole } from "./endpoint-access.ts";
import { clientOf, gxpLevel } from "./gxp-level.ts";
import { scratchDatabase } from "./scratch-database.ts";
import { newCompany } from "./told-life.ts";

const address = { street: "1 Example Way", city: "Springfield", postalCode: "07081", countryCode: "US" };
export const partner: Party = {
  gln: "9521235000005",
  companyPrefixLength: 7,
  name: "Łódź Wholesale",
  role: "wholesaler",
  address,
};
export const password = "correct horse battery staple";

/** A level 4 that has traces and exceptions, and a company with forty numbers; what it hears is the test's. */
export async function traceWorld() {
  const scratch = await scratchDatabase(migrations);
  const { database } = scratch;
  const told = await newCompany(database);
  const { gxp, server, clock } = gxpLevel(database, { credentials: everyRole });
  const self: Party = {
    gln: told.ctx.owner,
    companyPrefixLength: 7,
    name: "Aurora Pharma",
    role: "self",
    address,
  };
  const company: Company = {
    machine: { ...realMachine({ log: silentLog }), clock },
    database,
    environment: told.ctx.environment,
    owner: told.ctx.owner,
    self,
    sites: [],
  };
  await database.transaction(async (sql) => {
    await saveParty(sql, company, self, clock.now());
    await saveParty(sql, company, partner, clock.now());
  });
  lotRoutes(server, company, told.ctx, gxp);
  packRoutes(server, company, told.ctx, undefined);
  traceRoutes(server, company, told.ctx);
  exceptionRoutes(server, company, gxp);
  return {
    database,
    told,
    company,
    clock,
    as: (role: Role) => clientOf(server, `token-of-${role}`),
    /** Somebody of flesh and blood, signed in. */
    person: async (userName: string, roles: readonly Role[]) => {
      const by = { actor: systemActor("test") };
      const made = must(await createUser(gxp, { userName, fullName: `The ${userName}`, roles, reason: "test" }, by));
      const client = clientOf(server);
      await client.call(commonApi.signIn, { body: { userName, password: made.oneTimePassword } });
      await client.call(commonApi.changePassword, {
        body: { oldPassword: made.oneTimePassword, newPassword: password },
      });
      return { client, userId: made.user.userId };
    },
    stop: async () => {
      await server.close();
      await scratch.drop();
    },
  };
}

export type TraceWorld = Awaited<ReturnType<typeof traceWorld>>;
