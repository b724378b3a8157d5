import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientOf, gxpLevel, gxpMigrations, type GxpLevel } from "../../../test/support/gxp-level.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import type { Client } from "../../contract/client.ts";
import { commonApi } from "../../contract/common-api.ts";
import type { Role } from "../../contract/rights.ts";
import { systemActor } from "../audit/audit.ts";
import { failuresMax, lockMs } from "./account.ts";
import { exportPeople, importPeople } from "./people-replication.ts";
import { sessionIdleMs, sessionMs } from "./session-rules.ts";
import { ensureFirstAdministrator } from "./user.handler.ts";

let scratch: ScratchDatabase;
let level: GxpLevel;
let admin: Client;
const password = "seven green lanterns";

beforeAll(async () => {
  scratch = await scratchDatabase(gxpMigrations);
  level = gxpLevel(scratch.database);
  const first = await ensureFirstAdministrator(level.gxp);
  if (first === undefined) throw new Error("somebody was there already");
  admin = await claim(first.userName, first.oneTimePassword);
});

afterAll(async () => {
  await level.server.close();
  await scratch.drop();
});

async function claim(userName: string, oneTimePassword: string): Promise<Client> {
  const client = clientOf(level.server);
  await client.call(commonApi.signIn, { body: { userName, password: oneTimePassword } });
  await client.call(commonApi.changePassword, { body: { oldPassword: oneTimePassword, newPassword: password } });
  return client;
}

let people = 0;
async function hire(roles: Role[]): Promise<{ client: Client; userId: string; userName: string }> {
  const userName = `person${++people}`;
  const made = await admin.call(commonApi.createUser, {
    body: { userName, fullName: "Somebody Else", roles, reason: "test" },
  });
  return { client: await claim(userName, made.oneTimePassword), userId: made.user.userId, userName };
}

const signIn = (client: Client, userName: string, secret: string) =>
  client.call(commonApi.signIn, { body: { userName, password: secret } });

describe("the first administrator", () => {
  test("is made once [REQ-ACC-02]", async () => {
    expect(await ensureFirstAdministrator(level.gxp)).toBeUndefined();
  });

  test("may do nothing before the one-time password is changed [REQ-ACC-02]", async () => {
    const { oneTimePassword } = await admin.call(commonApi.createUser, {
      body: { userName: "fresh", fullName: "Fresh", roles: ["qa"], reason: "test" },
    });
    const client = clientOf(level.server);
    expect(await signIn(client, "FRESH", oneTimePassword)).toMatchObject({
      passwordChangeNeeded: true,
      userName: "fresh",
      roles: ["qa"],
    });
    await expect(client.call(commonApi.users)).rejects.toMatchObject({
      status: 403,
      code: "gxp.password-change-needed",
    });
    await expect(
      client.call(commonApi.changePassword, {
        body: { oldPassword: oneTimePassword, newPassword: "fresh-fresh-fresh" },
      }),
    ).rejects.toMatchObject({ code: "gxp.password-weak", at: "name" });
    await client.call(commonApi.changePassword, { body: { oldPassword: oneTimePassword, newPassword: password } });
    expect((await client.call(commonApi.users)).length).toBeGreaterThan(1);
  });
});

