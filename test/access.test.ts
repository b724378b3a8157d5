import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeSecret } from "../src/cli/all/files.ts";
import { demonstration } from "../src/cli/demo/demonstration.ts";
import { start as startSite } from "../src/l3-site/start.ts";
import { start as startEnterprise } from "../src/l4-enterprise/start.ts";
import { start as startNetwork } from "../src/l5-network/start.ts";
import { silentLog } from "../src/runtime/log.ts";
import { realMachine } from "../src/runtime/machine.real.ts";
import { everyRole, wrongAccess } from "./support/endpoint-access.ts";
import { scratchDatabase } from "./support/scratch-database.ts";

// Routes are enumerated from the servers themselves: one that answers somebody without its right fails here, and
// so does one that refuses somebody who holds it.

const folder = mkdtempSync(join(tmpdir(), "packtrail-access-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { maker, site } = demonstration;
const listen = { host: "127.0.0.1", port: 0 };
const starts = {
  network: (common: Common) => startNetwork({ ...common, enterprises: [] }, realMachine({ log: silentLog })),
  enterprise: (common: Common) =>
    startEnterprise(
      { ...common, company: maker, keyFile: secret("key", "ab".repeat(32)), sites: [] },
      realMachine({ log: silentLog }),
    ),
  site: (common: Common) => startSite({ ...common, site, enterprises: [], lines: [] }, realMachine({ log: silentLog })),
};
type Common = ReturnType<typeof commonConfig>;

function secret(name: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeSecret(file, text);
  return file;
}

function commonConfig(level: string, databaseUrl: string) {
  return {
    instance: `access-${level}`,
    environment: "production" as const,
    listen,
    databaseUrlFile: secret(`${level}-database`, databaseUrl),
    credentials: everyRole.map(({ name, role, token }) => ({
      name,
      role,
      tokenFile: secret(`${level}-${name}`, token),
    })),
  };
}

test.each(Object.keys(starts) as (keyof typeof starts)[])(
  "every endpoint of level %s asks for its right [REQ-ACC-01]",
  async (level) => {
    const scratch = await scratchDatabase();
    const running = await starts[level](commonConfig(level, scratch.url));
    try {
      expect(running.server.endpoints().length).toBeGreaterThan(20);
      expect(await wrongAccess(running.server)).toEqual([]);
    } finally {
      await running.stop();
      await scratch.drop();
    }
  },
);
