import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import {
  type AuditChange,
  type ChainedEntry,
  chainEntry,
  checkChain,
  emptyHead,
  endCheck,
  uncheckedChain,
} from "./audit-chain.ts";

const change = (action: string): AuditChange => ({
  chain: "lot/1",
  at: 1,
  owner: null,
  actorKind: "person",
  actorId: "u",
  actorName: "ann",
  action,
  subject: "lot/1",
  before: { b: 1, a: [true, null] },
  after: "x",
  reason: null,
  traceId: null,
});

function chainOf(actions: readonly string[]): ChainedEntry[] {
  const entries: ChainedEntry[] = [];
  for (const action of actions) entries.push(chainEntry(change(action), entries.at(-1) ?? emptyHead));
  return entries;
}

const four = chainOf(["a", "b", "c", "d"]);
const broken = (entries: ChainedEntry[]) =>
  endCheck(checkChain(uncheckedChain, entries), four[3] as ChainedEntry).brokenAt;

describe("a chain of hashes [REQ-AUD-02]", () => {
  test("that nobody touched adds up", () => {
    expect(broken(four)).toBeNull();
  });

  const relinked = () => {
    const [first, second] = four as [ChainedEntry, ChainedEntry];
    const forged = chainEntry(change("forged"), first);
    return [first, forged, ...chainOf([]), ...four.slice(2)].map((entry) => (entry === second ? forged : entry));
  };
  test.each<[string, ChainedEntry[], number]>([
    ["an entry altered", four.map((entry, index) => (index === 1 ? { ...entry, after: "y" } : entry)), 2],
    ["an entry altered and hashed again", relinked(), 3],
    ["an entry removed", four.filter((_, index) => index !== 2), 4],
    ["the last removed", four.slice(0, 3), 4],
    ["two exchanged", [four[1], four[0], four[2], four[3]] as ChainedEntry[], 2],
    ["all removed", [], 1],
  ])("shows %s", (_, entries, at) => {
    expect(broken(entries)).toBe(at);
  });

  test("can be added up in pages", () => {
    expect(checkChain(checkChain(uncheckedChain, four.slice(0, 2)), four.slice(2))).toEqual(
      checkChain(uncheckedChain, four),
    );
  });

  test("has the hash that RFC 8785 and SHA-256 give it", () => {
    expect(four[0]?.hash).toMatchInlineSnapshot(`"ecce2bdc1541c02d662a944bc918bf6c742ab704822bbe18625b73b22b30f4a1"`);
  });
});

describe("canonical JSON", () => {
  test("is the same for the same value, whatever the order of its keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
  test.each([
    [{ b: 2, a: 1 }, '{"a":1,"b":2}'],
    [{ "\u20ac": 1, "\r": 2, "1": 3, "\u0080": 4 }, '{"\\r":2,"1":3,"\u0080":4,"\u20ac":1}'],
    [[undefined, { a: undefined }], "[null,{}]"],
    [1e21, "1e+21"],
  ])("%j", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});
