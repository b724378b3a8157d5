import { describe, expect, test } from "vitest";
import type { ObjectState } from "../ledger/ledger.ts";
import { areHere, wereOrdered } from "./contents.ts";
import { compareDelivery } from "./receive.handler.ts";

const state = (change: Partial<ObjectState>): ObjectState => ({
  id: "a",
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
  ...change,
});

describe("what may ship", () => {
  test.each([
    ["here", state({}), "ok"],
    ["somebody else's, received", state({ standing: "observed", disposition: "in_progress" }), "ok"],
    ["on its way already", state({ here: false }), "shipment.not-here"],
    ["here, whatever others say of it", state({ disposition: "in_transit" }), "ok"],
    ["destroyed", state({ standing: "destroyed" }), "shipment.not-here"],
    ["sampled", state({ standing: "sampled" }), "shipment.not-here"],
    ["dispensed", state({ standing: "dispensed" }), "shipment.not-here"],
    ["unknown", undefined, "shipment.not-here"],
  ])("%s", (_, known, expected) => {
    const result = areHere(["a"], new Map(known ? [["a", known]] : []));
    expect(result.ok ? "ok" : result.refusal.code).toBe(expected);
  });

  test.each([
    ["all of it", 6, 6, "ok"],
    ["a part", 3, 6, "ok"],
    ["one too many", 7, 6, "shipment.not-ordered"],
    ["none ordered", 1, 0, "shipment.not-ordered"],
  ])("%s", (_, packs, quantity, expected) => {
    const lines = quantity === 0 ? [] : [{ gtin: "g", lot: "L1", quantity }];
    const result = wereOrdered([{ gtin: "g", lot: "L1", expiry: "2028-12-31", packs }], lines);
    expect(result.ok ? "ok" : result.refusal.code).toBe(expected);
  });

  test("another lot is not what was ordered", () => {
    const result = wereOrdered(
      [{ gtin: "g", lot: "L2", expiry: "2028-12-31", packs: 1 }],
      [{ gtin: "g", lot: "L1", quantity: 5 }],
    );
    expect(result).toMatchObject({ ok: false, refusal: { code: "shipment.not-ordered", at: "g lot L2" } });
  });
});

describe("what is received", () => {
  test.each([
    [["a", "b"], ["b", "a"], "ok"],
    [["a", "b"], ["a"], "b"],
    [["a"], ["a", "c"], "c"],
  ])("announced %j, scanned %j", (announced, scanned, expected) => {
    const result = compareDelivery(announced, scanned);
    expect(result.ok ? "ok" : result.refusal.at).toBe(expected);
  });
});
