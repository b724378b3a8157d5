import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeConfigs, writeSecret, writeSecrets } from "../../src/cli/all/files.ts";
import { type Plan, planAll } from "../../src/cli/all/plan.ts";
import { freePorts } from "../../src/cli/all/ports.ts";
import { demonstration } from "../../src/cli/demo/demonstration.ts";
import { claimAccount, hire, type Person } from "../../src/cli/demo/people.ts";
import { type Running, starters } from "../../src/cli/level.ts";
import { type Client, createClient } from "../../src/contract/client.ts";
import { commonApi } from "../../src/contract/common-api.ts";
import type { Envelope } from "../../src/contract/envelope.ts";
import { enterpriseApi, type Party } from "../../src/contract/enterprise-api.ts";
import { networkApi } from "../../src/contract/network-api.ts";
import { checkDigit } from "../../src/kernel/gs1/check-digit.ts";
import { readConfig, readSecret } from "../../src/runtime/config.ts";
import { silentLog } from "../../src/runtime/log.ts";
import type { Machine } from "../../src/runtime/machine.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { scratchDatabase } from "../support/scratch-database.ts";

/** Three companies, the network and the SIMULATED hub over real HTTP and PostgreSQL; the maker's site is the test. */
export type Companies = {
  readonly machine: Machine;
  readonly maker: Client;
  readonly releaser: Person;
  /** Quality at the maker, whose signature closes orders at its site. */
  readonly closer: { readonly userId: string; readonly userName: string };
  readonly wholesaler: Client;
  readonly pharmacy: Client;
  /** The site's own machine token at the maker's level 4; and that of another site of the maker's, which has no orders. */
  readonly site: Client;
  readonly otherSite: Client;
  /** A company's own system at the network, and the network's at a company. */
  atNetwork(company: "maker" | "wholesaler" | "pharmacy"): Client;
  networkAt(company: "maker" | "wholesaler" | "pharmacy"): Client;
  readonly urls: Readonly<Record<"maker" | "wholesaler" | "pharmacy" | "network", string>>;
  envelope(): Envelope;
  stop(): Promise<void>;
};

const started = new Set(["eu-hub-sandbox", "network", "enterprise"]);
const reason = "test";
/** A place of the maker's that no order goes to. */
export const otherSite: Party = {
  ...demonstration.site,
  gln: `039999900002${checkDigit("039999900002")}`,
  name: "Other site",
};

