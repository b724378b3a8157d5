import { describe, expect, test } from "vitest";
import { type Account, afterAttempt, canBeGuessed, failuresMax, lockMs, mayTry } from "./account.ts";

const person: Account = {
  userId: "0193c7e0-0000-7000-8000-000000000001",
  userName: "ada",
  fullName: "Ada",
  roles: ["qa"],
  state: "active",
  failures: 0,
  lockedUntil: null,
  passwordHash: "$argon2id$1",
  passwordChangeNeeded: false,
  passwordHistory: [],
  badgeHash: "badge",
  pinHash: "$argon2id$2",
  provider: null,
  source: null,
  createdAt: 1,
  lastSignInAt: null,
};
const provider = { issuer: "https://id.example", subject: "ada" };

test.each<[string, Partial<Account>, password: boolean, pin: boolean]>([
  ["with password and badge", {}, true, true],
  ["whose one-time password is not changed yet, here", { passwordChangeNeeded: true }, true, true],
  ["the same as the levels below hold it", { passwordHash: null, source: "enterprise-1" }, false, true],
  ["without a badge", { badgeHash: null, pinHash: null }, true, false],
  ["for whom a provider vouches", { passwordHash: null, pinHash: null, provider }, false, false],
])("an account %s says what of it can be guessed [REQ-ACC-04]", (_, more, password, pin) => {
  const account = { ...person, ...more };
  expect(canBeGuessed(account, "password")).toBe(password);
  expect(canBeGuessed(account, "pin")).toBe(pin);
});

describe("what an attempt makes of an account", () => {
  const now = 1_000_000;
  test.each<[string, Partial<Account>, matched: boolean, Partial<Account>]>([
    ["a right one forgets", { failures: 3 }, true, { failures: 0, lockedUntil: null }],
    ["a wrong one counts", { failures: 3 }, false, { failures: 4, state: "active" }],
    [
      "the last one locks",
      { failures: failuresMax - 1 },
      false,
      { failures: failuresMax, state: "locked", lockedUntil: now + lockMs },
    ],
    [
      "a disabled one stays so",
      { failures: failuresMax - 1, state: "disabled" },
      false,
      { failures: failuresMax, state: "disabled", lockedUntil: null },
    ],
  ])("%s [REQ-ACC-04]", (_, more, matched, after) => {
    expect(afterAttempt({ ...person, ...more }, matched, now)).toEqual({ ...person, ...more, ...after });
  });

  test.each<[string, Partial<Account>, string]>([
    ["active", {}, "active"],
    ["locked", { state: "locked", lockedUntil: now + 1 }, "gxp.locked"],
    ["locked until now", { state: "locked", lockedUntil: now, failures: 5 }, "active"],
    ["locked at the level above", { state: "locked", lockedUntil: null }, "gxp.locked"],
  ])("%s: may be tried", (_, more, expected) => {
    const may = mayTry({ ...person, ...more }, now);
    expect(may.ok ? may.value.state : may.refusal.code).toBe(expected);
  });
});
