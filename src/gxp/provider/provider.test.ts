import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gxpLevel, gxpMigrations, type GxpLevel } from "../../../test/support/gxp-level.ts";
import { type IdentityProvider, identityProvider, type Says } from "../../../test/support/identity-provider.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import { sign } from "../signature/signature.handler.ts";
import { createProviderClient } from "./provider-client.ts";
import { localPath, providedPerson, ticketMs } from "./provider.ts";

const client = { id: "packtrail", secret: "a client's secret" };
const publicUrl = "http://level:4004";
let scratch: ScratchDatabase;
let level: GxpLevel;
let provider: IdentityProvider;

beforeAll(async () => {
  scratch = await scratchDatabase(gxpMigrations);
  provider = await identityProvider(client);
  const config = {
    name: "Company",
    issuer: provider.issuer,
    clientId: client.id,
    clientSecret: client.secret,
    publicUrl,
    rolesClaim: "realm.groups",
    roles: { "gmp-release": "releaser", "gmp-qa": "qa", robots: "site" },
  } as const;
  level = gxpLevel(scratch.database, { provider: () => createProviderClient(config, provider.network) });
});
afterAll(async () => {
  await level.server.close();
  await scratch.drop();
});

const rita = {
  sub: "42",
  preferred_username: "rita",
  name: "Rita Release",
  realm: { groups: ["gmp-release", "staff"] },
};

/** A browser: cookies by name, and no redirect followed by itself. */
function browser() {
  const cookies = new Map<string, string>();
  const get = async (path: string) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const reply = await level.server.inject({
      method: "GET",
      url: publicUrl + path,
      headers: cookie === "" ? {} : { cookie },
      timeoutMs: 1000,
    });
    const set = /^([^=]+)=([^;]*)/.exec(reply.headers["set-cookie"] ?? "");
    if (set?.[1] !== undefined) cookies.set(set[1], set[2] ?? "");
    const text = new TextDecoder().decode(reply.body);
    return {
      status: reply.status,
      location: reply.headers["location"] ?? "",
      json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  };
  const visit = async (says: Says, start = "/v1/session/provider?back=/lots") => {
    const started = await get(start);
    const back = new URL(provider.authorize(started.location, says));
    return { started, returned: await get(back.pathname + back.search), back };
  };
  return { get, visit, cookies };
}

describe("sign-in by the company's provider", () => {
  test("makes a session with the roles that the provider says", async () => {
    const page = browser();
    const { started, returned } = await page.visit({ claims: rita });
    expect(started).toMatchObject({ status: 303, location: expect.stringMatching(/code_challenge_method=S256/) });
    expect(returned).toMatchObject({ status: 303, location: "/lots" });
    expect((await page.get("/v1/session")).json).toMatchObject({
      userName: "rita",
      fullName: "Rita Release",
      roles: ["releaser"],
      via: "provider",
    });
    await page.visit({ claims: { ...rita, realm: { groups: ["gmp-qa"] } } });
    expect((await page.get("/v1/session")).json).toMatchObject({ userName: "rita", roles: ["qa"] });
  });

  test.each<[string, Says, string]>([
    ["no role here", { claims: { ...rita, realm: { groups: ["staff", "robots"] } } }, "gxp.provider-roles"],
    ["a token signed by another", { claims: rita, forged: true }, "gxp.provider-refused"],
    ["a token for another client", { claims: rita, audience: "other" }, "gxp.provider-refused"],
    ["a token of another request", { claims: rita, nonce: "replayed" }, "gxp.provider-refused"],
  ])("is refused: %s", async (_, says, code) => {
    const page = browser();
    const { returned } = await page.visit(says);
    expect(returned.json).toMatchObject({ code });
    expect((await page.get("/v1/session")).status).toBe(401);
  });

  test("takes a return once, and only in the browser that went", async () => {
    const page = browser();
    const { back, returned } = await page.visit({ claims: rita });
    expect(returned.status).toBe(303);
    expect((await page.get(back.pathname + back.search)).json).toMatchObject({ code: "gxp.provider-refused" });
    const started = await page.get("/v1/session/provider");
    const stolen = new URL(provider.authorize(started.location, { claims: rita }));
    const before = provider.tokenRequests;
    expect((await browser().get(stolen.pathname + stolen.search)).json).toMatchObject({
      status: 401,
      code: "gxp.provider-refused",
      at: "cookie",
    });
    expect(provider.tokenRequests).toBe(before);
  });

  test("is off where none is configured", async () => {
    const without = gxpLevel(scratch.database, { instance: "without" });
    const reply = await without.server.inject({
      method: "GET",
      url: "/v1/session/provider",
      headers: {},
      timeoutMs: 1000,
    });
    expect(reply.status).toBe(404);
    await without.server.close();
  });
});

