import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fingerprints } from "./fingerprints.ts";
import { IdentifierTable } from "./identifier-table.ts";

describe("identifiers as numbers", () => {
  test("each text has one, and it leads back to the text", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { maxLength: 80 }), (texts) => {
        const table = new IdentifierTable();
        const numbers = texts.map((text) => table.add(text));
        expect(numbers.map((number) => table.text(number))).toEqual(texts);
        expect(table.size).toBe(new Set(texts).size);
      }),
      { numRuns: 100 },
    );
  });

  test("as many as there are", () => {
    const table = new IdentifierTable();
    const text = (index: number) => `/01/00614141073467/21/${index.toString(36).padStart(14, "0")}`;
    for (let index = 0; index < 60_000; index++) expect(table.add(text(index))).toBe(index);
    for (let index = 0; index < 60_000; index += 1_009) {
      expect(table.add(text(index))).toBe(index);
      expect(table.text(index)).toBe(text(index));
    }
  });
});

test("fingerprints know a text again", () => {
  const marks = new Fingerprints();
  for (let index = 0; index < 5_000; index++) expect(marks.add(`urn:uuid:${index}`)).toBe(true);
  for (let index = 0; index < 5_000; index += 7) expect(marks.add(`urn:uuid:${index}`)).toBe(false);
  expect(marks.size).toBe(5_000);
});
