import { invariant } from "../../kernel/base/invariant.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import type { Lot, Status } from "./lot.ts";

type Scope = Pick<Company, "owner" | "environment">;
type Reading = Pick<Sql, "run">;

const columns = "gtin, lot, expiry, market, status";
const LOT: Statement = {
  name: "lot",
  text: `select ${columns} from lot_record where owner = $1 and environment = $2 and gtin = $3 and lot = $4`,
};
const LOT_SINCE: Statement = {
  name: "lot_since",
  text: "select changed_at from lot_record where owner = $1 and environment = $2 and gtin = $3 and lot = $4",
};
const LOT_LOCKED: Statement = { name: "lot_locked", text: `${LOT.text} for update` };
const LOTS: Statement = {
  name: "lots",
  text: `select ${columns} from lot_record where owner = $1 and environment = $2 order by changed_at desc limit $3`,
};
const LOT_ADD: Statement = {
  text: `insert into lot_record (owner, environment, gtin, lot, expiry, market, product_version, market_rules_version, status, changed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
};
const LOT_STATUS: Statement = {
  text: "update lot_record set status = $5, changed_at = $6 where owner = $1 and environment = $2 and gtin = $3 and lot = $4",
};

export async function loadLot(
  sql: Reading,
  { owner, environment }: Scope,
  gtin: string,
  lot: string,
): Promise<Lot | undefined> {
  return (await sql.run<Lot>(LOT, [owner, environment, gtin, lot]))[0];
}

/** Since when the lot has the status that it has, ms UTC. */
export async function statusSince(
  sql: Reading,
  { owner, environment }: Scope,
  gtin: string,
  lot: string,
): Promise<number> {
  const [row] = await sql.run<{ changed_at: string }>(LOT_SINCE, [owner, environment, gtin, lot]);
  return Number(row?.changed_at ?? 0);
}

/** Locked to the end of the transaction: two decisions on one lot wait for each other. */
export async function lockLot(
  sql: Sql,
  { owner, environment }: Scope,
  gtin: string,
  lot: string,
): Promise<Lot | undefined> {
  return (await sql.run<Lot>(LOT_LOCKED, [owner, environment, gtin, lot]))[0];
}

export async function loadLots(sql: Reading, { owner, environment }: Scope, limit: number): Promise<Lot[]> {
  return sql.run<Lot>(LOTS, [owner, environment, limit]);
}

export type PinnedVersions = { readonly productVersion: number; readonly marketRulesVersion: number };

/** Keeps the lot that is there already, with the versions it was started with. */
export async function addLot(
  sql: Sql,
  { owner, environment }: Scope,
  lot: Lot,
  pinned: PinnedVersions,
  at: number,
): Promise<void> {
  await sql.run(LOT_ADD, [
    owner,
    environment,
    lot.gtin,
    lot.lot,
    lot.expiry,
    lot.market,
    pinned.productVersion,
    pinned.marketRulesVersion,
    lot.status,
    at,
  ]);
}

const PINNED: Statement = {
  name: "lot_versions",
  text: `select product_version as "productVersion", market_rules_version as "marketRulesVersion" from lot_record
    where owner = $1 and environment = $2 and gtin = $3 and lot = $4`,
};

/** The versions that a lot was started with; it must be there. */
export async function pinnedVersions(
  sql: Reading,
  { owner, environment }: Scope,
  gtin: string,
  lot: string,
): Promise<PinnedVersions> {
  const [row] = await sql.run<PinnedVersions>(PINNED, [owner, environment, gtin, lot]);
  invariant(row !== undefined, "a lot that was just locked is not there");
  return row;
}

export async function setLotStatus(
  sql: Sql,
  { owner, environment }: Scope,
  lot: Lot,
  status: Status,
  at: number,
): Promise<void> {
  await sql.run(LOT_STATUS, [owner, environment, lot.gtin, lot.lot, status, at]);
}
