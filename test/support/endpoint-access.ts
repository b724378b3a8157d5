import { type Endpoint, endpointPath } from "../../src/contract/endpoint.ts";
import { mayUse, roles } from "../../src/contract/rights.ts";
import type { ConfiguredCredential } from "../../src/gxp/machines/credential.ts";
import type { HttpServer } from "../../src/runtime/http/server-options.ts";

/** One token for each role, people's too: what an access test signs in with. */
export const everyRole: readonly (ConfiguredCredential & { readonly token: string })[] = roles.map((role) => ({
  name: role,
  role,
  token: `token-of-${role}`,
}));

/**
 * Asks every endpoint of a server as nobody and as every role, and says where the answer is not what the table of
 * rights says. Bodies are empty, so that nothing takes effect. The server is started with `everyRole`.
 */
export async function wrongAccess<Tx>(server: HttpServer<Tx>): Promise<string[]> {
  const wrong: string[] = [];
  for (const endpoint of server.endpoints()) {
    if (endpoint.right === "public" || endpoint.path.startsWith("/v1/live")) continue;
    const nobody = await ask(server, endpoint, {});
    if (nobody.code !== "gxp.sign-in-needed")
      wrong.push(`${endpoint.method} ${endpoint.path} as nobody: ${nobody.status}`);
    for (const role of roles) {
      const { code } = await ask(server, endpoint, { authorization: `Bearer token-of-${role}` });
      if ((code !== "gxp.not-allowed") !== mayUse(endpoint.right, [role]))
        wrong.push(`${endpoint.method} ${endpoint.path} as ${role}: ${code}`);
    }
  }
  return wrong;
}

const nobodysId: string = "00000000-0000-7000-8000-000000000000";

async function ask<Tx>(
  server: HttpServer<Tx>,
  endpoint: Endpoint,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; code: string | undefined }> {
  const nowhere = Object.fromEntries(
    [...endpoint.path.matchAll(/:([a-zA-Z]+)/g)].map(([, name = ""]) => [name, nobodysId]),
  );
  const reply = await server.inject({
    method: endpoint.method,
    url: endpointPath(endpoint, nowhere),
    headers,
    timeoutMs: 5000,
  });
  const text = new TextDecoder().decode(reply.body);
  const code = (reply.headers["content-type"] ?? "").includes("problem")
    ? (JSON.parse(text) as { code: string }).code
    : undefined;
  return { status: reply.status, code };
}
