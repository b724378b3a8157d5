import type { User } from "../../contract/common-api.ts";
import type { Role } from "../../contract/rights.ts";
import { must, ok, refuse, RefusalError, type Result } from "../../kernel/base/result.ts";
import type { PersonActor } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import { audit, systemActor } from "../audit/audit.ts";
import type { DoneBy, Gxp } from "../gxp.ts";
import { type Account, auditedAccount, checkReason, checkRoles, mayAdminister, setState, userOf } from "./account.ts";
import { badgeHash } from "./password-hasher.ts";
import { checkPassword, checkPin, normalisePassword, passwordHistoryMax } from "./password-rules.ts";
import {
  accountByBadge,
  accountByName,
  allAccounts,
  bumpRevision,
  endSessions,
  lockAccount,
  otherAdministrators,
  saveAccount,
} from "./people.store.ts";
import { attempt } from "./sign-in.handler.ts";

/** The revisions of this level's own people, and of all that it hands down. */
export const ownPeople = "here";

export async function listUsers(gxp: Gxp): Promise<User[]> {
  return (await allAccounts(gxp.database)).map(userOf);
}

/** Twenty characters in groups, none of which is taken for another when read aloud. */
function oneTimePassword(gxp: Gxp): string {
  const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  // 31 letters: of each byte the part below 248, so that every letter is as likely.
  const letters: string[] = [];
  while (letters.length < 20) {
    for (const byte of gxp.random.bytes(32))
      if (byte < 248 && letters.length < 20) letters.push(alphabet[byte % 31] as string);
  }
  return (letters.join("").match(/.{5}/g) as string[]).join("-");
}

type NewUser = {
  readonly userName: string;
  readonly fullName: string;
  readonly roles: readonly Role[];
  readonly reason: string;
};
type WithPassword = { readonly user: User; readonly oneTimePassword: string };

export async function createUser(gxp: Gxp, input: NewUser, by: DoneBy): Promise<Result<WithPassword>> {
  const roles = checkRoles(input.roles);
  if (!roles.ok) return roles;
  const password = oneTimePassword(gxp);
  const passwordHash = await gxp.hasher.hash(password);
  return changing(gxp, async (sql) => {
    if ((await accountByName(sql, input.userName)) !== undefined) return refuse("gxp.user-exists", "/userName");
    const account: Account = {
      userId: gxp.random.uuid7(),
      userName: input.userName,
      fullName: input.fullName,
      roles: roles.value,
      state: "active",
      failures: 0,
      lockedUntil: null,
      passwordHash,
      passwordChangeNeeded: true,
      passwordHistory: [],
      badgeHash: null,
      pinHash: null,
      provider: null,
      source: null,
      createdAt: gxp.clock.now(),
      lastSignInAt: null,
    };
    await record(gxp, sql, { action: "user.create", after: account, reason: must(checkReason(input.reason)), by });
    return ok({ user: userOf(account), oneTimePassword: password });
  });
}

/**
 * The account that makes the others, on a level that has nobody yet: its password is returned this once, to be
 * printed on the console, and must be changed at the first sign-in. Undefined when there is somebody.
 */
export async function ensureFirstAdministrator(
  gxp: Gxp,
): Promise<{ userName: string; oneTimePassword: string } | undefined> {
  if ((await allAccounts(gxp.database)).length > 0) return undefined;
  const userName = "administrator";
  const made = await createUser(
    gxp,
    { userName, fullName: "First administrator", roles: ["administrator"], reason: "first start of this instance" },
    { actor: systemActor(gxp.instance) },
  );
  if (!made.ok && made.refusal.code === "gxp.user-exists") return undefined;
  return { userName, oneTimePassword: must(made).oneTimePassword };
}

type OfUser = { readonly userId: string; readonly reason: string };

export function setRoles(
  gxp: Gxp,
  input: OfUser & { readonly roles: readonly Role[] },
  by: DoneBy,
): Promise<Result<User>> {
  return change(gxp, input, by, "user.roles", async (sql, account) => {
    const roles = checkRoles(input.roles);
    if (!roles.ok) return roles;
    if (!roles.value.includes("administrator")) must(await keepsAdministrator(sql, account));
    return ok({ ...account, roles: roles.value });
  });
}

export function setUserState(
  gxp: Gxp,
  input: OfUser & { readonly state: "active" | "disabled" },
  by: DoneBy,
): Promise<Result<User>> {
  return change(gxp, input, by, input.state === "disabled" ? "user.disable" : "user.enable", async (sql, account) => {
    if (input.state === "disabled") {
      must(await keepsAdministrator(sql, account));
      await endSessions(sql, account.userId);
    }
    return setState(account, input.state);
  });
}

export async function resetPassword(gxp: Gxp, input: OfUser, by: DoneBy): Promise<Result<WithPassword>> {
  const password = oneTimePassword(gxp);
  const passwordHash = await gxp.hasher.hash(password);
  const user = await change(gxp, input, by, "user.reset-password", async (sql, account) => {
    if (account.provider !== null) return refuse("gxp.provider-needed");
    await endSessions(sql, account.userId);
    return ok({
      ...account,
      ...keepOld(account),
      passwordHash,
      passwordChangeNeeded: true,
      failures: 0,
      lockedUntil: null,
    });
  });
  return user.ok ? ok({ user: user.value, oneTimePassword: password }) : user;
}

