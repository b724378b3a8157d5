import { type Static, Type } from "typebox";
import { Count, InstantMs, literalUnion, Name, RoleName, Uuid } from "./shapes.ts";

/** People as level 4 issues them to 3 and 2, so that signing works with the level above gone. */
export const ReplicatedPerson = Type.Object({
  userId: Uuid,
  userName: Name,
  fullName: Name,
  roles: Type.Array(RoleName),
  state: literalUnion(["active", "locked", "disabled"]),
  /** Argon2id, PHC string form. */
  passwordHash: Type.Union([Type.Null(), Type.String()]),
  /** Badge and PIN for the line's screen, hashed the same way. */
  badgeHash: Type.Union([Type.Null(), Type.String()]),
  pinHash: Type.Union([Type.Null(), Type.String()]),
});
export type ReplicatedPerson = Static<typeof ReplicatedPerson>;

/** Everybody at once: a lower revision than the one held is ignored. */
export const PeopleSnapshot = Type.Object({
  revision: Count,
  at: InstantMs,
  people: Type.Array(ReplicatedPerson, { maxItems: 10_000 }),
});
export type PeopleSnapshot = Static<typeof PeopleSnapshot>;
