import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientFetch } from "../../contract/client.ts";
import type { Party } from "../../contract/enterprise-api.ts";
import { enterpriseApi } from "../../contract/enterprise-api.ts";
import type { Recipe } from "../../contract/line-api.ts";
import { type Company, networkApi } from "../../contract/network-api.ts";
import type { Role } from "../../contract/rights.ts";
import { siteApi } from "../../contract/site-api.ts";
import type { All } from "../all/start-all.ts";
import { demonstration } from "./demonstration.ts";
import { claimAccount, hire, type Person } from "./people.ts";

/** The addresses and people of a furnished demonstration. */
export type World = {
  readonly fetch: ClientFetch;
  readonly urls: Readonly<Record<"maker" | "wholesaler" | "pharmacy" | "network" | "site" | "line" | "hall", string>>;
  readonly people: Readonly<Record<MakerPerson | "wholesaleClerk" | "pharmacist", Person>>;
  /** By instance. */
  readonly administrators: ReadonlyMap<string, Person>;
};

const makerPeople = {
  serialisation: { userName: "sam.serial", fullName: "Sam Serial (demonstration)", roles: ["serialization-manager"] },
  compliance: { userName: "cora.comply", fullName: "Cora Comply (demonstration)", roles: ["compliance"] },
  engineer: { userName: "eli.engineer", fullName: "Eli Engineer (demonstration)", roles: ["packaging-engineer"] },
  operator: { userName: "olga.operator", fullName: "Olga Operator (demonstration)", roles: ["operator"] },
  supervisor: { userName: "sid.super", fullName: "Sid Super (demonstration)", roles: ["supervisor"] },
  qa: { userName: "quinn.quality", fullName: "Quinn Quality (demonstration)", roles: ["qa"] },
  releaser: { userName: "rita.release", fullName: "Rita Release (demonstration)", roles: ["releaser"] },
  warehouse: { userName: "wim.warehouse", fullName: "Wim Warehouse (demonstration)", roles: ["warehouse"] },
} as const satisfies Record<string, { userName: string; fullName: string; roles: readonly Role[] }>;
type MakerPerson = keyof typeof makerPeople;

export const demonstrationRecipe: Recipe = {
  recipeId: "carton-48x10",
  version: 1,
  packsPerCase: 48,
  casesPerPallet: 10,
  consecutiveRejectsMax: 8,
  gradeMin: 1.5,
  textScoreMin: 0.6,
  checkText: true,
  overagePercent: 5,
  // A verdict that a busy machine gives too late costs a pack its number.
  overageMin: 96,
};

const year = 365 * 86_400_000;
const reason = "demonstration";

/** Companies, people, products, pools and a recipe, all through the interfaces that a person would use. */
export async function furnish(all: All, fetch: ClientFetch, recipe = demonstrationRecipe): Promise<World> {
  const urls = urlsOf(all);
  const administrators = new Map<string, Person>();
  for (const [instance, first] of all.firstAdministrators) {
    const url = all.addresses().get(instance)?.[0]?.url ?? "";
    administrators.set(instance, await claimAccount(fetch, url, first.userName, first.password));
  }
  const administrator = (instance: string): Person => {
    const found = administrators.get(instance);
    if (!found) throw new Error(`${instance} was started before: the demonstration wants an empty data directory`);
    return found;
  };

  const people = {} as Record<string, Person>;
  for (const [name, who] of Object.entries(makerPeople)) {
    people[name] = await hire(fetch, administrator("enterprise-maker"), urls.maker, { ...who, roles: [...who.roles] });
  }
  const clerk: Role[] = ["warehouse", "serialization-manager", "compliance"];
  people.wholesaleClerk = await hire(fetch, administrator("enterprise-wholesaler"), urls.wholesaler, {
    userName: "wanda.wholesale",
    fullName: "Wanda Wholesale (demonstration)",
    roles: clerk,
  });
  people.pharmacist = await hire(fetch, administrator("enterprise-pharmacy"), urls.pharmacy, {
    userName: "pat.pharmacist",
    fullName: "Pat Pharmacist (demonstration)",
    roles: clerk,
  });
  const world: World = { fetch, urls, people: people as World["people"], administrators };
  await admitCompanies(world, administrator("network"));
  await writeMasterData(world);
  await approveRecipe(world, recipe);
  return world;
}

function urlsOf(all: All): World["urls"] {
  const of = (instance: string, label?: string): string => {
    const addresses = all.addresses().get(instance) ?? [];
    const found = label === undefined ? addresses[0] : addresses.find((each) => each.label === label);
    if (!found) throw new Error(`${instance} has no address ${label ?? ""}`);
    return found.url;
  };
  return {
    maker: of("enterprise-maker"),
    wholesaler: of("enterprise-wholesaler"),
    pharmacy: of("enterprise-pharmacy"),
    network: of("network"),
    site: of("site"),
    line: of("line-1"),
    hall: of("hall", "hall control (SIMULATED)"),
  };
}

