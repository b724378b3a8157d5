import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDigit } from "../../../kernel/gs1/check-digit.ts";
import { chunkNumbers } from "../../../kernel/serials/pool.ts";
import {
  addEvent,
  coversOffset,
  decodeChunk,
  emptyChunk,
  encodeChunk,
  eventsOfOffset,
  flatRuns,
  parentIndex,
  parentOf,
} from "./dense-chunk.ts";
import { classIdMax, epcKey, fitsKey, partsOfKey } from "./epc-key.ts";
import { bucketCount, bucketOfEventKey, eventKey, keyAfter, rankOf, timeOfEventKey } from "./event-key.ts";
import { bucketOfCounter, bucketsBetween, identifierOf, parseIdentifier } from "../identifier.ts";
import { decodeMembers, encodeMembers, type MemberSet, runsOf } from "./members.ts";
import { ByteReader, ByteWriter } from "./varint.ts";

const hexKey = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const characters = (set: string, max: number) =>
  fc.array(fc.constantFrom(...set), { minLength: 1, maxLength: max }).map((list) => list.join(""));
const base36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const set82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const ascending = (max: number) =>
  fc.uniqueArray(fc.nat(max), { maxLength: 60 }).map((values) => values.sort((a, b) => a - b));

describe("keys of objects", () => {
  test("hold every serial of up to 20 characters of [0-9A-Z], and nothing is lost", () => {
    fc.assert(
      fc.property(fc.nat(classIdMax), characters(base36, 20), (classId, serial) => {
        const key = epcKey(classId, serial);
        expect(key).toMatch(/^[0-9a-f]{32}$/);
        expect(partsOfKey(key)).toEqual({ classId, serial });
      }),
    );
  });

  test.each(["0", "00", "000", "Z", "ZZZZZZZZZZ", "ZZZZZZZZZZZ", "ZZZZZZZZZZZZZZZZZZZZ", "00000000000000000000"])(
    "%s",
    (serial) => {
      expect(partsOfKey(epcKey(1, serial))).toEqual({ classId: 1, serial });
    },
  );

  test("of the same length sort as their serials do", () => {
    fc.assert(
      fc.property(
        characters(base36, 1),
        characters(base36, 1),
        fc.constantFrom("", "K7", "0123456789AB"),
        (a, b, rest) => {
          expect(epcKey(1, a + rest) < epcKey(1, b + rest)).toBe(a < b);
        },
      ),
    );
  });

  test("hold every serial of up to 15 characters of set 82, and 16 of letters and digits", () => {
    const mixed = set82.replace(/[^0-9A-Za-z]/g, "");
    const long = fc.array(fc.constantFrom(...mixed), { minLength: 16, maxLength: 16 }).map((list) => list.join(""));
    fc.assert(
      fc.property(fc.nat(classIdMax), fc.oneof(characters(set82, 15), long), (classId, serial) => {
        expect(fitsKey(serial)).toBe(true);
        expect(partsOfKey(epcKey(classId, serial))).toEqual({ classId, serial });
      }),
    );
  });

  test.each(["!", "_", "a", "z".repeat(15), "_".repeat(15), "!".repeat(15), "a".repeat(16), "z".repeat(16), "Z0a"])(
    "%s stands in a space of its own",
    (serial) => {
      const key = epcKey(classIdMax, serial);
      expect(key).toMatch(/^ffffff[0-9a-f]{26}$/);
      expect(partsOfKey(key)).toEqual({ classId: classIdMax, serial });
      expect(key > epcKey(classIdMax, "Z".repeat(20))).toBe(true);
    },
  );

  test("escape longer serials of other characters into a space that no other reaches", () => {
    const long = fc
      .array(fc.constantFrom(...set82), { minLength: 16, maxLength: 19 })
      .map((list) => `${list.join("")}!`);
    fc.assert(
      fc.property(long, (serial) => {
        expect(fitsKey(serial)).toBe(false);
        expect(partsOfKey(epcKey(5, serial))).toEqual({ classId: 5, escaped: true });
      }),
    );
    expect(epcKey(5, "a".repeat(17))).not.toBe(epcKey(5, "b".repeat(17)));
    expect(fitsKey("A".repeat(21))).toBe(false);
    expect(fitsKey("a".repeat(17))).toBe(false);
  });
});

