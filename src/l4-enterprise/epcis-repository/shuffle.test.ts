import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must } from "../../kernel/base/result.ts";
import { silentLog } from "../../runtime/log.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import { documentOf } from "../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { foreignGtin, gtin, type JsonEvent, life, lifeIds, start } from "../../../test/support/troubled-life.ts";
import { type LedgerContext, lotCounts, statesOf } from "../ledger/ledger.ts";
import { verifyLedger } from "../ledger/replay/verify.ts";
import { migrations } from "../migrations.ts";
import { allocate } from "../serial-numbers/allocation.handler.ts";
import { createSerialPool } from "../serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../serial-numbers/pool-keys.ts";
import { capture } from "./capture.handler.ts";
import { captureTogether } from "./capture-together.ts";

const machine = realMachine({ log: silentLog });
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

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
});
afterAll(() => scratch.drop());

/** A company of its own for every run, so that runs do not see each other. */
async function company(number: number): Promise<{ ctx: LedgerContext; serials: readonly string[] }> {
  const ctx: LedgerContext = { owner: String(4_000_000_000_000 + number), environment: "validation", keys };
  const serials = await scratch.database.transaction(async (sql) => {
    must(await createSerialPool(sql, ctx, machine.random, { gtin }, rule, start));
    const request = {
      allocationId: machine.random.uuid7(),
      level: "pack" as const,
      gtin,
      lot: "A",
      site: ctx.owner,
      workOrderId: machine.random.uuid7(),
      quantity: 40,
      at: start,
    };
    return must(await allocate(sql, ctx, request)).numbers;
  });
  return { ctx, serials };
}

/** `together`: all documents at once, so that they share transactions. */
async function tell(
  ctx: LedgerContext,
  documents: readonly (readonly JsonEvent[])[],
  numbers: readonly string[],
  together = false,
) {
  const shared = captureTogether(machine, scratch.database, ctx);
  const inputOf = (events: readonly JsonEvent[]) =>
    ({ document: documentOf(events), contentType: "application/ld+json", source: "own" }) as const;
  if (together) await Promise.all(documents.map((events) => shared(inputOf(events))));
  else for (const events of documents) await capture(machine, scratch.database, ctx, inputOf(events));
  const ids = lifeIds(numbers);
  return scratch.database.transaction(async (sql) => {
    const states = await statesOf(sql, ctx, ids);
    // Numbers differ between companies; what is compared is what happened to the first, second … of them.
    const state = ids.map((id) => {
      const found = states.get(id);
      return found === undefined ? null : { ...found, id: "", lastEventId: "", parent: found.parent ?? null };
    });
    const exceptions = await sql.run<{ code: string; n: string }>(
      {
        text: "select code, count(*) as n from ledger_exception where owner = $1 and state = 'open' group by code order by code",
      },
      [ctx.owner],
    );
    return {
      state,
      exceptions,
      lots: [
        await lotCounts(sql, ctx, gtin, "A"),
        await lotCounts(sql, ctx, gtin, "B"),
        await lotCounts(sql, ctx, foreignGtin, "X"),
      ],
      verified: await verifyLedger(sql, ctx),
    };
  });
}

describe("events in any order", () => {
  test("lead to the same state, exceptions and counts as in theirs, and a replay agrees [REQ-CAP-02] [REQ-LED-02]", async () => {
    let companies = 1;
    const first = await company(companies++);
    const inOrder = await tell(first.ctx, [life(first.serials)], first.serials);
    expect(inOrder.verified.differences).toEqual([]);
    expect(inOrder.exceptions.length).toBeGreaterThan(3);
    const order = fc.shuffledSubarray([...Array(life(first.serials).length).keys()], {
      minLength: life(first.serials).length,
    });
    await fc.assert(
      fc.asyncProperty(
        order,
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 20, maxLength: 20 }),
        fc.boolean(),
        async (indexes, sizes, together) => {
          const { ctx, serials } = await company(companies++);
          const events = life(serials);
          const documents: JsonEvent[][] = [];
          for (let at = 0, n = 0; at < indexes.length; at += sizes[n++] as number) {
            documents.push(indexes.slice(at, at + (sizes[n] as number)).map((index) => events[index] as JsonEvent));
          }
          const outcome = await tell(ctx, documents, serials, together);
          expect(outcome.verified.differences).toEqual([]);
          expect({ ...outcome, verified: 0 }).toEqual({ ...inOrder, verified: 0 });
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });
});
