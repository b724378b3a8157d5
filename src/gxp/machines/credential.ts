import type { MachineCredential } from "../../contract/common-api.ts";
import type { Environment } from "../../contract/envelope.ts";
import type { Role } from "../../contract/rights.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { MachineActor } from "../../runtime/http/actor.ts";
import { machineRoles } from "../people/account.ts";

/** A system that may call this level: one role, at most one owner, one environment. */
export type Credential = {
  readonly credentialId: string;
  readonly name: string;
  readonly role: Role;
  readonly owner: string | null;
  readonly environment: Environment;
  /** SHA-256 of the bearer token, or null for a certificate. */
  readonly tokenHash: string | null;
  readonly certificateSha256: string | null;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
  readonly revokedAt: Instant | null;
};

export function checkMachineRole(role: Role): Result<Role> {
  return machineRoles.includes(role) ? ok(role) : refuse("gxp.roles", "/role", role);
}

export function credentialView(credential: Credential): MachineCredential {
  const { credentialId, name, role, owner, environment, createdAt, lastUsedAt, revokedAt } = credential;
  return {
    credentialId,
    name,
    role,
    owner,
    environment,
    createdAt,
    lastUsedAt,
    revokedAt,
    method: credential.tokenHash === null ? "certificate" : "token",
  };
}

export function machineActor(
  credential: Pick<Credential, "credentialId" | "name" | "role" | "owner" | "environment">,
): MachineActor {
  const { credentialId, name, role, owner, environment } = credential;
  return { kind: "machine", credentialId, name, roles: [role], environment, ...(owner === null ? {} : { owner }) };
}

/** A credential of the configuration file: its token stands in a file that both sides read. */
export type ConfiguredCredential = {
  readonly name: string;
  readonly role: Role;
  /** One of both. */
  readonly token?: string;
  readonly certificateSha256?: string;
  readonly owner?: string;
};
