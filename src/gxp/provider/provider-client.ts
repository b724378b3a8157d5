import * as oidc from "openid-client";
import { refuse, type Result } from "../../kernel/base/result.ts";
import type { Network } from "../../runtime/machine.ts";
import {
  type ProvidedPerson,
  type ProviderConfig,
  type ProviderPurpose,
  providedPerson,
  returnPath,
  signMaxAgeSeconds,
} from "./provider.ts";

const timeoutMs = 10_000;

export type ProviderClient = {
  readonly config: ProviderConfig;
  /** Where to send the browser; throws a Fault when the provider cannot be reached. */
  authorizationUrl(request: {
    readonly purpose: ProviderPurpose;
    readonly state: string;
    readonly nonce: string;
    readonly codeVerifier: string;
    readonly userName?: string;
  }): Promise<string>;
  /** Exchanges the code for an ID token whose signature, issuer, audience, nonce and times hold. */
  person(returned: {
    readonly search: string;
    readonly purpose: ProviderPurpose;
    readonly state: string;
    readonly nonce: string;
    readonly codeVerifier: string;
  }): Promise<Result<ProvidedPerson>>;
};

export function createProviderClient(config: ProviderConfig, network: Pick<Network, "fetch">): ProviderClient {
  let discovered: Promise<oidc.Configuration> | undefined;
  const configuration = () => {
    discovered ??= discover(config, network).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  };
  return {
    config,
    authorizationUrl: async ({ purpose, state, nonce, codeVerifier, userName }) => {
      const url = oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: config.publicUrl + returnPath,
        scope: "openid profile email",
        response_type: "code",
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
        state,
        nonce,
        ...(purpose === "sign" ? { prompt: "login", max_age: "0" } : {}),
        ...(userName === undefined ? {} : { login_hint: userName }),
      });
      return url.href;
    },
    person: async ({ search, purpose, state, nonce, codeVerifier }) => {
      const checks = {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      };
      const provider = await configuration();
      try {
        const url = new URL(config.publicUrl + returnPath + search);
        const tokens = await oidc.authorizationCodeGrant(
          provider,
          url,
          purpose === "sign" ? { ...checks, maxAge: signMaxAgeSeconds } : checks,
        );
        return providedPerson(tokens.claims() ?? {}, config);
      } catch (error) {
        return refuse("gxp.provider-refused", undefined, reasonOf(error));
      }
    },
  };
}

async function discover(config: ProviderConfig, network: Pick<Network, "fetch">): Promise<oidc.Configuration> {
  const issuer = new URL(config.issuer);
  // Only a provider on this very machine may be asked without TLS.
  const local = ["127.0.0.1", "localhost", "[::1]"].includes(issuer.hostname) && issuer.protocol === "http:";
  return oidc.discovery(issuer, config.clientId, config.clientSecret, undefined, {
    [oidc.customFetch]: throughNetwork(network),
    timeout: timeoutMs / 1000,
    execute: local ? [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] : [oidc.enableNonRepudiationChecks],
  });
}

function throughNetwork(network: Pick<Network, "fetch">): oidc.CustomFetch {
  return async (url, { method, headers, body }) => {
    const text =
      body === undefined || body === null
        ? undefined
        : body instanceof URLSearchParams
          ? body.toString()
          : (body as string | Uint8Array);
    const reply = await network.fetch({
      method,
      url,
      headers,
      timeoutMs,
      ...(text === undefined ? {} : { body: text }),
    });
    return new Response(reply.status === 204 ? null : new Uint8Array(reply.body), {
      status: reply.status,
      headers: { ...reply.headers },
    });
  };
}

/** The provider's or the check's own word; never the message, which may hold tokens. */
function reasonOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "unknown";
  if ("error" in error && typeof error.error === "string") return error.error;
  return "code" in error && typeof error.code === "string" ? error.code : "unknown";
}
