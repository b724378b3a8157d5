import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import { ok, refuse, type Result } from "../base/result.ts";

/** What of a line's journal entry is hashed; `body` is any JSON. Instants are ms UTC. */
export type JournalContent = {
  readonly seq: number;
  readonly at: number;
  readonly offsetMinutes: number;
  readonly runId: string;
  readonly body: unknown;
};

export type ChainedJournalEntry = JournalContent & { readonly previousHash: string; readonly hash: string };

export type JournalHead = { readonly seq: number; readonly hash: string };

type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The head of a journal in which nothing stands yet. */
export const emptyJournal: JournalHead = { seq: 0, hash: "0".repeat(64) };

const utf8 = new TextEncoder();

/** SHA-256, hexadecimal, of the hash before followed by the canonical JSON (RFC 8785) of the content, in UTF-8. */
export function journalHash(previousHash: string, content: JournalContent, sha256: Sha256): string {
  const { seq, at, offsetMinutes, runId, body } = content;
  const digest = sha256(utf8.encode(previousHash + canonicalJson({ seq, at, offsetMinutes, runId, body })));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The entry that follows `head`; its `seq` is the next one. */
export function chainJournal<C extends Omit<JournalContent, "seq">>(
  head: JournalHead,
  content: C,
  sha256: Sha256,
): C & { readonly seq: number; readonly previousHash: string; readonly hash: string } {
  const entry = { ...content, seq: head.seq + 1 };
  return { ...entry, previousHash: head.hash, hash: journalHash(head.hash, entry, sha256) };
}

/**
 * The head after these entries, which follow `head` one by one. Refuses `serials.journal-gap` where a number is left
 * out, and `serials.journal-chain` where an entry is not what was hashed or does not follow the one before; at: its seq.
 */
export function followJournal(
  head: JournalHead,
  entries: readonly ChainedJournalEntry[],
  sha256: Sha256,
): Result<JournalHead> {
  let { seq, hash } = head;
  for (const entry of entries) {
    if (entry.seq !== seq + 1) return refuse("serials.journal-gap", entry.seq);
    if (entry.previousHash !== hash || journalHash(hash, entry, sha256) !== entry.hash)
      return refuse("serials.journal-chain", entry.seq);
    ({ seq, hash } = entry);
  }
  return ok({ seq, hash });
}
