import type { Role } from "../../contract/rights.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { personRoles } from "../people/account.ts";

/** An OpenID Connect provider that signs people in here (OpenID Connect Core 1.0, authorization code with PKCE). */
export type ProviderConfig = {
  /** Words on the button. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where browsers reach this level, without a slash at the end: the provider sends them back there. */
  readonly publicUrl: string;
  /** A claim of the ID token, or a path to it: `groups`, `realm_access.roles`. */
  readonly rolesClaim: string;
  /** Value of the claim → role here. */
  readonly roles: Readonly<Record<string, Role>>;
};

export type ProviderPurpose = "sign-in" | "sign";

/** Who the provider says somebody is. */
export type ProvidedPerson = {
  readonly issuer: string;
  readonly subject: string;
  readonly userName: string;
  readonly fullName: string;
  readonly roles: readonly Role[];
};

export const returnPath = "/v1/session/provider/return";
/** From leaving for the provider to coming back. */
export const requestMs = 10 * 60_000;
/** From the provider's second asking to the signature. */
export const ticketMs = 2 * 60_000;
/** A signature wants the provider to have asked just now, not at some time today. */
export const signMaxAgeSeconds = 60;

type Claims = Readonly<Record<string, unknown>>;

/** Reads the claims of a verified ID token; no role mapped is no entry. */
export function providedPerson(
  claims: Claims,
  config: Pick<ProviderConfig, "rolesClaim" | "roles">,
): Result<ProvidedPerson> {
  const { iss, sub } = claims;
  if (typeof iss !== "string" || typeof sub !== "string") return refuse("gxp.provider-refused", "sub");
  const userName = textOf(claims["preferred_username"]) ?? textOf(claims["email"]) ?? sub;
  const roles = rolesOf(claims, config);
  if (roles.length === 0) return refuse("gxp.provider-roles", config.rolesClaim);
  return ok({
    issuer: iss,
    subject: sub,
    userName: userName.slice(0, 64),
    fullName: (textOf(claims["name"]) ?? userName).slice(0, 100),
    roles,
  });
}

function rolesOf(claims: Claims, { rolesClaim, roles }: Pick<ProviderConfig, "rolesClaim" | "roles">): Role[] {
  const claim = Object.hasOwn(claims, rolesClaim) ? claims[rolesClaim] : atPath(claims, rolesClaim.split("."));
  const values = Array.isArray(claim) ? claim : [claim];
  const mapped = values.flatMap((value) =>
    typeof value === "string" && Object.hasOwn(roles, value) ? [roles[value] as Role] : [],
  );
  return [...new Set(mapped)].filter((role) => personRoles.includes(role)).sort();
}

function atPath(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return atPath((value as Claims)[name], rest);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.length > 0 ? value : undefined;
}

/** A page of ours to go back to: anything else would send a person who just signed in elsewhere (CWE-601). */
export function localPath(back: string | undefined): string {
  return back !== undefined && /^\/(?![/\\])[^\\\s#]*$/.test(back) ? back : "/";
}
