import type { Role } from "../../contract/rights.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { type Account, type AccountState, userKey } from "./account.ts";
import type { SessionState, SignInVia } from "./session-rules.ts";

const columns = `user_id as "userId", user_name as "userName", full_name as "fullName", roles, state, failures,
  locked_until as "lockedUntil", password_hash as "passwordHash", password_change_needed as "passwordChangeNeeded",
  password_history as "passwordHistory", badge_hash as "badgeHash", pin_hash as "pinHash", issuer,
  provider_subject as "providerSubject", source, created_at as "createdAt", last_sign_in_at as "lastSignInAt"`;

const BY_KEY: Statement = { name: "account-by-key", text: `select ${columns} from user_account where user_key = $1` };
const BY_BADGE: Statement = {
  name: "account-by-badge",
  text: `select ${columns} from user_account where badge_hash = $1`,
};
const BY_PROVIDER: Statement = {
  name: "account-by-provider",
  text: `select ${columns} from user_account where issuer = $1 and provider_subject = $2`,
};
const LOCK: Statement = {
  name: "account-lock",
  text: `select ${columns} from user_account where user_id = $1 for update`,
};
const ALL: Statement = { name: "account-all", text: `select ${columns} from user_account order by user_key` };
const OF_SOURCE: Statement = {
  name: "account-of-source",
  text: `select ${columns} from user_account where source = $1 order by user_key for update`,
};
const SAVE: Statement = {
  name: "account-save",
  text: `insert into user_account (user_id, user_name, user_key, full_name, roles, state, failures, locked_until, password_hash,
  password_change_needed, password_history, badge_hash, pin_hash, issuer, provider_subject, source, created_at, last_sign_in_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
on conflict (user_id) do update set full_name = $4, roles = $5, state = $6, failures = $7, locked_until = $8, password_hash = $9,
  password_change_needed = $10, password_history = $11, badge_hash = $12, pin_hash = $13, issuer = $14, provider_subject = $15,
  last_sign_in_at = $18`,
};
// Two administrators who step down at once: the second waits here and then counts right.
const OTHER_ADMINISTRATORS: Statement = {
  name: "account-other-administrators",
  text: `select user_id from user_account where 'administrator' = any (roles) and state <> 'disabled' and user_id <> $1 for update`,
};

type AccountRow = {
  userId: string;
  userName: string;
  fullName: string;
  roles: Role[];
  state: AccountState;
  failures: number;
  lockedUntil: string | null;
  passwordHash: string | null;
  passwordChangeNeeded: boolean;
  passwordHistory: string[];
  badgeHash: string | null;
  pinHash: string | null;
  issuer: string | null;
  providerSubject: string | null;
  source: string | null;
  createdAt: string;
  lastSignInAt: string | null;
};

function accountOf({ issuer, providerSubject, ...row }: AccountRow): Account {
  return {
    ...row,
    lockedUntil: instantOrNull(row.lockedUntil),
    createdAt: Number(row.createdAt),
    lastSignInAt: instantOrNull(row.lastSignInAt),
    provider: issuer === null || providerSubject === null ? null : { issuer, subject: providerSubject },
  };
}

function instantOrNull(text: string | null): Instant | null {
  return text === null ? null : Number(text);
}

const ROLES: Statement = {
  name: "account-roles",
  text: `select user_id as "userId", roles from user_account where user_id = any($1::uuid[])`,
};

type Reads = Pick<Sql, "run">;

async function one(sql: Reads, statement: Statement, values: readonly unknown[]): Promise<Account | undefined> {
  const [row] = await sql.run<AccountRow>(statement, values);
  return row === undefined ? undefined : accountOf(row);
}

export const accountByName = (sql: Reads, userName: string) => one(sql, BY_KEY, [userKey(userName)]);
export const accountByBadge = (sql: Reads, badgeHash: string) => one(sql, BY_BADGE, [badgeHash]);
export const accountByProvider = (sql: Reads, issuer: string, subject: string) =>
  one(sql, BY_PROVIDER, [issuer, subject]);
/** Locks the account until the transaction ends. */
export const lockAccount = (sql: Sql, userId: string) => one(sql, LOCK, [userId]);

/** Roles of those of these people who are known here, whatever became of their accounts since. */
export async function rolesOf(sql: Reads, userIds: readonly string[]): Promise<ReadonlyMap<string, readonly Role[]>> {
  const rows = await sql.run<{ userId: string; roles: Role[] }>(ROLES, [userIds]);
  return new Map(rows.map(({ userId, roles }) => [userId, roles]));
}

export async function allAccounts(sql: Reads): Promise<Account[]> {
  return (await sql.run<AccountRow>(ALL)).map(accountOf);
}

export async function accountsOfSource(sql: Sql, source: string): Promise<Account[]> {
  return (await sql.run<AccountRow>(OF_SOURCE, [source])).map(accountOf);
}

export async function saveAccount(sql: Sql, account: Account): Promise<void> {
  const { userId, userName, fullName, roles, state, failures, lockedUntil, passwordHash, passwordChangeNeeded } =
    account;
  await sql.run(SAVE, [
    userId,
    userName,
    userKey(userName),
    fullName,
    roles,
    state,
    failures,
    lockedUntil,
    passwordHash,
    passwordChangeNeeded,
    account.passwordHistory,
    account.badgeHash,
    account.pinHash,
    account.provider?.issuer ?? null,
    account.provider?.subject ?? null,
    account.source,
    account.createdAt,
    account.lastSignInAt,
  ]);
}

