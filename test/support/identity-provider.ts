import { createHash, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { HttpReply, HttpRequest, Network } from "../../src/runtime/machine.ts";

/** What the provider is told to say of the person who signs in, or to say wrongly. */
export type Says = {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly nonce?: string;
  readonly audience?: string;
  readonly forged?: boolean;
  readonly authenticatedAgoSeconds?: number;
};

export type IdentityProvider = {
  readonly issuer: string;
  readonly network: Pick<Network, "fetch">;
  /** The person at the provider's page: takes the authorization URL, gives the URL that the browser is sent back to. */
  authorize(authorizationUrl: string, says: Says): string;
  readonly tokenRequests: number;
};

type Pending = {
  readonly says: Says;
  readonly challenge: string;
  readonly nonce: string;
  readonly redirectUri: string;
};

/** SIMULATED identity provider: OpenID Connect Core 1.0 with discovery, PKCE and signed ID tokens, without a socket. */
export async function identityProvider(client: {
  readonly id: string;
  readonly secret: string;
}): Promise<IdentityProvider> {
  const issuer = "http://127.0.0.1:1";
  const key = await generateKeyPair("RS256", { extractable: true });
  const forger = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(key.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  const codes = new Map<string, Pending>();
  let tokenRequests = 0;

  const token = async (request: HttpRequest): Promise<HttpReply> => {
    tokenRequests++;
    const form = new URLSearchParams(String(request.body));
    const pending = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const authenticated = form.get("client_id") === client.id && form.get("client_secret") === client.secret;
    if (!authenticated) return json(401, { error: "invalid_client" });
    if (pending === undefined || challenge !== pending.challenge || form.get("redirect_uri") !== pending.redirectUri)
      return json(400, { error: "invalid_grant" });
    const { says } = pending;
    const now = Math.floor(Date.now() / 1000);
    const idToken = await new SignJWT({
      ...says.claims,
      nonce: says.nonce ?? pending.nonce,
      auth_time: now - (says.authenticatedAgoSeconds ?? 0),
    })
      .setProtectedHeader({ alg: "RS256", kid: "k1" })
      .setIssuer(issuer)
      .setAudience(says.audience ?? client.id)
      .setIssuedAt(now)
      .setExpirationTime(now + 300)
      .sign(says.forged === true ? forger.privateKey : key.privateKey);
    return json(200, { access_token: "a", token_type: "Bearer", expires_in: 300, id_token: idToken });
  };

  return {
    issuer,
    get tokenRequests() {
      return tokenRequests;
    },
    network: {
      fetch: async (request) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/.well-known/openid-configuration") return json(200, discovery(issuer));
        if (pathname === "/jwks") return json(200, { keys: [jwk] });
        return pathname === "/token" ? token(request) : json(404, {});
      },
    },
    authorize: (authorizationUrl, says) => {
      const query = new URL(authorizationUrl).searchParams;
      const code = randomUUID();
      const redirectUri = query.get("redirect_uri") ?? "";
      codes.set(code, {
        says,
        challenge: query.get("code_challenge") ?? "",
        nonce: query.get("nonce") ?? "",
        redirectUri,
      });
      return `${redirectUri}?code=${code}&state=${query.get("state") ?? ""}&iss=${encodeURIComponent(issuer)}`;
    },
  };
}

function discovery(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["client_secret_post"],
    authorization_response_iss_parameter_supported: true,
  };
}

function json(status: number, body: object): HttpReply {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}
