import { describe, expect, test } from "vitest";
import type { LegalHold } from "../../contract/retention-api.ts";
import { expiryEnd, type GroupFacts, judgeGroup, lotKeptUntil } from "./retention.ts";

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const gtin = "04012345123456";
const gln = "4012345000009";

describe("until when records are kept [REQ-RET-01]", () => {
  const lot = { gtin, lot: "L", market: "us" as const };
  test.each([
    ["2020-02-29", "2020-03-01"],
    ["2020-12", "2021-01-01"],
    ["2020-06-00", "2020-07-01"],
  ])("an expiry of %s is over on %s", (expiry, end) => expect(expiryEnd(expiry)).toBe(day(end)));

  test.each([
    [{ expiry: day("2020-01-01") }, "2026-01-01"],
    [{ expiry: day("2020-01-01"), transaction: day("2021-05-01") }, "2027-05-01"],
    [{ expiry: day("2020-01-01"), release: day("2018-01-01") }, "2028-01-01"],
  ])("%j keeps them until %s", (moments, until) => {
    expect(lotKeptUntil({ ...lot, moments })).toBe(day(until));
  });

  const old: GroupFacts = {
    lots: [{ ...lot, moments: { expiry: day("2010-01-01") } }],
    documents: ["d1"],
    companies: ["p1"],
    tooLarge: false,
  };
  const hold = (kind: LegalHold["kind"], subject: string) =>
    ({ holdId: "h", kind, subject, reason: "r", placedAt: 0, placedBy: "a", liftedAt: null }) as const;
  const young = { ...lot, lot: "Y", moments: { expiry: day("2029-01-01") } };
  test.each<[string, GroupFacts, LegalHold[], string | undefined]>([
    ["old and free", old, [], undefined],
    ["a lot of it is young", { ...old, lots: [...old.lots, young] }, [], "retention"],
    ["of a lot nothing is known", { ...old, lots: [...old.lots, { ...lot, moments: {} }] }, [], "no-end-known"],
    ["its lot is held", old, [hold("lot", `${gtin}/L`)], "legal-hold"],
    ["another lot is held", old, [hold("lot", `${gtin}/M`)], undefined],
    ["its product is held", old, [hold("product", gtin)], "legal-hold"],
    ["its document is held", old, [hold("document", "d1")], "legal-hold"],
    ["its partner is held", old, [hold("company", "p1")], "legal-hold"],
    ["another partner is held", old, [hold("company", "p2")], undefined],
    ["we are held", old, [hold("company", gln)], "legal-hold"],
    ["more than is looked at", { ...old, tooLarge: true }, [], "too-large"],
  ])("%s", (_, group, holds, code) => {
    expect(judgeGroup(group, holds, gln, day("2020-01-01")).keptBy?.code).toBe(code);
  });
});