export async function otherAdministrators(sql: Sql, userId: string): Promise<number> {
  return (await sql.run(OTHER_ADMINISTRATORS, [userId])).length;
}

// ---------------------------------------------------------------- sessions

const SESSION_INSERT: Statement = {
  name: "session-insert",
  text: `insert into user_session (token_hash, session_id, user_id, via, created_at, last_seen_at, ends_at)
values ($1, $2, $3, $4, $5, $6, $7)`,
};
const SESSION_ACTOR: Statement = {
  name: "session-actor",
  text: `select s.session_id as "sessionId", s.via, s.created_at as "createdAt", s.last_seen_at as "lastSeenAt", s.ends_at as "endsAt",
  u.user_id as "userId", u.user_name as "userName", u.full_name as "fullName", u.roles, u.state,
  u.password_change_needed as "passwordChangeNeeded"
from user_session s join user_account u using (user_id) where s.token_hash = $1`,
};
const SESSION_TOUCH: Statement = {
  name: "session-touch",
  text: "update user_session set last_seen_at = $2 where session_id = $1 and last_seen_at < $2",
};
const SESSION_READ: Statement = {
  name: "session-read",
  text: `select session_id as "sessionId", user_id as "userId", via, created_at as "createdAt", last_seen_at as "lastSeenAt", ends_at as "endsAt"
from user_session where session_id = $1`,
};
const SESSION_END: Statement = { name: "session-end", text: "delete from user_session where session_id = $1" };
const SESSIONS_END: Statement = {
  name: "sessions-end",
  text: "delete from user_session where user_id = $1 and session_id is distinct from $2::uuid",
};
const SESSIONS_PRUNE: Statement = { name: "sessions-prune", text: "delete from user_session where ends_at < $1" };

type SessionRow = {
  sessionId: string;
  userId: string;
  via: SignInVia;
  createdAt: string;
  lastSeenAt: string;
  endsAt: string;
};

function sessionOf({ sessionId, userId, via, createdAt, lastSeenAt, endsAt }: SessionRow): SessionState {
  return {
    sessionId,
    userId,
    via,
    createdAt: Number(createdAt),
    lastSeenAt: Number(lastSeenAt),
    endsAt: Number(endsAt),
  };
}

export async function insertSession(sql: Sql, session: SessionState, tokenHash: string): Promise<void> {
  const { sessionId, userId, via, createdAt, lastSeenAt, endsAt } = session;
  await sql.run(SESSION_INSERT, [tokenHash, sessionId, userId, via, createdAt, lastSeenAt, endsAt]);
}

export type SessionPerson = { readonly session: SessionState } & Pick<
  Account,
  "userId" | "userName" | "fullName" | "roles" | "state" | "passwordChangeNeeded"
>;

export async function sessionPerson(sql: Reads, tokenHash: string): Promise<SessionPerson | undefined> {
  type Row = SessionRow & Omit<SessionPerson, "session">;
  const [row] = await sql.run<Row>(SESSION_ACTOR, [tokenHash]);
  return row === undefined ? undefined : { ...row, session: sessionOf(row) };
}

export async function readSession(sql: Reads, sessionId: string): Promise<SessionState | undefined> {
  const [row] = await sql.run<SessionRow>(SESSION_READ, [sessionId]);
  return row === undefined ? undefined : sessionOf(row);
}

export async function touchSession(sql: Reads, sessionId: string, now: Instant): Promise<void> {
  await sql.run(SESSION_TOUCH, [sessionId, now]);
}

export async function endSession(sql: Sql, sessionId: string): Promise<void> {
  await sql.run(SESSION_END, [sessionId]);
}

/** Ends all of a person's sessions but one. */
export async function endSessions(sql: Sql, userId: string, exceptSessionId: string | null = null): Promise<void> {
  await sql.run(SESSIONS_END, [userId, exceptSessionId]);
}

export async function pruneSessions(sql: Reads, before: Instant): Promise<void> {
  await sql.run(SESSIONS_PRUNE, [before]);
}

// ---------------------------------------------------------------- revisions of the people as a whole

const REVISION: Statement = {
  name: "people-revision",
  text: "select revision, changed_at as at from people_revision where source = $1",
};
const REVISION_BUMP: Statement = {
  name: "people-revision-bump",
  text: `insert into people_revision (source, revision, changed_at) values ($1, 1, $2)
on conflict (source) do update set revision = people_revision.revision + 1, changed_at = $2 returning revision`,
};
const REVISION_SET: Statement = {
  name: "people-revision-set",
  text: `insert into people_revision (source, revision, changed_at) values ($1, $2, $3)
on conflict (source) do update set revision = $2, changed_at = $3 where people_revision.revision < $2 returning revision`,
};

export async function peopleRevision(sql: Reads, source: string): Promise<{ revision: number; at: Instant }> {
  const [row] = await sql.run<{ revision: string; at: string }>(REVISION, [source]);
  return { revision: Number(row?.revision ?? 0), at: Number(row?.at ?? 0) };
}

export async function bumpRevision(sql: Sql, source: string, now: Instant): Promise<void> {
  await sql.run(REVISION_BUMP, [source, now]);
}

/** False when this revision, or a later one, is held already. */
export async function setRevision(sql: Sql, source: string, revision: number, now: Instant): Promise<boolean> {
  return (await sql.run(REVISION_SET, [source, revision, now])).length > 0;
}
