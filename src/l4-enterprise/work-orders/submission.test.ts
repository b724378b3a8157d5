import { describe, expect, test } from "vitest";
import type { Submission } from "../../contract/enterprise-api.ts";
import type { Role } from "../../contract/rights.ts";
import { signatureMeanings } from "../../contract/signature-meanings.ts";
import { checkBalance, checkClosing, checkCounts } from "./submission.ts";
import { allocationMax } from "./work-order.ts";

type Reconciliation = Submission["reconciliation"];
type Level = Reconciliation["levels"][number];

const packs: Level = {
  level: "pack",
  allocated: 100,
  returned: 10,
  deactivated: 2,
  invalid: 3,
  labelSampled: 1,
  labelScrapped: 4,
  everCommissioned: 80,
  good: 70,
  sampled: 5,
  destroyed: 3,
  decommissioned: 2,
  packed: 60,
  loose: 10,
  unaccounted: 0,
};
const balance = (levels: Level[], balanced = true): Reconciliation => ({
  workOrderId: "00000000-0000-7000-8000-000000000001",
  levels,
  rejects: { printVerify: 0, downstream: 0 },
  crossChecks: [],
  integrity: [],
  balanced,
});

describe("a balance is added up again [REQ-SUB-01]", () => {
  test("one that adds up", () => {
    expect(checkBalance(balance([packs])).ok).toBe(true);
  });

  const figures = Object.keys(packs).filter((key) => key !== "level") as Exclude<keyof Level, "level" | "missing">[];
  test.each(figures)("one more in %s, and it does not", (figure) => {
    const changed = { ...packs, [figure]: packs[figure] + 1 };
    expect(checkBalance(balance([packs, changed]))).toMatchObject({
      ok: false,
      refusal: { code: "submission.unbalanced", at: "/reconciliation/levels/1" },
    });
  });

  test("more missing than decommissioned, and it does not", () => {
    expect(checkBalance(balance([{ ...packs, missing: packs.decommissioned }])).ok).toBe(true);
    expect(checkBalance(balance([{ ...packs, missing: packs.decommissioned + 1 }])).ok).toBe(false);
  });

  test("without packs, or by its own word unbalanced", () => {
    expect(checkBalance(balance([{ ...packs, level: "case" }])).ok).toBe(false);
    expect(checkBalance(balance([packs], false)).ok).toBe(false);
  });
});

describe("a batch is closed by quality [REQ-SUB-02]", () => {
  const signed = (userId: string, meaning: string = signatureMeanings.closing) => ({
    signatureId: userId,
    userId,
    userName: userId,
    meaning,
    at: 1,
    recordHash: "a".repeat(64),
  });
  const roles = new Map<string, readonly Role[]>([
    ["quinn", ["qa"]],
    ["olga", ["operator", "releaser"]],
  ]);
  test.each([
    ["signed by quality", [signed("olga", signatureMeanings.clearancePerformed), signed("quinn")], "ok"],
    ["not signed", [], "submission.not-signed"],
    ["signed with another meaning", [signed("quinn", signatureMeanings.reconciliation)], "submission.not-signed"],
    ["signed by somebody without the right", [signed("olga")], "submission.signer"],
    ["signed by somebody who is not known here", [signed("stranger")], "submission.signer"],
    ["signed by one who may, beside one who may not", [signed("olga"), signed("quinn")], "ok"],
  ] as const)("%s", (_, signatures, expected) => {
    const result = checkClosing([...signatures], roles);
    expect(result.ok ? "ok" : result.refusal.code).toBe(expected);
  });
});

describe("the ledger agrees with the orders of the lot [REQ-SUB-01]", () => {
  test.each([
    ["as many", { commissioned: 80, good: 70 }, 1, true, "ok"],
    ["less", { commissioned: 79, good: 70 }, 1, true, "submission.count"],
    ["more", { commissioned: 81, good: 70 }, 1, true, "submission.count"],
    ["as many, but not as good", { commissioned: 80, good: 69 }, 1, true, "submission.count"],
    ["two orders", { commissioned: 160, good: 140 }, 2, true, "ok"],
    ["more, while others are open", { commissioned: 120, good: 100 }, 1, false, "ok"],
    ["less, while others are open", { commissioned: 79, good: 70 }, 1, false, "submission.count"],
  ] as const)("%s", (_, ledger, orders, last, expected) => {
    const balances = Array.from({ length: orders }, () => balance([packs]));
    const result = checkCounts(ledger, balances, last);
    expect(result.ok ? "ok" : result.refusal.code).toBe(expected);
  });
});

test.each([
  ["pack", 100_000, 201_000],
  ["case", 100_000, 2 * 2084 + 1000],
  ["pallet", 100_000, 2 * 209 + 1000],
  ["pallet", 1, 1002],
] as const)("numbers for an order end somewhere: %s of %i", (level, quantity, expected) => {
  expect(allocationMax({ quantity, packsPerCase: 48, casesPerPallet: 10 }, level)).toBe(expected);
});
