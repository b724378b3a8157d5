import { createClient } from "../../contract/client.ts";
import { commonApi } from "../../contract/common-api.ts";
import { enterpriseApi, type Party, type Product } from "../../contract/enterprise-api.ts";
import type { Recipe } from "../../contract/line-api.ts";
import { type Company, networkApi } from "../../contract/network-api.ts";
import type { Role } from "../../contract/rights.ts";
import { siteApi } from "../../contract/site-api.ts";
import { demonstration } from "../demo/demonstration.ts";
import { createPerson, type Person, pursue } from "./people.ts";
import type { SimClock } from "./sim-clock.ts";
import type { SimNetwork } from "./sim-network.ts";
import type { Chance } from "./sim-random.ts";

// A small world: the demonstration's companies, with cases and pallets that a short run fills.

export const packsPerCase = 10;
export const casesPerPallet = 2;
export const recipeId = "carton-10x2";
const reason = "simulation";

export const products = {
  us: { ...demonstration.products.us, packsPerCase, casesPerPallet },
  eu: { ...demonstration.products.eu, packsPerCase, casesPerPallet },
} as const satisfies Record<string, Omit<Product, "version">>;

export const simRecipe: Recipe = {
  recipeId,
  version: 1,
  packsPerCase,
  casesPerPallet,
  consecutiveRejectsMax: 8,
  gradeMin: 1.5,
  textScoreMin: 0.6,
  checkText: true,
  overagePercent: 20,
  overageMin: 30,
};

const makerPeople = {
  serialisation: ["serialization-manager"],
  compliance: ["compliance"],
  engineer: ["packaging-engineer"],
  operator: ["operator"],
  supervisor: ["supervisor"],
  qa: ["qa"],
  releaser: ["releaser"],
  warehouse: ["warehouse"],
} as const satisfies Record<string, readonly Role[]>;
const clerkRoles: readonly Role[] = ["warehouse", "serialization-manager", "compliance"];

export type People = Readonly<Record<keyof typeof makerPeople | "wholesaleClerk" | "pharmacist", Person>>;
export type Urls = Readonly<Record<"maker" | "wholesaler" | "pharmacy" | "network" | "site" | "line", string>>;

export type Furnishing = {
  readonly clock: SimClock;
  readonly network: SimNetwork;
  readonly chance: Chance;
  readonly patienceMs: number;
  readonly urls: Urls;
  readonly administrators: Readonly<
    Record<"network" | "maker" | "wholesaler" | "pharmacy", { readonly userName: string; readonly password: string }>
  >;
};

/** Companies, people, products, pools and a recipe, over the interfaces that a person uses, while nothing fails. */
export async function furnish(world: Furnishing): Promise<People> {
  const { urls, administrators } = world;
  const administrator = (at: keyof Furnishing["administrators"]) =>
    claim(world, urls[at], administrators[at].userName, administrators[at].password);
  const maker = await administrator("maker");
  const people: Record<string, Person> = {};
  for (const [name, roles] of Object.entries(makerPeople))
    people[name] = await hire(world, maker, urls.maker, name, roles);
  people["wholesaleClerk"] = await hire(
    world,
    await administrator("wholesaler"),
    urls.wholesaler,
    "wholesale-clerk",
    clerkRoles,
  );
  people["pharmacist"] = await hire(world, await administrator("pharmacy"), urls.pharmacy, "pharmacist", clerkRoles);
  const all = people as People;
  await admitCompanies(world, await administrator("network"));
  await writeMasterData(world, all);
  await approveRecipe(world, all);
  return all;
}

async function claim(world: Furnishing, url: string, userName: string, oneTimePassword: string): Promise<Person> {
  const fetch = world.network.fetchFor(userName);
  const client = createClient({ url, fetch, keepSession: true });
  const password = Buffer.from(world.chance.bytes(18)).toString("base64url");
  await client.call(commonApi.signIn, { body: { userName, password: oneTimePassword } });
  await client.call(commonApi.changePassword, { body: { oldPassword: oneTimePassword, newPassword: password } });
  return createPerson(fetch, userName, password);
}

async function hire(
  world: Furnishing,
  administrator: Person,
  url: string,
  name: string,
  roles: readonly Role[],
): Promise<Person> {
  const body = { userName: name, fullName: `${name} (simulation)`, roles: [...roles], reason };
  const { oneTimePassword } = await administrator.use(url, (client) => client.call(commonApi.createUser, { body }));
  return claim(world, url, name, oneTimePassword);
}

