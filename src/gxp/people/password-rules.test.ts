import { describe, expect, test } from "vitest";
import { realRandom } from "../../runtime/machine.real.ts";
import { argon2Hasher, badgeHash, cheapHashCost, hashCost, parsePhc } from "./password-hasher.ts";
import { checkPassword, checkPin } from "./password-rules.ts";

const ann = { userName: "ann.meyer", fullName: "Ann Meyer" };

describe("a new password", () => {
  test.each([
    ["short", "length"],
    ["a".repeat(201), "length"],
    ["aaaaaaaaaaaaaa", "repetition"],
    ["ababababababab", "repetition"],
    ["12345678901234", "row"],
    ["Password123!!!", "well-known"],
    ["passwordpassword", "well-known"],
    ["QWERTZ1234567", "well-known"],
    ["meyer-is-home-now", "name"],
    ["xx-ANN.MEYER-xx", "name"],
  ])("%s is refused for its %s", (password, at) => {
    expect(checkPassword(password, ann)).toMatchObject({ ok: false, refusal: { code: "gxp.password-weak", at } });
  });
  test.each(["correct horse battery staple", "7kfm2-qp9xx-24hbn", "ein sehr geheimes secret", "Пароль длинный 42"])(
    "%s is taken",
    (password) => {
      expect(checkPassword(password, ann)).toMatchObject({ ok: true });
    },
  );
  test("is the same however its characters were composed", () => {
    const composed = checkPassword("caf\u00e9 au lait bitte", ann);
    expect(checkPassword("cafe\u0301 au lait bitte", ann)).toEqual(composed);
  });
});

describe("a PIN", () => {
  test.each(["12345", "123456", "654321", "111111", "112211", "1234567890123", "12a456"])("%s is refused", (pin) => {
    expect(checkPin(pin)).toMatchObject({ ok: false, refusal: { code: "gxp.pin-weak" } });
  });
  test.each(["482915", "900417223311"])("%s is taken", (pin) => {
    expect(checkPin(pin)).toEqual({ ok: true, value: pin });
  });
});

describe("the hasher", () => {
  const random = realRandom(() => 0);
  const hasher = argon2Hasher(random, cheapHashCost);

  test("knows its own secret again, and no other", async () => {
    const stored = await hasher.hash("a secret");
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
    expect(await hasher.verify("a secret", stored)).toBe(true);
    expect(await hasher.verify("a Secret", stored)).toBe(false);
    expect(await hasher.hash("a secret")).not.toBe(stored);
  });

  test.each([
    "",
    "plain",
    "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    null,
  ])("matches nothing against %j", async (stored) => {
    expect(await hasher.verify("", stored)).toBe(false);
  });

  // argon2 -id of the reference implementation (P-H-C/phc-winner-argon2), test vector of its README.
  test("reads what the reference implementation wrote", async () => {
    const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    expect(await hasher.verify("password", reference)).toBe(true);
  });

  test("hashes with the cost that OWASP asks for unless told", async () => {
    const stored = await argon2Hasher(random).hash("x");
    expect(parsePhc(stored)?.cost).toEqual(hashCost);
  });

  test("hashes many at once, each right", async () => {
    const stored = await Promise.all(Array.from({ length: 20 }, (_, index) => hasher.hash(`s${index}`)));
    const right = await Promise.all(stored.map((hash, index) => hasher.verify(`s${index}`, hash)));
    expect(right.every(Boolean)).toBe(true);
  });

  test("finds a badge again by its hash", () => {
    expect(badgeHash(" 04A1B2C3 ")).toBe(badgeHash("04A1B2C3"));
    expect(badgeHash("04A1B2C3")).not.toBe(badgeHash("04A1B2C4"));
  });
});
