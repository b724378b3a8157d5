import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ssccId } from "../../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../../test/support/scratch-database.ts";
import { minuteMs, newCompany, recordedFrom, tell, type Told } from "../../../../test/support/told-life.ts";
import { foreignGtin, gtin, life, lifeMinutes, ssccs, start } from "../../../../test/support/troubled-life.ts";
import { migrations } from "../../migrations.ts";
import { ancestorsOf, type AsOf, historyOf, lotCounts, statesOf } from "../ledger.ts";
import { lotWhereabouts, placeWhereabouts } from "./whereabouts.ts";

let scratch: ScratchDatabase;
let told: Told;
beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
  told = await newCompany(scratch.database);
  await tell(scratch.database, told, life(told.serials), recordedFrom);
});
afterAll(() => scratch.drop());

const home = "https://id.gs1.org/414/4012345000009";
const lots = [
  [gtin, "A"],
  [gtin, "B"],
  [foreignGtin, "X"],
] as const;
const moments: readonly AsOf[] = [
  {},
  ...Array.from({ length: 5 }, (_, index) => ({ at: start + Math.min(index * 4, lifeMinutes) * minuteMs })),
  { knownAt: recordedFrom - 1 },
];

/** What every pack says for itself, counted. */
async function oneByOne(gtinAsked: string, lot: string, asOf: AsOf): Promise<Map<string, number>> {
  return scratch.database.transaction(async (sql) => {
    const counted = new Map<string, number>();
    for (const [id, state] of await statesOf(sql, told.ctx, told.ids, asOf)) {
      if (!id.includes(gtinAsked) || state.lot !== lot || state.commissionedAt === undefined) continue;
      const top = (await ancestorsOf(sql, told.ctx, id, asOf)).at(-1)?.id;
      const history = await historyOf(sql, told.ctx, id, asOf);
      const shippings = history.filter(({ event }) => event.bizStep === "shipping").map(({ event }) => event.eventId);
      const words = JSON.stringify([state.standing, state.disposition, state.place, state.parent, top, shippings]);
      counted.set(words, (counted.get(words) ?? 0) + 1);
    }
    return counted;
  });
}

describe("where a lot is", () => {
  test("its groups say what every pack says for itself, at every moment [REQ-TRC-03]", async () => {
    for (const [gtinAsked, lot] of lots) {
      for (const asOf of moments) {
        const groups = await scratch.database.transaction((sql) => lotWhereabouts(sql, told.ctx, gtinAsked, lot, asOf));
        const counted = new Map<string, number>();
        for (const { packs, state, top, shippings } of groups) {
          const words = JSON.stringify([state.standing, state.disposition, state.place, state.parent, top, shippings]);
          counted.set(words, (counted.get(words) ?? 0) + packs);
        }
        expect(counted, `${lot} as of ${JSON.stringify(asOf)}`).toEqual(await oneByOne(gtinAsked, lot, asOf));
      }
    }
  });

  test("adds up to the counts kept with every capture", async () => {
    const [groups, counts] = await scratch.database.transaction(async (sql) => [
      await lotWhereabouts(sql, told.ctx, gtin, "A", {}),
      await lotCounts(sql, told.ctx, gtin, "A"),
    ]);
    expect(groups.reduce((sum, { packs }) => sum + packs, 0)).toBe(counts.commissioned);
    expect(groups.length).toBeLessThan(counts.commissioned);
  });

  test("nothing for a lot nobody heard of", async () => {
    const groups = await scratch.database.transaction((sql) => lotWhereabouts(sql, told.ctx, gtin, "NONE", {}));
    expect(groups).toEqual([]);
  });
});

describe("what is at a place", () => {
  const ask = (minute: number, place = home) =>
    scratch.database.transaction((sql) => placeWhereabouts(sql, told.ctx, place, { at: start + minute * minuteMs }));

  test.each([
    // Commissioned, nothing packed: 25 packs of lot A, 3 of somebody else's, an empty case and a pallet.
    [1, [ssccs[0], ssccs[2]], 28, { A: 25, X: 3 }],
    // Two cases, one pack and two of the others' are left over.
    [2, [ssccs[0], ssccs[1], ssccs[2]], 3, { A: 25, X: 3 }],
    [3, [ssccs[2]], 3, { A: 25, X: 3 }],
    // Four more were made, for lot B; five numbers bore A already. The pallet has left with what is in it.
    [6, [], 7, { A: 1, B: 4, X: 2 }],
    // It was emptied here, whoever brought it back.
    [7, [ssccs[0], ssccs[1], ssccs[2]], 7, { A: 25, B: 4, X: 3 }],
  ] as const)("at minute %i [REQ-TRC-04]", async (minute, containers, loose, packs) => {
    const found = await ask(minute);
    expect(found?.containers.map(({ id }) => id).toSorted()).toEqual(
      containers.map((sscc) => ssccId(sscc as string)).toSorted(),
    );
    expect(found?.loose).toBe(loose);
    expect(Object.fromEntries((found?.lots ?? []).map(({ lot, packs: n }) => [lot, n]))).toEqual(packs);
    expect([found?.uncounted, found?.since]).toEqual([0, undefined]);
  });

  test("arrivals and departures are told, and of a place never named nothing is", async () => {
    const found = await ask(6);
    expect(found?.departures).toMatchObject([{ bizStep: "shipping", named: 1, source: "own" }]);
    expect(await ask(6, "https://id.gs1.org/414/4012345000016")).toBeUndefined();
  });

  test("another company's events at the same place are not ours to see", async () => {
    const stranger = await newCompany(scratch.database);
    const found = await scratch.database.transaction((sql) =>
      placeWhereabouts(sql, stranger.ctx, home, { at: start + 9 * minuteMs }),
    );
    expect(found).toMatchObject({ containers: [], lots: [], arrivals: [], departures: [] });
  });
});
