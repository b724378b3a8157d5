import type { Right } from "../../contract/rights.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { type Signature, signatureHash } from "./signature.ts";

const INSERT: Statement = {
  name: "signature-insert",
  text: `insert into signature (signature_id, record, record_hash, user_id, user_name, full_name, meaning, right_used, owner, signed_at, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
};
const OF_RECORD: Statement = {
  name: "signature-of-record",
  text: `select signature_id as "signatureId", record, record_hash as "recordHash", user_id as "userId", user_name as "userName",
  full_name as "fullName", meaning, right_used as "right", owner, signed_at as at, hash
from signature where record = $1 order by signed_at, signature_id`,
};
const TICKET_INSERT: Statement = {
  name: "ticket-insert",
  text: "insert into signing_ticket (ticket_hash, user_id, expires_at) values ($1, $2, $3)",
};
const TICKET_TAKE: Statement = {
  name: "ticket-take",
  text: `delete from signing_ticket where ticket_hash = $1 returning user_id as "userId", expires_at as "expiresAt"`,
};
const TICKETS_PRUNE: Statement = { name: "tickets-prune", text: "delete from signing_ticket where expires_at < $1" };

export async function insertSignature(sql: Sql, signature: Signature): Promise<void> {
  const { signatureId, record, recordHash, userId, userName, fullName, meaning, right, owner, at } = signature;
  await sql.run(INSERT, [
    signatureId,
    record,
    recordHash,
    userId,
    userName,
    fullName,
    meaning,
    right,
    owner,
    at,
    signatureHash(signature),
  ]);
}

export type KeptSignature = { readonly signature: Signature; readonly hash: string };

/** Signatures of one record, oldest first. */
export async function signaturesOf(sql: Pick<Sql, "run">, record: string): Promise<KeptSignature[]> {
  type Row = Omit<Signature, "at" | "right"> & { at: string; right: Right; hash: string };
  const rows = await sql.run<Row>(OF_RECORD, [record]);
  return rows.map(({ hash, at, ...rest }) => ({ hash, signature: { ...rest, at: Number(at) } }));
}

export async function insertTicket(
  sql: Sql,
  ticketHash: string,
  userId: string,
  expiresAt: Instant,
  now: Instant,
): Promise<void> {
  await sql.run(TICKETS_PRUNE, [now]);
  await sql.run(TICKET_INSERT, [ticketHash, userId, expiresAt]);
}

/** Whose ticket it was, when it was valid; it is spent either way. */
export async function takeTicket(sql: Sql, ticketHash: string, now: Instant): Promise<string | undefined> {
  const [row] = await sql.run<{ userId: string; expiresAt: string }>(TICKET_TAKE, [ticketHash]);
  return row !== undefined && Number(row.expiresAt) > now ? row.userId : undefined;
}
