import { commonApi, type Session } from "../../contract/common-api.ts";
import { ok, type Result } from "../../kernel/base/result.ts";
import { type Actor, personOf } from "../../runtime/http/actor.ts";
import { answer, type Answer } from "../../runtime/http/answer.ts";
import { printCookie } from "../../runtime/http/browser-guard.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import { auditActor } from "../audit/audit.ts";
import type { DoneBy, Gxp } from "../gxp.ts";
import { createCredential, listCredentials, revokeCredential } from "../machines/credential.handler.ts";
import { ownSession, type SignedIn, signIn, signInByBadge, signOut } from "./sign-in.handler.ts";
import {
  changePassword,
  createUser,
  listUsers,
  resetPassword,
  setBadge,
  setRoles,
  setUserState,
} from "./user.handler.ts";

type Cookie = HttpServer<unknown>["cookie"];

/** The session's cookie ends with the browser; what ends the session is kept on our side. */
export function withSession(result: Result<SignedIn>, cookie: Cookie): Result<never> | Answer<Session> {
  if (!result.ok) return result;
  const header = printCookie(cookie.name, result.value.token, { secure: cookie.secure });
  return answer(result.value.session, { headers: { "set-cookie": header } });
}

export function doneBy(call: { readonly actor: Actor; readonly traceId: string }): DoneBy {
  return { actor: auditActor(call.actor), traceId: call.traceId };
}

export function registerSessionRoutes<Tx>(server: HttpServer<Tx>, gxp: Gxp): void {
  const { cookie } = server;
  server.route(commonApi.signIn, async ({ body, traceId }) => withSession(await signIn(gxp, body, traceId), cookie));
  server.route(commonApi.signInByBadge, async ({ body, traceId }) =>
    withSession(await signInByBadge(gxp, body, traceId), cookie),
  );
  server.route(commonApi.session, async ({ actor }) => {
    const person = personOf(actor);
    return person.ok ? ownSession(gxp, person.value) : person;
  });
  server.route(commonApi.signOut, async ({ actor, traceId }) => {
    const person = personOf(actor);
    if (!person.ok) return person;
    await signOut(gxp, person.value, traceId);
    const gone = printCookie(cookie.name, "", { secure: cookie.secure, maxAgeSeconds: 0 });
    return answer({ accepted: true as const }, { headers: { "set-cookie": gone } });
  });
  server.route(commonApi.changePassword, async ({ actor, body, traceId }) => {
    const person = personOf(actor);
    if (!person.ok) return person;
    const changed = await changePassword(gxp, person.value, body, traceId);
    return changed.ok ? ownSession(gxp, { ...person.value, passwordChangeNeeded: false }) : changed;
  });
}

export function registerUserRoutes<Tx>(server: HttpServer<Tx>, gxp: Gxp): void {
  server.route(commonApi.users, () => listUsers(gxp));
  server.route(commonApi.createUser, (call) => createUser(gxp, call.body, doneBy(call)));
  server.route(commonApi.setRoles, (call) => setRoles(gxp, { ...call.params, ...call.body }, doneBy(call)));
  server.route(commonApi.setUserState, (call) => setUserState(gxp, { ...call.params, ...call.body }, doneBy(call)));
  server.route(commonApi.resetPassword, (call) => resetPassword(gxp, { ...call.params, ...call.body }, doneBy(call)));
  server.route(commonApi.setBadge, (call) => setBadge(gxp, { ...call.params, ...call.body }, doneBy(call)));
  server.route(commonApi.machineCredentials, () => listCredentials(gxp));
  server.route(commonApi.createMachineCredential, (call) => createCredential(gxp, call.body, doneBy(call)));
  server.route(commonApi.revokeMachineCredential, async (call) => {
    const revoked = await revokeCredential(gxp, { ...call.params, ...call.body }, doneBy(call));
    return revoked.ok ? ok(revoked.value) : revoked;
  });
}
