import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must } from "../../kernel/base/result.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Sql } from "../../runtime/machine.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import {
  documentOf,
  eventAt,
  packId,
  palletEvents,
  type PalletPlan,
  ssccId,
} from "../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import {
  ancestorsOf,
  childrenOf,
  historyOf,
  type LedgerContext,
  lotCounts,
  packsIn,
  packsOfLot,
  stateOf,
} from "../ledger/ledger.ts";
import { migrations } from "../migrations.ts";
import { allocate } from "../serial-numbers/allocation.handler.ts";
import { createSerialPool, createSsccPool } from "../serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../serial-numbers/pool-keys.ts";
import { capture } from "./capture.handler.ts";
import { captureTogether } from "./capture-together.ts";
import { eventsForShipment } from "./shipment-events.ts";

const gtin = "04012345123456";
const gln = "4012345000009";
const machine = realMachine({ log: silentLog });
const ctx: LedgerContext = { owner: gln, environment: "production", keys: openPoolKeys(new Uint8Array(32).fill(7)) };
const rule = {
  lengthMin: 6,
  lengthMax: 20,
  lengthUsual: 14,
  allowed: "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ",
  alphabetUsual: "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ",
  spaceRatioMin: 10_000,
};
const workOrderId = "0193c7e0-0000-7000-8000-000000000001";

let scratch: ScratchDatabase;
let plan: PalletPlan;
const inTransaction = <T>(work: (sql: Sql) => Promise<T>) => scratch.database.transaction(work);
const own = (events: Parameters<typeof documentOf>[0]) =>
  capture(machine, scratch.database, ctx, {
    document: documentOf(events),
    contentType: "application/ld+json",
    source: "own",
  });
const at = 1_790_000_000_000;

beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
  plan = await inTransaction(async (sql) => {
    must(await createSerialPool(sql, ctx, machine.random, { gtin }, rule, at));
    must(await createSsccPool(sql, ctx, { level: "case", companyPrefix: "4012345", extensionDigit: 0 }, at));
    must(await createSsccPool(sql, ctx, { level: "pallet", companyPrefix: "4012345", extensionDigit: 1 }, at));
    const numbers = async (level: "pack" | "case" | "pallet", quantity: number) =>
      must(
        await allocate(sql, ctx, {
          allocationId: machine.random.uuid7(),
          level,
          gtin,
          lot: "L1",
          site: gln,
          workOrderId,
          quantity,
          at,
        }),
      ).numbers;
    const [serials, cases, pallets] = [
      await numbers("pack", 1200),
      await numbers("case", 30),
      await numbers("pallet", 2),
    ];
    return {
      gtin,
      lot: "L1",
      expiry: "2027-06-30",
      serials,
      cases: cases.slice(0, 25),
      pallet: pallets[0] as string,
      gln,
      at,
    };
  });
});
afterAll(() => scratch.drop());