export async function startCompanies(): Promise<Companies> {
  const dataDir = mkdtempSync(join(tmpdir(), "packtrail-companies-"));
  mkdirSync(join(dataDir, "secrets"), { mode: 0o700 });
  const machine = realMachine({ log: silentLog });
  const plan = planAll({
    dataDir,
    ports: await freePorts(),
    environment: "production",
    seed: 1,
    packsPerMinute: 600,
    databaseUrlFile: (database) => join(dataDir, "secrets", database),
  });
  writeSecrets(plan.secrets);
  addOtherSite(plan, join(dataDir, "secrets", "other-site.token"));
  const configs = writeConfigs(plan, dataDir);
  const running = new Map<string, Running>();
  const drops: (() => Promise<void>)[] = [];
  for (const instance of plan.instances.filter((each) => started.has(each.level))) {
    if (instance.database) {
      const scratch = await scratchDatabase();
      drops.push(scratch.drop);
      writeSecret(join(dataDir, "secrets", instance.database), scratch.url);
    }
    const starter = await starters[instance.level]!();
    const file = configs.get(instance.name) as string;
    running.set(instance.name, await starter.start(readConfig(starter.schema, { file, env: {} }) as never, machine));
  }
  const { fetch } = machine.network;
  const url = (name: string) => running.get(name)?.url ?? "";
  const admin = (name: string) => {
    const first = running.get(name)?.firstAdministrator;
    if (!first) throw new Error(`${name} has no first administrator`);
    return claimAccount(fetch, url(name), first.userName, first.password);
  };
  const makerAdmin = await admin("enterprise-maker");
  const urls = {
    maker: url("enterprise-maker"),
    wholesaler: url("enterprise-wholesaler"),
    pharmacy: url("enterprise-pharmacy"),
    network: url("network"),
  };
  const machineClient = (secret: string, at: string) =>
    createClient({ url: at, fetch, token: readSecret(join(dataDir, "secrets", secret)) });
  const everything = ["warehouse", "serialization-manager", "compliance", "qa"] as const;
  const clerk = async (name: string, at: string) =>
    (await hire(fetch, await admin(name), at, { userName: "clerk", fullName: "Clerk", roles: [...everything] })).at(at);
  const maker = await (
    await hire(fetch, makerAdmin, urls.maker, { userName: "manager", fullName: "Manager", roles: [...everything] })
  ).at(urls.maker);
  const { userId, userName } = await maker.call(commonApi.session);
  const releaser = await hire(fetch, makerAdmin, urls.maker, {
    userName: "releaser",
    fullName: "Releaser",
    roles: ["releaser"],
  });
  const wholesaler = await clerk("enterprise-wholesaler", urls.wholesaler);
  const pharmacy = await clerk("enterprise-pharmacy", urls.pharmacy);
  const operator = await (await admin("network")).at(urls.network);
  await admit(operator);
  await introduce(maker, [
    { ...demonstration.wholesaler, role: "wholesaler" },
    { ...demonstration.pharmacy, role: "dispenser" },
    demonstration.site,
  ]);
  await introduce(wholesaler, [
    { ...demonstration.maker, role: "manufacturer" },
    { ...demonstration.pharmacy, role: "dispenser" },
  ]);
  await introduce(pharmacy, [
    { ...demonstration.maker, role: "manufacturer" },
    { ...demonstration.wholesaler, role: "wholesaler" },
  ]);
  return {
    machine,
    maker,
    releaser,
    closer: { userId, userName },
    wholesaler,
    pharmacy,
    urls,
    site: machineClient("site-to-enterprise-maker.token", urls.maker),
    otherSite: machineClient("other-site.token", urls.maker),
    atNetwork: (name) => machineClient(`enterprise-${name}-to-network.token`, urls.network),
    networkAt: (name) => machineClient(`network-to-enterprise-${name}.token`, urls[name]),
    envelope: () => ({
      messageId: machine.random.uuid7(),
      owner: demonstration.maker.gln,
      environment: "production",
      traceId: "0123456789abcdef0123456789abcdef",
    }),
    async stop() {
      for (const each of [...running.values()].reverse()) await each.stop();
      for (const drop of drops) await drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A second site of the maker's; nobody answers for it. */
function addOtherSite(plan: Plan, tokenFile: string): void {
  writeSecret(tokenFile, "0".repeat(32));
  const config = plan.instances.find(({ name }) => name === "enterprise-maker")?.config as {
    sites: object[];
    credentials: object[];
  };
  const { gln } = otherSite;
  config.sites.push({ gln, credential: "other-site", url: "http://127.0.0.1:1", tokenFile });
  config.credentials.push({ name: "other-site", role: "site", tokenFile, owner: demonstration.maker.gln });
}

async function introduce(client: Client, parties: readonly Party[]): Promise<void> {
  for (const party of parties)
    await client.call(enterpriseApi.writeParty, { params: { gln: party.gln }, body: { party, reason } });
  for (const product of Object.values(demonstration.products)) {
    await client.call(enterpriseApi.writeProduct, { params: { gtin: product.gtin }, body: { product, reason } });
  }
}

async function admit(network: Client): Promise<void> {
  const { maker, wholesaler, pharmacy, companyPrefixes } = demonstration;
  const roles = [
    [maker, "manufacturer", companyPrefixes.maker],
    [wholesaler, "wholesaler", companyPrefixes.wholesaler],
    [pharmacy, "dispenser", companyPrefixes.pharmacy],
  ] as const;
  for (const [party, role, prefixes] of roles) {
    const company = {
      gln: party.gln,
      name: party.name,
      role,
      companyPrefixes: [...prefixes],
      state: "active" as const,
      evidence: [],
    };
    await network.call(networkApi.writeCompany, { params: { gln: party.gln }, body: { company, reason } });
  }
  for (const [from] of roles)
    for (const [to] of roles) {
      if (from === to) continue;
      const down = from === maker || (from === wholesaler && to === pharmacy);
      await network.call(networkApi.connect, {
        params: { from: from.gln, to: to.gln },
        body: { documents: down, trace: true, verification: down, reason },
      });
    }
}