async function admitCompanies(world: World, administrator: Person): Promise<void> {
  const { maker, wholesaler, pharmacy, companyPrefixes } = demonstration;
  const network = await administrator.at(world.urls.network);
  const admit = (party: Party, role: Company["role"], prefixes: readonly string[]) =>
    network.call(networkApi.writeCompany, {
      params: { gln: party.gln },
      body: {
        company: {
          gln: party.gln,
          name: party.name,
          role,
          companyPrefixes: [...prefixes],
          state: "active",
          evidence: [{ kind: "demonstration", reference: "no evidence was checked", checkedAt: Date.now() }],
        },
        reason,
      },
    });
  await admit(maker, "manufacturer", companyPrefixes.maker);
  await admit(wholesaler, "wholesaler", companyPrefixes.wholesaler);
  await admit(pharmacy, "dispenser", companyPrefixes.pharmacy);
  // Down the chain documents, verification and trace; up the chain trace only, as far as each shares.
  const pairs = [
    [maker, wholesaler, true],
    [wholesaler, pharmacy, true],
    [maker, pharmacy, false],
  ] as const;
  for (const [from, to, documents] of pairs) {
    await network.call(networkApi.connect, {
      params: { from: from.gln, to: to.gln },
      body: { documents, trace: true, verification: true, reason },
    });
    await network.call(networkApi.connect, {
      params: { from: to.gln, to: from.gln },
      body: { documents: false, trace: true, verification: false, reason },
    });
  }
}

async function writeMasterData(world: World): Promise<void> {
  const { maker, site, wholesaler, pharmacy, products, companyPrefixes } = demonstration;
  const companies: [keyof World["people"], string, Party[]][] = [
    [
      "serialisation",
      world.urls.maker,
      [site, { ...wholesaler, role: "wholesaler" }, { ...pharmacy, role: "dispenser" }],
    ],
    [
      "wholesaleClerk",
      world.urls.wholesaler,
      [
        { ...maker, role: "manufacturer" },
        { ...pharmacy, role: "dispenser" },
      ],
    ],
    [
      "pharmacist",
      world.urls.pharmacy,
      [
        { ...maker, role: "manufacturer" },
        { ...wholesaler, role: "wholesaler" },
      ],
    ],
  ];
  for (const [who, url, parties] of companies) {
    const client = await world.people[who].at(url);
    for (const party of parties) {
      await client.call(enterpriseApi.writeParty, { params: { gln: party.gln }, body: { party, reason } });
    }
    for (const product of Object.values(products)) {
      await client.call(enterpriseApi.writeProduct, { params: { gtin: product.gtin }, body: { product, reason } });
    }
  }
  const manager = await world.people.serialisation.at(world.urls.maker);
  for (const product of Object.values(products)) {
    await manager.call(enterpriseApi.createPool, {
      body: {
        level: "pack",
        gtin: product.gtin,
        alphabet: "23456789ABCDEFGHJKLMNPQRSTUVWXYZ",
        length: 12,
        prefix: "",
        reason,
      },
    });
  }
  for (const [level, extensionDigit] of [
    ["case", 0],
    ["pallet", 1],
  ] as const) {
    await manager.call(enterpriseApi.createPool, {
      body: { level, companyPrefix: companyPrefixes.maker[0], extensionDigit, reason },
    });
  }
}

async function approveRecipe(world: World, recipe: Recipe): Promise<void> {
  const engineer = await world.people.engineer.at(world.urls.site);
  const qa = await world.people.qa.at(world.urls.site);
  await engineer.call(siteApi.writeRecipe, { body: { recipe, reason } });
  await qa.call(siteApi.approveRecipe, {
    params: { recipeId: recipe.recipeId, version: String(recipe.version) },
    body: { signature: world.people.qa.sign() },
  });
}

/** A day two years on, as AI 17 prints it. */
export function demonstrationExpiry(now: number): string {
  return new Date(now + 2 * year).toISOString().slice(2, 10).replaceAll("-", "");
}

/** Keeps the generated passwords where only the person who started all this can read them. */
export function keepPasswords(world: World, dataDir: string): string {
  const file = join(dataDir, "secrets", "demonstration-people.txt");
  const line = (who: Person, where: string) => `${who.userName.padEnd(20)}${who.password.padEnd(28)}${where}`.trimEnd();
  const lines = [
    ...Object.values(world.people).map((each) => line(each, "")),
    ...[...world.administrators].map(([instance, each]) => line(each, instance)),
  ];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  return file;
}
