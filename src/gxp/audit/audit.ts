import type { ChainVerification } from "../../contract/common-api.ts";
import type { Actor } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import {
  type AuditActor,
  type ChainedEntry,
  type ChainHead,
  chainEntry,
  checkChain,
  emptyHead,
  endCheck,
  uncheckedChain,
} from "./audit-chain.ts";
import { chainNames, chainPage, insertEntries, insertEntry, lockHead, lockHeads, readHead } from "./audit.store.ts";

export type AuditInput = {
  /** What entries are chained by: the record or document that is changed. Default: the subject. */
  readonly chain?: string;
  readonly actor: AuditActor;
  /** A word of the rights or of the feature: `user.create`, `recipe.approve`. */
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
  readonly at: number;
  readonly traceId?: string;
  readonly owner?: string;
};

/**
 * Writes one entry in the caller's transaction: the change and its record commit together or not at all. Writers of
 * one chain wait for each other, those of different chains do not.
 */
export async function audit(sql: Sql, input: AuditInput): Promise<ChainedEntry> {
  const next = chained(input, await lockHead(sql, chainOf(input)));
  await insertEntry(sql, next.entry, next.beforeJson, next.afterJson);
  return next.entry;
}

/** Several entries, each of a chain of its own, in three statements. */
export async function auditAll(sql: Sql, inputs: readonly AuditInput[]): Promise<void> {
  const chains = inputs.map(chainOf);
  invariant(new Set(chains).size === chains.length, "entries of one chain are written one after the other");
  if (inputs.length === 0) return;
  const heads = await lockHeads(sql, chains);
  await insertEntries(
    sql,
    inputs.map((input) => chained(input, heads.get(chainOf(input)) ?? emptyHead)),
  );
}

function chainOf({ chain, subject }: AuditInput): string {
  return chain ?? subject;
}

function chained(input: AuditInput, head: ChainHead) {
  const beforeJson = canonicalJson(input.before);
  const afterJson = canonicalJson(input.after);
  const entry = chainEntry(
    {
      chain: chainOf(input),
      at: input.at,
      owner: input.owner ?? null,
      actorKind: input.actor.kind,
      actorId: input.actor.id,
      actorName: input.actor.name,
      action: input.action,
      subject: input.subject,
      before: JSON.parse(beforeJson),
      after: JSON.parse(afterJson),
      reason: input.reason ?? null,
      traceId: input.traceId ?? null,
    },
    head,
  );
  return { entry, beforeJson, afterJson };
}

/** Who the trail names for a request; the program itself for what nobody asked for. */
export function auditActor(actor: Actor): AuditActor {
  switch (actor.kind) {
    case "person":
      return { kind: "person", id: actor.userId, name: actor.name };
    case "machine":
      return { kind: "machine", id: actor.credentialId, name: actor.name };
    case "anonymous":
      return systemActor("anonymous");
  }
}

export function systemActor(name: string): AuditActor {
  return { kind: "system", id: name, name };
}

const pageEntries = 1000;

/** Adds up one chain from its first entry; reads it in pages. */
export async function verifyChain(sql: Pick<Sql, "run">, chain: string): Promise<ChainVerification> {
  // The head first: entries written meanwhile lie beyond it and are left for the next time.
  const kept = await readHead(sql, chain);
  let check = uncheckedChain;
  for (;;) {
    const page = (await chainPage(sql, chain, check.head.seq, pageEntries)).filter(({ seq }) => seq <= kept.seq);
    if (page.length === 0) break;
    check = checkChain(check, page);
  }
  const { entries, head, brokenAt } = endCheck(check, kept);
  return { chain, entries, intact: brokenAt === null, brokenAt, head: head.hash };
}

/** Every chain, by name, a page of names at a time. */
export async function* verifyAllChains(sql: Pick<Sql, "run">): AsyncGenerator<ChainVerification> {
  let last = "";
  for (;;) {
    const names = await chainNames(sql, last, pageEntries);
    for (const name of names) yield await verifyChain(sql, name);
    if (names.length < pageEntries) return;
    last = names.at(-1) ?? last;
  }
}