describe("identifiers", () => {
  const gtin = "0401234512345" + checkDigit("0401234512345");
  test("are the same thing in every spelling [REQ-LED-06]", () => {
    const id = `https://id.gs1.org/01/${gtin}/21/ABC123`;
    for (const text of [
      id,
      `https://example.com/products/01/${gtin}/21/ABC123?17=270630`,
      `https://id.gs1.org/01/${gtin}/10/LOT/21/ABC123`,
      "urn:epc:id:sgtin:4012345.012345.ABC123",
    ]) {
      expect(parseIdentifier(text)).toEqual({ ok: true, value: { id, className: gtin, serial: "ABC123" } });
    }
  });
  test("of character set 82 survive", () => {
    fc.assert(
      fc.property(characters(set82, 20), (serial) => {
        const id = identifierOf(gtin, serial);
        expect(parseIdentifier(id)).toEqual({ ok: true, value: { id, className: gtin, serial } });
      }),
    );
  });
  test.each([
    "https://tracker.example.com/box/17",
    "urn:uuid:0193c7e0-0000-7000-8000-000000000001",
    "urn:example:thing:1",
  ])("%s is nobody's key and stays as it is", (text) => {
    expect(parseIdentifier(text)).toEqual({ ok: true, value: { id: text, className: "other", serial: text } });
  });
  test.each([
    "https://id.gs1.org/00/040123450000000017",
    "https://id.gs1.org/01/04012345123450/21/A",
    "urn:epc:id:sgtin:4012345.01234.A",
    "urn:epc:id:sscc:4012345.12",
  ])("%s claims to be a key and is none", (text) => {
    expect(parseIdentifier(text)).toMatchObject({ ok: false, refusal: { code: "capture.identifier" } });
  });
});

describe("keys of events", () => {
  test("sort by time, then by what must come first", () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 31),
        fc.nat(2 ** 31),
        fc.nat(5),
        fc.nat(5),
        fc.nat(bucketCount - 1),
        (timeA, timeB, rankA, rankB, bucket) => {
          const [a, b] = [
            eventKey(timeA, rankA, bucket, ["a"]),
            eventKey(timeB, rankB, (bucket * 7) % bucketCount, ["b"]),
          ];
          if (timeA !== timeB) expect(a < b).toBe(timeA < timeB);
          else if (rankA !== rankB) expect(a < b).toBe(rankA < rankB);
          expect(timeOfEventKey(a)).toBe(timeA);
          expect(bucketOfEventKey(a)).toBe(bucket);
          expect(a < keyAfter(timeA)).toBe(true);
          expect(eventKey(timeA + 1, 0, 0, ["a"]) >= keyAfter(timeA)).toBe(true);
        },
      ),
    );
  });
  test("rank what happens in one instant", () => {
    const ranks = [
      rankOf("TransactionEvent", "ADD", "reserving"),
      rankOf("ObjectEvent", "ADD", "commissioning"),
      rankOf("AggregationEvent", "DELETE", "unpacking"),
      rankOf("AggregationEvent", "ADD", "packing"),
      rankOf("ObjectEvent", "OBSERVE", "shipping"),
      rankOf("ObjectEvent", "DELETE", "destroying"),
    ];
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).toBe(ranks.length);
  });
  test("tell parts from their neighbours", () => {
    expect(eventKey(1, 1, 1, ["ab", "c"])).not.toBe(eventKey(1, 1, 1, ["a", "bc"]));
  });
});

describe("members", () => {
  const set: fc.Arbitrary<MemberSet> = fc.record({
    own: fc
      .uniqueArray(fc.record({ pool: fc.nat(1000), counters: ascending(2 ** 40).filter((list) => list.length > 0) }), {
        selector: ({ pool }) => pool,
        maxLength: 3,
      })
      .map((groups) => groups.sort((a, b) => a.pool - b.pool)),
    keys: fc.uniqueArray(hexKey, { maxLength: 5 }).map((keys) => keys.sort()),
  });
  test("come back as they went in", () => {
    fc.assert(
      fc.property(set, set, (inputs, outputs) => {
        expect(decodeMembers(encodeMembers({ inputs, outputs }))).toEqual({ inputs, outputs });
      }),
    );
  });
  test("a pallet's packs in counter order take a few bytes", () => {
    const counters = Array.from({ length: 1960 }, (_, index) => 1_000_000 + index).filter(
      (counter) => counter % 50 !== 17,
    );
    expect(
      encodeMembers({ inputs: { own: [{ pool: 1, counters }], keys: [] }, outputs: { own: [], keys: [] } }).length,
    ).toBeLessThan(100);
  });
  test("runs are neighbours, whatever the gaps", () => {
    fc.assert(
      fc.property(ascending(200), (values) => {
        expect(runsOf(values).flatMap(({ from, count }) => Array.from({ length: count }, (_, n) => from + n))).toEqual(
          values,
        );
      }),
    );
  });
});

