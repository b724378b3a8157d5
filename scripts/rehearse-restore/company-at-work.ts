import { must } from "../../src/kernel/base/result.ts";
import { markets } from "../../src/kernel/markets/market.ts";
import { audit, systemActor } from "../../src/gxp/audit/audit.ts";
import { capture } from "../../src/l4-enterprise/epcis-repository/capture.handler.ts";
import type { LedgerContext } from "../../src/l4-enterprise/ledger/identity.ts";
import { migrations } from "../../src/l4-enterprise/migrations.ts";
import { allocate } from "../../src/l4-enterprise/serial-numbers/allocation.handler.ts";
import { createSerialPool, createSsccPool } from "../../src/l4-enterprise/serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../../src/l4-enterprise/serial-numbers/pool-keys.ts";
import type { Database, Machine } from "../../src/runtime/machine.ts";
import { migrate } from "../../src/runtime/postgres/migrate.ts";
import { documentOf, palletEvents } from "../../test/support/pallet-document.ts";

const gtin = "09501101530003";
const gln = "9501101530003";
const casePacks = 48;
const palletCases = 4;
const firstEventAt = 1_790_000_000_000;

/** Something that was answered with "done": when it was begun and when the answer came, ms UTC. */
export type Acknowledged = {
  readonly kind: "capture" | "allocation";
  readonly id: string;
  readonly begunAt: number;
  readonly answeredAt: number;
};

export type CompanyAtWork = {
  readonly ctx: LedgerContext;
  readonly acknowledged: readonly Acknowledged[];
  /** Resolves when so many more have been acknowledged. */
  more(count: number): Promise<void>;
  /** Resolves when nobody works any more, also because the database is gone. */
  stop(): Promise<void>;
};

/** Level 4 of a company, with `clients` that allocate numbers and capture what was packed, one pallet after another. */
export async function companyAtWork(machine: Machine, database: Database, clients: number): Promise<CompanyAtWork> {
  const ctx: LedgerContext = { owner: gln, environment: "validation", keys: openPoolKeys(new Uint8Array(32).fill(5)) };
  await migrate(database, migrations);
  await database.transaction(async (sql) => {
    must(await createSerialPool(sql, ctx, machine.random, { gtin }, markets.eu.serial, firstEventAt));
    must(await createSsccPool(sql, ctx, { level: "case", companyPrefix: "9501101", extensionDigit: 0 }, firstEventAt));
    must(
      await createSsccPool(sql, ctx, { level: "pallet", companyPrefix: "9501101", extensionDigit: 1 }, firstEventAt),
    );
  });
  const acknowledged: Acknowledged[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let over = false;
  let pallets = 0;

  const done = (kind: Acknowledged["kind"], id: string, begunAt: number) => {
    acknowledged.push({ kind, id, begunAt, answeredAt: machine.clock.now() });
    for (const each of waiting) if (acknowledged.length >= each.count) each.resolve();
  };
  const numbers = async (level: "pack" | "case" | "pallet", quantity: number): Promise<readonly string[]> => {
    const [allocationId, begunAt] = [machine.random.uuid7(), machine.clock.now()];
    const made = await database.transaction(async (sql) => {
      const workOrderId = machine.random.uuid7();
      const asked = { allocationId, level, gtin, lot: "R1", site: gln, workOrderId, quantity, at: begunAt };
      const allocation = must(await allocate(sql, ctx, asked));
      await audit(sql, {
        actor: systemActor("rehearsal"),
        action: "number.allocate",
        subject: allocationId,
        after: { level, quantity },
        at: begunAt,
        owner: gln,
      });
      return allocation;
    });
    done("allocation", allocationId, begunAt);
    return made.numbers;
  };
  const pallet = async (): Promise<void> => {
    const at = firstEventAt + pallets++ * 100_000;
    const [serials, cases, [sscc = ""]] = [
      await numbers("pack", casePacks * palletCases),
      await numbers("case", palletCases),
      await numbers("pallet", 1),
    ];
    const plan = { gtin, lot: "R1", expiry: "2028-12-31", gln, at, serials, cases, pallet: sscc };
    const begunAt = machine.clock.now();
    const input = {
      document: documentOf(palletEvents(plan)),
      contentType: "application/ld+json",
      source: "own",
    } as const;
    done("capture", (await capture(machine, database, ctx, input)).captureId, begunAt);
  };
  const working = Array.from({ length: clients }, async () => {
    while (!over) await pallet();
  });
  const ended = Promise.allSettled(working);
  return {
    ctx,
    acknowledged,
    async more(count) {
      const waited = new Promise<void>((resolve) => waiting.push({ count: acknowledged.length + count, resolve }));
      const first = await Promise.race([waited.then(() => "more" as const), ended]);
      if (first !== "more") throw new Error(`nobody works any more: ${JSON.stringify(first)}`);
    },
    async stop() {
      over = true;
      await ended;
    },
  };
}
