import type { Instant } from "../../kernel/base/time.ts";
import { type ChainedEntry, type ChainHead, emptyHead } from "../../gxp/audit/audit-chain.ts";
import { type Account, userKey } from "../../gxp/people/account.ts";
import type { SessionState } from "../../gxp/people/session-rules.ts";
import type { Signature } from "../../gxp/signature/signature.ts";
import type { SqliteDatabase } from "../../runtime/machine.ts";

// The gateway's own file: people, sessions, signatures, audit trail, messages received, upload cursor. What a pack or a
// number is, stands in the journal and never here.

const SCHEMA = [
  `create table if not exists account (
     user_id text primary key, user_key text not null unique, badge_hash text unique, account_json text not null) without rowid`,
  "create table if not exists people_revision (source text primary key, revision integer not null) without rowid",
  `create table if not exists session (
     token_hash text primary key, session_id text not null unique, user_id text not null, via text not null,
     created_at integer not null, last_seen_at integer not null, ends_at integer not null) without rowid`,
  "create index if not exists session_user on session (user_id)",
  `create table if not exists audit_entry (
     chain text not null, seq integer not null, at integer not null, actor_id text not null, action text not null,
     subject text not null, entry_json text not null, primary key (chain, seq)) without rowid`,
  "create index if not exists audit_entry_at on audit_entry (at)",
  "create table if not exists audit_head (chain text primary key, seq integer not null, hash text not null) without rowid",
  `create table if not exists signature (
     signature_id text primary key, record text not null, at integer not null, signature_json text not null, hash text not null) without rowid`,
  "create index if not exists signature_record on signature (record, at)",
  `create table if not exists inbox (
     sender text not null, message_id text not null, digest text not null, status integer not null, answer_json text not null, at integer not null,
     primary key (sender, message_id)) without rowid`,
  "create table if not exists cursor (name text primary key, value integer not null) without rowid",
];

export function createGatewayTables(file: SqliteDatabase): void {
  for (const statement of SCHEMA) file.run(statement);
}

// ---------------------------------------------------------------- accounts

const ACCOUNT_BY_KEY = "select account_json from account where user_key = ?";
const ACCOUNT_BY_BADGE = "select account_json from account where badge_hash = ?";
const ACCOUNT_BY_ID = "select account_json from account where user_id = ?";
const ACCOUNTS = "select account_json from account order by user_key";
const SAVE_ACCOUNT = `insert into account (user_id, user_key, badge_hash, account_json) values (?, ?, ?, ?)
  on conflict (user_id) do update set user_key = excluded.user_key, badge_hash = excluded.badge_hash, account_json = excluded.account_json`;
const REVISION = "select revision from people_revision where source = ?";
const SET_REVISION =
  "insert into people_revision (source, revision) values (?, ?) on conflict (source) do update set revision = excluded.revision";

type AccountRow = { account_json: string };

function oneAccount(file: SqliteDatabase, text: string, value: string): Account | undefined {
  const [row] = file.all<AccountRow>(text, value);
  return row && (JSON.parse(row.account_json) as Account);
}

export const accountByName = (file: SqliteDatabase, userName: string) =>
  oneAccount(file, ACCOUNT_BY_KEY, userKey(userName));
export const accountByBadge = (file: SqliteDatabase, badgeHash: string) =>
  oneAccount(file, ACCOUNT_BY_BADGE, badgeHash);
export const accountById = (file: SqliteDatabase, userId: string) => oneAccount(file, ACCOUNT_BY_ID, userId);

export function allAccounts(file: SqliteDatabase): Account[] {
  return file.all<AccountRow>(ACCOUNTS).map((row) => JSON.parse(row.account_json) as Account);
}

export function saveAccount(file: SqliteDatabase, account: Account): void {
  file.run(SAVE_ACCOUNT, account.userId, userKey(account.userName), account.badgeHash, JSON.stringify(account));
}

export function heldRevision(file: SqliteDatabase, source: string): number {
  return file.all<{ revision: number }>(REVISION, source)[0]?.revision ?? -1;
}

export function setRevision(file: SqliteDatabase, source: string, revision: number): void {
  file.run(SET_REVISION, source, revision);
}

// ---------------------------------------------------------------- sessions

const INSERT_SESSION =
  "insert into session (token_hash, session_id, user_id, via, created_at, last_seen_at, ends_at) values (?, ?, ?, ?, ?, ?, ?)";
const SESSION_BY_TOKEN =
  "select session_id, user_id, via, created_at, last_seen_at, ends_at from session where token_hash = ?";
const SESSION_BY_ID =
  "select session_id, user_id, via, created_at, last_seen_at, ends_at from session where session_id = ?";
const TOUCH_SESSION = "update session set last_seen_at = ? where session_id = ?";
const END_SESSION = "delete from session where session_id = ?";
const END_SESSIONS = "delete from session where user_id = ?";
const PRUNE_SESSIONS = "delete from session where ends_at < ?";

type SessionRow = {
  session_id: string;
  user_id: string;
  via: SessionState["via"];
  created_at: number;
  last_seen_at: number;
  ends_at: number;
};

export function insertSession(file: SqliteDatabase, session: SessionState, tokenHash: string): void {
  file.run(
    INSERT_SESSION,
    tokenHash,
    session.sessionId,
    session.userId,
    session.via,
    session.createdAt,
    session.lastSeenAt,
    session.endsAt,
  );
}

export function sessionByToken(file: SqliteDatabase, tokenHash: string): SessionState | undefined {
  return sessionOf(file.all<SessionRow>(SESSION_BY_TOKEN, tokenHash)[0]);
}

export function sessionById(file: SqliteDatabase, sessionId: string): SessionState | undefined {
  return sessionOf(file.all<SessionRow>(SESSION_BY_ID, sessionId)[0]);
}

