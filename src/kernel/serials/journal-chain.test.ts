import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import { type ChainedJournalEntry, chainJournal, emptyJournal, followJournal, journalHash } from "./journal-chain.ts";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());

function journalOf(bodies: readonly unknown[]): ChainedJournalEntry[] {
  let head = emptyJournal;
  return bodies.map((body, index) => {
    const entry = chainJournal(head, { at: index, offsetMinutes: 60, runId: "r", body }, sha256);
    head = entry;
    return entry;
  });
}

describe("a line's journal", () => {
  const four = journalOf([{ kind: "a", list: [1, null] }, { kind: "b" }, { kind: "c" }, { kind: "d" }]);
  const [first, second, third, fourth] = four as [
    ChainedJournalEntry,
    ChainedJournalEntry,
    ChainedJournalEntry,
    ChainedJournalEntry,
  ];

  test("adds up, at once and in pieces", () => {
    const whole = followJournal(emptyJournal, four, sha256);
    expect(whole).toEqual({ ok: true, value: { seq: 4, hash: fourth.hash } });
    const half = followJournal(emptyJournal, four.slice(0, 2), sha256);
    expect(half.ok && followJournal(half.value, four.slice(2), sha256)).toEqual(whole);
  });

  test.each<[string, readonly ChainedJournalEntry[], string, string]>([
    ["an entry left out", [first, third], "serials.journal-gap", "3"],
    ["an entry twice", [first, first], "serials.journal-gap", "1"],
    ["a body altered", [first, { ...second, body: { kind: "x" } }], "serials.journal-chain", "2"],
    ["a time altered", [first, { ...second, at: 9 }], "serials.journal-chain", "2"],
    ["an offset altered", [first, { ...second, offsetMinutes: 0 }], "serials.journal-chain", "2"],
    ["a run altered", [first, { ...second, runId: "q" }], "serials.journal-chain", "2"],
    [
      "an altered entry hashed again",
      [first, { ...second, body: {}, hash: journalHash(first.hash, { ...second, body: {} }, sha256) }, third],
      "serials.journal-chain",
      "3",
    ],
    ["another beginning", [{ ...first, previousHash: "1".repeat(64) }], "serials.journal-chain", "1"],
  ])("shows %s", (_, entries, code, at) => {
    expect(followJournal(emptyJournal, entries, sha256)).toMatchObject({ ok: false, refusal: { code, at } });
  });

  test("hashes a text that anybody can make", () => {
    const text = `${emptyJournal.hash}{"at":0,"body":{"kind":"a","list":[1,null]},"offsetMinutes":60,"runId":"r","seq":1}`;
    expect(first.hash).toBe(createHash("sha256").update(text).digest("hex"));
  });
});

describe("canonical JSON", () => {
  test.each<[unknown, string]>([
    [{ b: 2, a: 1 }, '{"a":1,"b":2}'],
    // RFC 8785 §3.2.3: by UTF-16 code units.
    [
      { "\u20ac": 1, "\r": 2, "1": 3, "\u0080": 4, "\ud83d\ude00": 5 },
      '{"\\r":2,"1":3,"\u0080":4,"\u20ac":1,"\ud83d\ude00":5}',
    ],
    [[undefined, { a: undefined }], "[null,{}]"],
    [1e21, "1e+21"],
    [-0, "0"],
    [undefined, "null"],
  ])("%j", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test("is one text for one value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test("has no word for what is not finite", () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow("not finite");
  });
});
