import type { Environment } from "../../contract/envelope.ts";
import type { Role } from "../../contract/rights.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Credential } from "./credential.ts";

const columns = `credential_id as "credentialId", name, role, owner, environment, token_hash as "tokenHash",
  certificate_sha256 as "certificateSha256", created_at as "createdAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

const BY_TOKEN: Statement = {
  name: "credential-by-token",
  text: `select ${columns} from machine_credential where token_hash = $1 and revoked_at is null`,
};
const BY_CERTIFICATE: Statement = {
  name: "credential-by-certificate",
  text: `select ${columns} from machine_credential where certificate_sha256 = $1 and revoked_at is null`,
};
const BY_ID: Statement = {
  name: "credential-by-id",
  text: `select ${columns} from machine_credential where credential_id = $1 for update`,
};
const ALL: Statement = {
  name: "credential-all",
  text: `select ${columns} from machine_credential order by revoked_at is not null, name, created_at`,
};
const INSERT: Statement = {
  name: "credential-insert",
  text: `insert into machine_credential (credential_id, name, role, owner, environment, token_hash, certificate_sha256, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning credential_id`,
};
const REVOKE: Statement = {
  name: "credential-revoke",
  text: "update machine_credential set revoked_at = $2 where credential_id = $1",
};
const USED: Statement = {
  name: "credential-used",
  text: "update machine_credential set last_used_at = $2 where credential_id = $1",
};

type Row = Omit<Credential, "role" | "environment" | "createdAt" | "lastUsedAt" | "revokedAt"> & {
  role: Role;
  environment: Environment;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
};

function credentialOf(row: Row): Credential {
  return {
    ...row,
    createdAt: Number(row.createdAt),
    lastUsedAt: row.lastUsedAt === null ? null : Number(row.lastUsedAt),
    revokedAt: row.revokedAt === null ? null : Number(row.revokedAt),
  };
}

type Reads = Pick<Sql, "run">;

async function one(sql: Reads, statement: Statement, value: string): Promise<Credential | undefined> {
  const [row] = await sql.run<Row>(statement, [value]);
  return row === undefined ? undefined : credentialOf(row);
}

export const credentialByToken = (sql: Reads, tokenHash: string) => one(sql, BY_TOKEN, tokenHash);
export const credentialByCertificate = (sql: Reads, sha256: string) => one(sql, BY_CERTIFICATE, sha256);
export const lockCredential = (sql: Sql, credentialId: string) => one(sql, BY_ID, credentialId);

export async function allCredentials(sql: Reads): Promise<Credential[]> {
  return (await sql.run<Row>(ALL)).map(credentialOf);
}

/** False when a valid credential has the name and owner, or the certificate, already. */
export async function insertCredential(sql: Sql, credential: Credential): Promise<boolean> {
  const { credentialId, name, role, owner, environment, tokenHash, certificateSha256, createdAt } = credential;
  return (
    (await sql.run(INSERT, [credentialId, name, role, owner, environment, tokenHash, certificateSha256, createdAt]))
      .length > 0
  );
}

export async function revoke(sql: Sql, credentialId: string, at: Instant): Promise<void> {
  await sql.run(REVOKE, [credentialId, at]);
}

export async function touchCredential(sql: Reads, credentialId: string, at: Instant): Promise<void> {
  await sql.run(USED, [credentialId, at]);
}
