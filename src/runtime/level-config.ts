import { type Static, Type } from "typebox";
import { EnvironmentName, Gln, Name, RoleName } from "../contract/shapes.ts";

// The keys that every level's configuration file has. Secrets are named by the file that holds them.

export const ListenConfig = Type.Object({
  host: Type.String({ minLength: 1 }),
  /** 0 takes any free port. */
  port: Type.Integer({ minimum: 0, maximum: 65535 }),
});

const File = Type.String({ minLength: 1 });

/** HTTPS instead of HTTP. With `clientCaFile` a caller may show a certificate of that authority. */
export const TlsConfig = Type.Object({
  /** PEM: our certificate, and after it what lies between it and its authority. */
  certFile: File,
  /** PEM: its private key. */
  keyFile: File,
  clientCaFile: Type.Optional(File),
});
export type TlsConfig = Static<typeof TlsConfig>;

/** How other levels are called over HTTPS. */
export const OutboundTlsConfig = Type.Object({
  /** PEM: authorities that are believed besides the well-known ones. */
  caFile: Type.Optional(File),
  /** PEM: the certificate that is shown to who asks for one, and its key; both or neither. */
  certFile: Type.Optional(File),
  keyFile: Type.Optional(File),
});
export type OutboundTlsConfig = Static<typeof OutboundTlsConfig>;

/** A machine that may call this level, known by its token or by the certificate that it shows; the role says what it may do. */
export const CredentialConfig = Type.Object({
  name: Name,
  role: RoleName,
  tokenFile: Type.Optional(File),
  /** PEM, without a key; needs `tls.clientCaFile`. */
  certFile: Type.Optional(File),
  /** The company whose matters this machine may touch; every owner's when absent (a site's own line). */
  owner: Type.Optional(Gln),
});
export type CredentialConfig = Static<typeof CredentialConfig>;

/** Another level that this one calls. */
export const NeighbourConfig = Type.Object({
  url: Type.String({ minLength: 1 }),
  /** Left out where the certificate of `outboundTls` says who calls. */
  tokenFile: Type.Optional(File),
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
  clientSecretFile: File,
  rolesClaim: Type.String({ minLength: 1 }),
  /** Value of the claim → role here. */
  roles: Type.Record(Type.String(), RoleName),
});

export const commonConfig = {
  /** Unique among the instances that share a host: cookies and databases carry it. */
  instance: Type.String({ pattern: "^[a-z0-9-]{1,40}$" }),
  environment: EnvironmentName,
  listen: ListenConfig,
  tls: Type.Optional(TlsConfig),
  outboundTls: Type.Optional(OutboundTlsConfig),
  credentials: Type.Array(CredentialConfig),
  openId: Type.Optional(OpenIdConfig),
};

/** A PostgreSQL connection URL stands in a file of its own: it holds a password. */
export const databaseConfig = { databaseUrlFile: File };
