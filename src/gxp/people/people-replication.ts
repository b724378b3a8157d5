import type { PeopleSnapshot, ReplicatedPerson } from "../../contract/people.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { Sql } from "../../runtime/machine.ts";
import { audit } from "../audit/audit.ts";
import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import type { DoneBy } from "../gxp.ts";
import { type Account, auditedAccount, personRoles } from "./account.ts";
import {
  accountByBadge,
  accountByName,
  accountsOfSource,
  allAccounts,
  bumpRevision,
  endSessions,
  peopleRevision,
  saveAccount,
  setRevision,
} from "./people.store.ts";
import { ownPeople } from "./user.handler.ts";

/** Everybody of this level, with their hashes, for the level below: signing there works with this level gone. */
export async function exportPeople(sql: Pick<Sql, "run">): Promise<PeopleSnapshot> {
  const { revision, at } = await peopleRevision(sql, ownPeople);
  return { revision, at, people: (await allAccounts(sql)).map(replicated) };
}

function replicated({
  userId,
  userName,
  fullName,
  roles,
  state,
  badgeHash,
  pinHash,
  ...account
}: Account): ReplicatedPerson {
  // A one-time password opens nothing but its own change, which happens here.
  const passwordHash = account.passwordChangeNeeded ? null : account.passwordHash;
  return { userId, userName, fullName, roles: [...roles], state, passwordHash, badgeHash, pinHash };
}

export type Imported = {
  /** False: this revision or a later one was held already, nothing was done. */
  readonly applied: boolean;
  readonly changed: number;
  /** Names that an account of this level has already: those people were left out. */
  readonly conflicts: readonly string[];
};

export type ImportOptions = { readonly source: string; readonly now: Instant; readonly by: DoneBy };

/**
 * Takes over the people that the level above issued, in the caller's transaction. Who is no longer among them is
 * disabled, never removed: their signatures and entries stay theirs. A lock after failures here stays until it ends.
 */
export async function importPeople(sql: Sql, snapshot: PeopleSnapshot, options: ImportOptions): Promise<Imported> {
  if (!(await setRevision(sql, options.source, snapshot.revision, options.now)))
    return { applied: false, changed: 0, conflicts: [] };
  const held = new Map((await accountsOfSource(sql, options.source)).map((account) => [account.userId, account]));
  const conflicts: string[] = [];
  let changed = 0;
  for (const person of snapshot.people) {
    const before = held.get(person.userId);
    held.delete(person.userId);
    if (before === undefined && (await accountByName(sql, person.userName)) !== undefined) {
      conflicts.push(person.userName);
      continue;
    }
    if (await save(sql, before, merge(before, person, options), options)) changed++;
  }
  for (const gone of held.values()) {
    if (await save(sql, gone, { ...gone, state: "disabled", lockedUntil: null }, options)) changed++;
  }
  if (changed > 0) await bumpRevision(sql, ownPeople, options.now);
  return { applied: true, changed, conflicts };
}

/** The account after the import; what only this level knows of it (failures, last sign-in) stays. */
export function merge(
  before: Account | undefined,
  person: ReplicatedPerson,
  options: Pick<ImportOptions, "source" | "now">,
): Account {
  const lockedHere = before?.state === "locked" && before.lockedUntil !== null && person.state === "active";
  return {
    userId: person.userId,
    userName: before?.userName ?? person.userName,
    fullName: person.fullName,
    roles: person.roles.filter((role) => personRoles.includes(role)).sort(),
    state: lockedHere ? "locked" : person.state,
    failures: before?.failures ?? 0,
    lockedUntil: lockedHere ? before.lockedUntil : null,
    passwordHash: person.passwordHash,
    passwordChangeNeeded: false,
    passwordHistory: [],
    badgeHash: person.badgeHash,
    pinHash: person.pinHash,
    provider: before?.provider ?? null,
    source: options.source,
    createdAt: before?.createdAt ?? options.now,
    lastSignInAt: before?.lastSignInAt ?? null,
  };
}

async function save(
  sql: Sql,
  before: Account | undefined,
  after: Account,
  { now, by }: ImportOptions,
): Promise<boolean> {
  if (before !== undefined && canonicalJson(before) === canonicalJson(after)) return false;
  const holder = after.badgeHash === null ? undefined : await accountByBadge(sql, after.badgeHash);
  // The badge went from one person to another in one snapshot: taken before it is given.
  if (holder !== undefined && holder.userId !== after.userId)
    await saveAccount(sql, { ...holder, badgeHash: null, pinHash: null });
  await saveAccount(sql, after);
  if (after.state === "disabled" || before?.passwordHash !== after.passwordHash) await endSessions(sql, after.userId);
  await audit(sql, {
    ...by,
    action: before === undefined ? "user.receive" : "user.update",
    subject: `user/${after.userId}`,
    ...(before === undefined ? {} : { before: auditedAccount(before) }),
    after: auditedAccount(after),
    at: now,
  });
  return true;
}
