import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gxpLevel, gxpMigrations, type GxpLevel } from "../../../test/support/gxp-level.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import type { Role } from "../../contract/rights.ts";
import { must, type Result } from "../../kernel/base/result.ts";
import type { SignatureRecord } from "../../contract/shapes.ts";
import { systemActor, verifyChain } from "../audit/audit.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import type { Account } from "../people/account.ts";
import { failuresMax } from "../people/account.ts";
import { accountByName, saveAccount } from "../people/people.store.ts";
import { createUser } from "../people/user.handler.ts";
import { checkSegregation, recordDuty } from "./duty.ts";
import { sign, type SignRequest, verifySignatures } from "./signature.handler.ts";

let scratch: ScratchDatabase;
let level: GxpLevel;
const password = "seven green lanterns";
const recordHash = canonicalHash({ lot: "L1", quantity: 100 });

beforeAll(async () => {
  scratch = await scratchDatabase(gxpMigrations);
  level = gxpLevel(scratch.database);
});
afterAll(async () => {
  await level.server.close();
  await scratch.drop();
});

let people = 0;
/** An account whose password is known here, as if its person had changed it. */
async function person(...roles: Role[]): Promise<Account> {
  const userName = `signer${++people}`;
  must(
    await createUser(
      level.gxp,
      { userName, fullName: "Some Signer", roles, reason: "test" },
      { actor: systemActor("test") },
    ),
  );
  const passwordHash = await level.gxp.hasher.hash(password);
  return level.gxp.database.transaction(async (sql) => {
    const account = { ...((await accountByName(sql, userName)) as Account), passwordHash, passwordChangeNeeded: false };
    await saveAccount(sql, account);
    return account;
  });
}

let records = 0;
function request(account: Account, more: Partial<SignRequest> = {}): SignRequest {
  const record = `lot/09521234543213/L${++records}`;
  return {
    record,
    recordHash,
    meaning: "released",
    right: "lot.release",
    input: { userName: account.userName, password },
    ...more,
  };
}

const signing = (input: SignRequest): Promise<Result<SignatureRecord>> =>
  level.gxp.database.transaction((sql) => sign(level.gxp, sql, input));

