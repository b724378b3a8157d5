import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must } from "../../kernel/base/result.ts";
import { silentLog } from "../../runtime/log.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import { documentOf, packId } from "../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import {
  foreignGtin,
  gtin,
  type JsonEvent,
  life,
  lifeIds,
  lifeMinutes,
  start,
} from "../../../test/support/troubled-life.ts";
import { capture, type CaptureInput } from "../epcis-repository/capture.handler.ts";
import { migrations } from "../migrations.ts";
import { allocate } from "../serial-numbers/allocation.handler.ts";
import { createSerialPool } from "../serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../serial-numbers/pool-keys.ts";
import { ancestorsOf, type AsOf, childrenOf, type LedgerContext, statesOf } from "./ledger.ts";

const real = realMachine({ log: silentLog });
const keys = openPoolKeys(new Uint8Array(32).fill(7));
const alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const rule = {
  lengthMin: 6,
  lengthMax: 20,
  lengthUsual: 14,
  allowed: alphabet,
  alphabetUsual: alphabet,
  spaceRatioMin: 10_000,
};
const minuteMs = 60_000;
/** Long after the last event, so that record times and event times cannot be mistaken for each other. */
const recordedFrom = start + 1_000 * minuteMs;

let scratch: ScratchDatabase;
let companies = 0;
beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
});
afterAll(() => scratch.drop());

type Told = { readonly ctx: LedgerContext; readonly ids: readonly string[]; readonly serials: readonly string[] };

async function company(): Promise<Told> {
  const ctx: LedgerContext = { owner: String(4_100_000_000_000 + companies++), environment: "validation", keys };
  const serials = await scratch.database.transaction(async (sql) => {
    must(await createSerialPool(sql, ctx, real.random, { gtin }, rule, start));
    const request = {
      allocationId: real.random.uuid7(),
      level: "pack" as const,
      gtin,
      lot: "A",
      site: ctx.owner,
      workOrderId: real.random.uuid7(),
      quantity: 40,
      at: start,
    };
    return must(await allocate(sql, ctx, request)).numbers;
  });
  return { ctx, serials, ids: lifeIds(serials) };
}

async function tell(
  { ctx }: Told,
  events: readonly JsonEvent[],
  recordedAt: number,
  by: Pick<CaptureInput, "source" | "partner"> = { source: "own" },
): Promise<void> {
  const machine = { ...real, clock: { ...real.clock, now: () => recordedAt } };
  const document = documentOf(events);
  await capture(machine, scratch.database, ctx, { document, contentType: "application/ld+json", ...by });
}

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
    const growing = await company();
    const then: unknown[] = [];
    for (let minute = 0; minute <= lifeMinutes; minute++) {
      const events = life(growing.serials).filter((event) => timeOf(event) === start + minute * minuteMs);
      if (events.length > 0) await tell(growing, events, recordedFrom);
      then.push(await picture(growing));
    }
    expect(new Set(then.map((each) => JSON.stringify(each))).size).toBeGreaterThan(lifeMinutes - 3);
    await fc.assert(
      fc.asyncProperty(shuffled, async (order) => {
        const whole = await company();
        const events = life(whole.serials);
        await tell(
          whole,
          order.slice(0, 9).map((index) => events[index] as JsonEvent),
          recordedFrom,
        );
        await tell(
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
        const { ids, ...fresh } = await company();
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
          await tell(told, document.events, recordedFrom + index, document.by);
          then.push(await picture(told));
        }
        for (const [index, seen] of then.entries())
          expect(await picture(told, { knownAt: recordedFrom + index })).toEqual(seen);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });
});
