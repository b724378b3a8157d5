import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { PersonActor } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import { audit, systemActor } from "../audit/audit.ts";
import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import type { Gxp } from "../gxp.ts";
import { type Account, auditedAccount, maySignIn, userKey } from "../people/account.ts";
import { newToken, tokenHash } from "../people/password-hasher.ts";
import { accountByName, accountByProvider, bumpRevision, saveAccount } from "../people/people.store.ts";
import { openSession, type SignedIn } from "../people/sign-in.handler.ts";
import { ownPeople } from "../people/user.handler.ts";
import { insertTicket } from "../signature/signature.store.ts";
import type { ProviderClient } from "./provider-client.ts";
import { localPath, type ProvidedPerson, type ProviderPurpose, requestMs, ticketMs } from "./provider.ts";
import { insertRequest, takeRequest } from "./provider.store.ts";

type Start = {
  readonly purpose: ProviderPurpose;
  readonly back: string | undefined;
  readonly signer: PersonActor | undefined;
};

/** Remembers the request and says where the browser goes; `state` also goes into the browser's cookie. */
export async function startProvider(
  gxp: Gxp,
  client: ProviderClient,
  start: Start,
): Promise<Result<{ location: string; state: string }>> {
  if (start.purpose === "sign" && start.signer === undefined) return refuse("gxp.sign-in-needed");
  const [state, nonce, codeVerifier] = [newToken(gxp.random), newToken(gxp.random), newToken(gxp.random)];
  const hint = start.signer === undefined ? {} : { userName: start.signer.name };
  const location = await client.authorizationUrl({ purpose: start.purpose, state, nonce, codeVerifier, ...hint });
  const now = gxp.clock.now();
  const request = {
    purpose: start.purpose,
    userId: start.signer?.userId ?? null,
    nonce,
    codeVerifier,
    back: localPath(start.back),
    expiresAt: now + requestMs,
  };
  await gxp.database.transaction((sql) => insertRequest(sql, tokenHash(state), request, now));
  return ok({ location, state });
}

export type Returned = { readonly back: string; readonly signedIn?: SignedIn; readonly ticket?: string };

/** The browser came back: a session, or for a signature a ticket that signs once and soon. */
export async function returnFromProvider(
  gxp: Gxp,
  client: ProviderClient,
  search: string,
  state: string,
  traceId: string,
): Promise<Result<Returned>> {
  const request = await takeRequest(gxp.database, tokenHash(state), gxp.clock.now());
  if (request === undefined) return refuse("gxp.provider-refused", "state", "unknown or too late");
  const { purpose, nonce, codeVerifier, back } = request;
  const person = await client.person({ search, purpose, state, nonce, codeVerifier });
  if (!person.ok) return person;
  return gxp.database.transaction(async (sql): Promise<Result<Returned>> => {
    const account = await accountOf(gxp, sql, person.value, traceId);
    if (!account.ok) return account;
    if (purpose === "sign-in")
      return ok({ back, signedIn: await openSession(gxp, sql, account.value, "provider", traceId) });
    if (account.value.userId !== request.userId)
      return refuse("gxp.signer-other", undefined, "the provider signed in somebody else");
    const ticket = newToken(gxp.random);
    const now = gxp.clock.now();
    await insertTicket(sql, tokenHash(ticket), account.value.userId, now + ticketMs, now);
    return ok({ back, ticket });
  });
}

/** The account of that person, made at the first sign-in, with the roles that the provider says today. */
async function accountOf(gxp: Gxp, sql: Sql, person: ProvidedPerson, traceId: string): Promise<Result<Account>> {
  const now = gxp.clock.now();
  const before = (await accountByProvider(sql, person.issuer, person.subject)) ?? (await unclaimed(sql, person));
  if (before === undefined && (await accountByName(sql, person.userName)) !== undefined)
    return refuse("gxp.user-exists", undefined, person.userName);
  const may = before === undefined ? ok(undefined) : maySignIn(before);
  if (!may.ok) return may;
  const provider = { issuer: person.issuer, subject: person.subject };
  const after: Account =
    before === undefined
      ? {
          userId: gxp.random.uuid7(),
          userName: person.userName,
          fullName: person.fullName,
          roles: person.roles,
          state: "active",
          failures: 0,
          lockedUntil: null,
          passwordHash: null,
          passwordChangeNeeded: false,
          passwordHistory: [],
          badgeHash: null,
          pinHash: null,
          provider,
          source: null,
          createdAt: now,
          lastSignInAt: null,
        }
      : { ...before, fullName: person.fullName, roles: person.roles, provider };
  if (before !== undefined && canonicalJson(before) === canonicalJson(after)) return ok(before);
  await saveAccount(sql, after);
  await bumpRevision(sql, ownPeople, now);
  await audit(sql, {
    actor: systemActor(person.issuer.slice(0, 100)),
    action: before === undefined ? "user.create" : "user.update",
    subject: `user/${after.userId}`,
    ...(before === undefined ? {} : { before: auditedAccount(before) }),
    after: auditedAccount(after),
    reason: "as the identity provider says",
    at: now,
    traceId,
  });
  await gxp.onPeopleChange?.(sql);
  return ok(after);
}

/** Copied from the level above, where the same provider signs people in: nobody else holds the name. */
async function unclaimed(sql: Sql, person: ProvidedPerson): Promise<Account | undefined> {
  const account = await accountByName(sql, person.userName);
  const free =
    account !== undefined && account.provider === null && account.passwordHash === null && account.source !== null;
  return free && userKey(account.userName) === userKey(person.userName) ? account : undefined;
}
