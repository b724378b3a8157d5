import { createClient } from "../../src/contract/client.ts";
import { authenticator } from "../../src/gxp/authenticate.ts";
import type { Gxp } from "../../src/gxp/gxp.ts";
import { registerGxpRoutes } from "../../src/gxp/gxp.routes.ts";
import { gxpSchema } from "../../src/gxp/gxp.schema.ts";
import type { ConfiguredCredential } from "../../src/gxp/machines/credential.ts";
import { argon2Hasher, cheapHashCost } from "../../src/gxp/people/password-hasher.ts";
import type { ProviderClient } from "../../src/gxp/provider/provider-client.ts";
import { createServer } from "../../src/runtime/http/server.ts";
import type { HttpServer } from "../../src/runtime/http/server-options.ts";
import { silentLog } from "../../src/runtime/log.ts";
import { realRandom } from "../../src/runtime/machine.real.ts";
import type { Clock, Database, Sql } from "../../src/runtime/machine.ts";
import { applyMessages } from "../../src/runtime/messages/apply-message.ts";
import { messagesSchema } from "../../src/runtime/messages/messages.schema.ts";

export const gxpMigrations = [
  { id: "messages", sql: messagesSchema },
  { id: "gxp", sql: gxpSchema },
];

export type ManualClock = Clock & { advance(ms: number): void };

/** Moves only when told; timers never fire by themselves. */
export function manualClock(start = 1_790_000_000_000): ManualClock {
  let now = start;
  return {
    now: () => now,
    monotonicMs: () => now,
    after: () => ({ cancel: () => undefined }),
    sleep: async () => undefined,
    advance: (ms) => {
      now += ms;
    },
  };
}

export type GxpLevel = { readonly gxp: Gxp; readonly server: HttpServer<Sql>; readonly clock: ManualClock };

type LevelOptions = {
  readonly instance?: string;
  readonly credentials?: readonly ConfiguredCredential[];
  readonly provider?: (clock: Clock) => ProviderClient;
};

/** A level that has nothing but people, trail, signatures and messages: what every level starts with. */
export function gxpLevel(database: Database, options: LevelOptions = {}): GxpLevel {
  const clock = manualClock();
  const instance = options.instance ?? "enterprise-1";
  const random = realRandom(() => clock.now());
  const gxp: Gxp = {
    instance,
    environment: "production",
    database,
    clock,
    random,
    log: silentLog,
    hasher: argon2Hasher(random, cheapHashCost),
  };
  const authenticate = authenticator(gxp, options.credentials);
  const server = createServer<Sql>({
    level: "enterprise",
    instance,
    name: "Enterprise",
    version: "0.1.0",
    environment: "production",
    machine: { clock, random, log: silentLog },
    authenticate,
    applyOnce: applyMessages(database, clock),
    checkReplies: true,
  });
  registerGxpRoutes(server, gxp, {
    authenticate,
    ...(options.provider === undefined ? {} : { provider: options.provider(clock) }),
  });
  return { gxp, server, clock };
}

/** A person's browser, or a machine with its token, at that server. */
export function clientOf(server: HttpServer<Sql>, token?: string) {
  return createClient({
    url: "http://level",
    fetch: (request) => server.inject(request),
    keepSession: token === undefined,
    ...(token === undefined ? {} : { token }),
  });
}
