import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packId } from "../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { foreignGtin, type JsonEvent, life, lifeMinutes, start } from "../../../test/support/troubled-life.ts";
import { minuteMs, newCompany, recordedFrom, tell, type Told } from "../../../test/support/told-life.ts";
import { migrations } from "../migrations.ts";
import { ancestorsOf, type AsOf, childrenOf, statesOf } from "./ledger.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
});
afterAll(() => scratch.drop());

/** All that can be asked, with places in the list for identifiers: numbers differ from company to company. */
async function picture({ ctx, ids }: Told, asOf?: AsOf): Promise<unknown> {
  const place = (id: string | undefined) => (id === undefined ? null : ids.indexOf(id));
  return scratch.database.transaction(async (sql) => {
    const states = await statesOf(sql, ctx, ids, asOf);
    const seen: unknown[] = [];
    for (const id of ids) {
      const state = states.get(id);
      seen.push(state === undefined ? null : { ...state, id: 0, lastEventId: 0, parent: place(state.parent) });
    }
    // One of each fate; what holds for them holds for their like.
    for (const index of [0, 2, 5, 11, 14, 22, 35, 40, ...containers])
      seen.push((await ancestorsOf(sql, ctx, ids[index] as string, asOf)).map((each) => [place(each.id), each.link]));
    for (const index of containers)
      seen.push(
        (await childrenOf(sql, ctx, ids[index] as string, asOf)).map((each) => ids.indexOf(each)).sort((a, b) => a - b),
      );
    return seen;
  });
}

/** Where `lifeIds` has them. */
const containers = [43, 44, 45];

const timeOf = (event: JsonEvent) => Date.parse(event["eventTime"] as string);
const shuffled = fc.shuffledSubarray([...Array(life([]).length).keys()], { minLength: life([]).length });

describe("the ledger as of a past moment", () => {
  test("is the ledger that holds only the events up to then, whatever came in which order [REQ-LED-01]", async () => {
    const growing = await newCompany(scratch.database);
    const then: unknown[] = [];
    for (let minute = 0; minute <= lifeMinutes; minute++) {
      const events = life(growing.serials).filter((event) => timeOf(event) === start + minute * minuteMs);
      if (events.length > 0) await tell(scratch.database, growing, events, recordedFrom);
      then.push(await picture(growing));
    }
    expect(new Set(then.map((each) => JSON.stringify(each))).size).toBeGreaterThan(lifeMinutes - 3);
    await fc.assert(
      fc.asyncProperty(shuffled, async (order) => {
        const whole = await newCompany(scratch.database);
        const events = life(whole.serials);
        await tell(
          scratch.database,
          whole,
          order.slice(0, 9).map((index) => events[index] as JsonEvent),
          recordedFrom,
        );
        await tell(
          scratch.database,
          whole,
          order.slice(9).map((index) => events[index] as JsonEvent),
          recordedFrom,
        );
        for (let minute = 0; minute <= lifeMinutes; minute++) {
          const at = start + minute * minuteMs + (minute % 2) * (minuteMs - 1);
          expect(await picture(whole, { at }), `minute ${minute}`).toEqual(then[minute]);
        }
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  test("as known then, is what the ledger answered then: before late events came, and before any was taken back [REQ-LED-09]", async () => {
    const partner = { source: "shared" as const, partner: "9521235000005" };
    const theirs = (action: string, epc: string, minute: number): JsonEvent => ({
      ...(life([])[1] as JsonEvent),
      eventTime: new Date(start + minute * minuteMs).toISOString(),
      action,
      epcList: [packId(foreignGtin, epc)],
      bizStep: action === "ADD" ? "commissioning" : "destroying",
      disposition: action === "ADD" ? "active" : "destroyed",
    });
    const gone = theirs("DELETE", "D4", 3);
    const takenBack = { errorDeclaration: { declarationTime: "2026-10-01T00:00:00.000Z", reason: "did_not_occur" } };
    await fc.assert(
      fc.asyncProperty(shuffled, async (order) => {
        const { ids, ...fresh } = await newCompany(scratch.database);
        const told = { ...fresh, ids: [...ids, packId(foreignGtin, "D4")] };
        const events = life(told.serials);
        const own = (from: number, to?: number) => order.slice(from, to).map((index) => events[index] as JsonEvent);
        const documents = [
          { events: [theirs("ADD", "D4", 2)], by: partner },
          { events: own(0, 8) },
          { events: [gone], by: partner },
          { events: own(8, 14) },
          { events: [{ ...gone, ...takenBack }], by: partner },
          { events: own(14) },
        ];
        const then: unknown[] = [];
        for (const [index, document] of documents.entries()) {
          await tell(scratch.database, told, document.events, recordedFrom + index, document.by);
          then.push(await picture(told));
        }
        for (const [index, seen] of then.entries())
          expect(await picture(told, { knownAt: recordedFrom + index })).toEqual(seen);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });
});
