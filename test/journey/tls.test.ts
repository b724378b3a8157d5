import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSecret, writeSecrets } from "../../src/cli/all/files.ts";
import { planAll, portsFrom } from "../../src/cli/all/plan.ts";
import { createClient } from "../../src/contract/client.ts";
import { commonApi } from "../../src/contract/common-api.ts";
import { cheapHashCost } from "../../src/gxp/people/password-hasher.ts";
import type { SiteConfig } from "../../src/l3-site/config.ts";
import { start as startSite } from "../../src/l3-site/start.ts";
import type { EnterpriseConfig } from "../../src/l4-enterprise/config.ts";
import { start as startEnterprise } from "../../src/l4-enterprise/start.ts";
import { testCertificates as pem } from "../../src/runtime/http/fixtures/test-certificates.ts";
import type { OutboundTlsConfig } from "../../src/runtime/level-config.ts";
import { clientTls } from "../../src/runtime/level-tls.ts";
import { silentLog } from "../../src/runtime/log.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { type ScratchDatabase, scratchDatabase } from "../support/scratch-database.ts";

// A site and its level 4 that speak HTTPS, the enterprise known to the site by its certificate alone: no token.

const dataDir = mkdtempSync(join(tmpdir(), "packtrail-tls-"));
mkdirSync(join(dataDir, "secrets"), { mode: 0o700 });
const closing: (() => unknown)[] = [];
let site: ScratchDatabase;
let siteUrl = "";
let enterpriseConfig: EnterpriseConfig;

const pemFile = (name: keyof typeof pem) => {
  const file = join(dataDir, "secrets", `${name}.pem`);
  writeSecret(file, pem[name].trimEnd());
  return file;
};
const files = Object.fromEntries(
  (Object.keys(pem) as (keyof typeof pem)[]).map((name) => [name, pemFile(name)]),
) as Record<keyof typeof pem, string>;
const machineWith = (outboundTls: OutboundTlsConfig) => {
  const machine = realMachine({ log: silentLog, tls: clientTls(outboundTls) });
  closing.push(() => machine.close());
  return machine;
};

beforeAll(async () => {
  const databaseUrlFile = (database: string) => join(dataDir, "secrets", `${database}.url`);
  const plan = planAll({
    dataDir,
    ports: portsFrom(0),
    environment: "production",
    seed: 1,
    packsPerMinute: 60,
    databaseUrlFile,
  });
  writeSecrets(plan.secrets);
  const configOf = (name: string) => plan.instances.find((each) => each.name === name)?.config;
  const anyPort = { host: "127.0.0.1", port: 0 };
  const tls = { certFile: files.server, keyFile: files.serverKey, clientCaFile: files.ca };
  const maker = configOf("enterprise-maker") as EnterpriseConfig;
  site = await scratchDatabase();
  writeSecret(databaseUrlFile("site"), site.url);
  const siteConfig = {
    ...(configOf("site") as SiteConfig),
    listen: anyPort,
    tls,
    credentials: [{ name: "enterprise-maker", role: "enterprise" as const, certFile: files.client }],
    // Nothing listens there: the site has nothing to say in this test.
    enterprises: [{ owner: maker.company.gln, url: "https://127.0.0.1:1" }],
    lines: [],
  };
  const running = await startSite(siteConfig, machineWith({ caFile: files.ca }), { hashCost: cheapHashCost });
  closing.push(() => site.drop(), running.stop);
  siteUrl = running.url;
  const { network: _network, ...alone } = maker;
  const [first] = maker.sites;
  if (first === undefined) throw new Error("the maker has no site");
  const { tokenFile: _tokenFile, ...byCertificate } = first;
  enterpriseConfig = { ...alone, listen: anyPort, tls, sites: [{ ...byCertificate, url: siteUrl }] };
});

afterAll(async () => {
  for (const close of closing.reverse()) await close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The enterprise calls with these; stopped and its database gone at the end. */
async function enterprise(outboundTls: OutboundTlsConfig) {
  const scratch = await scratchDatabase();
  closing.push(() => scratch.drop());
  writeSecret(enterpriseConfig.databaseUrlFile, scratch.url);
  const running = await startEnterprise(enterpriseConfig, machineWith(outboundTls), { hashCost: cheapHashCost });
  closing.push(running.stop);
  const lane = { text: "select state, last_error from outbox order by seq limit 1" };
  return { running, lanes: () => scratch.database.run(lane) };
}

const people = () => site.database.run({ text: "select user_name from user_account where source is not null" });

describe("levels over TLS [REQ-ACC-05]", () => {
  test.each<[string, OutboundTlsConfig, RegExp]>([
    ["a caller that shows no certificate is nobody", { caFile: files.ca }, /gxp\.sign-in-needed/],
    [
      "nor one whose certificate another authority signed",
      { caFile: files.ca, certFile: files.stranger, keyFile: files.strangerKey },
      /gxp\.sign-in-needed/,
    ],
    ["a server whose authority is not known is not spoken to", {}, /certificate/i],
  ])("%s", async (_, outboundTls, error) => {
    const { lanes } = await enterprise(outboundTls);
    await expect.poll(async () => JSON.stringify(await lanes()), { timeout: 20_000 }).toMatch(error);
    expect(await people()).toEqual([]);
  });

  test("the certificate that the site knows is the enterprise: messages arrive, and it may ask", async () => {
    const outboundTls = { caFile: files.ca, certFile: files.client, keyFile: files.clientKey };
    const { running } = await enterprise(outboundTls);
    await expect.poll(people, { timeout: 20_000 }).toEqual([{ user_name: "administrator" }]);
    expect(running.url).toMatch(/^https:/);
    const { fetch } = machineWith(outboundTls).network;
    expect(await createClient({ url: siteUrl, fetch }).call(commonApi.overview)).toMatchObject({ level: "site" });
  });
});
