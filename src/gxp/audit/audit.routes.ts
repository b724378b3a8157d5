import { commonApi, type AuditEntry, type ChainVerification } from "../../contract/common-api.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Database } from "../../runtime/machine.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import { verifyAllChains, verifyChain } from "./audit.ts";
import { type AuditSearch, searchEntries } from "./audit.store.ts";

const entriesDefault = 100;
/** More chains than this are verified by the command, not by a page. */
const chainsMax = 5000;

/** A page goes on after this entry: newest first, so everything before it. */
type Cursor = AuditSearch["before"];
const newest: Cursor = { at: Number.MAX_SAFE_INTEGER, chain: "\u{10ffff}", seq: 0 };

export function printCursor(entry: Pick<AuditEntry, "at" | "chain" | "seq">): string {
  return `${entry.at}.${entry.seq}.${entry.chain}`;
}

export function parseCursor(text: string): Result<Cursor> {
  const match = /^(\d{1,15})\.(\d{1,15})\.(.+)$/s.exec(text);
  if (!match) return refuse("http.invalid", "?after");
  return ok({ at: Number(match[1]), seq: Number(match[2]), chain: match[3] ?? "" });
}

/** Reading and verifying the trail, for quality assurance and inspectors. */
export function registerAuditRoutes<Tx>(server: HttpServer<Tx>, database: Database): void {
  server.route(commonApi.audit, async ({ query }) => {
    const before = query.after === undefined ? ok(newest) : parseCursor(query.after);
    if (!before.ok) return before;
    const { after: _after, from, until, limit = entriesDefault, ...filter } = query;
    const entries = await searchEntries(database, {
      ...filter,
      from: from ?? 0,
      until: until ?? Number.MAX_SAFE_INTEGER,
      before: before.value,
      limit,
    });
    const last = entries.length === limit ? entries.at(-1) : undefined;
    return { entries, next: last === undefined ? null : printCursor(last) };
  });
  server.route(commonApi.verifyAudit, async ({ query }) => {
    if (query.chain !== undefined) return [await verifyChain(database, query.chain)];
    const found: ChainVerification[] = [];
    for await (const verification of verifyAllChains(database)) {
      if (found.length >= chainsMax) break;
      found.push(verification);
    }
    return found;
  });
}
