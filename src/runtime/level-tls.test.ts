import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { testCertificates as pem } from "./http/fixtures/test-certificates.ts";
import { clientTls, credentialsOf, reachOf, serverTls } from "./level-tls.ts";

const folder = mkdtempSync(join(tmpdir(), "packtrail-tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string, mode = 0o600) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};
const cert = file("cert.pem", pem.server, 0o644);
const key = file("key.pem", pem.serverKey);
const ca = file("ca.pem", pem.ca, 0o644);
const client = file("client.pem", pem.client, 0o644);
const openKey = file("open-key.pem", pem.serverKey, 0o644);
const otherKey = file("other-key.pem", pem.clientKey);
const words = file("words.pem", "no certificate");
const token = file("token", "secret");
const machine = { name: "site", role: "site" as const };
const asks = { certFile: cert, keyFile: key, clientCaFile: ca };

test("what is named is read [REQ-OPS-01]", () => {
  expect(serverTls(undefined)).toBeUndefined();
  expect(serverTls(asks)).toEqual({ cert: pem.server, key: pem.serverKey.trimEnd(), ca: pem.ca });
  expect(clientTls(undefined)).toEqual({});
  expect(clientTls({ caFile: ca, certFile: cert, keyFile: key })).toMatchObject({ ca: pem.ca, cert: pem.server });
  expect(reachOf({ url: "https://b" })).toEqual({ url: "https://b" });
  expect(reachOf({ url: "https://b", tokenFile: token })).toEqual({ url: "https://b", token: "secret" });
  expect(credentialsOf({ credentials: [{ ...machine, certFile: client }], tls: asks })).toEqual([
    { ...machine, certificateSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);
});

describe("what is wrong is said with its key [REQ-OPS-01] [REQ-OPS-02]", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["no file", () => serverTls({ certFile: join(folder, "none"), keyFile: key }), /^tls\.certFile: ENOENT/],
    ["no certificate", () => serverTls({ certFile: words, keyFile: key }), /^tls\.certFile: /],
    ["no key", () => serverTls({ certFile: cert, keyFile: words }), /^tls\.keyFile: /],
    ["a key that others may read", () => serverTls({ certFile: cert, keyFile: openKey }), /^tls\.keyFile: .*chmod 600/],
    [
      "another's key",
      () => serverTls({ certFile: cert, keyFile: otherKey }),
      /^tls\.keyFile: the key in .* is not that/,
    ],
    ["no authority", () => serverTls({ ...asks, clientCaFile: words }), /^tls\.clientCaFile: /],
    ["no authority to believe", () => clientTls({ caFile: words }), /^outboundTls\.caFile: /],
    ["a certificate alone", () => clientTls({ certFile: cert }), /^outboundTls\.keyFile: is missing/],
    ["a key alone", () => clientTls({ keyFile: key }), /^outboundTls\.certFile: is missing/],
    [
      "nothing to know a caller by",
      () => credentialsOf({ credentials: [machine] }),
      /^credentials\[0\]\.certFile: either/,
    ],
    [
      "both",
      () => credentialsOf({ credentials: [{ ...machine, tokenFile: token, certFile: client }], tls: asks }),
      /^credentials\[0\]\.certFile: either/,
    ],
    [
      "a certificate that is never asked for",
      () => credentialsOf({ credentials: [{ ...machine, certFile: client }], tls: { certFile: cert, keyFile: key } }),
      /^credentials\[0\]\.certFile: no certificate is asked for without tls\.clientCaFile/,
    ],
  ])("%s", (_, read, message) => {
    expect(read).toThrowError(expect.objectContaining({ code: "config.tls", message: expect.stringMatching(message) }));
  });
});
