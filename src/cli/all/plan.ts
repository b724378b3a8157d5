import { join } from "node:path";
import type { Environment } from "../../contract/envelope.ts";
import type { Role } from "../../contract/rights.ts";
import { demonstration } from "../demo/demonstration.ts";

// What `packtrail all` starts: which instances, on which ports, with which neighbours. Pure, so that a test reads it.

export type Level = "device" | "line" | "site" | "enterprise" | "network" | "eu-hub-sandbox";

export type Instance = {
  readonly name: string;
  readonly level: Level;
  /** What a person calls it. */
  readonly title: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The name of its database, for levels that have one in PostgreSQL. */
  readonly database?: string;
};

/** Every secret that the plan's configuration names, by file. */
export type Secret = { readonly file: string; readonly kind: "token" | "key" };

export type Plan = { readonly instances: readonly Instance[]; readonly secrets: readonly Secret[] };

export type Ports = {
  readonly network: number;
  readonly euHub: number;
  readonly maker: number;
  readonly wholesaler: number;
  readonly pharmacy: number;
  readonly site: number;
  readonly line: number;
  /** The hall takes this one and the fifteen after it. */
  readonly hall: number;
};

export const portsNeeded = 64;

export function portsFrom(first: number): Ports {
  return {
    maker: first,
    wholesaler: first + 1,
    pharmacy: first + 2,
    network: first + 3,
    euHub: first + 4,
    site: first + 5,
    line: first + 6,
    hall: first + 10,
  };
}

export type PlanOptions = {
  readonly dataDir: string;
  readonly ports: Ports;
  readonly environment: Environment;
  readonly seed: number;
  readonly packsPerMinute: number;
  readonly databaseUrlFile: (database: string) => string;
};

const host = "127.0.0.1";

export function planAll(options: PlanOptions): Plan {
  const { ports, dataDir, environment } = options;
  const secrets = new Map<string, Secret>();
  const secret = (name: string, kind: Secret["kind"]) => {
    const file = join(dataDir, "secrets", name);
    secrets.set(file, { file, kind });
    return file;
  };
  const token = (from: string, to: string) => secret(`${from}-to-${to}.token`, "token");
  const url = (port: number) => `http://${host}:${port}`;
  const calls = (from: string, to: string, port: number) => ({ url: url(port), tokenFile: token(from, to) });
  const mayCall = (from: string, to: string, role: Role, owner?: string) => ({
    name: from,
    role,
    tokenFile: token(from, to),
    ...(owner === undefined ? {} : { owner }),
  });
  const { maker, wholesaler, pharmacy, site } = demonstration;

  const enterprise = (
    name: string,
    party: typeof maker,
    port: number,
    sites: readonly object[],
    siteNames: readonly string[],
  ): Instance => ({
    name,
    level: "enterprise",
    title: party.name,
    database: name.replaceAll("-", "_"),
    config: {
      instance: name,
      environment,
      listen: { host, port },
      databaseUrlFile: options.databaseUrlFile(name.replaceAll("-", "_")),
      company: party,
      keyFile: secret(`${name}.key`, "key"),
      sites,
      network: calls(name, "network", ports.network),
      credentials: [
        mayCall("network", name, "network"),
        ...siteNames.map((each) => mayCall(each, name, "site", party.gln)),
      ],
    },
  });

  const instances: Instance[] = [
    {
      name: "eu-hub-sandbox",
      level: "eu-hub-sandbox",
      title: "SIMULATED European hub",
      config: {
        instance: "eu-hub-sandbox",
        listen: { host, port: ports.euHub },
        dataDir: join(dataDir, "eu-hub-sandbox"),
      },
    },
    {
      name: "network",
      level: "network",
      title: "Network",
      database: "network",
      config: {
        instance: "network",
        environment,
        listen: { host, port: ports.network },
        databaseUrlFile: options.databaseUrlFile("network"),
        enterprises: [
          { company: maker.gln, ...calls("network", "enterprise-maker", ports.maker) },
          { company: wholesaler.gln, ...calls("network", "enterprise-wholesaler", ports.wholesaler) },
          { company: pharmacy.gln, ...calls("network", "enterprise-pharmacy", ports.pharmacy) },
        ],
        euHub: { url: url(ports.euHub), simulated: true },
        credentials: [
          mayCall("enterprise-maker", "network", "enterprise", maker.gln),
          mayCall("enterprise-wholesaler", "network", "enterprise", wholesaler.gln),
          mayCall("enterprise-pharmacy", "network", "enterprise", pharmacy.gln),
        ],
      },
    },
    enterprise(
      "enterprise-maker",
      maker,
      ports.maker,
      [{ gln: site.gln, credential: "site", ...calls("enterprise-maker", "site", ports.site) }],
      ["site"],
    ),
    enterprise("enterprise-wholesaler", wholesaler, ports.wholesaler, [], []),
    enterprise("enterprise-pharmacy", pharmacy, ports.pharmacy, [], []),
    {
      name: "site",
      level: "site",
      title: site.name,
      database: "site",
      config: {
        instance: "site",
        environment,
        listen: { host, port: ports.site },
        databaseUrlFile: options.databaseUrlFile("site"),
        site: { gln: site.gln, name: site.name, companyPrefixLength: site.companyPrefixLength },
        enterprises: [{ owner: maker.gln, ...calls("site", "enterprise-maker", ports.maker) }],
        lines: [{ lineId: "line-1", ...calls("site", "line-1", ports.line) }],
        credentials: [mayCall("enterprise-maker", "site", "enterprise", maker.gln), mayCall("line-1", "site", "line")],
      },
    },
    {
      name: "hall",
      level: "device",
      title: "SIMULATED packaging hall",
      config: {
        instance: "hall",
        host,
        firstPort: ports.hall,
        seed: options.seed,
        packsPerMinute: options.packsPerMinute,
        dataDir: join(dataDir, "hall"),
      },
    },
    {
      name: "line-1",
      level: "line",
      title: "Line 1",
      config: {
        instance: "line-1",
        environment,
        lineId: "line-1",
        listen: { host, port: ports.line },
        dataDir: join(dataDir, "line-1"),
        site: calls("line-1", "site", ports.site),
        devices: { host, firstPort: ports.hall },
        credentials: [mayCall("site", "line-1", "site")],
      },
    },
  ];
  return { instances, secrets: [...secrets.values()] };
}
