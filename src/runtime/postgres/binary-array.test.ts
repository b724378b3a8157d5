import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { byteaArray, integerArray, uuidArray } from "./binary-array.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase();
});
afterAll(() => scratch.drop());

const read = {
  text: "select to_jsonb($1::uuid[]) as keys, array(select encode(b, 'hex') from unnest($2::bytea[]) with ordinality as u(b, n) order by n) as bytes, $3::int[] as numbers",
};

test("PostgreSQL reads what was meant, whatever is in it", async () => {
  const key = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex"));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(key, { nil: undefined }), { maxLength: 40 }),
      fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }),
      fc.array(fc.option(fc.integer()), { maxLength: 40 }),
      async (keys, bytes, numbers) => {
        const [row] = await scratch.database.run<{ keys: (string | null)[]; bytes: string[]; numbers: number[] }>(
          read,
          [uuidArray(keys), byteaArray(bytes), integerArray(numbers)],
        );
        expect(row?.keys.map((text) => text?.replaceAll("-", ""))).toEqual(keys.map((text) => text));
        expect(row?.bytes).toEqual(bytes.map((each) => Buffer.from(each).toString("hex")));
        expect(row?.numbers).toEqual(numbers);
      },
    ),
    { numRuns: 30 },
  );
});