describe("a signature", () => {
  test("states who, when and what it means, is bound to its record, and is in the trail [REQ-SIG-01] [REQ-AUD-01]", async () => {
    const releaser = await person("releaser");
    const asked = request(releaser);
    const signed = must(await signing(asked));
    expect(signed).toMatchObject({
      userId: releaser.userId,
      userName: releaser.userName,
      meaning: "released",
      at: level.clock.now(),
      recordHash,
    });
    expect(must(await verifySignatures(scratch.database, asked.record, recordHash))).toEqual([signed]);
    expect(await verifySignatures(scratch.database, asked.record, canonicalHash("another"))).toMatchObject({
      refusal: { code: "gxp.record-changed" },
    });
    expect(await verifyChain(scratch.database, asked.record)).toMatchObject({ entries: 1, intact: true });
  });

  test("cannot be altered, and an alteration by the table's owner shows [REQ-SIG-02] [REQ-AUD-03]", async () => {
    const asked = request(await person("releaser"));
    must(await signing(asked));
    const forge = { text: "update signature set user_name = 'somebody-else' where record = $1" };
    await expect(scratch.database.run(forge, [asked.record])).rejects.toThrow();
    await scratch.database.run({ text: "alter table signature disable trigger signature_written_once" });
    await scratch.database.run(forge, [asked.record]);
    await scratch.database.run({ text: "alter table signature enable trigger signature_written_once" });
    expect(await verifySignatures(scratch.database, asked.record, recordHash)).toMatchObject({
      refusal: { code: "gxp.signature-broken" },
    });
  });

  test("is refused for what stands against it [REQ-SIG-05]", async () => {
    const releaser = await person("releaser");
    const operator = await person("operator");
    const { input } = request(releaser);
    const cases: [SignRequest, string][] = [
      [request(releaser, { input: { ...input, password: "wrong" } }), "gxp.signature-refused"],
      [request(releaser, { input: { userName: "nobody-known", password } }), "gxp.signature-refused"],
      [request(releaser, { input: { ...input, meaning: "checked" } }), "gxp.meaning"],
      [request(releaser, { mustBe: operator.userName }), "gxp.signer-other"],
      [request(releaser, { notBy: [releaser.userId] }), "gxp.signer-same"],
      [request(operator), "gxp.signer-not-allowed"],
    ];
    for (const [asked, code] of cases) {
      expect(await signing(asked)).toMatchObject({ ok: false, refusal: { code } });
      expect(must(await verifySignatures(scratch.database, asked.record, recordHash))).toEqual([]);
    }
  });

  test("with a wrong password counts as a failed attempt, even where the caller rolls back [REQ-SIG-03]", async () => {
    const releaser = await person("releaser");
    const wrong = request(releaser, { input: { userName: releaser.userName, password: "wrong" } });
    for (let tries = 1; tries <= failuresMax; tries++) {
      await expect(
        level.gxp.database.transaction(async (sql) => must(await sign(level.gxp, sql, wrong))),
      ).rejects.toThrow();
      await expect.poll(async () => (await accountByName(scratch.database, releaser.userName))?.failures).toBe(tries);
    }
    expect(await signing(request(releaser))).toMatchObject({ refusal: { code: "gxp.locked" } });
  });

  test("is not for a one-time password", async () => {
    const made = must(
      await createUser(
        level.gxp,
        { userName: "newcomer", fullName: "New", roles: ["releaser"], reason: "test" },
        { actor: systemActor("test") },
      ),
    );
    const asked = {
      ...request(await person("releaser")),
      input: { userName: "newcomer", password: made.oneTimePassword },
    };
    expect(await signing(asked)).toMatchObject({ refusal: { code: "gxp.password-change-needed" } });
  });
});

describe("segregation of duties", () => {
  test.each([
    ["lot.release", "lot/1/L1", ["run.operate"], "gxp.segregation"],
    ["lot.release", "lot/1/L1", ["order.close", "run.sample"], "gxp.segregation"],
    ["recipe.approve", "recipe/r1/2", ["recipe.write"], "gxp.segregation"],
    ["lot.release", "lot/1/L1", ["run.sample"], undefined],
    ["lot.hold", "lot/1/L1", ["run.operate"], undefined],
    ["lot.release", "order/1", ["run.operate"], undefined],
  ] as const)("%s on %s after %j", (right, subject, did, code) => {
    const result = checkSegregation(right, subject, did);
    expect(result.ok ? undefined : result.refusal.code).toBe(code);
  });

  test("keeps who ran the batch from releasing it, on that lot only [REQ-SIG-04]", async () => {
    const releaser = await person("releaser");
    const duty = { subject: "lot/09521234543213/RAN", right: "run.operate", userId: releaser.userId, at: 1 } as const;
    await scratch.database.transaction((sql) => recordDuty(sql, duty));
    await scratch.database.transaction((sql) => recordDuty(sql, duty));
    expect(await signing(request(releaser, { subject: duty.subject }))).toMatchObject({
      refusal: { code: "gxp.segregation", at: duty.subject },
    });
    expect(await signing(request(releaser, { subject: "lot/09521234543213/OTHER" }))).toMatchObject({ ok: true });
  });

  test("notes what was signed as done on the subject", async () => {
    const engineer = await person("packaging-engineer", "qa");
    const subject = "recipe/r1/1";
    must(await signing(request(engineer, { subject, right: "recipe.write", meaning: "authored" })));
    expect(await signing(request(engineer, { subject, right: "recipe.approve", meaning: "approved" }))).toMatchObject({
      refusal: { code: "gxp.segregation" },
    });
  });
});
