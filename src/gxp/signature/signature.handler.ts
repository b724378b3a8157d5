import type { SignatureRecord } from "../../contract/shapes.ts";
import { commonApi } from "../../contract/common-api.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import { audit } from "../audit/audit.ts";
import type { Gxp } from "../gxp.ts";
import { type Account, mayTry } from "../people/account.ts";
import { tokenHash } from "../people/password-hasher.ts";
import { normalisePassword } from "../people/password-rules.ts";
import { accountByName } from "../people/people.store.ts";
import { attempt } from "../people/sign-in.handler.ts";
import { checkDuty, type DutySubject, recordDuty } from "./duty.ts";
import { checkSignature, checkSigner, makeSignature, signatureRecord, type Signing } from "./signature.ts";
import { insertSignature, signaturesOf, takeTicket } from "./signature.store.ts";

/** What the identity provider's second asking gives instead of a password; see `provider.handler.ts`. */
export const ticketPrefix = "ticket:";

export type SignRequest = Signing & {
  /** What segregation of duties is asked about: the lot, the recipe. Absent: none is, and none is noted. */
  readonly subject?: DutySubject;
  readonly owner?: string;
  readonly traceId?: string;
};

/**
 * Signs a record in the caller's transaction: the person is asked again (21 CFR 11.200), the right, the meaning, the
 * other signer and the duties are checked, and the signature, its audit entry (chain = record) and the duty are
 * written. Refusals write nothing here; a wrong secret is counted in a transaction of its own, which outlives
 * the caller's rollback.
 */
export async function sign(gxp: Gxp, sql: Sql, request: SignRequest): Promise<Result<SignatureRecord>> {
  const now = gxp.clock.now();
  const account = await accountByName(sql, request.input.userName);
  const proved = await prove(gxp, sql, account, request);
  if (!proved.ok) return proved;
  const signer = proved.value;
  const may = checkSigner(request, signer);
  if (!may.ok) return may;
  const { subject, right, record, owner, traceId } = request;
  if (subject !== undefined) {
    const apart = await checkDuty(sql, { subject, right, userId: signer.userId });
    if (!apart.ok) return apart;
    await recordDuty(sql, { subject, right, userId: signer.userId, at: now });
  }
  const signature = makeSignature(request, signer, {
    signatureId: gxp.random.uuid7(),
    at: now,
    ...(owner === undefined ? {} : { owner }),
  });
  await insertSignature(sql, signature);
  await audit(sql, {
    actor: { kind: "person", id: signer.userId, name: signer.userName },
    action: "signature.sign",
    subject: record,
    after: signature,
    at: now,
    ...(owner === undefined ? {} : { owner }),
    ...(traceId === undefined ? {} : { traceId }),
  });
  return ok(signatureRecord(signature));
}

/** The account, when what was given proves to be its person. */
async function prove(
  gxp: Gxp,
  sql: Sql,
  account: Account | undefined,
  { input, traceId }: SignRequest,
): Promise<Result<Account>> {
  const now = gxp.clock.now();
  const may = account === undefined ? undefined : mayTry(account, now);
  if (may?.ok === false) return may;
  if (account?.provider != null) {
    if (!input.password.startsWith(ticketPrefix)) return refuse("gxp.provider-needed", "password");
    const userId = await takeTicket(sql, tokenHash(input.password.slice(ticketPrefix.length)), now);
    return userId === account.userId ? ok(account) : refuse("gxp.signature-refused", "password");
  }
  const matched = await gxp.hasher.verify(normalisePassword(input.password), account?.passwordHash ?? null);
  if (account === undefined) return refuse("gxp.signature-refused", "userName");
  // A one-time password is known to whoever gave it out: it may be changed, not sign.
  if (matched) return account.passwordChangeNeeded ? refuse("gxp.password-change-needed", "password") : ok(account);
  countFailure(gxp, account.userId, traceId);
  return refuse("gxp.signature-refused", "password");
}

/** Not awaited: the caller holds a connection, and waiting for a second one could leave every caller waiting. */
function countFailure(gxp: Gxp, userId: string, traceId: string | undefined): void {
  gxp.database
    .transaction((sql) => attempt(gxp, sql, userId, { kind: "password", matched: false }, traceId))
    .catch((error: unknown) =>
      gxp.log.error("a refused signature was not counted", { userId, traceId, error: String(error) }),
    );
}

/** The record's signatures, oldest first, each proved against the record's hash as it is now. */
export async function verifySignatures(
  sql: Pick<Sql, "run">,
  record: string,
  recordHash: string,
): Promise<Result<SignatureRecord[]>> {
  const kept = await signaturesOf(sql, record);
  for (const { signature, hash } of kept) {
    const checked = checkSignature(signature, hash, recordHash);
    if (!checked.ok) return checked;
  }
  return ok(kept.map(({ signature }) => signatureRecord(signature)));
}

export function registerSignatureRoutes<Tx>(server: HttpServer<Tx>, gxp: Gxp): void {
  server.route(commonApi.signatures, async ({ query }) => {
    const kept = await signaturesOf(gxp.database, query.record);
    return kept.map(({ signature }) => signatureRecord(signature));
  });
}