async function admitCompanies({ clock, urls }: Furnishing, administrator: Person): Promise<void> {
  const { maker, wholesaler, pharmacy, companyPrefixes } = demonstration;
  const admit = (party: Party, role: Company["role"], prefixes: readonly string[]) => {
    const evidence = [{ kind: "simulation", reference: "none was checked", checkedAt: clock.now() }];
    const company: Company = {
      gln: party.gln,
      name: party.name,
      role,
      companyPrefixes: [...prefixes],
      state: "active",
      evidence,
    };
    return administrator.use(urls.network, (client) =>
      client.call(networkApi.writeCompany, { params: { gln: party.gln }, body: { company, reason } }),
    );
  };
  await admit(maker, "manufacturer", companyPrefixes.maker);
  await admit(wholesaler, "wholesaler", companyPrefixes.wholesaler);
  await admit(pharmacy, "dispenser", companyPrefixes.pharmacy);
  // The pharmacy lets nobody trace but the wholesaler, and the maker lets the pharmacy verify only.
  const links = [
    [maker, wholesaler, { documents: true, trace: true, verification: true }],
    [wholesaler, maker, { documents: false, trace: true, verification: false }],
    [wholesaler, pharmacy, { documents: true, trace: true, verification: true }],
    [pharmacy, wholesaler, { documents: false, trace: true, verification: false }],
    [maker, pharmacy, { documents: false, trace: false, verification: true }],
  ] as const;
  for (const [from, to, uses] of links) {
    await administrator.use(urls.network, (client) =>
      client.call(networkApi.connect, { params: { from: from.gln, to: to.gln }, body: { ...uses, reason } }),
    );
  }
}

async function writeMasterData({ urls }: Furnishing, people: People): Promise<void> {
  const { maker, site, wholesaler, pharmacy, companyPrefixes } = demonstration;
  const companies: readonly (readonly [Person, string, readonly Party[]])[] = [
    [
      people.serialisation,
      urls.maker,
      [site, { ...wholesaler, role: "wholesaler" }, { ...pharmacy, role: "dispenser" }],
    ],
    [
      people.wholesaleClerk,
      urls.wholesaler,
      [
        { ...maker, role: "manufacturer" },
        { ...pharmacy, role: "dispenser" },
      ],
    ],
    [
      people.pharmacist,
      urls.pharmacy,
      [
        { ...maker, role: "manufacturer" },
        { ...wholesaler, role: "wholesaler" },
      ],
    ],
  ];
  for (const [who, url, parties] of companies) {
    for (const party of parties)
      await who.use(url, (client) =>
        client.call(enterpriseApi.writeParty, { params: { gln: party.gln }, body: { party, reason } }),
      );
    for (const product of Object.values(products)) {
      await who.use(url, (client) =>
        client.call(enterpriseApi.writeProduct, { params: { gtin: product.gtin }, body: { product, reason } }),
      );
    }
  }
  const manager = people.serialisation;
  for (const { gtin } of Object.values(products)) {
    const body = {
      level: "pack",
      gtin,
      alphabet: "23456789ABCDEFGHJKLMNPQRSTUVWXYZ",
      length: 12,
      prefix: "",
      reason,
    } as const;
    await manager.use(urls.maker, (client) => client.call(enterpriseApi.createPool, { body }));
  }
  for (const [level, extensionDigit] of [
    ["case", 0],
    ["pallet", 1],
  ] as const) {
    const body = { level, companyPrefix: companyPrefixes.maker[0], extensionDigit, reason };
    await manager.use(urls.maker, (client) => client.call(enterpriseApi.createPool, { body }));
  }
}

async function approveRecipe(world: Furnishing, { engineer, qa }: People): Promise<void> {
  const { chance, urls } = world;
  const state = (wanted: string) => () =>
    engineer.use(urls.site, async (client) =>
      (await client.call(siteApi.recipes)).find((each) => each.recipe.recipeId === recipeId && each.state === wanted),
    );
  // Its people reach the site a moment after level 4 has them.
  await pursue(world, chance, {
    what: "the recipe is written",
    reached: state("draft"),
    press: () =>
      engineer.use(urls.site, (client) => client.call(siteApi.writeRecipe, { body: { recipe: simRecipe, reason } })),
  });
  const params = { recipeId, version: String(simRecipe.version) };
  await pursue(world, chance, {
    what: "the recipe is approved",
    reached: state("approved"),
    press: () =>
      qa.use(urls.site, (client) => client.call(siteApi.approveRecipe, { params, body: { signature: qa.sign() } })),
  });
}
