import { canonicalHash } from "../../runtime/canonical-hash.ts";

/**
 * What the audit trail says of one change (21 CFR 11.10(e); EU GMP Annex 11 §9): who or what, when, what it was
 * before and after, and why. Pure, so that a line's SQLite and the servers' PostgreSQL chain by the same rule.
 */
export type AuditActor = { readonly kind: "person" | "machine" | "system"; readonly id: string; readonly name: string };

export type AuditChange = {
  readonly chain: string;
  readonly at: number;
  readonly owner: string | null;
  readonly actorKind: AuditActor["kind"];
  readonly actorId: string;
  readonly actorName: string;
  readonly action: string;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  readonly traceId: string | null;
};

export type ChainedEntry = AuditChange & { readonly seq: number; readonly previous: string; readonly hash: string };

export type ChainHead = { readonly seq: number; readonly hash: string };

export const emptyHead: ChainHead = { seq: 0, hash: "0".repeat(64) };

/** The next entry of a chain whose last one is `head`. */
export function chainEntry(change: AuditChange, head: ChainHead): ChainedEntry {
  const linked = { ...change, seq: head.seq + 1, previous: head.hash };
  return { ...linked, hash: canonicalHash(linked) };
}

export type ChainCheck = { readonly entries: number; readonly head: ChainHead; readonly brokenAt: number | null };

export const uncheckedChain: ChainCheck = { entries: 0, head: emptyHead, brokenAt: null };

/**
 * Adds entries, in the order of `seq`, to a check; what was broken stays broken at the first place. An altered entry
 * no longer hashes to its hash, and one left out or put in no longer fits its neighbours.
 */
export function checkChain(check: ChainCheck, entries: Iterable<ChainedEntry>): ChainCheck {
  let { entries: count, head, brokenAt } = check;
  for (const entry of entries) {
    const { hash, ...linked } = entry;
    const fits = entry.seq === head.seq + 1 && entry.previous === head.hash && canonicalHash(linked) === hash;
    if (!fits) brokenAt ??= entry.seq;
    head = { seq: entry.seq, hash };
    count++;
  }
  return { entries: count, head, brokenAt };
}

/** The end of the check against the head kept apart: without it the last entries could be cut off unseen. */
export function endCheck(check: ChainCheck, kept: ChainHead): ChainCheck {
  const fits = check.head.seq === kept.seq && check.head.hash === kept.hash;
  return fits ? check : { ...check, brokenAt: check.brokenAt ?? Math.min(check.head.seq, kept.seq) + 1 };
}
