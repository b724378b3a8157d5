import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { readSecret } from "./config.ts";
import { Fault } from "./fault.ts";
import type { CredentialConfig, NeighbourConfig, OutboundTlsConfig, TlsConfig } from "./level-config.ts";

// What the TLS keys of a configuration name, read and held against each other once, at the start: a certificate that is
// not its key's is a level that nobody can reach, and the handshake that says so is seen by somebody else.

/** PEM. */
export type ServerTls = { readonly key: string; readonly cert: string; readonly ca?: string };
export type ClientTls = { readonly ca?: string; readonly key?: string; readonly cert?: string };

/** For the server; undefined: plain HTTP. Fault `config.tls` names the key. */
export function serverTls(config: TlsConfig | undefined): ServerTls | undefined {
  if (config === undefined) return undefined;
  const pair = readPair(config, "tls");
  return {
    ...pair,
    ...(config.clientCaFile === undefined ? {} : { ca: readPem(config.clientCaFile, "tls.clientCaFile") }),
  };
}

/** For calling other levels. Fault `config.tls` names the key. */
export function clientTls(config: OutboundTlsConfig | undefined): ClientTls {
  const { caFile, certFile, keyFile } = config ?? {};
  if ((certFile === undefined) !== (keyFile === undefined))
    throw tlsFault(certFile === undefined ? "outboundTls.certFile" : "outboundTls.keyFile", "is missing");
  return {
    ...(caFile === undefined ? {} : { ca: readPem(caFile, "outboundTls.caFile") }),
    ...(certFile === undefined || keyFile === undefined ? {} : readPair({ certFile, keyFile }, "outboundTls")),
  };
}

/** Where another level is, and our token for it, unless a certificate says who we are. */
export function reachOf({ url, tokenFile }: NeighbourConfig): { readonly url: string; readonly token?: string } {
  return { url, ...(tokenFile === undefined ? {} : { token: readSecret(tokenFile) }) };
}

/** Who may call, with the secret or the certificate that they are known by. Fault `config.tls` when it is not one of both. */
export function credentialsOf({
  credentials,
  tls,
}: {
  readonly credentials: readonly CredentialConfig[];
  readonly tls?: TlsConfig;
}) {
  return credentials.map(({ tokenFile, certFile, ...credential }, index) => {
    const key = `credentials[${index}].certFile`;
    if ((tokenFile === undefined) === (certFile === undefined))
      throw tlsFault(key, "either it or tokenFile must be there");
    if (certFile === undefined) return { ...credential, token: readSecret(tokenFile as string) };
    if (tls?.clientCaFile === undefined) throw tlsFault(key, "no certificate is asked for without tls.clientCaFile");
    return { ...credential, certificateSha256: fingerprint(readPem(certFile, key)) };
  });
}

function fingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();
}

function readPair({ certFile, keyFile }: { certFile: string; keyFile: string }, at: string) {
  const cert = readPem(certFile, `${at}.certFile`);
  const key = named(`${at}.keyFile`, () => readSecret(keyFile));
  const privateKey = named(`${at}.keyFile`, () => createPrivateKey(key));
  if (!new X509Certificate(cert).checkPrivateKey(privateKey))
    throw tlsFault(`${at}.keyFile`, `the key in ${keyFile} is not that of the certificate in ${certFile}`);
  return { cert, key };
}

/** Certificates may be read by anybody: they are no secrets. */
function readPem(file: string, key: string): string {
  return named(key, () => {
    const pem = readFileSync(file, "utf8");
    void new X509Certificate(pem);
    return pem;
  });
}

function named<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw tlsFault(key, error instanceof Error ? error.message : String(error), error);
  }
}

function tlsFault(key: string, why: string, cause?: unknown): Fault {
  return new Fault("permanent", "config.tls", `${key}: ${why}`, cause);
}