describe("dense chunks", () => {
  const events = fc.array(
    fc.record({ event: hexKey, offsets: ascending(chunkNumbers - 1).filter((list) => list.length > 0) }),
    { maxLength: 8 },
  );
  const made = fc.record({
    events,
    parents: fc.uniqueArray(hexKey, { maxLength: 6 }),
    fill: fc.array(fc.tuple(fc.nat(chunkNumbers - 1), fc.nat(0xffff), fc.nat(6)), { maxLength: 400 }),
    pool: fc.nat(99),
    chunkNo: fc.nat(2 ** 40),
    lot: fc.nat(1e6),
  });
  const chunkOf = (from: typeof made extends fc.Arbitrary<infer T> ? T : never) => {
    const chunk = emptyChunk(from.pool, from.chunkNo);
    chunk.lot = from.lot;
    for (const key of from.parents) parentIndex(chunk, key);
    for (const [offset, status, parent] of from.fill) {
      chunk.status[offset] = status;
      chunk.parent[offset] = Math.min(parent, from.parents.length);
    }
    for (const { event, offsets } of from.events) addEvent(chunk, event, flatRuns(offsets));
    return chunk;
  };
  test("come back as they went in", () => {
    fc.assert(
      fc.property(made, (from) => {
        const chunk = chunkOf(from);
        const again = decodeChunk({
          ...encodeChunk(chunk),
          pool: chunk.pool,
          chunkNo: chunk.chunkNo,
          lot: chunk.lot,
          version: 0,
        });
        expect(again).toEqual(chunk);
        for (const { event, offsets } of from.events)
          for (const offset of offsets.slice(0, 3)) expect(eventsOfOffset(again, offset)).toContain(event);
      }),
    );
  });
  test("any changed byte is noticed [REQ-LED-05]", () => {
    fc.assert(
      fc.property(
        made,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom("parents" as const, "parent" as const, "disp" as const, "hist" as const),
        (from, place, change, part) => {
          const chunk = chunkOf(from);
          const bytes = encodeChunk(chunk);
          const altered = Buffer.from(bytes[part]);
          fc.pre(altered.length > 0);
          altered[place % altered.length]! ^= change;
          expect(() =>
            decodeChunk({
              ...bytes,
              [part]: altered,
              pool: chunk.pool,
              chunkNo: chunk.chunkNo,
              lot: chunk.lot,
              version: 0,
            }),
          ).toThrow(/checksum/);
        },
      ),
      { numRuns: 50 },
    );
  });
  test("cover exactly their offsets", () => {
    fc.assert(
      fc.property(ascending(chunkNumbers - 1), fc.nat(chunkNumbers - 1), (offsets, offset) => {
        expect(coversOffset(flatRuns(offsets), offset)).toBe(offsets.includes(offset));
      }),
    );
  });
  test("know nothing of a pack that no event named", () => {
    const chunk = emptyChunk(1, 1);
    expect([parentOf(chunk, 5), eventsOfOffset(chunk, 5)]).toEqual([undefined, []]);
  });
});

describe("buckets", () => {
  test("of a range are those of its counters", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(2 ** 31), fc.nat(2 ** 22), (pool, from, length) => {
        const buckets = bucketsBetween(pool, from, from + length);
        for (const counter of [from, from + length, from + Math.floor(length / 2)])
          expect(buckets).toContain(bucketOfCounter(pool, counter));
        expect(buckets.every((bucket) => bucket >= 0 && bucket < bucketCount)).toBe(true);
      }),
    );
  });
});

test("varints hold every safe integer", () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), (values) => {
      const writer = new ByteWriter();
      for (const value of values) writer.varint(value);
      const reader = new ByteReader(writer.finish());
      expect(values.map(() => reader.varint())).toEqual(values);
      expect(reader.done).toBe(true);
      expect(() => reader.byte()).toThrow(RangeError);
    }),
  );
});