export async function setBadge(
  gxp: Gxp,
  input: OfUser & { readonly badge: { readonly badge: string; readonly pin: string } | null },
  by: DoneBy,
): Promise<Result<User>> {
  const { badge } = input;
  const pin = badge === null ? ok(null) : checkPin(badge.pin);
  if (!pin.ok) return pin;
  const pinHash = pin.value === null ? null : await gxp.hasher.hash(pin.value);
  return change(gxp, input, by, badge === null ? "user.take-badge" : "user.give-badge", async (sql, account) => {
    if (badge === null) return ok({ ...account, badgeHash: null, pinHash: null });
    const hash = badgeHash(badge.badge);
    const holder = await accountByBadge(sql, hash);
    if (holder !== undefined && holder.userId !== account.userId) return refuse("gxp.badge-in-use", "/badge/badge");
    return ok({ ...account, badgeHash: hash, pinHash });
  });
}

/** One's own password: the old one is asked for, and a wrong one counts as a failed attempt. */
export async function changePassword(
  gxp: Gxp,
  actor: PersonActor,
  input: { readonly oldPassword: string; readonly newPassword: string },
  traceId?: string,
): Promise<Result<User>> {
  const account = await accountByName(gxp.database, actor.name);
  if (account?.provider != null) return refuse("gxp.provider-needed");
  const may = account === undefined ? undefined : mayAdminister(account);
  if (may?.ok === false) return may;
  const matched = await gxp.hasher.verify(normalisePassword(input.oldPassword), account?.passwordHash ?? null);
  const checked = checkPassword(input.newPassword, { userName: actor.name, fullName: actor.fullName });
  if (matched && !checked.ok) return checked;
  if (matched && checked.ok && account !== undefined && (await wasUsed(gxp, account, checked.value)))
    return refuse("gxp.password-reused", "/newPassword");
  const passwordHash = matched && checked.ok ? await gxp.hasher.hash(checked.value) : null;
  const by: DoneBy = {
    actor: { kind: "person", id: actor.userId, name: actor.name },
    ...(traceId === undefined ? {} : { traceId }),
  };
  return changing(gxp, async (sql) => {
    const tried = await attempt(gxp, sql, actor.userId, { kind: "password", matched }, traceId);
    if (!tried.ok) return tried;
    const before = tried.value;
    await endSessions(sql, actor.userId, actor.sessionId);
    const after = { ...before, ...keepOld(before), passwordHash, passwordChangeNeeded: false };
    await record(gxp, sql, { action: "user.change-password", before, after, by });
    return ok(userOf(after));
  });
}

async function wasUsed(gxp: Gxp, account: Account, password: string): Promise<boolean> {
  const old = [account.passwordHash, ...account.passwordHistory].filter((hash) => hash !== null);
  const found = await Promise.all(old.map((hash) => gxp.hasher.verify(password, hash)));
  return found.includes(true);
}

function keepOld(account: Account): Pick<Account, "passwordHistory"> {
  const old = account.passwordHash === null ? [] : [account.passwordHash];
  return { passwordHistory: [...old, ...account.passwordHistory].slice(0, passwordHistoryMax) };
}

// ---------------------------------------------------------------- load, decide, save, audit

type Decide = (sql: Sql, account: Account) => Promise<Result<Account>>;

function change(gxp: Gxp, input: OfUser, by: DoneBy, action: string, decide: Decide): Promise<Result<User>> {
  return changing(gxp, async (sql) => {
    const reason = must(checkReason(input.reason));
    const before = await lockAccount(sql, input.userId);
    if (before === undefined) return refuse("gxp.user-unknown", ":userId");
    const after = must(await decide(sql, must(mayAdminister(before))));
    await record(gxp, sql, { action, before, after, reason, by });
    return ok(userOf(after));
  });
}

async function keepsAdministrator(sql: Sql, account: Account): Promise<Result<true>> {
  if (!account.roles.includes("administrator")) return ok(true);
  return (await otherAdministrators(sql, account.userId)) > 0 ? ok(true) : refuse("gxp.last-administrator");
}

type Recorded = {
  readonly action: string;
  readonly before?: Account;
  readonly after: Account;
  readonly reason?: string;
  readonly by: DoneBy;
};

async function record(gxp: Gxp, sql: Sql, { action, before, after, reason, by }: Recorded): Promise<void> {
  const at = gxp.clock.now();
  await saveAccount(sql, after);
  await bumpRevision(sql, ownPeople, at);
  await audit(sql, {
    ...by,
    action,
    subject: `user/${after.userId}`,
    ...(before === undefined ? {} : { before: auditedAccount(before) }),
    after: auditedAccount(after),
    ...(reason === undefined ? {} : { reason }),
    at,
  });
  await gxp.onPeopleChange?.(sql);
}

/**
 * A transaction that commits whatever its work *returns* (a refused attempt must be counted) and rolls back what it
 * throws; both come back as the result.
 */
async function changing<T>(gxp: Gxp, work: (sql: Sql) => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await gxp.database.transaction(work);
  } catch (error) {
    if (error instanceof RefusalError) return { ok: false, refusal: error.refusal };
    throw error;
  }
}
