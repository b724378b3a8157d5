import { must } from "../../src/kernel/base/result.ts";
import { capture, type CaptureInput } from "../../src/l4-enterprise/epcis-repository/capture.handler.ts";
import type { LedgerContext } from "../../src/l4-enterprise/ledger/ledger.ts";
import { allocate } from "../../src/l4-enterprise/serial-numbers/allocation.handler.ts";
import { createSerialPool } from "../../src/l4-enterprise/serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../../src/l4-enterprise/serial-numbers/pool-keys.ts";
import { silentLog } from "../../src/runtime/log.ts";
import type { Database } from "../../src/runtime/machine.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { documentOf } from "./pallet-document.ts";
import { gtin, type JsonEvent, lifeIds, start } from "./troubled-life.ts";

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
export const minuteMs = 60_000;
/** Long after the last event, so that record times and event times cannot be mistaken for each other. */
export const recordedFrom = start + 1_000 * minuteMs;
let companies = 0;

/** A company whose ledger is asked, the forty numbers it was given, and everything that its life names. */
export type Told = {
  readonly ctx: LedgerContext;
  readonly ids: readonly string[];
  readonly serials: readonly string[];
};

export async function newCompany(database: Database): Promise<Told> {
  const ctx: LedgerContext = { owner: String(4_100_000_000_000 + companies++), environment: "validation", keys };
  const serials = await database.transaction(async (sql) => {
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

export async function tell(
  database: Database,
  { ctx }: Told,
  events: readonly JsonEvent[],
  recordedAt: number,
  by: Pick<CaptureInput, "source" | "partner"> = { source: "own" },
): Promise<void> {
  const machine = { ...real, clock: { ...real.clock, now: () => recordedAt } };
  const document = documentOf(events);
  await capture(machine, database, ctx, { document, contentType: "application/ld+json", ...by });
}