describe("a signature of a person whom the provider signs in", () => {
  const record = "lot/09521234543213/P1";
  const signing = (password: string) =>
    level.gxp.database.transaction((sql) =>
      sign(level.gxp, sql, {
        record,
        recordHash: canonicalHash(record),
        meaning: "released",
        right: "lot.release",
        input: { userName: "rita", password },
      }),
    );
  const again = "/v1/session/provider?purpose=sign&back=/lots";

  test("asks the provider again, and its ticket signs once [REQ-SIG-06]", async () => {
    const page = browser();
    await page.visit({ claims: rita });
    expect(await signing("any password")).toMatchObject({ refusal: { code: "gxp.provider-needed" } });
    const { started, returned } = await page.visit({ claims: rita }, again);
    expect(started.location).toMatch(/prompt=login.*max_age=0/);
    const ticket = decodeURIComponent(returned.location.replace("/lots#ticket=", ""));
    expect(await signing(`ticket:${ticket}`)).toMatchObject({ ok: true, value: { userName: "rita" } });
    expect(await signing(`ticket:${ticket}`)).toMatchObject({ refusal: { code: "gxp.signature-refused" } });
  });

  test("is soon too late", async () => {
    const page = browser();
    await page.visit({ claims: rita });
    const { returned } = await page.visit({ claims: rita }, again);
    level.clock.advance(ticketMs);
    expect(await signing(`ticket:${returned.location.replace("/lots#ticket=", "")}`)).toMatchObject({
      refusal: { code: "gxp.signature-refused" },
    });
  });

  test.each<[string, Says, string]>([
    ["the provider asked long ago", { claims: rita, authenticatedAgoSeconds: 3600 }, "gxp.provider-refused"],
    ["somebody else signed in", { claims: { ...rita, sub: "43", preferred_username: "otto" } }, "gxp.signer-other"],
  ])("gets no ticket when %s", async (_, says, code) => {
    const page = browser();
    await page.visit({ claims: rita });
    expect((await page.visit(says, again)).returned.json).toMatchObject({ code });
  });

  test("is not begun by nobody", async () => {
    expect((await browser().get(again)).json).toMatchObject({ code: "gxp.sign-in-needed" });
  });
});

describe("what a provider and a browser may say", () => {
  test.each([
    ["/lots?x=1", "/lots?x=1"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["/a\nb", "/"],
    [undefined, "/"],
  ])("back to %j", (back, path) => {
    expect(localPath(back)).toBe(path);
  });

  test("roles come from a claim by name before a path, and never from inherited properties", () => {
    const config = { rolesClaim: "a.b", roles: { x: "qa", constructor: "administrator" } } as const;
    const roles = (claims: object) => {
      const person = providedPerson({ iss: "i", sub: "s", ...claims }, config);
      return person.ok ? person.value.roles : person.refusal.code;
    };
    expect(roles({ "a.b": "x" })).toEqual(["qa"]);
    expect(roles({ a: { b: ["x", "x", 7] } })).toEqual(["qa"]);
    expect(roles({ a: { b: "toString" } })).toBe("gxp.provider-roles");
    expect(roles({})).toBe("gxp.provider-roles");
  });
});
