import type { Session } from "../../contract/common-api.ts";
import type { Environment } from "../../contract/envelope.ts";
import type { PeopleSnapshot } from "../../contract/people.ts";
import type { SignatureRecord } from "../../contract/shapes.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { type AuditActor, type AuditChange, chainEntry } from "../../gxp/audit/audit-chain.ts";
import { certificateKey, configuredActors } from "../../gxp/authenticate.ts";
import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import type { ConfiguredCredential } from "../../gxp/machines/credential.ts";
import { type Account, afterAttempt, auditedAccount, maySignIn, mayTry } from "../../gxp/people/account.ts";
import { badgeHash, newToken, type PasswordHasher, tokenHash } from "../../gxp/people/password-hasher.ts";
import { normalisePassword } from "../../gxp/people/password-rules.ts";
import { merge } from "../../gxp/people/people-replication.ts";
import { newSession, sessionLives, type SignInVia, shouldTouch } from "../../gxp/people/session-rules.ts";
import { sessionView } from "../../gxp/people/sign-in.handler.ts";
import {
  checkSigner,
  makeSignature,
  signatureHash,
  signatureRecord,
  type Signing,
} from "../../gxp/signature/signature.ts";
import { type Authenticate, anonymous, type PersonActor } from "../../runtime/http/actor.ts";
import type { Machine, SqliteDatabase } from "../../runtime/machine.ts";
import {
  accountByBadge,
  accountById,
  accountByName,
  allAccounts,
  auditHead,
  endSession,
  endSessions,
  heldRevision,
  insertAudit,
  insertSession,
  insertSignature,
  pruneSessions,
  saveAccount,
  sessionById,
  sessionByToken,
  setRevision,
  touchSession,
} from "./gateway.store.ts";

/** Who may be at this line: people come from the site, and signing works with the site gone. */
export type LinePeople = {
  readonly file: SqliteDatabase;
  readonly machine: Pick<Machine, "clock" | "random" | "log">;
  readonly hasher: PasswordHasher;
  readonly environment: Environment;
};

/** The level above that issues the people of a line. */
const source = "site";

export type SignedIn = { readonly token: string; readonly session: Session };

type Change = Omit<
  AuditChange,
  "chain" | "owner" | "actorKind" | "actorId" | "actorName" | "at" | "reason" | "traceId"
> & { readonly traceId?: string };

/** One entry of the audit trail, in the caller's transaction. */
export function audit({ file, machine }: LinePeople, actor: AuditActor, change: Change): void {
  const chain = change.subject;
  const values = {
    before: JSON.parse(canonicalJson(change.before)) as unknown,
    after: JSON.parse(canonicalJson(change.after)) as unknown,
  };
  const entry = chainEntry(
    {
      chain,
      at: machine.clock.now(),
      owner: null,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      action: change.action,
      subject: change.subject,
      reason: null,
      traceId: change.traceId ?? null,
      ...values,
    },
    auditHead(file, chain),
  );
  insertAudit(file, entry);
}

// ---------------------------------------------------------------- sign-in

export async function signIn(
  people: LinePeople,
  input: { readonly userName: string; readonly password: string },
  traceId: string,
): Promise<Result<SignedIn>> {
  return enter(
    people,
    accountByName(people.file, input.userName),
    "password",
    normalisePassword(input.password),
    traceId,
  );
}

/** Badge and PIN: what an operator has at hand at the line. */
export async function signInByBadge(
  people: LinePeople,
  input: { readonly badge: string; readonly pin: string },
  traceId: string,
): Promise<Result<SignedIn>> {
  return enter(people, accountByBadge(people.file, badgeHash(input.badge)), "badge", input.pin, traceId);
}

async function enter(
  people: LinePeople,
  account: Account | undefined,
  via: SignInVia,
  secret: string,
  traceId: string,
): Promise<Result<SignedIn>> {
  const proved = await prove(
    people,
    account,
    via === "badge" ? (account?.pinHash ?? null) : (account?.passwordHash ?? null),
    secret,
    traceId,
  );
  if (!proved.ok) return proved;
  const { file, machine } = people;
  const now = machine.clock.now();
  const token = newToken(machine.random);
  const state = newSession(machine.random.uuid7(), proved.value.userId, via, now);
  const seen = { ...proved.value, lastSignInAt: now };
  file.transaction(() => {
    saveAccount(file, seen);
    pruneSessions(file, now);
    insertSession(file, state, tokenHash(token));
    audit(people, actorOf(seen), {
      action: "session.sign-in",
      subject: `user/${seen.userId}`,
      before: undefined,
      after: { via, sessionId: state.sessionId },
      traceId,
    });
  });
  return ok({ token, session: sessionView(seen, state) });
}

/** Whether the secret is the person's; failures are counted and lock, an unknown name takes as long. */
async function prove(
  people: LinePeople,
  account: Account | undefined,
  stored: string | null,
  secret: string,
  traceId: string,
): Promise<Result<Account>> {
  const { file, machine, hasher } = people;
  const may = account && mayTry(account, machine.clock.now());
  if (may?.ok === false) return may;
  const matched = await hasher.verify(secret, stored);
  if (!account) return refuse("gxp.wrong-credentials");
  return file.transaction((): Result<Account> => {
    const before = accountById(file, account.userId) ?? account;
    const tried = mayTry(before, machine.clock.now());
    if (!tried.ok) return tried;
    // Without a secret there is nothing to guess: nobody who knows the name may lock its person out.
    if (stored === null) return refuse("gxp.wrong-credentials");
    const after = afterAttempt(tried.value, matched, machine.clock.now());
    if (after !== before) saveAccount(file, after);
    if (matched) return maySignIn(after);
    const action = after.state === "locked" ? "session.locked" : "session.refused";
    audit(people, actorOf(before), {
      action,
      subject: `user/${before.userId}`,
      before: undefined,
      after: { failures: after.failures },
      traceId,
    });
    return refuse("gxp.wrong-credentials");
  });
}

