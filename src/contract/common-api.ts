import { type Static, Type } from "typebox";
import { endpoint } from "./endpoint.ts";
import {
  Accepted,
  Count,
  EnvironmentName,
  Gln,
  InstantMs,
  literalUnion,
  Name,
  RoleName,
  Sha256Hex,
  SignatureRecord,
  Uuid,
} from "./shapes.ts";

// What every level serves beside its own work: who it is, how it is, who may do what, what was done.

export const levels = ["device", "line", "site", "enterprise", "network"] as const;
export type LevelName = (typeof levels)[number];
export const LevelNameSchema = literalUnion(levels);

/** Server-sent events of every level, right `status.read`: `changed` when something of it may have, `here` at the start. */
export const changesPath = "/v1/live/changes";

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const Text = Type.String({ maxLength: 2000 });
/** Why a change was made: EU GMP Annex 11 §9 asks for it. */
export const Reason = Type.String({ minLength: 1, maxLength: 500 });
const Password = Type.String({ minLength: 1, maxLength: 200 });
/** 2 to 64 of letters, digits and `. _ @ -`, compared in lower case; never given to a second person. */
export const UserName = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._@-]{1,63}$" });

// ---------------------------------------------------------------- this level

export const Self = Type.Object({
  level: LevelNameSchema,
  instance: Name,
  name: Name,
  environment: EnvironmentName,
  version: Name,
  /** The company this level belongs to; null where it serves many. */
  owner: Nullable(Gln),
  signIn: Type.Object({
    password: Type.Boolean(),
    /** Badge and PIN, at a line. */
    badge: Type.Boolean(),
    /** The button's words and where it leads, when an identity provider is configured. */
    provider: Nullable(Type.Object({ name: Name, path: Type.String() })),
  }),
});
export type Self = Static<typeof Self>;

export const QueueDepth = Type.Object({
  lane: Name,
  waiting: Count,
  oldestAt: Nullable(InstantMs),
  /** `stopped` needs a person: the receiver refused the message at its head. */
  state: literalUnion(["flowing", "waiting", "stopped"]),
});
export type QueueDepth = Static<typeof QueueDepth>;

export const Neighbour = Type.Object({
  level: LevelNameSchema,
  instance: Name,
  name: Name,
  direction: literalUnion(["up", "down", "beside"]),
  url: Nullable(Type.String()),
  reachable: Type.Boolean(),
  lastHeardAt: Nullable(InstantMs),
});
export type Neighbour = Static<typeof Neighbour>;

export const Overview = Type.Object({
  level: LevelNameSchema,
  instance: Name,
  name: Name,
  environment: EnvironmentName,
  version: Name,
  now: InstantMs,
  /** One per check; `problem` says in words what is not ready. */
  readiness: Type.Array(Type.Object({ check: Name, problem: Nullable(Text) })),
  /** This level's own figures; `key` is for programs, `label` for people. */
  counters: Type.Array(Type.Object({ key: Name, label: Name, value: Type.Number() })),
  queues: Type.Array(QueueDepth),
  neighbours: Type.Array(Neighbour),
});
export type Overview = Static<typeof Overview>;

/** One instance in the picture of all five levels, as it says itself or as its neighbour knows it. */
export const LandscapeLevel = Type.Object({
  level: LevelNameSchema,
  instance: Name,
  name: Name,
  alive: Type.Boolean(),
  /** A simulator stands in for the machine or the authority. */
  simulated: Type.Boolean(),
  /** Where its own pages are, for a person's browser. */
  url: Nullable(Type.String()),
  counters: Overview.properties.counters,
  queues: Type.Array(QueueDepth),
  /** In words, why it is not alive or not ready. */
  problem: Nullable(Text),
});
export type LandscapeLevel = Static<typeof LandscapeLevel>;

/** One kind of message between two instances: `work orders and numbers` from `enterprise` to `site`. */
export const Flow = Type.Object({
  from: Name,
  to: Name,
  what: Name,
  /** Made and not yet acknowledged by the receiver. */
  waiting: Count,
  /** When the latest was acknowledged. */
  lastAt: Nullable(InstantMs),
});
export type Flow = Static<typeof Flow>;

