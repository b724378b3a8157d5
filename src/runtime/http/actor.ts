import type { Environment } from "../../contract/envelope.ts";
import type { Role } from "../../contract/rights.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";

/** Somebody signed in, with the roles held when the request came. */
export type PersonActor = {
  readonly kind: "person";
  readonly userId: string;
  readonly name: string;
  readonly fullName: string;
  readonly roles: readonly Role[];
  readonly sessionId: string;
  /** True: nothing but the person's own session and password may be touched. */
  readonly passwordChangeNeeded: boolean;
};

/** A level, line or partner's system, by bearer token or client certificate. */
export type MachineActor = {
  readonly kind: "machine";
  readonly credentialId: string;
  /** The instance it was issued for: `line-1`, `site-a`. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** The only owner (GLN) it may speak for; absent: every owner of this level. */
  readonly owner?: string;
  readonly environment: Environment;
};

export type AnonymousActor = { readonly kind: "anonymous"; readonly roles: readonly [] };

export type Actor = PersonActor | MachineActor | AnonymousActor;

export const anonymous: AnonymousActor = { kind: "anonymous", roles: [] };

/** What a request shows of who sent it. */
export type Evidence = {
  /** The session cookie of this instance, when the browser sent one. */
  readonly sessionToken?: string;
  /** `Authorization: Bearer …`. */
  readonly bearerToken?: string;
  /** SHA-256 of the client certificate that TLS accepted: hex, lower case, no colons. */
  readonly certificateSha256?: string;
};

/** Who that is; `anonymous` for nobody, an unknown token or an ended session. Throws only Faults. */
export type Authenticate = (evidence: Evidence) => Promise<Actor>;

/** The person, or `gxp.person-needed` for machines and strangers. */
export function personOf(actor: Actor): Result<PersonActor> {
  return actor.kind === "person" ? ok(actor) : refuse("gxp.person-needed");
}

/** As log lines and metrics name them. */
export function actorName(actor: Actor): string {
  return actor.kind === "anonymous" ? "-" : actor.name;
}
