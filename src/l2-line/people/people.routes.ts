import { type AuditEntry, type ChainVerification, commonApi, type Session } from "../../contract/common-api.ts";
import { refuse, type Result, ok } from "../../kernel/base/result.ts";
import { checkChain, endCheck, uncheckedChain } from "../../gxp/audit/audit-chain.ts";
import { parseCursor, printCursor } from "../../gxp/audit/audit.routes.ts";
import { userOf } from "../../gxp/people/account.ts";
import { signatureRecord } from "../../gxp/signature/signature.ts";
import { personOf } from "../../runtime/http/actor.ts";
import { answer, type Answer } from "../../runtime/http/answer.ts";
import { printCookie } from "../../runtime/http/browser-guard.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import { allAccounts, auditChain, auditChains, auditHead, searchAudit, signaturesOf } from "./gateway.store.ts";
import { type LinePeople, ownSession, signIn, signInByBadge, type SignedIn, signOut } from "./people.ts";

const entriesDefault = 100;
const chainsMax = 5_000;
const pageEntries = 1_000;

/** Sessions, people and audit trail at the line. Accounts are changed at level 4 and copied down. */
export function registerPeopleRoutes<Tx>(server: HttpServer<Tx>, people: LinePeople): void {
  const { cookie } = server;
  const { file } = people;
  const withSession = (result: Result<SignedIn>): Result<never> | Answer<Session> => {
    if (!result.ok) return result;
    return answer(result.value.session, {
      headers: { "set-cookie": printCookie(cookie.name, result.value.token, { secure: cookie.secure }) },
    });
  };
  server.route(commonApi.signIn, async ({ body, traceId }) => withSession(await signIn(people, body, traceId)));
  server.route(commonApi.signInByBadge, async ({ body, traceId }) =>
    withSession(await signInByBadge(people, body, traceId)),
  );
  server.route(commonApi.session, ({ actor }) => {
    const person = personOf(actor);
    return person.ok ? ownSession(people, person.value) : person;
  });
  server.route(commonApi.signOut, ({ actor, traceId }) => {
    const person = personOf(actor);
    if (!person.ok) return person;
    signOut(people, person.value, traceId);
    return answer(
      { accepted: true as const },
      { headers: { "set-cookie": printCookie(cookie.name, "", { secure: cookie.secure, maxAgeSeconds: 0 }) } },
    );
  });
  server.route(commonApi.changePassword, () => refuse("gxp.issued-elsewhere"));
  server.route(commonApi.users, () => allAccounts(file).map(userOf));
  server.route(commonApi.signatures, ({ query }) => signaturesOf(file, query.record).map(signatureRecord));
  server.route(commonApi.audit, ({ query }) => {
    const before =
      query.after === undefined
        ? ok({ at: Number.MAX_SAFE_INTEGER, chain: "\u{10ffff}", seq: 0 })
        : parseCursor(query.after);
    if (!before.ok) return before;
    const { after: _after, from = 0, until = Number.MAX_SAFE_INTEGER, limit = entriesDefault, ...filter } = query;
    const found = searchAudit(file, { ...filter, from, until, before: before.value, limit });
    const entries: AuditEntry[] = found;
    const last = entries.length === limit ? entries.at(-1) : undefined;
    return { entries, next: last ? printCursor(last) : null };
  });
  server.route(commonApi.verifyAudit, ({ query }) =>
    (query.chain === undefined ? auditChains(file, chainsMax) : [query.chain]).map((chain) => verify(people, chain)),
  );
}

function verify({ file }: LinePeople, chain: string): ChainVerification {
  const kept = auditHead(file, chain);
  let check = uncheckedChain;
  for (;;) {
    const page = auditChain(file, chain, check.head.seq, pageEntries);
    if (page.length === 0) break;
    check = checkChain(check, page);
  }
  const { entries, head, brokenAt } = endCheck(check, kept);
  return { chain, entries, intact: brokenAt === null, brokenAt, head: head.hash };
}
