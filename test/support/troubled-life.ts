import { checkDigit } from "../../src/kernel/gs1/check-digit.ts";
import { eventAt, packId, ssccId } from "./pallet-document.ts";

export const gtin = "04012345123456";
export const foreignGtin = "00614141123452";
export const start = 1_790_000_000_000;

export type JsonEvent = Record<string, unknown>;
export const ssccs = ["04012345000000001", "04012345000000002", "14012345000000001"].map(
  (body) => body + checkDigit(body),
);
const place = { gln: "4012345000009" };
const step = (n: number, event: JsonEvent) => eventAt(place, start + n * 60_000, event);

/** The life of forty packs with everything that goes wrong in it: `numbers` are ours, the rest somebody else's. */
export function life(numbers: readonly string[]): JsonEvent[] {
  const packs = [
    ...numbers.slice(0, 30).map((serial) => packId(gtin, serial)),
    ...["A1", "b/2", "C3"].map((serial) => packId(foreignGtin, encodeURIComponent(serial))),
  ];
  const ilmd = (lot: string) => ({ "cbvmda:lotNumber": lot, "cbvmda:itemExpirationDate": "2028-01-31" });
  const [caseA, caseB, pallet] = ssccs.map(ssccId) as [string, string, string];
  const pack = (parentID: string, childEPCs: readonly string[]) => ({
    type: "AggregationEvent",
    action: "ADD",
    bizStep: "packing",
    disposition: "in_progress",
    parentID,
    childEPCs,
  });
  const unpack = (parentID: string, childEPCs?: readonly string[]) => ({
    type: "AggregationEvent",
    action: "DELETE",
    bizStep: "unpacking",
    disposition: "in_progress",
    parentID,
    ...(childEPCs ? { childEPCs } : {}),
  });
  const object = (
    action: string,
    bizStep: string,
    disposition: string,
    epcList: readonly string[],
    more: JsonEvent = {},
  ) => ({ type: "ObjectEvent", action, bizStep, disposition, epcList, ...more });
  const wrong = step(5, object("DELETE", "destroying", "destroyed", packs.slice(0, 6)));
  return [
    step(1, object("ADD", "commissioning", "active", packs.slice(0, 25), { ilmd: ilmd("A") })),
    step(1, object("ADD", "commissioning", "active", packs.slice(30), { ilmd: ilmd("X") })),
    step(1, object("ADD", "commissioning", "active", [caseA, pallet])),
    step(2, pack(caseA, packs.slice(0, 12))),
    step(2, pack(caseB, [...packs.slice(12, 24), packs[30] as string])),
    step(3, pack(pallet, [caseA, caseB])),
    // Packed elsewhere without having been unpacked, and commissioned again under another lot.
    step(4, pack(caseB, packs.slice(10, 12))),
    step(4, object("ADD", "commissioning", "active", packs.slice(20, 29), { ilmd: ilmd("B") })),
    // Destroyed by mistake, and taken back.
    wrong,
    { ...wrong, errorDeclaration: { declarationTime: "2026-10-01T00:00:00.000Z", reason: "did_not_occur" } },
    step(6, object("OBSERVE", "shipping", "in_transit", [pallet])),
    step(7, unpack(pallet)),
    step(8, unpack(caseA)),
    step(9, pack(caseA, packs.slice(0, 4))),
    step(10, object("OBSERVE", "dispensing", "dispensed", [packs[5] as string, packs[31] as string])),
    step(11, object("OBSERVE", "dispensing", "dispensed", [packs[5] as string])),
    step(12, object("DELETE", "sampling", "non_sellable_other", [packs[2] as string])),
    step(13, object("DELETE", "destroying", "destroyed", packs.slice(14, 20))),
    step(14, object("OBSERVE", "storing", "sellable_not_accessible", packs.slice(12, 30))),
  ];
}

/** Everything that the life names, with these numbers as ours. */
export function lifeIds(numbers: readonly string[]): string[] {
  return [
    ...numbers.map((serial) => packId(gtin, serial)),
    ...["A1", "b%2F2", "C3"].map((serial) => packId(foreignGtin, serial)),
    ...ssccs.map(ssccId),
  ];
}

/** Minutes from `start` to the life's last event. */
export const lifeMinutes = 14;
