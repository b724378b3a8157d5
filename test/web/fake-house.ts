import {
  type AuditEntry,
  commonApi,
  type MachineCredential,
  type MessageLane,
  type User,
} from "../../src/contract/common-api.ts";
import { ok, refuse } from "../../src/kernel/base/result.ts";
import type { FakeParts } from "./fake-level.ts";
import type { FakePerson } from "./fake-people.ts";

const hashOf = (digit: number) => String(digit % 10).repeat(64);

function userOf(person: FakePerson, now: number): User {
  return {
    userId: person.userId,
    userName: person.userName,
    fullName: person.fullName,
    roles: [...person.roles],
    state: person.userName === "walt" ? "locked" : "active",
    hasPassword: true,
    hasBadge: person.badge !== undefined,
    provided: false,
    replicated: false,
    createdAt: now - 86_400_000,
    lastSignInAt: person.oneTime ? null : now - 3_600_000,
  };
}

function entriesOf(now: number): AuditEntry[] {
  const rows = [
    ["rita", "lot.release", "lot/09521234543213/L2610C", null],
    ["ada", "user.roles", "user/018f0000-0000-7000-8000-000000000005", "covers for the night shift"],
    ["ada", "product.write", "product/09521234543213", "new leaflet"],
    ["sven", "run.hold", "run/018f1000-0000-7000-8000-000000000001", "carton jam at the packer"],
  ] as const;
  return rows.map(([actorName, action, subject, reason], index) => ({
    chain: subject,
    seq: 4 - index,
    at: now - index * 431_000,
    owner: null,
    actorKind: "person",
    actorId: "018f0000-0000-7000-8000-000000000004",
    actorName,
    action,
    subject,
    before: { status: "quarantine" },
    after: { status: "released" },
    reason,
    traceId: null,
    previous: hashOf(index),
    hash: hashOf(index + 1),
  }));
}

/** What every level has: users, systems, audit trail, messages. */
export function registerHouse({ server, sessions, clock, random }: FakeParts): void {
  const started = clock.now();
  const users = sessions.people.map((person) => userOf(person, started));
  const userOfId = (userId: string) => users.find((user) => user.userId === userId);
  server.route(commonApi.users, () => users);
  server.route(commonApi.createUser, ({ body }) => {
    if (users.some(({ userName }) => userName === body.userName)) return refuse("gxp.user-exists", "/userName");
    const user: User = {
      ...body,
      roles: [...body.roles],
      userId: random.uuid7(),
      state: "active",
      hasPassword: true,
      hasBadge: false,
      provided: false,
      replicated: false,
      createdAt: clock.now(),
      lastSignInAt: null,
    };
    users.push(user);
    return ok({ user, oneTimePassword: "blue-otter-7291" });
  });
  server.route(commonApi.setRoles, ({ params, body }) => {
    const user = userOfId(params.userId);
    if (user === undefined) return refuse("gxp.user-unknown");
    user.roles = [...body.roles];
    return ok(user);
  });

  const credentials: MachineCredential[] = [
    {
      credentialId: random.uuid7(),
      name: "site-basel",
      role: "site",
      owner: "9521234000006",
      environment: "production",
      method: "token",
      createdAt: started - 9e8,
      lastUsedAt: started - 2000,
      revokedAt: null,
    },
    {
      credentialId: random.uuid7(),
      name: "site-old",
      role: "site",
      owner: null,
      environment: "production",
      method: "certificate",
      createdAt: started - 9e9,
      lastUsedAt: null,
      revokedAt: started - 5e8,
    },
  ];
  server.route(commonApi.machineCredentials, () => credentials);

  server.route(commonApi.audit, ({ query }) => ({
    entries: entriesOf(started).filter(({ subject }) => query.subject === undefined || subject === query.subject),
    next: null,
  }));
  server.route(commonApi.verifyAudit, () => [
    { chain: "lot/09521234543213/L2610C", entries: 14, intact: true, brokenAt: null, head: hashOf(3) },
    { chain: "user/018f0000-0000-7000-8000-000000000005", entries: 3, intact: true, brokenAt: null, head: hashOf(4) },
  ]);

  const lanes: MessageLane[] = [
    {
      lane: "network/documents",
      destination: "network",
      waiting: 2,
      stopped: true,
      nextAt: started,
      lastError: "422 shipment.mismatch: the receiver does not know GTIN 09521234543213",
      oldest: {
        messageId: random.uuid7(),
        at: started - 120_000,
        state: "refused",
        attempts: 3,
        path: "/v1/documents?to=9521235000005&kind=epcis",
      },
    },
    {
      lane: "site-basel/orders",
      destination: "site-basel",
      waiting: 0,
      stopped: false,
      nextAt: started,
      lastError: null,
      oldest: null,
    },
  ];
  server.route(commonApi.lanes, () => lanes);
  server.route(commonApi.resendMessage, () => {
    const [lane] = lanes;
    if (lane !== undefined) Object.assign(lane, { stopped: false, waiting: 0, oldest: null, lastError: null });
    return { accepted: true as const };
  });
}
