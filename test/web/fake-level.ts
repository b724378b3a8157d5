import { fileURLToPath } from "node:url";
import { commonApi, type LevelName, type Self } from "../../src/contract/common-api.ts";
import { realClock } from "../../src/runtime/clock.real.ts";
import { createServer } from "../../src/runtime/http/server.ts";
import type { HttpServer } from "../../src/runtime/http/server-options.ts";
import { silentLog } from "../../src/runtime/log.ts";
import type { Clock, Random } from "../../src/runtime/machine.ts";
import { realRandom } from "../../src/runtime/machine.real.ts";
import { registerEnterprise } from "./fake-enterprise.ts";
import { registerHouse } from "./fake-house.ts";
import { fakeLandscape, overviewOf } from "./fake-landscape.ts";
import { type FakeLine, registerLine } from "./fake-line.ts";
import { registerNetwork } from "./fake-network.ts";
import { type FakeSessions, fakeSessions } from "./fake-people.ts";
import { registerSite } from "./fake-site.ts";

/** What the routes of a fake level are made with. */
export type FakeParts = {
  readonly server: HttpServer;
  readonly sessions: FakeSessions;
  readonly clock: Clock;
  readonly random: Random;
};

export type FakeLevel = { readonly url: string; readonly line: FakeLine | undefined; stop(): Promise<void> };

const names: Readonly<Record<Exclude<LevelName, "device">, readonly [instance: string, name: string]>> = {
  line: ["line-1", "Line 1, Basel"],
  site: ["site-basel", "Site Basel"],
  enterprise: ["aurora", "Aurora Pharma"],
  network: ["network", "Packtrail network"],
};

export type FakeOptions = {
  readonly signIn?: Self["signIn"];
  readonly environment?: Self["environment"];
  readonly port?: number;
};

/**
 * One level as the pages see it: the real HTTP server with its checks of requests and replies, its cookies and its
 * content security policy; behind it believable answers kept in memory.
 */
export async function startFakeLevel(
  level: Exclude<LevelName, "device">,
  options: FakeOptions = {},
): Promise<FakeLevel> {
  const clock = realClock();
  const random = realRandom(clock.now);
  const sessions = fakeSessions(clock, random);
  const [instance, name] = names[level];
  const server = createServer({
    level,
    instance,
    name,
    version: "0.1.0",
    environment: options.environment ?? "production",
    machine: { clock, random, log: silentLog },
    authenticate: sessions.authenticate,
    signIn: options.signIn ?? { password: true, badge: level === "line", provider: null },
    webRoot: fileURLToPath(new URL("../../web/dist", import.meta.url)),
    checkReplies: true,
  });
  const parts = { server, sessions, clock, random };
  sessions.register(server);
  registerHouse(parts);
  server.route(commonApi.levels, () => [
    { level: "network" as const, known: 1, alive: 1 },
    { level: "enterprise" as const, known: 1, alive: 1 },
    { level: "site" as const, known: 1, alive: 1 },
    { level: "line" as const, known: 2, alive: 1 },
  ]);
  server.route(commonApi.overview, () => overviewOf(instance, clock.now()));
  let line: FakeLine | undefined;
  if (level === "line") line = registerLine(parts);
  if (level === "site") registerSite(parts);
  if (level === "enterprise") {
    registerEnterprise(parts);
    server.route(commonApi.landscape, () => fakeLandscape(clock.now()));
  }
  if (level === "network") registerNetwork(parts);
  const url = await server.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  return { url, line, stop: () => server.close() };
}
