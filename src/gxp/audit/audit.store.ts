import type { AuditEntry } from "../../contract/common-api.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { ChainedEntry, ChainHead } from "./audit-chain.ts";
import { emptyHead } from "./audit-chain.ts";

// The upsert locks the chain's head until the transaction ends, so that its entries are written one after another.
const HEAD_LOCK: Statement = {
  name: "audit-head-lock",
  text: `insert into audit_head (chain, seq, hash) values ($1, 0, '${emptyHead.hash}')
on conflict (chain) do update set seq = audit_head.seq returning seq, hash`,
};
const HEAD_MOVE: Statement = {
  name: "audit-head-move",
  text: "update audit_head set seq = $2, hash = $3 where chain = $1",
};
const HEAD_READ: Statement = { name: "audit-head-read", text: "select seq, hash from audit_head where chain = $1" };
const CHAINS: Statement = {
  name: "audit-chains",
  text: "select chain from audit_head where chain > $1 order by chain limit $2",
};

const columns = `chain, seq, at, owner, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName", action, subject,
  before_json as "before", after_json as "after", reason, trace_id as "traceId", previous, hash`;

const INSERT: Statement = {
  name: "audit-insert",
  text: `insert into audit_entry (chain, seq, at, owner, actor_kind, actor_id, actor_name, action, subject,
  before_json, after_json, reason, trace_id, previous, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
};
const CHAIN_PAGE: Statement = {
  name: "audit-chain-page",
  text: `select ${columns} from audit_entry where chain = $1 and seq > $2 order by seq limit $3`,
};
const SEARCH: Statement = {
  name: "audit-search",
  text: `select ${columns} from audit_entry
where ($1::text is null or chain = $1) and ($2::text is null or subject = $2)
  and ($3::text is null or actor_id = $3 or actor_name = $3) and ($4::text is null or action = $4)
  and at >= $5 and at <= $6 and (at, chain, seq) < ($7, $8, $9)
order by at desc, chain desc, seq desc limit $10`,
};

type EntryRow = Omit<ChainedEntry, "seq" | "at" | "before" | "after"> & {
  readonly seq: string;
  readonly at: string;
  readonly before: string;
  readonly after: string;
};

function entryOf(row: EntryRow): ChainedEntry {
  return {
    ...row,
    seq: Number(row.seq),
    at: Number(row.at),
    before: JSON.parse(row.before),
    after: JSON.parse(row.after),
  };
}

export async function lockHead(sql: Sql, chain: string): Promise<ChainHead> {
  const [row] = await sql.run<{ seq: string; hash: string }>(HEAD_LOCK, [chain]);
  return row === undefined ? emptyHead : { seq: Number(row.seq), hash: row.hash };
}

const HEADS_LOCK: Statement = {
  name: "audit-heads-lock",
  text: `insert into audit_head (chain, seq, hash) select c, 0, '${emptyHead.hash}' from unnest($1::text[]) as c order by c
on conflict (chain) do update set seq = audit_head.seq returning chain, seq, hash`,
};
const HEADS_MOVE: Statement = {
  name: "audit-heads-move",
  text: `update audit_head h set seq = m.seq, hash = m.hash from unnest($1::text[], $2::bigint[], $3::text[]) as m(chain, seq, hash)
where h.chain = m.chain`,
};
const INSERT_ALL: Statement = {
  name: "audit-insert-all",
  text: `insert into audit_entry (chain, seq, at, owner, actor_kind, actor_id, actor_name, action, subject,
  before_json, after_json, reason, trace_id, previous, hash)
select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
  $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])`,
};

/** The heads of several chains, locked in the order of their names. */
export async function lockHeads(sql: Sql, chains: readonly string[]): Promise<Map<string, ChainHead>> {
  const rows = await sql.run<{ chain: string; seq: string; hash: string }>(HEADS_LOCK, [chains]);
  return new Map(rows.map(({ chain, seq, hash }) => [chain, { seq: Number(seq), hash }]));
}

/** Entries of different chains. */
export async function insertEntries(
  sql: Sql,
  entries: readonly { readonly entry: ChainedEntry; readonly beforeJson: string; readonly afterJson: string }[],
): Promise<void> {
  const column = <T>(of: (entry: ChainedEntry) => T) => entries.map(({ entry }) => of(entry));
  const [chains, seqs, hashes] = [column(({ chain }) => chain), column(({ seq }) => seq), column(({ hash }) => hash)];
  await sql.run(INSERT_ALL, [
    chains,
    seqs,
    column(({ at }) => at),
    column(({ owner }) => owner),
    column(({ actorKind }) => actorKind),
    column(({ actorId }) => actorId),
    column(({ actorName }) => actorName),
    column(({ action }) => action),
    column(({ subject }) => subject),
    entries.map(({ beforeJson }) => beforeJson),
    entries.map(({ afterJson }) => afterJson),
    column(({ reason }) => reason),
    column(({ traceId }) => traceId),
    column(({ previous }) => previous),
    hashes,
  ]);
  await sql.run(HEADS_MOVE, [chains, seqs, hashes]);
}

export async function readHead(sql: Pick<Sql, "run">, chain: string): Promise<ChainHead> {
  const [row] = await sql.run<{ seq: string; hash: string }>(HEAD_READ, [chain]);
  return row === undefined ? emptyHead : { seq: Number(row.seq), hash: row.hash };
}

export async function insertEntry(sql: Sql, entry: ChainedEntry, beforeJson: string, afterJson: string): Promise<void> {
  await sql.run(INSERT, [
    entry.chain,
    entry.seq,
    entry.at,
    entry.owner,
    entry.actorKind,
    entry.actorId,
    entry.actorName,
    entry.action,
    entry.subject,
    beforeJson,
    afterJson,
    entry.reason,
    entry.traceId,
    entry.previous,
    entry.hash,
  ]);
  await sql.run(HEAD_MOVE, [entry.chain, entry.seq, entry.hash]);
}

export async function chainPage(
  sql: Pick<Sql, "run">,
  chain: string,
  afterSeq: number,
  limit: number,
): Promise<ChainedEntry[]> {
  return (await sql.run<EntryRow>(CHAIN_PAGE, [chain, afterSeq, limit])).map(entryOf);
}

export async function chainNames(sql: Pick<Sql, "run">, after: string, limit: number): Promise<string[]> {
  return (await sql.run<{ chain: string }>(CHAINS, [after, limit])).map(({ chain }) => chain);
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

export async function searchEntries(sql: Pick<Sql, "run">, search: AuditSearch): Promise<AuditEntry[]> {
  const { chain, subject, actor, action, from, until, before, limit } = search;
  const values = [
    chain ?? null,
    subject ?? null,
    actor ?? null,
    action ?? null,
    from,
    until,
    before.at,
    before.chain,
    before.seq,
    limit,
  ];
  return (await sql.run<EntryRow>(SEARCH, values)).map(entryOf);
}
