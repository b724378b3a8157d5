import fc from "fast-check";
import { expect, test } from "vitest";
import { createUuid7 } from "./uuid7.ts";

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("the example of RFC 9562 A.6, with its clock", () => {
  // rand_a CC3 does not fit the counter's lower half; 4C3 does, and the rest is the RFC's.
  const bytes = Uint8Array.from([0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f, 0x04, 0xc3]);
  expect(
    createUuid7(
      () => 0x017f22e279b0,
      () => bytes,
    )(),
  ).toBe("017f22e2-79b0-74c3-98c4-dc0c0c07398f");
});

test("rises whatever the clock does, and is made as RFC 9562 §5.7 says", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2 ** 48 - 10_000 }), { maxLength: 50 }),
      fc.uint8Array({ minLength: 10, maxLength: 10 }),
      (times, bytes) => {
        let at = 0;
        const make = createUuid7(
          () => at,
          () => bytes,
        );
        const ids = times.map((time) => {
          at = time;
          return make();
        });
        for (const id of ids) expect(id).toMatch(form);
        expect([...ids].sort()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      },
    ),
  );
});

test("a millisecond that is full leads the clock", () => {
  const make = createUuid7(
    () => 1_000,
    () => new Uint8Array(10).fill(0xff),
  );
  const ids = Array.from({ length: 10_000 }, make);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Number.parseInt(ids[9_999]?.replace("-", "").slice(0, 12) ?? "", 16)).toBeGreaterThan(1_000);
});

test.each([-1, 0.5, 2 ** 48, Number.NaN])("a clock of %d is a bug", (at) => {
  expect(() =>
    createUuid7(
      () => at,
      () => new Uint8Array(10),
    )(),
  ).toThrow("48 bits");
});
