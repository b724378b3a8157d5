import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CheckCode, reconciliationChecks } from "./discrepancies.ts";
import { type Counters, type LevelReconciliation, type NumberCounts, reconcile } from "./reconciliation.ts";

const counts: NumberCounts = {
  level: "pack",
  allocated: 1_100,
  returned: 60,
  deactivatedUnused: 10,
  invalid: 4,
  invalidEncoded: 3,
  labelSampled: 2,
  labelScrapped: 24,
  everEncoded: 1_029,
  everCommissioned: 1_000,
  good: 985,
  sampled: 8,
  destroyed: 4,
  decommissioned: 3,
  packed: 980,
  looseAuthorised: 5,
  childrenOfClosedParents: 980,
  stillAllocated: 0,
  stillEncoded: 0,
};

const counters: Counters = {
  printer: { printed: 1_035 },
  camera: { triggers: 1_040, good: 1_001, rejected: 39 },
  plc: { accepted: 998, rejected: 42 },
  bin: { counted: 42 },
  packml: { processed: 1_040, defective: 42 },
  challengePrinted: 6,
  challengePassed: 7,
  takenBeforeCamera: 2,
  reworked: 2,
};

const required = ["printer", "camera", "plc", "bin", "packml"] as const;
const whole: LevelReconciliation = { counts, counters, required };

const codesOf = (level: LevelReconciliation) => reconcile([level]).discrepancies.map(({ code }) => code);

describe("reconciliation", () => {
  test("a run where everything was counted and agrees", () => {
    expect(reconcile([whole])).toMatchObject({ reconciled: true, discrepancies: [] });
  });

  const altered: [string, Partial<NumberCounts>, Partial<Counters>, CheckCode[]][] = [
    ["one number lost", { allocated: 1_101 }, {}, ["allocated"]],
    ["one number given back twice", { returned: 61 }, {}, ["allocated"]],
    ["a scrapped label without its number", { labelScrapped: 23 }, {}, ["allocated", "encoded"]],
    ["a print nobody confirmed", {}, { printer: { printed: 1_036 } }, ["printer"]],
    [
      "a commissioned pack without a state",
      { good: 984, packed: 979, childrenOfClosedParents: 979 },
      {},
      ["commissioned"],
    ],
    ["a loose pack nobody authorised", { looseAuthorised: 4 }, {}, ["good"]],
    ["a case that closed one short", { childrenOfClosedParents: 979 }, {}, ["packed"]],
    ["numbers neither printed nor returned", { returned: 59, stillAllocated: 1 }, {}, ["still-allocated"]],
    ["a bin not yet disposed of", { labelScrapped: 23, stillEncoded: 1 }, {}, ["still-encoded"]],
    [
      "a trigger without a verdict",
      {},
      { camera: { triggers: 1_041, good: 1_001, rejected: 39 } },
      ["camera", "camera-printed", "gate"],
    ],
    [
      "a good pack too many through the gate",
      {},
      { plc: { accepted: 999, rejected: 41 } },
      ["accepted", "bin", "packml"],
    ],
    ["a reject that is not in the bin", {}, { bin: { counted: 41 } }, ["bin"]],
    ["a machine counter reset", {}, { packml: { processed: 500, defective: 42 } }, ["packml"]],
    ["a reworked pack nobody entered", {}, { reworked: 1 }, ["accepted"]],
    ["half a pack", { sampled: 7.5, decommissioned: 3.5 }, {}, ["not-a-count", "not-a-count"]],
    ["a negative count that would make it fit", { destroyed: -4, decommissioned: 11 }, {}, ["not-a-count"]],
  ];
  test.each(altered)("%s", (_, inCounts, inCounters, codes) => {
    expect(codesOf({ ...whole, counts: { ...counts, ...inCounts }, counters: { ...counters, ...inCounters } })).toEqual(
      codes,
    );
  });

  test.each(required)("a %s that the recipe requires and nobody read [REQ-REC-03]", (name) => {
    const { [name]: _, ...rest } = counters;
    const discrepancies = reconcile([{ ...whole, counters: rest }]).discrepancies;
    expect(discrepancies).toEqual([{ code: "not-counted", level: "pack", difference: 0, at: name }]);
    expect(codesOf({ counts, counters: rest, required: [] })).toEqual([]);
  });

  test("two errors that cancel out in a sum are both found [REQ-REC-01]", () => {
    expect(codesOf({ ...whole, counts: { ...counts, packed: 979, looseAuthorised: 6 } })).toEqual(["packed"]);
  });

  test("any one figure off by anything is found [REQ-REC-01]", () => {
    const names = Object.keys(counts).filter((name) => name !== "level") as Exclude<keyof NumberCounts, "level">[];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer({ min: 1, max: 1_000 }), fc.boolean(), (name, by, up) => {
        const changed = { ...counts, [name]: counts[name] + (up ? by : -by) };
        expect(reconcile([{ ...whole, counts: changed }]).reconciled).toBe(false);
      }),
    );
  });

  test("levels are judged apart: a surplus of one does not cover another [REQ-REC-04]", () => {
    const cases = { ...counts, level: "case", allocated: 1_099 };
    const pack = { ...counts, allocated: 1_101 };
    const bare = { counters: { ...counters }, required: [] };
    expect(
      reconcile([
        { counts: pack, ...bare },
        { counts: cases, ...bare },
      ]).discrepancies,
    ).toEqual([
      { code: "allocated", level: "pack", difference: 1 },
      { code: "allocated", level: "case", difference: -1 },
    ]);
  });

  test("every check can fail, and has words", () => {
    const reached = new Set([...altered.flatMap(([, , , codes]) => codes), "not-counted"]);
    expect([...reached].sort()).toEqual(Object.keys(reconciliationChecks).sort());
  });
});
