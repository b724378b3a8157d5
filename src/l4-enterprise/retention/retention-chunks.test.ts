import { expect, test } from "vitest";
import { must } from "../../kernel/base/result.ts";
import { markets } from "../../kernel/markets/market.ts";
import { silentLog } from "../../runtime/log.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import { documentOf, eventAt, packId, palletEvents } from "../../../test/support/pallet-document.ts";
import { scratchDatabase } from "../../../test/support/scratch-database.ts";
import { capture } from "../epcis-repository/capture.handler.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { lotCounts, stateOf } from "../ledger/ledger.ts";
import { verifyLedger } from "../ledger/replay/verify.ts";
import { migrations } from "../migrations.ts";
import { allocate, whoHas } from "../serial-numbers/allocation.handler.ts";
import { createSerialPool, createSsccPool } from "../serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../serial-numbers/pool-keys.ts";
import { runRetention } from "./retention.handler.ts";

const gtin = "04012345123456";
const gln = "4012345000009";
const machine = realMachine({ log: silentLog });
const ctx: LedgerContext = { owner: gln, environment: "production", keys: openPoolKeys(new Uint8Array(32).fill(7)) };
const at = Date.UTC(2010, 0, 1);

test("own packs go with their chunks, and their numbers are never issued again [REQ-RET-03]", async () => {
  const scratch = await scratchDatabase(migrations);
  const { database } = scratch;
  try {
    await database.transaction(async (sql) => {
      must(await createSerialPool(sql, ctx, machine.random, { gtin }, markets.eu.serial, at));
      must(await createSsccPool(sql, ctx, { level: "case", companyPrefix: "4012345", extensionDigit: 0 }, at));
      must(await createSsccPool(sql, ctx, { level: "pallet", companyPrefix: "4012345", extensionDigit: 1 }, at));
    });
    const numbers = (level: "pack" | "case" | "pallet", lot: string, quantity: number) =>
      database.transaction(async (sql) => {
        const [allocationId, workOrderId] = [machine.random.uuid7(), machine.random.uuid7()];
        const asked = { allocationId, level, gtin, lot, site: gln, workOrderId, quantity, at };
        return must(await allocate(sql, ctx, asked)).numbers;
      });
    const took = (events: Parameters<typeof documentOf>[0]) =>
      capture(machine, database, ctx, {
        document: documentOf(events),
        contentType: "application/ld+json",
        source: "own",
      });
    const packs = new Map<string, readonly string[]>();
    for (const [lot, expiry] of [
      ["OLD", "2012-06-30"],
      ["NEW", "2090-06-30"],
    ] as const) {
      const [serials, cases, [pallet = ""]] = [
        await numbers("pack", lot, 1500),
        await numbers("case", lot, 30),
        await numbers("pallet", lot, 1),
      ];
      packs.set(lot, serials);
      const plan = { gtin, lot, expiry, gln, at, serials, cases, pallet };
      await took(palletEvents(plan));
      const alone = {
        type: "ObjectEvent",
        action: "OBSERVE",
        bizStep: "inspecting",
        epcList: [packId(gtin, serials[7] as string)],
      };
      await took([eventAt(plan, at + 99_000, alone)]);
    }
    const [old, young] = ["OLD", "NEW"].map((lot) => packId(gtin, packs.get(lot)?.[7] ?? "")) as [string, string];
    const before = await database.transaction((sql) => stateOf(sql, ctx, young));
    const { done } = await database.transaction((sql) => runRetention(sql, ctx, Date.UTC(2026, 0, 1)));
    expect(done).toMatchObject({ lots: 1, events: 34, objects: 1531, documents: 2 });
    await database.transaction(async (sql) => {
      expect(await stateOf(sql, ctx, old)).toBeUndefined();
      expect(await stateOf(sql, ctx, young)).toEqual(before);
      expect(await lotCounts(sql, ctx, gtin, "NEW")).toMatchObject({ good: 1500 });
      expect(await verifyLedger(sql, ctx)).toMatchObject({ differences: [], events: 34 });
      expect(must(await whoHas(sql, ctx, old))).toMatchObject({ own: true, issued: true });
    });
    const rows = "select (select count(*) from chunk)::int as chunks, (select count(*) from pack_delta)::int as deltas";
    expect(await database.run({ text: rows })).toEqual([{ chunks: 2, deltas: 1 }]);
    expect((await numbers("pack", "NEXT", 50)).filter((each) => packs.get("OLD")?.includes(each))).toEqual([]);
  } finally {
    await scratch.drop();
  }
});