describe("a pallet captured", () => {
  test("keeps events once, however often they come [REQ-CAP-01]", async () => {
    const first = await own(palletEvents(plan));
    expect(first).toMatchObject({ received: 28, captured: 28, duplicate: 0, exceptions: 0 });
    const again = await own(palletEvents(plan));
    expect(again).toMatchObject({ received: 28, captured: 0, duplicate: 28, exceptions: 0 });
  });

  test("shares a transaction with others, each answered for itself, and nobody fails for another [REQ-CAP-01]", async () => {
    const together = captureTogether(machine, scratch.database, ctx);
    const seen = (serial: string, minute: number) =>
      eventAt(plan, at + minute * 60_000, {
        type: "ObjectEvent",
        action: "OBSERVE",
        bizStep: "inspecting",
        epcList: [packId(gtin, serial)],
      });
    const [one, two, twice] = [seen(plan.serials[1] as string, 61), seen(plan.serials[2] as string, 62), seen("X", 63)];
    const events = [[one], [two, twice], [one], [twice], [seen("not-a-serial-of-twenty-characters", 64)], [two]];
    const done = await Promise.allSettled(
      events.map((list) => together({ document: documentOf(list), contentType: "application/ld+json", source: "own" })),
    );
    // Two transactions may run side by side, so which of two that tell the same was first is not said.
    const answered = done.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(answered.map(({ received }) => received)).toEqual([1, 2, 1, 1, 1]);
    expect(answered.every(({ received, captured, duplicate }) => received === captured + duplicate)).toBe(true);
    expect(answered.reduce((sum, { captured }) => sum + captured, 0)).toBe(3);
    expect(done[4]).toMatchObject({ reason: { refusal: { code: "capture.identifier" } } });
  });

  test("knows the state of a pack, what it is in and how that is known [REQ-LED-01] [REQ-LED-07]", async () => {
    const id = packId(gtin, plan.serials[100] as string);
    const state = await inTransaction((sql) => stateOf(sql, ctx, id));
    expect(state).toMatchObject({
      id,
      standing: "good",
      disposition: "in_progress",
      lot: "L1",
      expiry: "2027-06-30",
      parent: ssccId(plan.cases[2] as string),
      link: "verified",
      commissionedAt: at,
    });
    expect(state?.place).toBe(`https://id.gs1.org/414/${gln}`);
    expect(await inTransaction((sql) => ancestorsOf(sql, ctx, id))).toEqual([
      { id: ssccId(plan.cases[2] as string), link: "verified" },
      { id: ssccId(plan.pallet), link: "verified" },
    ]);
    expect(await inTransaction((sql) => ancestorsOf(sql, ctx, id, { at: at + 5000 }))).toEqual([
      { id: ssccId(plan.cases[2] as string), link: "verified" },
    ]);
    expect(await inTransaction((sql) => stateOf(sql, ctx, id, { at: at + 500 }))).toMatchObject({
      disposition: "active",
      parent: undefined,
    });
    expect(await inTransaction((sql) => stateOf(sql, ctx, id, { at: at - 1 }))).toBeUndefined();
  });

  test("knows what is in a container", async () => {
    expect(await inTransaction((sql) => childrenOf(sql, ctx, ssccId(plan.pallet)))).toHaveLength(25);
    const packs = await inTransaction(async (sql) => (await packsIn(sql, ctx, [ssccId(plan.pallet)])).packs);
    expect(new Set(packs)).toEqual(new Set(plan.serials.map((serial) => packId(gtin, serial))));
    expect(await inTransaction((sql) => childrenOf(sql, ctx, ssccId(plan.cases[3] as string)))).toHaveLength(48);
    expect(
      await inTransaction((sql) => childrenOf(sql, ctx, ssccId(plan.cases[3] as string), { at: at + 100 })),
    ).toHaveLength(0);
  });

  test("counts the lot", async () => {
    expect(await inTransaction((sql) => lotCounts(sql, ctx, gtin, "L1"))).toMatchObject({
      commissioned: 1200,
      good: 1200,
      byDisposition: { in_progress: 1200 },
    });
    expect(await inTransaction((sql) => packsOfLot(sql, ctx, gtin, "L1", 10))).toHaveLength(10);
  });

  test("is shipped by one row, and every pack knows [REQ-LED-03]", async () => {
    const shipped = at + 3_600_000;
    await own([
      eventAt(plan, shipped, {
        type: "ObjectEvent",
        action: "OBSERVE",
        bizStep: "shipping",
        disposition: "in_transit",
        epcList: [ssccId(plan.pallet)],
      }),
    ]);
    const id = packId(gtin, plan.serials[7] as string);
    expect(await inTransaction((sql) => stateOf(sql, ctx, id))).toMatchObject({
      disposition: "in_transit",
      lastEventAt: shipped,
    });
    const history = await inTransaction((sql) => historyOf(sql, ctx, id));
    expect(history.map(({ event, through }) => [event.bizStep, through])).toEqual([
      ["commissioning", undefined],
      ["packing", undefined],
      ["packing", ssccId(plan.cases[0] as string)],
      ["shipping", ssccId(plan.pallet)],
    ]);
  });

  test("a pack touched alone leaves its chunk as it was [REQ-LED-04]", async () => {
    const id = packId(gtin, plan.serials[7] as string);
    const done = await own([
      eventAt(plan, at + 7_200_000, {
        type: "AggregationEvent",
        action: "DELETE",
        bizStep: "unpacking",
        disposition: "in_progress",
        parentID: ssccId(plan.cases[0] as string),
        childEPCs: [id],
      }),
      eventAt(plan, at + 7_300_000, {
        type: "ObjectEvent",
        action: "OBSERVE",
        bizStep: "dispensing",
        disposition: "dispensed",
        epcList: [id],
      }),
    ]);
    expect(done).toMatchObject({ captured: 2, exceptions: 0 });
    expect(await inTransaction((sql) => stateOf(sql, ctx, id))).toMatchObject({
      standing: "dispensed",
      disposition: "dispensed",
      parent: undefined,
      lot: "L1",
    });
    expect(await inTransaction((sql) => lotCounts(sql, ctx, gtin, "L1"))).toMatchObject({
      commissioned: 1200,
      good: 1199,
      dispensed: 1,
    });
    expect(
      await inTransaction(async (sql) => (await packsIn(sql, ctx, [ssccId(plan.cases[0] as string)])).packs),
    ).toHaveLength(47);
    const chunks = await scratch.database.run<{ version: number }>({ text: "select version from chunk" });
    expect(chunks.every(({ version }) => version === 1)).toBe(true);
  });

  test("its document names only what is inside [REQ-SHIP-04]", async () => {
    const events = await inTransaction((sql) => eventsForShipment(sql, ctx, [ssccId(plan.cases[0] as string)]));
    expect(
      events.map((event) => [
        event.type,
        event.bizStep,
        "epcList" in event ? event.epcList?.length : "childEPCs" in event ? event.childEPCs?.length : 0,
      ]),
    ).toEqual([
      ["ObjectEvent", "commissioning", 47],
      ["ObjectEvent", "commissioning", 1],
      ["AggregationEvent", "packing", 47],
    ]);
    const whole = await inTransaction((sql) => eventsForShipment(sql, ctx, [ssccId(plan.pallet)]));
    expect(whole).toHaveLength(28);
  });
});
