import type { MachineCredential } from "../../contract/common-api.ts";
import type { Role } from "../../contract/rights.ts";
import { must, ok, refuse, type Result } from "../../kernel/base/result.ts";
import { audit } from "../audit/audit.ts";
import type { DoneBy, Gxp } from "../gxp.ts";
import { checkReason } from "../people/account.ts";
import { newToken, tokenHash } from "../people/password-hasher.ts";
import { type Credential, checkMachineRole, credentialView } from "./credential.ts";
import { allCredentials, insertCredential, lockCredential, revoke } from "./credential.store.ts";

type NewCredential = {
  readonly name: string;
  readonly role: Role;
  readonly owner: string | null;
  readonly certificateSha256?: string;
  readonly reason: string;
};

export async function listCredentials(gxp: Gxp): Promise<MachineCredential[]> {
  return (await allCredentials(gxp.database)).map(credentialView);
}

/** The token is in the answer and nowhere else; a certificate has none. */
export async function createCredential(
  gxp: Gxp,
  input: NewCredential,
  by: DoneBy,
): Promise<Result<{ credential: MachineCredential; token: string | null }>> {
  const role = checkMachineRole(input.role);
  if (!role.ok) return role;
  const reason = checkReason(input.reason);
  if (!reason.ok) return reason;
  const token = input.certificateSha256 === undefined ? newToken(gxp.random) : null;
  const credential: Credential = {
    credentialId: gxp.random.uuid7(),
    name: input.name,
    role: role.value,
    owner: input.owner,
    environment: gxp.environment,
    tokenHash: token === null ? null : tokenHash(token),
    certificateSha256: input.certificateSha256 ?? null,
    createdAt: gxp.clock.now(),
    lastUsedAt: null,
    revokedAt: null,
  };
  return gxp.database.transaction(async (sql) => {
    if (!(await insertCredential(sql, credential))) return refuse("gxp.credential-name", "/name");
    await audit(sql, {
      ...by,
      action: "credential.create",
      subject: subjectOf(credential),
      after: credentialView(credential),
      reason: reason.value,
      at: credential.createdAt,
    });
    return ok({ credential: credentialView(credential), token });
  });
}

export async function revokeCredential(
  gxp: Gxp,
  input: { readonly credentialId: string; readonly reason: string },
  by: DoneBy,
): Promise<Result<MachineCredential>> {
  return gxp.database.transaction(async (sql): Promise<Result<MachineCredential>> => {
    const before = await lockCredential(sql, input.credentialId);
    if (before === undefined) return refuse("gxp.credential-unknown", ":credentialId");
    if (before.revokedAt !== null) return ok(credentialView(before));
    const at = gxp.clock.now();
    const after = { ...before, revokedAt: at };
    await revoke(sql, before.credentialId, at);
    await audit(sql, {
      ...by,
      action: "credential.revoke",
      subject: subjectOf(before),
      before: credentialView(before),
      after: credentialView(after),
      reason: must(checkReason(input.reason)),
      at,
    });
    return ok(credentialView(after));
  });
}

function subjectOf(credential: Credential): string {
  return `credential/${credential.credentialId}`;
}
