import type { Company } from "../../contract/network-api.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";

/** What one company lets another do, in one direction. */
export type Connection = { readonly documents: boolean; readonly trace: boolean; readonly verification: boolean };
export type ConnectionUse = keyof Connection;

/** The company, when it may take part now. */
export function activeCompany(company: Company | undefined, gln: string): Result<Company> {
  if (!company) return refuse("network.unknown-company", gln);
  if (company.state !== "active") return refuse("network.inactive-company", gln, company.state);
  return ok(company);
}

export function mayUseConnection(connection: Connection | undefined, use: ConnectionUse): Result<true> {
  return connection?.[use] === true ? ok(true) : refuse("network.not-connected", use);
}

/**
 * Who answers for a GTIN: the company with the longest of the prefixes that it starts with. A prefix may have gone from a
 * suspended company to another: an active one comes first.
 */
export function responsibleFor(gtin: string, companies: readonly Company[]): Company | undefined {
  const active = companies.filter(({ state }) => state === "active");
  return longestPrefix(gtin, active) ?? longestPrefix(gtin, companies);
}

function longestPrefix(gtin: string, companies: readonly Company[]): Company | undefined {
  // Behind the indicator digit of a GTIN-14 stands the company prefix (GenSpecs 2.1).
  const digits = gtin.slice(1);
  let found: { company: Company; length: number } | undefined;
  for (const company of companies) {
    for (const prefix of company.companyPrefixes) {
      if (digits.startsWith(prefix) && prefix.length > (found?.length ?? 0)) found = { company, length: prefix.length };
    }
  }
  return found?.company;
}

/** Packs are reported by whoever answers for their number: nobody makes another company's packs known to an authority. */
export function mayReport(gln: string, gtin: string, companies: readonly Company[]): Result<true> {
  return responsibleFor(gtin, companies)?.gln === gln ? ok(true) : refuse("network.not-responsible", gtin);
}

/** Two companies cannot answer for one number: no prefix of one may start with a prefix of the other. */
export function checkPrefixes(company: Company, others: readonly Company[]): Result<true> {
  for (const other of others) {
    if (other.gln === company.gln || other.state === "suspended") continue;
    for (const [index, prefix] of company.companyPrefixes.entries()) {
      if (other.companyPrefixes.some((each) => each.startsWith(prefix) || prefix.startsWith(each))) {
        return refuse("network.prefix-taken", `/company/companyPrefixes/${index}`, other.name);
      }
    }
  }
  return ok(true);
}
