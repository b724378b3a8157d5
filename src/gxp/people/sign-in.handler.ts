import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Session } from "../../contract/common-api.ts";
import type { PersonActor } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import { audit } from "../audit/audit.ts";
import type { Gxp } from "../gxp.ts";
import { type Account, afterAttempt, canBeGuessed, maySignIn, mayTry, type SecretKind } from "./account.ts";
import { badgeHash, newToken, tokenHash } from "./password-hasher.ts";
import { normalisePassword } from "./password-rules.ts";
import {
  accountByBadge,
  accountByName,
  endSession,
  insertSession,
  lockAccount,
  pruneSessions,
  readSession,
  saveAccount,
} from "./people.store.ts";
import { newSession, type SessionState, sessionIdleMs, type SignInVia } from "./session-rules.ts";

export type SignedIn = { readonly token: string; readonly session: Session };

/** Signs in with user name and password. An unknown name takes as long and says the same as a wrong password. */
export async function signIn(
  gxp: Gxp,
  input: { readonly userName: string; readonly password: string },
  traceId?: string,
): Promise<Result<SignedIn>> {
  const account = await accountByName(gxp.database, input.userName);
  return enter(gxp, account, "password", normalisePassword(input.password), traceId);
}

/** Signs in at a line: the badge says who, the PIN proves it. */
export async function signInByBadge(
  gxp: Gxp,
  input: { readonly badge: string; readonly pin: string },
  traceId?: string,
): Promise<Result<SignedIn>> {
  const account = await accountByBadge(gxp.database, badgeHash(input.badge));
  return enter(gxp, account, "badge", input.pin, traceId);
}

async function enter(
  gxp: Gxp,
  account: Account | undefined,
  via: SignInVia,
  secret: string,
  traceId?: string,
): Promise<Result<SignedIn>> {
  const matched = await matches(gxp, account, via, secret);
  if (account === undefined) {
    gxp.log.warn("sign-in of nobody known", { via });
    return refuse("gxp.wrong-credentials");
  }
  if (!matched.ok) return matched;
  // Decided again under the account's lock: others may have failed, or an administrator acted, while we hashed.
  return gxp.database.transaction(async (sql): Promise<Result<SignedIn>> => {
    const attempted = await attempt(
      gxp,
      sql,
      account.userId,
      { kind: via === "badge" ? "pin" : "password", matched: matched.value },
      traceId,
    );
    return attempted.ok ? ok(await openSession(gxp, sql, attempted.value, via, traceId)) : attempted;
  });
}

/** Whether the secret is right, unless the account is locked: then it is not looked at. */
async function matches(
  gxp: Gxp,
  account: Account | undefined,
  via: SignInVia,
  secret: string,
): Promise<Result<boolean>> {
  const may = account === undefined ? undefined : mayTry(account, gxp.clock.now());
  if (may?.ok === false) return may;
  const stored = via === "badge" ? account?.pinHash : account?.passwordHash;
  return ok(await gxp.hasher.verify(secret, stored ?? null));
}

/** A secret that was tried, and whether it was right. */
export type Tried = { readonly kind: SecretKind; readonly matched: boolean };

/** Counts one attempt; the account when it was right and may go on. Records failures and locks in the trail. */
export async function attempt(
  gxp: Gxp,
  sql: Sql,
  userId: string,
  { kind, matched }: Tried,
  traceId?: string,
): Promise<Result<Account>> {
  const now = gxp.clock.now();
  const before = await lockAccount(sql, userId);
  if (before === undefined) return refuse("gxp.wrong-credentials");
  const tried = mayTry(before, now);
  if (!tried.ok) return tried;
  if (!matched && !canBeGuessed(before, kind)) {
    gxp.log.warn("sign-in of an account without such a secret", { userId, kind, traceId });
    return refuse("gxp.wrong-credentials");
  }
  const after = afterAttempt(tried.value, matched, now);
  if (matched) {
    const may = maySignIn(after);
    if (may.ok && before.failures > 0) await saveAccount(sql, after);
    return may;
  }
  await saveAccount(sql, after);
  await audit(sql, {
    actor: { kind: "person", id: userId, name: before.userName },
    action: after.state === "locked" ? "session.locked" : "session.refused",
    subject: `user/${userId}`,
    after: { failures: after.failures, lockedUntil: after.lockedUntil },
    at: now,
    ...(traceId === undefined ? {} : { traceId }),
  });
  if (after.state === "locked") gxp.log.warn("account locked after failed attempts", { userId, traceId });
  return refuse("gxp.wrong-credentials");
}

/** A new session and its token, which is nowhere kept but as a hash. */
export async function openSession(
  gxp: Gxp,
  sql: Sql,
  account: Account,
  via: SignInVia,
  traceId?: string,
): Promise<SignedIn> {
  const now = gxp.clock.now();
  const token = newToken(gxp.random);
  const state = newSession(gxp.random.uuid7(), account.userId, via, now);
  const seen = { ...account, lastSignInAt: now };
  await saveAccount(sql, seen);
  await pruneSessions(sql, now);
  await insertSession(sql, state, tokenHash(token));
  await audit(sql, {
    actor: { kind: "person", id: account.userId, name: account.userName },
    action: "session.sign-in",
    subject: `user/${account.userId}`,
    after: { via, sessionId: state.sessionId },
    at: now,
    ...(traceId === undefined ? {} : { traceId }),
  });
  return { token, session: sessionView(seen, state) };
}

export function sessionView(
  person: Pick<Account, "userId" | "userName" | "fullName" | "roles" | "passwordChangeNeeded">,
  state: SessionState,
): Session {
  return {
    userId: person.userId,
    userName: person.userName,
    fullName: person.fullName,
    roles: [...person.roles],
    passwordChangeNeeded: person.passwordChangeNeeded && state.via === "password",
    via: state.via,
    signedInAt: state.createdAt,
    endsAt: state.endsAt,
    idleMs: sessionIdleMs,
  };
}

/** The session of a signed-in person, as the web shows it. */
export async function ownSession(gxp: Gxp, actor: PersonActor): Promise<Result<Session>> {
  const state = await readSession(gxp.database, actor.sessionId);
  if (state === undefined) return refuse("gxp.sign-in-needed");
  return ok(sessionView({ ...actor, userName: actor.name }, state));
}

export async function signOut(gxp: Gxp, actor: PersonActor, traceId?: string): Promise<void> {
  await gxp.database.transaction(async (sql) => {
    await endSession(sql, actor.sessionId);
    await audit(sql, {
      actor: { kind: "person", id: actor.userId, name: actor.name },
      action: "session.sign-out",
      subject: `user/${actor.userId}`,
      at: gxp.clock.now(),
      ...(traceId === undefined ? {} : { traceId }),
    });
  });
}
