import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordedFrom, tell } from "../../../test/support/told-life.ts";
import { password, traceWorld, type TraceWorld } from "../../../test/support/trace-world.ts";
import { life } from "../../../test/support/troubled-life.ts";
import { commonApi } from "../../contract/common-api.ts";
import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { signatureMeanings } from "../../contract/signature-meanings.ts";
import { traceApi, type WorkedException } from "../../contract/trace-api.ts";

let world: TraceWorld;
type Person = Awaited<ReturnType<TraceWorld["person"]>>;
let quinn: Person;
let connor: Person;

beforeAll(async () => {
  world = await traceWorld();
  await tell(world.database, world.told, life(world.told.serials), recordedFrom);
  quinn = await world.person("quinn", ["qa"]);
  connor = await world.person("connor", ["compliance"]);
  await world.person("olga", ["operator"]);
});
afterAll(() => world.stop());

const list = async (query: object = {}) => world.as("qa").call(traceApi.workedExceptions, { query });
const first = async (query: object) => (await list(query)).exceptions[0] as WorkedException;

describe("the worklist", () => {
  test("is filtered, counted and names who may be given one [REQ-EXC-01]", async () => {
    const all = await list();
    expect(all.exceptions.length).toBe(all.open.error + all.open.warning);
    const errors = await list({ severity: "error" });
    expect(errors.exceptions.length).toBe(all.open.error);
    expect(errors.exceptions.every(({ severity }) => severity === "error")).toBe(true);
    const code = errors.exceptions[0]?.code ?? "";
    expect((await list({ code })).exceptions.every((each) => each.code === code)).toBe(true);
    expect(all.people.map(({ name }) => name).toSorted()).toEqual(["The connor", "The quinn"]);
    const { subject } = errors.exceptions[0] as WorkedException;
    expect((await list({ subject })).exceptions.every((each) => each.subject === subject)).toBe(true);
    const [, second] = all.exceptions;
    const rest = await list({ before: second?.exceptionId });
    expect(rest.exceptions).toEqual(all.exceptions.slice(2));
  });
});

describe("an exception is worked off [REQ-EXC-01]", () => {
  const one = (exceptionId: string) => ({ params: { exceptionId } });

  test("given to somebody, commented, and resolved with a reason when it is a warning", async () => {
    const { exceptionId } = await first({ severity: "warning" });
    await quinn.client.call(traceApi.assignException, { ...one(exceptionId), body: { userId: connor.userId } });
    const mine = await connor.client.call(traceApi.workedExceptions, { query: { mine: true } });
    expect(mine.exceptions.map((each) => each.exceptionId)).toEqual([exceptionId]);
    await connor.client.call(traceApi.commentException, { ...one(exceptionId), body: { words: "Asked the sender." } });
    await connor.client.call(enterpriseApi.resolveException, { ...one(exceptionId), body: { reason: "A late scan." } });
    const done = (await list({ state: "resolved" })).exceptions.find((each) => each.exceptionId === exceptionId);
    expect(done).toMatchObject({ reason: "A late scan.", resolvedBy: "connor", assignedTo: { name: "The connor" } });
    expect(done?.notes.map(({ kind, by, words }) => [kind, by, words])).toEqual([
      ["assigned", "quinn", "The connor"],
      ["comment", "connor", "Asked the sender."],
      ["resolved", "connor", "A late scan."],
    ]);
    const { entries } = await world.as("qa").call(commonApi.audit, { query: { subject: `exception/${exceptionId}` } });
    expect(entries.map(({ action }) => action).toSorted()).toEqual([
      "exception.assign",
      "exception.comment",
      "exception.resolve",
    ]);
  });

  test("an error only with a signature, of whoever is signed in, over what was found and why", async () => {
    const { exceptionId } = await first({ severity: "error" });
    const resolve = (body: { reason: string }) =>
      quinn.client.call(enterpriseApi.resolveException, { ...one(exceptionId), body });
    await expect(resolve({ reason: "x" })).rejects.toMatchObject({ code: "exception.signature-needed" });
    const sign = (userName: string, secret = password) =>
      quinn.client.call(traceApi.signException, {
        ...one(exceptionId),
        body: { reason: "Scanned twice.", signature: { userName, password: secret } },
      });
    await expect(sign("quinn", "wrong")).rejects.toMatchObject({ code: "gxp.signature-refused" });
    await expect(sign("connor")).rejects.toMatchObject({ status: 403 });
    expect((await first({ severity: "error" })).exceptionId).toBe(exceptionId);
    expect(await sign("quinn")).toMatchObject({ state: "resolved", resolvedBy: "quinn", reason: "Scanned twice." });
    const signatures = await quinn.client.call(commonApi.signatures, { query: { record: `exception/${exceptionId}` } });
    expect(signatures).toMatchObject([{ userName: "quinn", meaning: signatureMeanings.exceptionResolution }]);
    await expect(sign("quinn")).rejects.toMatchObject({ code: "exception.unknown" });
  });

  test("to nobody who may not resolve it, and by nobody who may not", async () => {
    const { exceptionId } = await first({});
    const give = (userId: string | null) =>
      quinn.client.call(traceApi.assignException, { ...one(exceptionId), body: { userId } });
    const olga = (await world.as("administrator").call(commonApi.users)).find(({ userName }) => userName === "olga");
    await expect(give(olga?.userId ?? "")).rejects.toMatchObject({ code: "exception.assignee" });
    await give(quinn.userId);
    expect(await give(null)).toMatchObject({ assignedTo: null });
    const words = { ...one(exceptionId), body: { words: "x" } };
    await expect(world.as("warehouse").call(traceApi.commentException, words)).rejects.toMatchObject({ status: 403 });
  });
});
