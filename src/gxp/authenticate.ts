import type { Actor, Authenticate } from "../runtime/http/actor.ts";
import { anonymous } from "../runtime/http/actor.ts";
import type { Environment } from "../contract/envelope.ts";
import type { Gxp } from "./gxp.ts";
import { type ConfiguredCredential, type Credential, machineActor } from "./machines/credential.ts";
import { credentialByCertificate, credentialByToken, touchCredential } from "./machines/credential.store.ts";
import { tokenHash } from "./people/password-hasher.ts";
import { sessionPerson, touchSession } from "./people/people.store.ts";
import { sessionLives, shouldTouch } from "./people/session-rules.ts";

/** Being used is written at most this often. */
const usedTouchMs = 60 * 60_000;

/** Who a request comes from: a person's session, or a machine's token or certificate. */
export function authenticator(gxp: Gxp, configured: readonly ConfiguredCredential[] = []): Authenticate {
  const known = configuredActors(configured, gxp.environment);
  return async ({ bearerToken, certificateSha256, sessionToken }) => {
    if (bearerToken !== undefined) {
      const hash = tokenHash(bearerToken);
      return known.get(hash) ?? machine(gxp, await credentialByToken(gxp.database, hash));
    }
    if (certificateSha256 !== undefined)
      return (
        known.get(certificateKey(certificateSha256)) ??
        machine(gxp, await credentialByCertificate(gxp.database, certificateSha256))
      );
    return sessionToken === undefined ? anonymous : person(gxp, sessionToken);
  };
}

/** Apart from the hash of any token: a certificate is no secret. */
export function certificateKey(certificateSha256: string): string {
  return `certificate ${certificateSha256}`;
}

/** The machines of the configuration, by the hash of their token or certificate; the line's own store uses it too. */
export function configuredActors(
  configured: readonly ConfiguredCredential[],
  environment: Environment,
): ReadonlyMap<string, Actor> {
  return new Map(
    configured.map(({ name, role, token, certificateSha256 = "", owner }) => {
      const credential = { credentialId: `configured/${name}`, name, role, owner: owner ?? null, environment };
      const key = token === undefined ? certificateKey(certificateSha256) : tokenHash(token);
      return [key, machineActor(credential)] as const;
    }),
  );
}

async function machine(gxp: Gxp, credential: Credential | undefined): Promise<Actor> {
  if (credential === undefined) return anonymous;
  const now = gxp.clock.now();
  if (credential.lastUsedAt === null || now - credential.lastUsedAt >= usedTouchMs)
    await touchCredential(gxp.database, credential.credentialId, now);
  return machineActor(credential);
}

async function person(gxp: Gxp, sessionToken: string): Promise<Actor> {
  const now = gxp.clock.now();
  const found = await sessionPerson(gxp.database, tokenHash(sessionToken));
  if (found === undefined || found.state === "disabled" || !sessionLives(found.session, now)) return anonymous;
  if (shouldTouch(found.session, now)) await touchSession(gxp.database, found.session.sessionId, now);
  return {
    kind: "person",
    userId: found.userId,
    name: found.userName,
    fullName: found.fullName,
    roles: found.roles,
    sessionId: found.session.sessionId,
    passwordChangeNeeded: found.passwordChangeNeeded && found.session.via === "password",
  };
}
