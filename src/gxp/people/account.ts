import type { User } from "../../contract/common-api.ts";
import { type Role, roles as allRoles } from "../../contract/rights.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Instant } from "../../kernel/base/time.ts";

export type AccountState = "active" | "locked" | "disabled";

/** One person's account as every level keeps it; hashes never leave it but to the levels below. */
export type Account = {
  readonly userId: string;
  readonly userName: string;
  readonly fullName: string;
  readonly roles: readonly Role[];
  readonly state: AccountState;
  /** Wrong secrets since the last right one. */
  readonly failures: number;
  /** When a lock after failures ends; null with `locked`: locked at the level above. */
  readonly lockedUntil: Instant | null;
  readonly passwordHash: string | null;
  readonly passwordChangeNeeded: boolean;
  readonly passwordHistory: readonly string[];
  readonly badgeHash: string | null;
  readonly pinHash: string | null;
  /** Who vouches for the person instead of a password. */
  readonly provider: { readonly issuer: string; readonly subject: string } | null;
  /** The level above that issued the account; null for one of this level. */
  readonly source: string | null;
  readonly createdAt: Instant;
  readonly lastSignInAt: Instant | null;
};

/** 21 CFR 11.300(d): attempts at unauthorised use are stopped and reported. */
export const failuresMax = 5;
export const lockMs = 15 * 60_000;

/** User names are compared in lower case. */
export function userKey(userName: string): string {
  return userName.toLowerCase();
}

/** Roles that a person may hold; those of machines are for credentials. */
export const personRoles: readonly Role[] = allRoles.slice(0, allRoles.indexOf("line"));
export const machineRoles: readonly Role[] = allRoles.slice(allRoles.indexOf("line"));

export function checkRoles(roles: readonly Role[]): Result<readonly Role[]> {
  const wrong = roles.find((role) => !personRoles.includes(role));
  if (wrong !== undefined || roles.length === 0) return refuse("gxp.roles", "/roles", wrong);
  return ok([...new Set(roles)].sort());
}

export function checkReason(reason: string): Result<string> {
  return reason.trim().length === 0 ? refuse("gxp.reason-needed", "/reason") : ok(reason.trim());
}

/** Whether a secret may be tried at all: before it is looked at. */
export function mayTry(account: Account, now: Instant): Result<Account> {
  if (account.state !== "locked") return ok(account);
  const over = account.lockedUntil !== null && account.lockedUntil <= now;
  return over ? ok({ ...account, state: "active", failures: 0, lockedUntil: null }) : refuse("gxp.locked");
}

/** What proves a person: typed at a desk, or at a line beside the badge. */
export type SecretKind = "password" | "pin";

/**
 * Whether there is anything to guess. Where an account has no such secret (its one-time password is not changed yet at
 * the level above, its provider vouches for it, it has no badge), a wrong one proves nothing and must not count:
 * whoever knows the name would lock out a person who has not come in yet.
 */
export function canBeGuessed(account: Account, kind: SecretKind): boolean {
  return (kind === "pin" ? account.pinHash : account.passwordHash) !== null;
}

/** What an attempt makes of the account: a right one forgets failures, a wrong one may lock. */
export function afterAttempt(account: Account, matched: boolean, now: Instant): Account {
  if (matched) return { ...account, failures: 0, lockedUntil: null };
  const failures = account.failures + 1;
  if (failures < failuresMax || account.state === "disabled") return { ...account, failures };
  return { ...account, failures, state: "locked", lockedUntil: now + lockMs };
}

/** Whether a person whose secret was right may go on. */
export function maySignIn(account: Account): Result<Account> {
  if (account.state === "disabled") return refuse("gxp.disabled");
  return account.state === "locked" ? refuse("gxp.locked") : ok(account);
}

/** Copied accounts are changed where they were issued. */
export function mayAdminister(account: Account): Result<Account> {
  return account.source === null ? ok(account) : refuse("gxp.issued-elsewhere", undefined, account.source);
}

export function setState(account: Account, state: "active" | "disabled"): Result<Account> {
  if (account.state === state) return refuse("gxp.user-state", "/state", state);
  return ok({ ...account, state, failures: 0, lockedUntil: null });
}

/** As others see it. */
export function userOf(account: Account): User {
  const { userId, userName, fullName, roles, state, createdAt, lastSignInAt } = account;
  return {
    userId,
    userName,
    fullName,
    roles: [...roles],
    state,
    createdAt,
    lastSignInAt,
    hasPassword: account.passwordHash !== null,
    hasBadge: account.badgeHash !== null && account.pinHash !== null,
    provided: account.provider !== null,
    replicated: account.source !== null,
  };
}

/** What the audit trail keeps of an account: no hash, not even of a secret. */
export function auditedAccount(account: Account): unknown {
  const { lastSignInAt: _lastSignInAt, createdAt: _createdAt, ...user } = userOf(account);
  return { ...user, passwordChangeNeeded: account.passwordChangeNeeded };
}
