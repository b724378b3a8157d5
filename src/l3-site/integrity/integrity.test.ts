import { describe, expect, test } from "vitest";
import { refuse } from "../../kernel/base/result.ts";
import { batchPeople, journalOf, packBatch, signatureBy } from "../../../test/support/packed-batch.ts";
import { exampleOrder, exampleRun, foldJournal, orderOnLine } from "../../../test/support/site-orders.ts";
import { type Batch, lineClearance } from "../lines/batch-fold.ts";
import { finding, type IntegrityRule } from "../lines/finding.ts";
import { balanceOf } from "../reconciliation/reconciliation.ts";
import { type BatchFacts, checkIntegrity, checkWaivers, findingsOf } from "./integrity.ts";

const workOrder = exampleOrder();
const run = exampleRun(workOrder, { pack: 44, case: 13, pallet: 7 });
const folded = foldJournal(workOrder, run, journalOf(run.runId, packBatch(run, 1_000, { misread: (n) => n === 2 })));
const online = orderOnLine(workOrder, run);

const facts: BatchFacts = {
  order: online,
  batch: folded.batch,
  balance: balanceOf(workOrder.workOrderId, folded.numbers, folded.batch),
  findings: [],
  recipeHash: online.assignment?.approval.recordHash ?? null,
  reconciliationSigned: { ok: true, value: [signatureBy(batchPeople.supervisor, 1)] },
  journalWhole: { ok: true, value: { entries: 1 } },
  now: 10_000,
};
const batch = (changes: Partial<Batch>): Partial<BatchFacts> => ({ batch: { ...facts.batch, ...changes } });
const unbalanced = balanceOf(
  workOrder.workOrderId,
  folded.numbers.map((each) => ({ ...each, labelScrapped: 0, stillEncoded: each.stillEncoded + each.labelScrapped })),
  facts.batch,
);
const loose = balanceOf(
  workOrder.workOrderId,
  folded.numbers.map((each) => ({ ...each, packed: Math.max(0, each.packed - 1) })),
  facts.batch,
);

describe("the integrity of a batch", () => {
  test("holds when every record agrees", () => {
    expect(findingsOf(facts)).toEqual([]);
    expect(checkIntegrity([])).toEqual({ ok: true, value: true });
  });

  test.each<[string, Partial<BatchFacts>, IntegrityRule]>([
    ["a number without a final state", { balance: unbalanced }, "number.undecided"],
    ["a pack outside of a closed case", { balance: loose }, "number.loose"],
    ["a balance that does not hold", { balance: unbalanced }, "order.balance"],
    ["totals that the line told otherwise", batch({ completed: { packed: 19, cases: 5, pallets: 3 } }), "order.totals"],
    ["a run that never ended", batch({ completed: null }), "order.totals"],
    ["a line that never said which order it runs", batch({ prepared: false }), "order.differs"],
    ["an entry of the future", { now: -100_000 }, "time.window"],
    ["a recipe other than the approved one", { recipeHash: "b".repeat(64) }, "recipe.approved"],
    ["a journal that was altered", { journalWhole: refuse("serials.journal-chain", 7) }, "journal.chain"],
    [
      "a clearance signed by one person twice",
      batch({
        signatures: facts.batch.signatures.map((each) =>
          each.subject === lineClearance ? { ...each, signature: signatureBy(batchPeople.qa, 1) } : each,
        ),
      }),
      "signature.clearance",
    ],
    [
      "a disposal that nobody signed",
      batch({ signatures: facts.batch.signatures.filter(({ subject }) => subject === lineClearance) }),
      "signature.disposition",
    ],
    ["a balance that nobody signed", { reconciliationSigned: { ok: true, value: [] } }, "signature.reconciliation"],
    [
      "a balance that changed after it was signed",
      { reconciliationSigned: refuse("gxp.record-changed") },
      "signature.reconciliation",
    ],
    [
      "what the journal itself did wrong",
      { findings: [finding("container.two-parents", 9, "pack/S1", "in two cases")] },
      "container.two-parents",
    ],
  ])("fails on %s", (_, changes, rule) => {
    const found = findingsOf({ ...facts, ...changes });
    expect(found.map((each) => each.rule)).toContain(rule);
    expect(checkIntegrity(found)).toMatchObject({ ok: false, refusal: { code: "site.integrity" } });
  });

  test("needs no signature under a disposal where nothing was rejected", () => {
    const nothing = { printVerify: 0, downstream: 0, carried: 0, byHand: 0 };
    const found = findingsOf({
      ...facts,
      ...batch({
        rejects: nothing,
        signatures: facts.batch.signatures.filter(({ subject }) => subject === lineClearance),
      }),
    });
    expect(found.map(({ rule }) => rule)).not.toContain("signature.disposition");
  });

  test("is not blocked by warnings", () => {
    expect(checkIntegrity([finding("time.order", 3, "journal/3", "1 ms before")]).ok).toBe(true);
  });
});

describe("a warning is waived by QA, with a reason [REQ-REC-09]", () => {
  const gone = foldJournal(
    workOrder,
    run,
    journalOf(run.runId, packBatch(run, 1_000, { misread: (n) => n === 2, gone: () => true })),
  );
  const missing: BatchFacts = {
    ...facts,
    batch: gone.batch,
    balance: balanceOf(workOrder.workOrderId, gone.numbers, gone.batch),
  };
  const aside = { source: "camera", what: "pictures", expected: 2, counted: 0, agrees: false, setAside: true };
  const forgotten: BatchFacts = { ...facts, balance: { ...facts.balance, crossChecks: [aside] } };

  test.each([
    ["packs written off", missing, { rule: "deviation.missing", at: "missing-packs/1" }],
    ["counters that a machine forgot", forgotten, { rule: "deviation.counters", at: "camera" }],
  ] as const)("%s", (_, deviating, about) => {
    const findings = findingsOf(deviating);
    expect(findings).toMatchObject([{ ...about, severity: "warning" }]);
    expect(checkIntegrity(findings).ok).toBe(true);
    expect(checkWaivers(findings, [])).toMatchObject({ refusal: { code: "site.not-waived", at: about.rule } });
    expect(checkWaivers(findings, [{ ...about, at: "another", reason: "read" }]).ok).toBe(false);
    const waiver = { ...about, reason: "investigated, report 17" };
    const idle = { rule: "time.order", at: "journal/1", reason: "there is none" };
    expect(checkWaivers(findings, [idle, waiver])).toEqual({ ok: true, value: [waiver] });
  });

  test("a write-off that one person signed is no warning", () => {
    const signatures = missing.batch.signatures.filter(
      ({ subject, signature }) => subject !== "missing-packs" || signature.userId === batchPeople.qa,
    );
    const findings = findingsOf({ ...missing, batch: { ...missing.batch, signatures } });
    expect(checkIntegrity(findings)).toMatchObject({ refusal: { code: "site.integrity", at: "signature.missing" } });
  });
});