/** What anybody may know before signing in: that the levels are there. */
export const LevelsAlive = Type.Array(Type.Object({ level: LevelNameSchema, known: Count, alive: Count }), {
  maxItems: 5,
});
export type LevelsAlive = Static<typeof LevelsAlive>;

export const Landscape = Type.Object({
  now: InstantMs,
  levels: Type.Array(LandscapeLevel, { maxItems: 500 }),
  flows: Type.Array(Flow, { maxItems: 2000 }),
});
export type Landscape = Static<typeof Landscape>;

// ---------------------------------------------------------------- sessions and users

export const Session = Type.Object({
  userId: Uuid,
  userName: Name,
  fullName: Name,
  roles: Type.Array(RoleName),
  passwordChangeNeeded: Type.Boolean(),
  /** `password` and `badge` are kept here; `provider` asks the identity provider for every signature. */
  via: literalUnion(["password", "badge", "provider"]),
  signedInAt: InstantMs,
  /** The session ends then whatever is done; and before, when nothing is done for `idleMs`. */
  endsAt: InstantMs,
  idleMs: Count,
});
export type Session = Static<typeof Session>;

export const userStates = ["active", "locked", "disabled"] as const;

export const User = Type.Object({
  userId: Uuid,
  userName: Name,
  fullName: Name,
  roles: Type.Array(RoleName),
  state: literalUnion(userStates),
  hasPassword: Type.Boolean(),
  hasBadge: Type.Boolean(),
  /** Signs in with the identity provider. */
  provided: Type.Boolean(),
  /** Kept at the level above and only copied here. */
  replicated: Type.Boolean(),
  createdAt: InstantMs,
  lastSignInAt: Nullable(InstantMs),
});
export type User = Static<typeof User>;

const userId = Type.Object({ userId: Uuid });
/** Printed once, told to the person, and to be changed at the first sign-in. */
const OneTimePassword = Type.Object({ user: User, oneTimePassword: Type.String() });

// ---------------------------------------------------------------- machine credentials

export const MachineCredential = Type.Object({
  credentialId: Uuid,
  /** The instance that holds it. */
  name: Name,
  role: RoleName,
  owner: Nullable(Gln),
  environment: EnvironmentName,
  method: literalUnion(["token", "certificate"]),
  createdAt: InstantMs,
  lastUsedAt: Nullable(InstantMs),
  revokedAt: Nullable(InstantMs),
});
export type MachineCredential = Static<typeof MachineCredential>;

// ---------------------------------------------------------------- audit trail and signatures

/** `kind/key`: `user/<uuid>`, `lot/09521234543213/L1`. */
const SubjectName = Type.String({ minLength: 1, maxLength: 200 });

export const AuditEntry = Type.Object({
  /** What the entries are chained by: `line/line-1`, `lot/09521234543213/L1`, `user/<uuid>`. */
  chain: SubjectName,
  seq: Type.Integer({ minimum: 1 }),
  at: InstantMs,
  /** The company it concerns, where the level serves many. */
  owner: Nullable(Gln),
  actorKind: literalUnion(["person", "machine", "system"]),
  actorId: Name,
  actorName: Name,
  action: Name,
  subject: SubjectName,
  before: Type.Unknown(),
  after: Type.Unknown(),
  reason: Nullable(Text),
  traceId: Nullable(Type.String()),
  /** Hash of the entry before (21 CFR 11.10(e)): sixty-four zeros for the first. */
  previous: Sha256Hex,
  hash: Sha256Hex,
});
export type AuditEntry = Static<typeof AuditEntry>;

export const ChainVerification = Type.Object({
  chain: SubjectName,
  entries: Count,
  intact: Type.Boolean(),
  /** The first entry that does not add up. */
  brokenAt: Nullable(Count),
  head: Sha256Hex,
});
export type ChainVerification = Static<typeof ChainVerification>;

// ---------------------------------------------------------------- messages

