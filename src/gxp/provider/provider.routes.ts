import { commonApi } from "../../contract/common-api.ts";
import { must, refuse } from "../../kernel/base/result.ts";
import type { Authenticate } from "../../runtime/http/actor.ts";
import { redirect } from "../../runtime/http/answer.ts";
import { printCookie, readCookie } from "../../runtime/http/browser-guard.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Gxp } from "../gxp.ts";
import { returnFromProvider, startProvider } from "./provider.handler.ts";
import { requestMs, returnPath } from "./provider.ts";
import type { ProviderClient } from "./provider-client.ts";

/**
 * Sign-in by the company's identity provider. A cookie of ours binds the way there to the way back, so that nobody
 * can be signed in with somebody else's code; it is Lax, because the provider's page sends the browser back.
 */
export function registerProviderRoutes<Tx>(
  server: HttpServer<Tx>,
  gxp: Gxp,
  client: ProviderClient | undefined,
  authenticate: Authenticate,
): void {
  const { cookie } = server;
  const stateCookie = `${cookie.name}_provider`;
  const state = (value: string, maxAgeSeconds: number) =>
    printCookie(stateCookie, value, { secure: cookie.secure, sameSite: "Lax", path: returnPath, maxAgeSeconds });

  server.route(commonApi.startProvider, async ({ query, headers }) => {
    if (client === undefined) return refuse("gxp.provider-off");
    const sessionToken = readCookie(headers["cookie"], cookie.name);
    const actor = sessionToken === undefined ? undefined : await authenticate({ sessionToken });
    const signer = query.purpose === "sign" && actor?.kind === "person" ? actor : undefined;
    const started = must(
      await startProvider(gxp, client, { purpose: query.purpose ?? "sign-in", back: query.back, signer }),
    );
    return redirect(started.location, { "set-cookie": state(started.state, requestMs / 1000) });
  });

  server.route(commonApi.returnFromProvider, async ({ headers, traceId, url }) => {
    if (client === undefined) return refuse("gxp.provider-off");
    const expected = readCookie(headers["cookie"], stateCookie);
    if (expected === undefined) return refuse("gxp.provider-refused", "cookie");
    const search = url.includes("?") ? url.slice(url.indexOf("?")) : "";
    const { back, signedIn, ticket } = must(await returnFromProvider(gxp, client, search, expected, traceId));
    if (signedIn !== undefined)
      return redirect(back, { "set-cookie": printCookie(cookie.name, signedIn.token, { secure: cookie.secure }) });
    // In the fragment: it reaches the page, but no server's log.
    return redirect(`${back}#ticket=${ticket ?? ""}`, { "set-cookie": state("", 0) });
  });
}
