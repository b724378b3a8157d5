import { commonApi, type Session } from "../../src/contract/common-api.ts";
import type { Role } from "../../src/contract/rights.ts";
import type { SignatureInput, SignatureRecord } from "../../src/contract/shapes.ts";
import { ok, refuse, type Result } from "../../src/kernel/base/result.ts";
import type { Actor, Evidence, PersonActor } from "../../src/runtime/http/actor.ts";
import { answer } from "../../src/runtime/http/answer.ts";
import { printCookie } from "../../src/runtime/http/browser-guard.ts";
import type { HttpServer } from "../../src/runtime/http/server-options.ts";
import type { Clock, Random } from "../../src/runtime/machine.ts";

export type FakePerson = {
  readonly userId: string;
  readonly userName: string;
  readonly fullName: string;
  readonly roles: readonly Role[];
  password: string;
  oneTime: boolean;
  readonly badge?: string;
  readonly pin?: string;
};

const id = (last: number) => `018f0000-0000-7000-8000-0000000000${String(last).padStart(2, "0")}`;

/** Fresh people for one fake level. */
export function fakePeople(): FakePerson[] {
  return [
    {
      userId: id(1),
      userName: "olga",
      fullName: "Olga Operator",
      roles: ["operator"],
      password: "conveyor belts hum",
      oneTime: false,
      badge: "BADGE-0001",
      pin: "246813",
    },
    {
      userId: id(2),
      userName: "sven",
      fullName: "Sven Supervisor",
      roles: ["supervisor", "packaging-engineer"],
      password: "seven green cartons",
      oneTime: false,
    },
    {
      userId: id(3),
      userName: "quinn",
      fullName: "Quinn Quality",
      roles: ["qa"],
      password: "nothing unaccounted",
      oneTime: false,
    },
    {
      userId: id(4),
      userName: "rita",
      fullName: "Rita Releaser",
      roles: ["releaser"],
      password: "certified by rita",
      oneTime: false,
    },
    {
      userId: id(5),
      userName: "walt",
      fullName: "Walt Warehouse",
      roles: ["warehouse"],
      password: "pallets by the door",
      oneTime: false,
    },
    {
      userId: id(6),
      userName: "ada",
      fullName: "Ada Administrator",
      roles: ["administrator", "serialization-manager", "compliance", "qa"],
      password: "keys for everybody",
      oneTime: false,
    },
    {
      userId: id(7),
      userName: "nora",
      fullName: "Nora New",
      roles: ["serialization-manager"],
      password: "one-time-7Q2F",
      oneTime: true,
    },
  ];
}

export type FakeSessions = {
  readonly people: FakePerson[];
  authenticate(evidence: Evidence): Promise<Actor>;
  register(server: HttpServer): void;
  /** Checks one signature; a second signer must be another person than `notBy`. */
  sign(input: SignatureInput, meaning: string, notBy?: string): Result<SignatureRecord>;
};

const hash = "a".repeat(64);

export function fakeSessions(clock: Clock, random: Random): FakeSessions {
  const people = fakePeople();
  const open = new Map<string, FakePerson>();
  const actorOf = (person: FakePerson, sessionId: string): PersonActor => ({
    kind: "person",
    userId: person.userId,
    name: person.userName,
    fullName: person.fullName,
    roles: person.roles,
    sessionId,
    passwordChangeNeeded: person.oneTime,
  });
  const sessionOf = (person: FakePerson, via: Session["via"] = "password"): Session => ({
    userId: person.userId,
    userName: person.userName,
    fullName: person.fullName,
    roles: [...person.roles],
    passwordChangeNeeded: person.oneTime,
    via,
    signedInAt: clock.now(),
    endsAt: clock.now() + 12 * 3_600_000,
    idleMs: 1_800_000,
  });
  const cookie = (server: HttpServer, token: string, seconds?: number) => ({
    "set-cookie": printCookie(server.cookie.name, token, {
      secure: false,
      ...(seconds === undefined ? {} : { maxAgeSeconds: seconds }),
    }),
  });
  const begin = (server: HttpServer, person: FakePerson, via: Session["via"]) => {
    const token = Buffer.from(random.bytes(16)).toString("base64url");
    open.set(token, person);
    return answer(sessionOf(person, via), { status: 201, headers: cookie(server, token) });
  };
  const personOfActor = (actor: Actor) =>
    people.find(({ userId }) => actor.kind === "person" && userId === actor.userId);
  return {
    people,
    authenticate: async ({ sessionToken }) => {
      const person = sessionToken === undefined ? undefined : open.get(sessionToken);
      return person === undefined ? { kind: "anonymous", roles: [] } : actorOf(person, sessionToken ?? "");
    },
    register: (server) => {
      server.route(commonApi.signIn, ({ body }) => {
        const person = people.find(
          ({ userName, password }) => userName === body.userName && password === body.password,
        );
        return person === undefined ? refuse("gxp.wrong-credentials") : begin(server, person, "password");
      });
      server.route(commonApi.signInByBadge, ({ body }) => {
        const person = people.find(({ badge, pin }) => badge === body.badge && pin === body.pin);
        return person === undefined ? refuse("gxp.wrong-credentials") : begin(server, person, "badge");
      });
      server.route(commonApi.session, ({ actor }) => {
        const person = personOfActor(actor);
        return person === undefined ? refuse("gxp.sign-in-needed") : ok(sessionOf(person));
      });
      server.route(commonApi.signOut, ({ actor }) => {
        if (actor.kind === "person") open.delete(actor.sessionId);
        return answer({ accepted: true as const }, { headers: cookie(server, "", 0) });
      });
      server.route(commonApi.changePassword, ({ actor, body }) => {
        const person = personOfActor(actor);
        if (person === undefined || person.password !== body.oldPassword) return refuse("gxp.wrong-credentials");
        if (body.newPassword.length < 12) return refuse("gxp.password-weak", "/newPassword");
        person.password = body.newPassword;
        person.oneTime = false;
        return ok(sessionOf(person));
      });
    },
    sign: (input, meaning, notBy) => {
      const person = people.find(
        ({ userName, password }) => userName === input.userName && password === input.password,
      );
      if (person === undefined) return refuse("gxp.signature-refused", "password");
      if (person.userName === notBy) return refuse("gxp.signer-same", "userName");
      if (input.meaning !== undefined && input.meaning !== meaning) return refuse("gxp.meaning", "meaning", meaning);
      return ok({
        signatureId: random.uuid7(),
        userId: person.userId,
        userName: person.userName,
        meaning,
        at: clock.now(),
        recordHash: hash,
      });
    },
  };
}
