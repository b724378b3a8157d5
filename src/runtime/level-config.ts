import { type Static, Type } from "typebox";
import { EnvironmentName, Gln, Name, RoleName } from "../contract/shapes.ts";

// The keys that every level's configuration file has. Secrets are named by the file that holds them.

export const ListenConfig = Type.Object({
  host: Type.String({ minLength: 1 }),
  /** 0 takes any free port. */
  port: Type.Integer({ minimum: 0, maximum: 65535 }),
});

/** A machine that may call this level, known by its token; the role says what it may do. */
export const CredentialConfig = Type.Object({
  name: Name,
  role: RoleName,
  tokenFile: Type.String({ minLength: 1 }),
  /** The company whose matters this machine may touch; every owner's when absent (a site's own line). */
  owner: Type.Optional(Gln),
});
export type CredentialConfig = Static<typeof CredentialConfig>;

/** Another level that this one calls. */
export const NeighbourConfig = Type.Object({
  url: Type.String({ minLength: 1 }),
  tokenFile: Type.String({ minLength: 1 }),
});
export type NeighbourConfig = Static<typeof NeighbourConfig>;

/** Where people sign in with their company's account; roles come from a claim. */
export const OpenIdConfig = Type.Object({
  /** Words on the button. */
  name: Name,
  /** Where browsers reach this level: the provider sends them back there. */
  publicUrl: Type.String({ minLength: 1 }),
  issuer: Type.String({ minLength: 1 }),
  clientId: Type.String({ minLength: 1 }),
  clientSecretFile: Type.String({ minLength: 1 }),
  rolesClaim: Type.String({ minLength: 1 }),
  /** Value of the claim → role here. */
  roles: Type.Record(Type.String(), RoleName),
});

export const commonConfig = {
  /** Unique among the instances that share a host: cookies and databases carry it. */
  instance: Type.String({ pattern: "^[a-z0-9-]{1,40}$" }),
  environment: EnvironmentName,
  listen: ListenConfig,
  credentials: Type.Array(CredentialConfig),
  openId: Type.Optional(OpenIdConfig),
};

/** A PostgreSQL connection URL stands in a file of its own: it holds a password. */
export const databaseConfig = { databaseUrlFile: Type.String({ minLength: 1 }) };
