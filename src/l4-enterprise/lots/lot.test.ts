import { describe, expect, test } from "vitest";
import {
  type Lot,
  type LotAction,
  lotActions,
  lotAllows,
  mayRelease,
  mayShip,
  type Status,
  statusAfter,
} from "./lot.ts";

const lot: Lot = { gtin: "00399999100014", lot: "L1", expiry: "281231", market: "eu", status: "quarantine" };
const accepted = { kind: "eu.pack-data", state: "accepted" } as const;
const statuses: readonly Status[] = ["in-production", "quarantine", "released", "held", "recalled", "withdrawn"];

describe("a lot's status", () => {
  test.each(Object.keys(lotActions) as LotAction[])(
    "%s is allowed in the statuses of the table and in no other",
    (action) => {
      const allowed = statuses.filter((status) => lotAllows({ status }, action).ok);
      expect(allowed).toEqual([...lotActions[action]]);
    },
  );

  test.each([
    ["hold", true, "held"],
    ["unhold", true, "released"],
    ["unhold", false, "quarantine"],
    ["recall", true, "recalled"],
    ["withdraw", false, "withdrawn"],
  ] as const)("%s of a lot that was released (%s) leaves it %s [REQ-LOT-01]", (decision, wasReleased, status) => {
    expect(statusAfter(decision, wasReleased)).toBe(status);
  });

  test("nothing leads out of withdrawn", () => {
    expect(
      (Object.keys(lotActions) as LotAction[]).filter((action) => lotAllows({ status: "withdrawn" }, action).ok),
    ).toEqual([]);
  });

  test.each([
    ["accepted", [accepted], "ok"],
    ["none", [], "lot.report-open"],
    ["sent", [{ kind: "eu.pack-data", state: "sent" }], "lot.report-open"],
    ["one of two refused", [accepted, { kind: "eu.pack-data", state: "refused" }], "lot.report-open"],
    ["of another kind", [{ kind: "eu.something", state: "accepted" }], "lot.report-open"],
  ] as const)("EU: released only with its report accepted (%s) [REQ-SHIP-02]", (_, reports, expected) => {
    const result = mayRelease(lot, reports);
    expect(result.ok ? "ok" : result.refusal.code).toBe(expected);
  });

  test("US: no authority is asked before the release", () => {
    expect(mayRelease({ ...lot, market: "us" }, []).ok).toBe(true);
  });

  test.each([
    ["released", "2026-01-01", "ok"],
    ["released", "2028-12-31", "ok"],
    ["released", "2029-01-01", "lot.expired"],
    ["held", "2026-01-01", "lot.status"],
    ["quarantine", "2026-01-01", "lot.status"],
    ["recalled", "2026-01-01", "lot.status"],
  ] as const)("shipping a %s lot on %s [REQ-SHIP-01]", (status, today, expected) => {
    const result = mayShip({ ...lot, status }, [accepted], "2028-12-31", today);
    expect(result.ok ? "ok" : result.refusal.code).toBe(expected);
  });
});
