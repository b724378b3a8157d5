import type { Instant } from "../../kernel/base/time.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { ProviderPurpose } from "./provider.ts";

export type ProviderRequest = {
  readonly purpose: ProviderPurpose;
  /** Whose signature is wanted; null for a sign-in. */
  readonly userId: string | null;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly back: string;
  readonly expiresAt: Instant;
};

const INSERT: Statement = {
  name: "provider-request-insert",
  text: `insert into provider_request (state_hash, purpose, user_id, nonce, code_verifier, back, expires_at) values ($1, $2, $3, $4, $5, $6, $7)`,
};
const TAKE: Statement = {
  name: "provider-request-take",
  text: `delete from provider_request where state_hash = $1
returning purpose, user_id as "userId", nonce, code_verifier as "codeVerifier", back, expires_at as "expiresAt"`,
};
const PRUNE: Statement = { name: "provider-request-prune", text: "delete from provider_request where expires_at < $1" };

export async function insertRequest(
  sql: Sql,
  stateHash: string,
  request: ProviderRequest,
  now: Instant,
): Promise<void> {
  const { purpose, userId, nonce, codeVerifier, back, expiresAt } = request;
  await sql.run(PRUNE, [now]);
  await sql.run(INSERT, [stateHash, purpose, userId, nonce, codeVerifier, back, expiresAt]);
}

/** The request of that state; it answers once. */
export async function takeRequest(
  sql: Pick<Sql, "run">,
  stateHash: string,
  now: Instant,
): Promise<ProviderRequest | undefined> {
  const [row] = await sql.run<Omit<ProviderRequest, "expiresAt"> & { expiresAt: string }>(TAKE, [stateHash]);
  if (row === undefined || Number(row.expiresAt) <= now) return undefined;
  return { ...row, expiresAt: Number(row.expiresAt) };
}
