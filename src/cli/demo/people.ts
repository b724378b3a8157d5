import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, type ClientFetch, createClient, ProblemError } from "../../contract/client.ts";
import { commonApi } from "../../contract/common-api.ts";
import type { Endpoint } from "../../contract/endpoint.ts";
import type { Role } from "../../contract/rights.ts";
import type { SignatureInput } from "../../contract/shapes.ts";
import { troubleOf } from "./trouble.ts";
import { until } from "./until.ts";

const signInPauseMinMs = 100;

/** A person of the demonstration: acts over HTTP, with a session and a password of their own, like anybody. */
export type Person = {
  readonly userName: string;
  readonly password: string;
  /** The person's session at one instance; signs in at the first call. */
  at(url: string): Promise<Client>;
  sign(): SignatureInput;
};

export function person(fetch: ClientFetch, userName: string, password: string): Person {
  const sessions = new Map<string, Promise<Client>>();
  const signIn = async (url: string): Promise<Client> => {
    const client = createClient({ url, fetch, keepSession: true });
    let pauseMs = signInPauseMinMs;
    // People are issued at level 4 and reach the levels below a moment later.
    await until(`${userName} may sign in at ${url}`, async () => {
      try {
        await client.call(commonApi.signIn, { body: { userName, password } });
        return true;
      } catch (error) {
        if (!(error instanceof ProblemError && error.code === "gxp.wrong-credentials")) throw error;
        // Five wrong attempts lock an account that is there, but not yet with this password.
        await sleep(pauseMs);
        pauseMs *= 2;
        return undefined;
      }
    });
    return persistent(client);
  };
  return {
    userName,
    password,
    at(url) {
      const session = sessions.get(url) ?? signIn(url);
      sessions.set(url, session);
      return session;
    },
    sign: () => ({ userName, password }),
  };
}

/**
 * Tries again what trying again cannot double: every request of which nothing was done, and idempotent ones whose answer
 * was lost (RFC 9110 9.2.2). A lost answer to any other is for `press`, which looks first.
 */
function persistent(client: Client): Client {
  const again = <T>(endpoint: Endpoint, work: () => Promise<T>): Promise<T> => {
    const passes = (error: unknown) => {
      const trouble = troubleOf(error);
      return trouble === "not-done" || (trouble === "unknown" && endpoint.method !== "POST");
    };
    return until(`${endpoint.method} ${endpoint.path}`, work, { passes });
  };
  return {
    call: (endpoint, ...input) => again(endpoint, () => client.call(endpoint, ...input)),
    raw: (endpoint, ...input) => again(endpoint, () => client.raw(endpoint, ...input)),
  };
}

/** A password as a person's password manager makes it. */
export function newPassword(): string {
  return randomBytes(18).toString("base64url");
}

/** Takes over an account by its one-time password and gives it one that only this run knows. */
export async function claimAccount(
  fetch: ClientFetch,
  url: string,
  userName: string,
  oneTimePassword: string,
): Promise<Person> {
  const client = createClient({ url, fetch, keepSession: true });
  const password = newPassword();
  await client.call(commonApi.signIn, { body: { userName, password: oneTimePassword } });
  await client.call(commonApi.changePassword, { body: { oldPassword: oneTimePassword, newPassword: password } });
  return person(fetch, userName, password);
}

/** The administrator creates an account; its person claims it. */
export async function hire(
  fetch: ClientFetch,
  administrator: Person,
  url: string,
  who: { userName: string; fullName: string; roles: Role[] },
): Promise<Person> {
  const admin = await administrator.at(url);
  const { oneTimePassword } = await admin.call(commonApi.createUser, { body: { ...who, reason: "demonstration" } });
  return claimAccount(fetch, url, who.userName, oneTimePassword);
}
