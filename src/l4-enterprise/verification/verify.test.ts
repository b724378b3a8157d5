import { expect, test } from "vitest";
import type { ObjectState } from "../ledger/ledger.ts";
import type { Status } from "../lots/lot.ts";
import { type Asked, judgePack, mayHandOut } from "./verify.ts";

const pack: ObjectState = {
  id: "p",
  standing: "good",
  disposition: "active",
  parent: undefined,
  link: undefined,
  lot: "L1",
  expiry: "2028-12-31",
  place: undefined,
  owner: undefined,
  commissionedAt: 1,
  commissionedBy: "own",
  here: true,
  lastEventId: "e",
  lastEventAt: 1,
};
type Question = Asked & { expiryDate?: string };
const whole: Question = { lot: "L1", expiryDate: "2028-12-31" };
const today = "2026-11-02";

test.each<
  [string, ObjectState | undefined, Question, Status | undefined, string, boolean, string | null, string | null]
>([
  ["as we made it", pack, whole, "released", today, true, null, null],
  ["number only", pack, {}, "released", today, true, null, null],
  ["not ours", undefined, whole, undefined, today, false, "No_match_GTIN_Serial", null],
  [
    "seen, never made here",
    { ...pack, standing: "observed" },
    whole,
    undefined,
    today,
    false,
    "No_match_GTIN_Serial",
    null,
  ],
  [
    "made by another company, it says",
    { ...pack, commissionedBy: "shared" },
    whole,
    "released",
    today,
    false,
    "No_match_GTIN_Serial",
    null,
  ],
  ["other lot", pack, { ...whole, lot: "L2" }, "released", today, false, "No_match_GTIN_Serial_Lot", null],
  [
    "other expiry",
    pack,
    { ...whole, expiryDate: "2028-12-30" },
    "released",
    today,
    false,
    "No_match_GTIN_Serial_Expiry",
    null,
  ],
  [
    "both",
    pack,
    { lot: "L2", expiryDate: "2027-01-01" },
    "released",
    today,
    false,
    "No_match_GTIN_Serial_Lot_Expiry",
    null,
  ],
  ["destroyed", { ...pack, standing: "destroyed" }, whole, "released", today, false, "Not_for_re-distribution", null],
  ["dispensed", { ...pack, standing: "dispensed" }, whole, "released", today, false, "Not_for_re-distribution", null],
  ["held", pack, whole, "held", today, false, "Not_for_re-distribution", null],
  ["not released yet", pack, whole, "quarantine", today, false, "Not_for_re-distribution", null],
  ["recalled", pack, whole, "recalled", today, true, null, "Recalled"],
  ["expired yesterday", pack, whole, "released", "2029-01-01", true, null, "Expired"],
  ["its last day", pack, whole, "released", "2028-12-31", true, null, null],
])("%s", (_, state, asked, status, day, verified, reason, additional) => {
  expect(judgePack(state, asked, status, day)).toEqual({ verified, reason, additional });
});

test.each([
  [{ verified: true, additional: null }, "2028-12-31", "ok"],
  [{ verified: true, additional: null }, today, "ok"],
  [{ verified: true, additional: null }, undefined, "ok"],
  [{ verified: true, additional: null }, "2026-11-01", "lot.expired"],
  [{ verified: true, additional: "Expired" }, undefined, "lot.expired"],
  [{ verified: true, additional: "Recalled" }, "2028-12-31", "pack.not-verified"],
  [{ verified: false, additional: null }, "2028-12-31", "pack.not-verified"],
])("hands out %j with last day %s: %s [REQ-DISP-01]", (judged, lastDay, expected) => {
  const result = mayHandOut(judged, lastDay, today);
  expect(result.ok ? "ok" : result.refusal.code).toBe(expected);
});
