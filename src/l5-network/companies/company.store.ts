import type { Environment } from "../../contract/envelope.ts";
import type { Company } from "../../contract/network-api.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Connection } from "./company.ts";

export const companySchema = `
create table company (
  gln text not null check (gln ~ '^[0-9]{13}$'),
  environment text not null check (environment in ('production', 'validation')),
  name text not null,
  role text not null,
  company_prefixes text[] not null,
  state text not null check (state in ('invited', 'active', 'suspended')),
  evidence jsonb not null,
  changed_at bigint not null,
  primary key (gln, environment)
);

create table company_connection (
  owner text not null,
  partner text not null,
  environment text not null check (environment in ('production', 'validation')),
  documents boolean not null,
  trace boolean not null,
  verification boolean not null,
  changed_at bigint not null,
  primary key (owner, partner, environment)
);
`;

type CompanyRow = Omit<Company, "companyPrefixes"> & { readonly company_prefixes: string[] };

const columns = "gln, name, role, company_prefixes, state, evidence";
const COMPANY: Statement = {
  name: "company",
  text: `select ${columns} from company where gln = $1 and environment = $2`,
};
const COMPANIES: Statement = {
  name: "companies",
  text: `select ${columns} from company where environment = $1 order by name, gln`,
};
const COMPANY_SAVE: Statement = {
  text: `insert into company (gln, environment, name, role, company_prefixes, state, evidence, changed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (gln, environment) do update set name = excluded.name, role = excluded.role,
      company_prefixes = excluded.company_prefixes, state = excluded.state, evidence = excluded.evidence, changed_at = excluded.changed_at`,
};
const CONNECTION: Statement = {
  name: "connection",
  text: "select documents, trace, verification from company_connection where owner = $1 and partner = $2 and environment = $3",
};
const CONNECTION_SAVE: Statement = {
  text: `insert into company_connection (owner, partner, environment, documents, trace, verification, changed_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (owner, partner, environment) do update set documents = excluded.documents, trace = excluded.trace,
      verification = excluded.verification, changed_at = excluded.changed_at`,
};
const PREFIX_LOCK: Statement = { text: "lock table company in share row exclusive mode" };

function company({ company_prefixes, ...row }: CompanyRow): Company {
  return { ...row, companyPrefixes: company_prefixes };
}

export async function loadCompany(
  sql: Pick<Sql, "run">,
  gln: string,
  environment: Environment,
): Promise<Company | undefined> {
  const [row] = await sql.run<CompanyRow>(COMPANY, [gln, environment]);
  return row && company(row);
}

export async function loadCompanies(sql: Pick<Sql, "run">, environment: Environment): Promise<Company[]> {
  return (await sql.run<CompanyRow>(COMPANIES, [environment])).map(company);
}

/** Held to the end of the transaction: two companies admitted at once must not take one prefix. */
export async function lockCompanies(sql: Sql): Promise<void> {
  await sql.run(PREFIX_LOCK);
}

export async function saveCompany(sql: Sql, value: Company, environment: Environment, at: number): Promise<void> {
  const { gln, name, role, companyPrefixes, state, evidence } = value;
  await sql.run(COMPANY_SAVE, [gln, environment, name, role, companyPrefixes, state, JSON.stringify(evidence), at]);
}

/** What `owner` lets `partner` do. */
export async function loadConnection(
  sql: Pick<Sql, "run">,
  owner: string,
  partner: string,
  environment: Environment,
): Promise<Connection | undefined> {
  const [row] = await sql.run<Connection>(CONNECTION, [owner, partner, environment]);
  return row;
}

export async function saveConnection(
  sql: Sql,
  pair: { owner: string; partner: string },
  connection: Connection,
  environment: Environment,
  at: number,
): Promise<void> {
  const { documents, trace, verification } = connection;
  await sql.run(CONNECTION_SAVE, [pair.owner, pair.partner, environment, documents, trace, verification, at]);
}