describe("a session", () => {
  test("ends when its person signs out [REQ-ACC-03]", async () => {
    const { client } = await hire(["operator"]);
    expect(await client.call(commonApi.session)).toMatchObject({ via: "password", passwordChangeNeeded: false });
    await client.call(commonApi.signOut);
    await expect(client.call(commonApi.session)).rejects.toMatchObject({ status: 401, code: "gxp.sign-in-needed" });
  });

  test("ends when nothing is done, and after a shift whatever is done [REQ-ACC-03]", async () => {
    const idle = await hire(["qa"]);
    const busy = await hire(["qa"]);
    level.clock.advance(sessionIdleMs - 1);
    await busy.client.call(commonApi.session);
    level.clock.advance(1);
    await expect(idle.client.call(commonApi.session)).rejects.toMatchObject({ code: "gxp.sign-in-needed" });
    for (let passed = sessionIdleMs; passed + sessionIdleMs / 2 < sessionMs; passed += sessionIdleMs / 2) {
      await busy.client.call(commonApi.session);
      level.clock.advance(sessionIdleMs / 2);
    }
    level.clock.advance(sessionIdleMs / 2);
    await expect(busy.client.call(commonApi.session)).rejects.toMatchObject({ code: "gxp.sign-in-needed" });
    await signIn(admin, "administrator", password);
  });

  test("keeps its cookie from scripts and from other sites [REQ-ACC-06]", async () => {
    const reply = await level.server.inject({
      method: "POST",
      url: "/v1/session",
      headers: { "content-type": "application/json" },
      timeoutMs: 1000,
      body: JSON.stringify({ userName: "administrator", password }),
    });
    expect(reply.headers["set-cookie"]).toMatch(
      /^packtrail_enterprise-1=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  test("of others end when the password is changed, and old passwords do not come back", async () => {
    const { client, userName } = await hire(["qa"]);
    const other = clientOf(level.server);
    await signIn(other, userName, password);
    const change = (oldPassword: string, newPassword: string) =>
      client.call(commonApi.changePassword, { body: { oldPassword, newPassword } });
    await expect(change(password, password)).rejects.toMatchObject({ status: 422, code: "gxp.password-reused" });
    await expect(change("wrong", "another long one here")).rejects.toMatchObject({ code: "gxp.wrong-credentials" });
    await change(password, "another long one here");
    await expect(other.call(commonApi.session)).rejects.toMatchObject({ code: "gxp.sign-in-needed" });
    expect(await client.call(commonApi.session)).toMatchObject({ userName });
    await expect(change("another long one here", password)).rejects.toMatchObject({ code: "gxp.password-reused" });
  });
});

describe("failed attempts", () => {
  test("say the same of an unknown name and of a wrong password, and lock the account for a while [REQ-ACC-04]", async () => {
    const { userName } = await hire(["operator"]);
    const client = clientOf(level.server);
    await expect(signIn(client, "nobody", password)).rejects.toMatchObject({
      status: 401,
      code: "gxp.wrong-credentials",
    });
    for (let tries = 0; tries < failuresMax; tries++) {
      await expect(signIn(client, userName, "wrong")).rejects.toMatchObject({
        status: 401,
        code: "gxp.wrong-credentials",
      });
    }
    await expect(signIn(client, userName, password)).rejects.toMatchObject({ status: 403, code: "gxp.locked" });
    level.clock.advance(lockMs);
    expect(await signIn(client, userName, password)).toMatchObject({ userName });
    await signIn(admin, "administrator", password);
  });

  test("are in the audit trail, and a chain that adds up [REQ-AUD-01]", async () => {
    const { userName, userId } = await hire(["operator"]);
    await expect(signIn(clientOf(level.server), userName, "wrong")).rejects.toMatchObject({
      code: "gxp.wrong-credentials",
    });
    const { entries } = await admin.call(commonApi.audit, { query: { subject: `user/${userId}` } });
    expect(entries.map(({ action }) => action)).toEqual([
      "session.refused",
      "user.change-password",
      "session.sign-in",
      "user.create",
    ]);
    expect(JSON.stringify(entries)).not.toContain("argon2id");
    expect(entries.at(-1)).toMatchObject({
      actorName: "administrator",
      reason: "test",
      before: null,
      after: { roles: ["operator"] },
    });
    expect(await admin.call(commonApi.verifyAudit, { query: { chain: `user/${userId}` } })).toMatchObject([
      { intact: true, entries: 4, brokenAt: null },
    ]);
  });
});

describe("an administrator", () => {
  test("gives roles, and only those of people", async () => {
    const { userId, client } = await hire(["operator"]);
    const setRoles = (roles: Role[], reason = "test") =>
      admin.call(commonApi.setRoles, { params: { userId }, body: { roles, reason } });
    expect(await setRoles(["qa", "operator", "qa"])).toMatchObject({ roles: ["operator", "qa"] });
    expect((await client.call(commonApi.session)).roles).toEqual(["operator", "qa"]);
    await expect(setRoles(["site"])).rejects.toMatchObject({ status: 422, code: "gxp.roles" });
    await expect(setRoles(["qa"], "  ")).rejects.toMatchObject({ code: "gxp.reason-needed" });
    await expect(
      client.call(commonApi.setRoles, { params: { userId }, body: { roles: ["administrator"], reason: "mine" } }),
    ).rejects.toMatchObject({ code: "gxp.not-allowed" });
  });

  test("disables an account, and its sessions end at once [REQ-ACC-03]", async () => {
    const { userId, userName, client } = await hire(["operator"]);
    const setState = (state: "active" | "disabled") =>
      admin.call(commonApi.setUserState, { params: { userId }, body: { state, reason: "left" } });
    expect(await setState("disabled")).toMatchObject({ state: "disabled" });
    await expect(client.call(commonApi.session)).rejects.toMatchObject({ code: "gxp.sign-in-needed" });
    await expect(signIn(client, userName, password)).rejects.toMatchObject({ code: "gxp.disabled" });
    await expect(signIn(client, userName, "wrong")).rejects.toMatchObject({ code: "gxp.wrong-credentials" });
    await expect(setState("disabled")).rejects.toMatchObject({ code: "gxp.user-state" });
    await setState("active");
    expect(await signIn(client, userName, password)).toMatchObject({ userName });
  });

  test("cannot be the last to go", async () => {
    const [{ userId } = { userId: "" }] = (await admin.call(commonApi.users)).filter(
      ({ userName }) => userName === "administrator",
    );
    const body = { roles: ["qa" as const], reason: "test" };
    await expect(admin.call(commonApi.setRoles, { params: { userId }, body })).rejects.toMatchObject({
      status: 409,
      code: "gxp.last-administrator",
    });
  });

  test("resets a password and gives a badge", async () => {
    const { userId, userName, client } = await hire(["operator"]);
    const { oneTimePassword } = await admin.call(commonApi.resetPassword, {
      params: { userId },
      body: { reason: "forgot" },
    });
    await expect(client.call(commonApi.session)).rejects.toMatchObject({ code: "gxp.sign-in-needed" });
    expect(await signIn(client, userName, oneTimePassword)).toMatchObject({ passwordChangeNeeded: true });
    const give = (badge: { badge: string; pin: string } | null, to = userId) =>
      admin.call(commonApi.setBadge, { params: { userId: to }, body: { badge, reason: "test" } });
    await expect(give({ badge: "04A1B2", pin: "123456" })).rejects.toMatchObject({ code: "gxp.pin-weak" });
    expect(await give({ badge: "04A1B2", pin: "482915" })).toMatchObject({ hasBadge: true });
    const other = await hire(["operator"]);
    await expect(give({ badge: "04A1B2", pin: "482915" }, other.userId)).rejects.toMatchObject({
      code: "gxp.badge-in-use",
    });
    const terminal = clientOf(level.server);
    expect(await terminal.call(commonApi.signInByBadge, { body: { badge: "04A1B2", pin: "482915" } })).toMatchObject({
      userName,
      via: "badge",
    });
    await expect(
      terminal.call(commonApi.signInByBadge, { body: { badge: "04A1B2", pin: "000000" } }),
    ).rejects.toMatchObject({ code: "gxp.wrong-credentials" });
    expect(await give(null)).toMatchObject({ hasBadge: false });
    await expect(
      terminal.call(commonApi.signInByBadge, { body: { badge: "04A1B2", pin: "482915" } }),
    ).rejects.toMatchObject({ code: "gxp.wrong-credentials" });
  });

  test("cannot give one name twice", async () => {
    const { userName } = await hire(["operator"]);
    const body = { userName: userName.toUpperCase(), fullName: "Other", roles: ["qa" as const], reason: "test" };
    await expect(admin.call(commonApi.createUser, { body })).rejects.toMatchObject({
      status: 409,
      code: "gxp.user-exists",
    });
  });
});

describe("machines", () => {
  test("speak with the token they were issued, in their scope, until it is revoked [REQ-ACC-05]", async () => {
    const body = { name: "site-a", role: "site" as const, owner: "9521000000008", reason: "test" };
    const { credential, token } = await admin.call(commonApi.createMachineCredential, { body });
    const site = clientOf(level.server, token ?? "");
    expect(await site.call(commonApi.self)).toMatchObject({ level: "enterprise" });
    await expect(site.call(commonApi.users)).rejects.toMatchObject({ status: 403, code: "gxp.not-allowed" });
    await expect(admin.call(commonApi.createMachineCredential, { body })).rejects.toMatchObject({
      code: "gxp.credential-name",
    });
    await expect(
      admin.call(commonApi.createMachineCredential, { body: { ...body, role: "qa" } }),
    ).rejects.toMatchObject({ code: "gxp.roles" });
    const { credentialId } = credential;
    expect(
      await admin.call(commonApi.revokeMachineCredential, { params: { credentialId }, body: { reason: "lost" } }),
    ).toMatchObject({ revokedAt: expect.any(Number) });
    await expect(site.call(commonApi.users)).rejects.toMatchObject({ status: 401 });
    expect((await admin.call(commonApi.machineCredentials)).map(({ name }) => name)).toContain("site-a");
  });
});

describe("people handed down", () => {
  test("sign in at the level below, with the level above gone; guesses before they claimed it count for nothing [REQ-ACC-08] [REQ-ACC-04]", async () => {
    const { userName, userId } = await hire(["qa"]);
    const below = await scratchDatabase(gxpMigrations);
    const site = gxpLevel(below.database, { instance: "site-a" });
    const take = async () => {
      const snapshot = await exportPeople(scratch.database);
      return below.database.transaction((sql) =>
        importPeople(sql, snapshot, {
          source: "enterprise-1",
          now: site.clock.now(),
          by: { actor: systemActor("enterprise-1") },
        }),
      );
    };
    try {
      expect(await take()).toMatchObject({ applied: true, conflicts: [] });
      expect(await take()).toMatchObject({ applied: false, changed: 0 });
      const unclaimed = await admin.call(commonApi.createUser, {
        body: { userName: "unclaimed", fullName: "Not Yet", roles: ["qa"], reason: "test" },
      });
      await take();
      for (let tries = 0; tries < failuresMax; tries++)
        await expect(signIn(clientOf(site.server), "unclaimed", `wrong ${tries}`)).rejects.toMatchObject({
          code: "gxp.wrong-credentials",
        });
      await claim("unclaimed", unclaimed.oneTimePassword);
      await take();
      expect(await signIn(clientOf(site.server), "unclaimed", password)).toMatchObject({ userName: "unclaimed" });
      const client = clientOf(site.server);
      expect(await signIn(client, userName, password)).toMatchObject({ userId, roles: ["qa"] });
      await expect(
        client.call(commonApi.changePassword, { body: { oldPassword: password, newPassword: "nine violet trumpets" } }),
      ).rejects.toMatchObject({ code: "gxp.issued-elsewhere" });

      await admin.call(commonApi.setRoles, { params: { userId }, body: { roles: ["releaser"], reason: "promoted" } });
      expect(await take()).toMatchObject({ applied: true, changed: 1 });
      expect((await client.call(commonApi.session)).roles).toEqual(["releaser"]);

      for (let tries = 0; tries < failuresMax; tries++) await signIn(client, userName, "wrong").catch(() => undefined);
      await admin.call(commonApi.setRoles, { params: { userId }, body: { roles: ["qa"], reason: "and back" } });
      await take();
      await expect(signIn(client, userName, password)).rejects.toMatchObject({ code: "gxp.locked" });

      await admin.call(commonApi.setUserState, { params: { userId }, body: { state: "disabled", reason: "left" } });
      await take();
      site.clock.advance(lockMs);
      await expect(signIn(client, userName, password)).rejects.toMatchObject({ code: "gxp.disabled" });
    } finally {
      await site.server.close();
      await below.drop();
    }
  });
});