function actorOf(account: Pick<Account, "userId" | "userName">): AuditActor {
  return { kind: "person", id: account.userId, name: account.userName };
}

export function signOut(people: LinePeople, actor: PersonActor, traceId: string): void {
  people.file.transaction(() => {
    endSession(people.file, actor.sessionId);
    audit(
      people,
      { kind: "person", id: actor.userId, name: actor.name },
      { action: "session.sign-out", subject: `user/${actor.userId}`, before: undefined, after: undefined, traceId },
    );
  });
}

export function ownSession(people: LinePeople, actor: PersonActor): Result<Session> {
  const state = sessionById(people.file, actor.sessionId);
  const account = accountById(people.file, actor.userId);
  return state && account ? ok(sessionView(account, state)) : refuse("gxp.sign-in-needed");
}

/** Who a request comes from: a person's session here, or a machine of the configuration. */
export function lineAuthenticator(people: LinePeople, configured: readonly ConfiguredCredential[]): Authenticate {
  const machines = configuredActors(configured, people.environment);
  return async ({ bearerToken, certificateSha256, sessionToken }) => {
    if (bearerToken !== undefined) return machines.get(tokenHash(bearerToken)) ?? anonymous;
    if (certificateSha256 !== undefined) return machines.get(certificateKey(certificateSha256)) ?? anonymous;
    return sessionToken === undefined ? anonymous : personBy(people, sessionToken);
  };
}

function personBy({ file, machine }: LinePeople, sessionToken: string): PersonActor | typeof anonymous {
  const now = machine.clock.now();
  const state = sessionByToken(file, tokenHash(sessionToken));
  const account = state && accountById(file, state.userId);
  if (!state || !account || account.state === "disabled" || !sessionLives(state, now)) return anonymous;
  if (shouldTouch(state, now)) touchSession(file, state.sessionId, now);
  const { userId, userName, fullName, roles } = account;
  return {
    kind: "person",
    userId,
    name: userName,
    fullName,
    roles,
    sessionId: state.sessionId,
    passwordChangeNeeded: false,
  };
}

// ---------------------------------------------------------------- signatures

export type SignedRecord = Omit<Signing, "input"> & { readonly traceId: string };

/**
 * Proves each signer again and checks right, meaning and that they are different people; keeps the signatures with the
 * audit trail. The first signer is the person signed in when `mustBe` says so.
 */
export async function signTogether(
  people: LinePeople,
  signings: readonly (Signing & { readonly traceId: string })[],
): Promise<Result<SignatureRecord[]>> {
  const signers: { readonly signing: Signing; readonly account: Account; readonly traceId: string }[] = [];
  for (const signing of signings) {
    const account = accountByName(people.file, signing.input.userName);
    const proved = await prove(
      people,
      account,
      account?.passwordHash ?? null,
      normalisePassword(signing.input.password),
      signing.traceId,
    );
    if (!proved.ok)
      return proved.refusal.code === "gxp.wrong-credentials" ? refuse("gxp.signature-refused", "password") : proved;
    const may = checkSigner(
      { ...signing, notBy: [...(signing.notBy ?? []), ...signers.map((each) => each.account.userId)] },
      proved.value,
    );
    if (!may.ok) return may;
    signers.push({ signing, account: proved.value, traceId: signing.traceId });
  }
  const { file, machine } = people;
  return ok(
    file.transaction(() =>
      signers.map(({ signing, account, traceId }) => {
        const signature = makeSignature(signing, account, {
          signatureId: machine.random.uuid7(),
          at: machine.clock.now(),
        });
        insertSignature(file, signature, signatureHash(signature));
        audit(people, actorOf(account), {
          action: "signature.sign",
          subject: signing.record,
          before: undefined,
          after: signature,
          traceId,
        });
        return signatureRecord(signature);
      }),
    ),
  );
}

// ---------------------------------------------------------------- people from above

/** Takes over the site's people; a revision not above the one held changes nothing. Who is gone is disabled. */
export function receivePeople(people: LinePeople, snapshot: PeopleSnapshot, by: AuditActor, traceId: string): void {
  const { file, machine } = people;
  file.transaction(() => {
    if (snapshot.revision <= heldRevision(file, source)) return;
    const held = new Map(allAccounts(file).map((account) => [account.userId, account]));
    const now = machine.clock.now();
    const next = snapshot.people.map((person) => merge(held.get(person.userId), person, { source, now }));
    const present = new Set(next.map((account) => account.userId));
    const gone = [...held.values()]
      .filter((account) => !present.has(account.userId))
      .map((account) => ({ ...account, state: "disabled" as const, badgeHash: null, pinHash: null }));
    const changed = [...next, ...gone].filter(
      (account) => canonicalJson(held.get(account.userId)) !== canonicalJson(account),
    );
    // Badges are unique: taken from everybody whose badge changed before they are given.
    for (const account of changed) {
      const before = held.get(account.userId);
      if (before && before.badgeHash !== account.badgeHash) saveAccount(file, { ...before, badgeHash: null });
    }
    for (const account of changed) {
      const before = held.get(account.userId);
      saveAccount(file, account);
      if (account.state === "disabled" || (before && before.passwordHash !== account.passwordHash))
        endSessions(file, account.userId);
      audit(people, by, {
        action: before ? "user.update" : "user.receive",
        subject: `user/${account.userId}`,
        before: before && auditedAccount(before),
        after: auditedAccount(account),
        traceId,
      });
    }
    setRevision(file, source, snapshot.revision);
  });
}