export const MessageLane = Type.Object({
  /** `destination/order key`: within a lane messages are delivered in the order they were made. */
  lane: Type.String(),
  destination: Name,
  waiting: Count,
  /** The receiver refused the message at its head: a person resends or skips it. */
  stopped: Type.Boolean(),
  nextAt: InstantMs,
  lastError: Nullable(Text),
  oldest: Nullable(
    Type.Object({
      messageId: Uuid,
      at: InstantMs,
      state: literalUnion(["waiting", "ambiguous", "refused", "sent", "skipped"]),
      attempts: Count,
      path: Type.String(),
    }),
  ),
});
export type MessageLane = Static<typeof MessageLane>;

const messageId = Type.Object({ messageId: Uuid });

export const commonApi = {
  self: endpoint({
    method: "GET",
    path: "/v1/self",
    right: "public",
    summary: "Which level this is and how to sign in",
    reply: Self,
  }),
  overview: endpoint({
    method: "GET",
    path: "/v1/overview",
    right: "status.read",
    summary: "How this level and its neighbours are",
    reply: Overview,
  }),
  levels: endpoint({
    method: "GET",
    path: "/v1/levels",
    right: "public",
    summary:
      "How many instances of each level are known from here and how many of them are alive; nothing else of them",
    reply: LevelsAlive,
  }),
  landscape: endpoint({
    method: "GET",
    path: "/v1/landscape",
    right: "status.read",
    summary: "All five levels as level 4 sees them: its own overview and those it reaches with its machine tokens",
    reply: Landscape,
  }),

  signIn: endpoint({
    method: "POST",
    path: "/v1/session",
    right: "public",
    summary: "Sign in with user name and password",
    body: Type.Object({ userName: UserName, password: Password }),
    reply: Session,
    status: 201,
  }),
  signInByBadge: endpoint({
    method: "POST",
    path: "/v1/session/badge",
    right: "public",
    summary: "Sign in at a line with badge and PIN",
    body: Type.Object({ badge: Type.String({ minLength: 4, maxLength: 100 }), pin: Password }),
    reply: Session,
    status: 201,
  }),
  startProvider: endpoint({
    method: "GET",
    path: "/v1/session/provider",
    right: "public",
    summary: "Go to the identity provider; `sign` asks again and returns with a ticket that signs once",
    query: Type.Object({
      purpose: Type.Optional(literalUnion(["sign-in", "sign"])),
      back: Type.Optional(Type.String({ maxLength: 500 })),
    }),
    reply: Type.Unknown(),
  }),
  returnFromProvider: endpoint({
    method: "GET",
    path: "/v1/session/provider/return",
    right: "public",
    summary: "Where the identity provider sends the browser back to",
    reply: Type.Unknown(),
  }),
  session: endpoint({
    method: "GET",
    path: "/v1/session",
    right: "session.own",
    summary: "Who is signed in here",
    reply: Session,
  }),
  signOut: endpoint({
    method: "DELETE",
    path: "/v1/session",
    right: "session.own",
    summary: "Sign out",
    reply: Accepted,
  }),
  changePassword: endpoint({
    method: "POST",
    path: "/v1/session/password",
    right: "session.own",
    summary: "Change one's own password; ends one's other sessions",
    body: Type.Object({ oldPassword: Password, newPassword: Password }),
    reply: Session,
  }),

  users: endpoint({
    method: "GET",
    path: "/v1/users",
    right: "user.read",
    summary: "Everybody who has an account, by name",
    reply: Type.Array(User),
  }),
  createUser: endpoint({
    method: "POST",
    path: "/v1/users",
    right: "user.write",
    summary: "Create a user with a one-time password",
    body: Type.Object({
      userName: UserName,
      fullName: Name,
      roles: Type.Array(RoleName, { minItems: 1 }),
      reason: Reason,
    }),
    reply: OneTimePassword,
    status: 201,
  }),
  setRoles: endpoint({
    method: "PUT",
    path: "/v1/users/:userId/roles",
    right: "user.write",
    summary: "Replace a user's roles",
    params: userId,
    body: Type.Object({ roles: Type.Array(RoleName, { minItems: 1 }), reason: Reason }),
    reply: User,
  }),
  setUserState: endpoint({
    method: "PUT",
    path: "/v1/users/:userId/state",
    right: "user.write",
    summary: "Disable, enable or unlock a user",
    params: userId,
    body: Type.Object({ state: literalUnion(["active", "disabled"]), reason: Reason }),
    reply: User,
  }),
  resetPassword: endpoint({
    method: "POST",
    path: "/v1/users/:userId/password-reset",
    right: "user.write",
    summary: "Give a user a new one-time password; ends the user's sessions",
    params: userId,
    body: Type.Object({ reason: Reason }),
    reply: OneTimePassword,
  }),
  setBadge: endpoint({
    method: "PUT",
    path: "/v1/users/:userId/badge",
    right: "user.write",
    summary: "Give a user a badge and PIN for the line, or take them",
    params: userId,
    body: Type.Object({
      badge: Nullable(Type.Object({ badge: Type.String({ minLength: 4, maxLength: 100 }), pin: Password })),
      reason: Reason,
    }),
    reply: User,
  }),

  machineCredentials: endpoint({
    method: "GET",
    path: "/v1/machine-credentials",
    right: "user.read",
    summary: "Systems that may talk to this level",
    reply: Type.Array(MachineCredential),
  }),
  createMachineCredential: endpoint({
    method: "POST",
    path: "/v1/machine-credentials",
    right: "user.write",
    summary: "Issue a token, or register a client certificate",
    body: Type.Object({
      name: Name,
      role: RoleName,
      owner: Nullable(Gln),
      reason: Reason,
      certificateSha256: Type.Optional(Sha256Hex),
    }),
    /** The token is shown this once; null for a certificate. */
    reply: Type.Object({ credential: MachineCredential, token: Nullable(Type.String()) }),
    status: 201,
  }),
  revokeMachineCredential: endpoint({
    method: "POST",
    path: "/v1/machine-credentials/:credentialId/revocation",
    right: "user.write",
    summary: "Revoke a machine's credential",
    params: Type.Object({ credentialId: Uuid }),
    body: Type.Object({ reason: Reason }),
    reply: MachineCredential,
  }),

  audit: endpoint({
    method: "GET",
    path: "/v1/audit",
    right: "audit.read",
    summary: "Audit entries, newest first",
    query: Type.Object({
      chain: Type.Optional(SubjectName),
      subject: Type.Optional(SubjectName),
      actor: Type.Optional(Name),
      action: Type.Optional(Name),
      from: Type.Optional(InstantMs),
      until: Type.Optional(InstantMs),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      /** `next` of the page before. */
      after: Type.Optional(Type.String({ maxLength: 400 })),
    }),
    reply: Type.Object({ entries: Type.Array(AuditEntry), next: Nullable(Type.String()) }),
  }),
  verifyAudit: endpoint({
    method: "GET",
    path: "/v1/audit/verification",
    right: "audit.read",
    summary: "Add up the hashes of one chain, or of every chain",
    query: Type.Object({ chain: Type.Optional(SubjectName) }),
    reply: Type.Array(ChainVerification),
  }),
  signatures: endpoint({
    method: "GET",
    path: "/v1/signatures",
    right: "audit.read",
    summary: "Signatures of one record, oldest first",
    query: Type.Object({ record: SubjectName }),
    reply: Type.Array(SignatureRecord),
  }),

  lanes: endpoint({
    method: "GET",
    path: "/v1/messages/lanes",
    right: "message.read",
    summary: "Messages that wait to be delivered, by lane",
    reply: Type.Array(MessageLane),
  }),
  resendMessage: endpoint({
    method: "POST",
    path: "/v1/messages/:messageId/resend",
    right: "message.retry",
    summary: "Try a stopped message again now",
    params: messageId,
    body: Type.Object({ reason: Reason }),
    reply: Accepted,
  }),
  skipMessage: endpoint({
    method: "POST",
    path: "/v1/messages/:messageId/skip",
    right: "message.retry",
    summary: "Give up a stopped message so that its lane moves on",
    params: messageId,
    body: Type.Object({ reason: Reason }),
    reply: Accepted,
  }),
};
