import type { Party, Product } from "../../contract/enterprise-api.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";

type Scope = Pick<Company, "owner" | "environment">;
type Reading = Pick<Sql, "run">;

const PRODUCTS: Statement = {
  name: "products",
  text: "select distinct on (gtin) body from trade_item where owner = $1 and environment = $2 order by gtin, version desc",
};
const PRODUCT: Statement = {
  name: "product",
  text: "select body from trade_item where owner = $1 and environment = $2 and gtin = $3 order by version desc limit 1",
};
const PRODUCT_ADD: Statement = {
  text: "insert into trade_item (owner, environment, gtin, version, body, written_at) values ($1, $2, $3, $4, $5, $6)",
};
const PARTIES: Statement = {
  name: "parties",
  text: "select body from party where owner = $1 and environment = $2 order by gln",
};
const PARTY: Statement = {
  name: "party",
  text: "select body from party where owner = $1 and environment = $2 and gln = $3",
};
const PARTY_LOCKED: Statement = { name: "party_locked", text: `${PARTY.text} for update` };
const PRODUCT_LOCK: Statement = {
  text: "select pg_advisory_xact_lock(hashtextextended($1, 0))",
};
const PRODUCT_VERSION: Statement = {
  name: "product_version",
  text: "select body from trade_item where owner = $1 and environment = $2 and gtin = $3 and version = $4",
};
const PARTY_SAVE: Statement = {
  text: `insert into party (owner, environment, gln, body, written_at) values ($1, $2, $3, $4, $5)
    on conflict (owner, environment, gln) do update set body = excluded.body, written_at = excluded.written_at`,
};

export async function loadProducts(sql: Reading, { owner, environment }: Scope): Promise<Product[]> {
  return (await sql.run<{ body: Product }>(PRODUCTS, [owner, environment])).map(({ body }) => body);
}

/** The newest version. */
export async function loadProduct(
  sql: Reading,
  { owner, environment }: Scope,
  gtin: string,
): Promise<Product | undefined> {
  return (await sql.run<{ body: Product }>(PRODUCT, [owner, environment, gtin]))[0]?.body;
}

/** As it was when a lot of it was started. */
export async function loadProductVersion(
  sql: Reading,
  { owner, environment }: Scope,
  gtin: string,
  version: number,
): Promise<Product | undefined> {
  return (await sql.run<{ body: Product }>(PRODUCT_VERSION, [owner, environment, gtin, version]))[0]?.body;
}

/** Writers of one product follow one another to the end of their transactions: each takes the next version. */
export async function lockProduct(sql: Sql, { owner, environment }: Scope, gtin: string): Promise<void> {
  await sql.run(PRODUCT_LOCK, [`product/${owner}/${environment}/${gtin}`]);
}

export async function addProductVersion(
  sql: Sql,
  { owner, environment }: Scope,
  product: Product,
  at: number,
): Promise<void> {
  await sql.run(PRODUCT_ADD, [owner, environment, product.gtin, product.version, JSON.stringify(product), at]);
}

export async function loadParties(sql: Reading, { owner, environment }: Scope): Promise<Party[]> {
  return (await sql.run<{ body: Party }>(PARTIES, [owner, environment])).map(({ body }) => body);
}

export async function loadParty(sql: Reading, { owner, environment }: Scope, gln: string): Promise<Party | undefined> {
  return (await sql.run<{ body: Party }>(PARTY, [owner, environment, gln]))[0]?.body;
}

/** Held to the end of the transaction. */
export async function lockParty(sql: Sql, { owner, environment }: Scope, gln: string): Promise<Party | undefined> {
  return (await sql.run<{ body: Party }>(PARTY_LOCKED, [owner, environment, gln]))[0]?.body;
}

export async function saveParty(sql: Sql, { owner, environment }: Scope, party: Party, at: number): Promise<void> {
  await sql.run(PARTY_SAVE, [owner, environment, party.gln, JSON.stringify(party), at]);
}