function sessionOf(row: SessionRow | undefined): SessionState | undefined {
  return (
    row && {
      sessionId: row.session_id,
      userId: row.user_id,
      via: row.via,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      endsAt: row.ends_at,
    }
  );
}

export function touchSession(file: SqliteDatabase, sessionId: string, at: Instant): void {
  file.run(TOUCH_SESSION, at, sessionId);
}

export function endSession(file: SqliteDatabase, sessionId: string): void {
  file.run(END_SESSION, sessionId);
}

export function endSessions(file: SqliteDatabase, userId: string): void {
  file.run(END_SESSIONS, userId);
}

export function pruneSessions(file: SqliteDatabase, before: Instant): void {
  file.run(PRUNE_SESSIONS, before);
}

// ---------------------------------------------------------------- audit trail

const HEAD = "select seq, hash from audit_head where chain = ?";
const SET_HEAD =
  "insert into audit_head (chain, seq, hash) values (?, ?, ?) on conflict (chain) do update set seq = excluded.seq, hash = excluded.hash";
const INSERT_AUDIT =
  "insert into audit_entry (chain, seq, at, actor_id, action, subject, entry_json) values (?, ?, ?, ?, ?, ?, ?)";
const CHAIN = "select entry_json from audit_entry where chain = ? and seq > ? order by seq limit ?";
const CHAINS = "select chain from audit_head order by chain limit ?";
const SEARCH = `select entry_json from audit_entry
  where at between ? and ? and (? is null or chain = ?) and (? is null or subject = ?) and (? is null or actor_id = ?) and (? is null or action = ?)
    and (at, chain, seq) < (?, ?, ?)
  order by at desc, chain desc, seq desc limit ?`;

type AuditRow = { entry_json: string };

export function auditHead(file: SqliteDatabase, chain: string): ChainHead {
  return file.all<{ seq: number; hash: string }>(HEAD, chain)[0] ?? emptyHead;
}

export function insertAudit(file: SqliteDatabase, entry: ChainedEntry): void {
  file.run(
    INSERT_AUDIT,
    entry.chain,
    entry.seq,
    entry.at,
    entry.actorId,
    entry.action,
    entry.subject,
    JSON.stringify(entry),
  );
  file.run(SET_HEAD, entry.chain, entry.seq, entry.hash);
}

export function auditChain(file: SqliteDatabase, chain: string, after: number, limit: number): ChainedEntry[] {
  return file.all<AuditRow>(CHAIN, chain, after, limit).map((row) => JSON.parse(row.entry_json) as ChainedEntry);
}

export function auditChains(file: SqliteDatabase, limit: number): string[] {
  return file.all<{ chain: string }>(CHAINS, limit).map((row) => row.chain);
}

export type AuditSearch = {
  readonly chain?: string;
  readonly subject?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly from: number;
  readonly until: number;
  readonly before: { readonly at: number; readonly chain: string; readonly seq: number };
  readonly limit: number;
};

export function searchAudit(file: SqliteDatabase, search: AuditSearch): ChainedEntry[] {
  const twice = (value: string | undefined) => [value ?? null, value ?? null] as const;
  const { before } = search;
  return file
    .all<AuditRow>(
      SEARCH,
      search.from,
      search.until,
      ...twice(search.chain),
      ...twice(search.subject),
      ...twice(search.actor),
      ...twice(search.action),
      before.at,
      before.chain,
      before.seq,
      search.limit,
    )
    .map((row) => JSON.parse(row.entry_json) as ChainedEntry);
}

// ---------------------------------------------------------------- signatures

const INSERT_SIGNATURE =
  "insert into signature (signature_id, record, at, signature_json, hash) values (?, ?, ?, ?, ?)";
const SIGNATURES = "select signature_json from signature where record = ? order by at, signature_id";

export function insertSignature(file: SqliteDatabase, signature: Signature, hash: string): void {
  file.run(INSERT_SIGNATURE, signature.signatureId, signature.record, signature.at, JSON.stringify(signature), hash);
}

export function signaturesOf(file: SqliteDatabase, record: string): Signature[] {
  return file
    .all<{ signature_json: string }>(SIGNATURES, record)
    .map((row) => JSON.parse(row.signature_json) as Signature);
}

// ---------------------------------------------------------------- messages and cursors

const INBOX = "select digest, status, answer_json from inbox where sender = ? and message_id = ?";
const INSERT_INBOX =
  "insert into inbox (sender, message_id, digest, status, answer_json, at) values (?, ?, ?, ?, ?, ?) on conflict do nothing";
const CURSOR = "select value from cursor where name = ?";
const SET_CURSOR =
  "insert into cursor (name, value) values (?, ?) on conflict (name) do update set value = excluded.value";

export type KeptAnswer = { readonly digest: string; readonly status: number; readonly body: unknown };

export function keptAnswer(file: SqliteDatabase, sender: string, messageId: string): KeptAnswer | undefined {
  const [row] = file.all<{ digest: string; status: number; answer_json: string }>(INBOX, sender, messageId);
  return row && { digest: row.digest, status: row.status, body: JSON.parse(row.answer_json) as unknown };
}

export function keepAnswer(
  file: SqliteDatabase,
  sender: string,
  messageId: string,
  answer: KeptAnswer,
  at: Instant,
): void {
  file.run(INSERT_INBOX, sender, messageId, answer.digest, answer.status, JSON.stringify(answer.body ?? null), at);
}

export function readCursor(file: SqliteDatabase, name: string): number {
  return file.all<{ value: number }>(CURSOR, name)[0]?.value ?? 0;
}

export function saveCursor(file: SqliteDatabase, name: string, value: number): void {
  file.run(SET_CURSOR, name, value);
}
