import { createHash } from "node:crypto";
import { must } from "../../src/kernel/base/result.ts";
import type { Company } from "../../src/l4-enterprise/company-scope.ts";
import { markets } from "../../src/kernel/markets/market.ts";
import type { Captured, CaptureInput } from "../../src/l4-enterprise/epcis-repository/capture.handler.ts";
import { captureTogether } from "../../src/l4-enterprise/epcis-repository/capture-together.ts";
import type { Party } from "../../src/contract/enterprise-api.ts";
import type { LedgerContext } from "../../src/l4-enterprise/ledger/ledger.ts";
import { allocate } from "../../src/l4-enterprise/serial-numbers/allocation.handler.ts";
import { createSerialPool, createSsccPool } from "../../src/l4-enterprise/serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../../src/l4-enterprise/serial-numbers/pool-keys.ts";
import { silentLog } from "../../src/runtime/log.ts";
import type { Database, Machine, Random } from "../../src/runtime/machine.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { checkDigit } from "../../src/kernel/gs1/check-digit.ts";
import { documentOf, eventAt, packId, palletEvents, type PalletPlan } from "../../test/support/pallet-document.ts";

export const gtin = "09501101530003";
/** Of a product that is not ours: its numbers are not computed here. */
export const foreignGtin = "00614141123452";
export const gln = "9501101530003";
export const self: Party = {
  gln,
  companyPrefixLength: 7,
  name: "Bench",
  role: "self",
  address: { street: "1 Example Way", city: "Basel", postalCode: "4000", countryCode: "CH" },
};
export const partner = "0614141000005";
export const palletPacks = 1_920;
export const palletCases = 40;
/** Of every lot. */
export const expiry = "2028-12-31";
const start = 1_790_000_000_000;

/** A company with a pool of packs and of each kind of container, and how many pallets it made so far. */
export type Floor = {
  readonly machine: Machine;
  readonly database: Database;
  readonly ctx: LedgerContext;
  readonly captures: (input: CaptureInput) => Promise<Captured>;
  made: number;
};

export async function openFloor(database: Database): Promise<Floor> {
  const real = realMachine({ log: silentLog });
  const machine: Machine = { ...real, random: countingRandom() };
  const ctx: LedgerContext = { owner: gln, environment: "validation", keys: openPoolKeys(new Uint8Array(32).fill(3)) };
  await database.transaction(async (sql) => {
    must(await createSerialPool(sql, ctx, machine.random, { gtin }, markets.eu.serial, start));
    must(await createSsccPool(sql, ctx, { level: "case", companyPrefix: "9501101", extensionDigit: 0 }, start));
    must(await createSsccPool(sql, ctx, { level: "pallet", companyPrefix: "9501101", extensionDigit: 1 }, start));
  });
  return { machine, database, ctx, captures: captureTogether(machine, database, ctx), made: 0 };
}

export function companyOf({ machine, database, ctx }: Floor): Company {
  const { owner, environment } = ctx;
  return { machine, database, owner, environment, self, sites: [] };
}

/** The same bytes on every run: hashes must not differ. */
function countingRandom(): Random {
  let count = 0;
  const bytes = (length: number) =>
    new Uint8Array(
      createHash("shake256", { outputLength: Math.max(1, length) })
        .update(`${count++}`)
        .digest(),
    ).subarray(0, length);
  const uuid7 = () =>
    Buffer.from(bytes(16))
      .toString("hex")
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { bytes, uuid7 };
}

export type Wanted = {
  readonly pallets: number;
  readonly lot: string;
  /** Numbers of a company whose packs are not computed here: a row a pack. */
  readonly foreign?: boolean;
  /** Packs reach their cases in another order than that of their counters. */
  readonly shuffled?: boolean;
  /** Of a hundred serials, as many have small letters among their characters; of foreign ones only. */
  readonly mixedCasePercent?: number;
};

/** Documents of pallets that follow one another on a line, of a lot of its own. */
export async function makeDocuments(
  floor: Floor,
  wanted: Wanted,
): Promise<{ documents: string[]; plans: PalletPlan[] }> {
  const { pallets, lot, foreign = false, shuffled = false, mixedCasePercent = 0 } = wanted;
  const numbers = (level: "pack" | "case" | "pallet", quantity: number) => allocated(floor, level, quantity, lot);
  // Two of a hundred numbers are rejects and never commissioned.
  const packs = (await numbers("pack", Math.ceil(pallets * palletPacks * 1.03))).filter(
    (_, index) => index % 50 !== 17,
  );
  const spelled = foreign
    ? packs.map((serial, index) => (index % 100 < mixedCasePercent ? `${serial.toLowerCase()}X` : `${serial}X`))
    : packs;
  const serials = shuffled ? shuffle(spelled.slice(0, pallets * palletPacks)) : spelled;
  const cases = foreign ? theirs(floor, 0, pallets * palletCases) : await numbers("case", pallets * palletCases);
  const ssccs = foreign ? theirs(floor, 1, pallets) : await numbers("pallet", pallets);
  const plans = Array.from(
    { length: pallets },
    (_, n): PalletPlan => ({
      gtin: foreign ? foreignGtin : gtin,
      lot,
      expiry,
      gln,
      at: start + floor.made++ * 100_000,
      pallet: ssccs[n] as string,
      serials: serials.slice(n * palletPacks, (n + 1) * palletPacks),
      cases: cases.slice(n * palletCases, (n + 1) * palletCases),
    }),
  );
  return { plans, documents: plans.map((plan) => documentOf(palletEvents(plan))) };
}

function allocated(
  { database, ctx, machine }: Floor,
  level: "pack" | "case" | "pallet",
  quantity: number,
  lot: string,
): Promise<readonly string[]> {
  const request = { level, gtin, lot, site: gln, quantity, at: start };
  return database.transaction(async (sql) => {
    const ids = { allocationId: machine.random.uuid7(), workOrderId: machine.random.uuid7() };
    return must(await allocate(sql, ctx, { ...request, ...ids })).numbers;
  });
}

/** Containers of another company, in the order of their numbers. */
function theirs({ made }: Floor, extension: 0 | 1, count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const body = `${extension}${partner.slice(0, 7)}${String((made + 1) * palletCases + n).padStart(9, "0")}`;
    return body + checkDigit(body);
  });
}

/** A pack by itself: dispensed, or back again. */
export function touchEvent(plan: PalletPlan, serial: string, index: number, disposition: "dispensed" | "returned") {
  const later = disposition === "dispensed" ? 60_000 : 90_000;
  return eventAt(plan, plan.at + later + index, {
    type: "ObjectEvent",
    action: "OBSERVE",
    bizStep: disposition === "dispensed" ? "dispensing" : "receiving",
    disposition,
    epcList: [packId(plan.gtin, serial)],
  });
}

/** Fisher and Yates with a generator that never changes. */
function shuffle<T>(list: readonly T[]): T[] {
  const shuffled = [...list];
  let state = 12_345;
  for (let index = shuffled.length - 1; index > 0; index--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (index + 1);
    [shuffled[index], shuffled[other]] = [shuffled[other] as T, shuffled[index] as T];
  }
  return shuffled;
}

export function take(floor: Floor, document: string, source: "own" | "shared" = "own"): Promise<Captured> {
  return floor.captures({
    document,
    contentType: "application/ld+json",
    source,
    ...(source === "shared" ? { partner } : {}),
  });
}
