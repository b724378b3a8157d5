import { describe, expect, test } from "vitest";
import { serialsRefusals } from "../../contract/refusals/serials.ts";
import {
  epcisWordsOf,
  isTerminal,
  type MoveClaim,
  moveNumber,
  movesFrom,
  opcStateOf,
  type SerialState,
  serialStates,
  serialTransitions,
  stateDiagram,
  stateOfOpc,
  terminalStates,
} from "./states.ts";

// Written out by hand from the rules, not read from the table: a row changed by mistake fails here.
const allowed: Record<SerialState, readonly SerialState[]> = {
  Unassigned: ["Unallocated", "SNInvalid"],
  Unallocated: ["Allocated", "Unassigned", "SNInvalid"],
  Allocated: ["Encoded", "Unallocated", "SNInvalid"],
  SNInvalid: [],
  Encoded: ["Commissioned", "LabelSampled", "LabelScrapped", "SNInvalid"],
  LabelSampled: [],
  LabelScrapped: [],
  Commissioned: ["Released", "Sampled", "Inactive", "Destroyed"],
  Sampled: ["Inactive", "Destroyed"],
  Inactive: ["Destroyed"],
  Destroyed: [],
  Released: ["Inactive", "Destroyed"],
};

const pairs = serialStates.flatMap((from) => serialStates.map((to) => [from, to] as const));

describe("serial number states, OPC 30260 [REQ-STA-01]", () => {
  test.each(pairs)("%s to %s", (from, to) => {
    expect(moveNumber(from, to).ok).toBe(allowed[from].includes(to));
  });

  test("the numbers are those of SNStateEnum", () => {
    expect(serialStates.map(opcStateOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(opcStateOf("Commissioned")).toBe(7);
    expect(stateOfOpc(4)).toEqual({ ok: true, value: "Encoded" });
  });

  test("no path leads from a printed or a dead number to a second commissioning [REQ-STA-02]", () => {
    const reach = (state: SerialState, seen = new Set<SerialState>()): Set<SerialState> => {
      for (const row of serialTransitions.filter(({ from }) => from === state)) {
        if (!seen.has(row.to)) reach(row.to, seen.add(row.to));
      }
      return seen;
    };
    for (const state of [
      "Commissioned",
      "Released",
      "Sampled",
      "Inactive",
      "Destroyed",
      "SNInvalid",
      "LabelScrapped",
    ] as const) {
      expect(reach(state)).not.toContain("Commissioned");
    }
    expect(reach("Encoded")).not.toContain("Allocated");
  });

  test("terminal states", () => {
    expect(terminalStates).toEqual(["SNInvalid", "LabelSampled", "LabelScrapped", "Destroyed"]);
    expect(isTerminal("Inactive")).toBe(false);
  });

  test("each pair stands once, with a cause and a level", () => {
    expect(new Set(serialTransitions.map(({ from, to }) => `${from}>${to}`)).size).toBe(serialTransitions.length);
    for (const row of serialTransitions) expect([row.causes.length, row.by.length]).not.toContain(0);
  });
});

const refusalRows: [SerialState, SerialState, MoveClaim, string][] = [
  ["SNInvalid", "Commissioned", {}, "serials.terminal-state"],
  ["LabelScrapped", "Encoded", {}, "serials.terminal-state"],
  ["Inactive", "Commissioned", { by: 4 }, "serials.never-returns"],
  ["Allocated", "Commissioned", { by: 2 }, "serials.not-allowed"],
  ["Encoded", "Encoded", {}, "serials.not-allowed"],
  ["Allocated", "Encoded", { by: 3 }, "serials.not-your-move"],
  ["Commissioned", "Released", { by: 2 }, "serials.not-your-move"],
  ["Released", "Destroyed", { by: 2 }, "serials.not-your-move"],
  ["Encoded", "Commissioned", { by: 2, cause: "looked-good" }, "serials.cause"],
  ["Encoded", "Commissioned", { by: 2, evidence: [] }, "serials.no-evidence"],
  ["Encoded", "LabelScrapped", { by: 2, cause: "bin-disposed", evidence: ["print-confirmed"] }, "serials.no-evidence"],
  ["Allocated", "Unallocated", { evidence: [] }, "serials.no-evidence"],
];

describe("moving a number [REQ-STA-03]", () => {
  test.each(refusalRows)("%s to %s %j refuses %s", (from, to, claim, code) => {
    const result = moveNumber(from, to, claim);
    expect(result.ok ? "allowed" : result.refusal.code).toBe(code);
    expect(serialsRefusals).toHaveProperty([code]);
  });

  test.each([
    ["Allocated", "Encoded", { by: 2, cause: "print-confirmed", evidence: ["print-confirmed"] }],
    ["Encoded", "Commissioned", { by: 2, cause: "reworked", evidence: ["read-and-accepted"] }],
    ["Encoded", "LabelScrapped", { by: 3, cause: "bin-disposed", evidence: ["disposed"] }],
    ["Allocated", "SNInvalid", { by: 2, cause: "sent-unproved" }],
    ["Commissioned", "Released", { by: 3 }],
  ] as [SerialState, SerialState, MoveClaim][])("%s to %s with %j", (from, to, claim) => {
    expect(moveNumber(from, to, claim)).toMatchObject({ ok: true, value: { from, to } });
  });

  test("a screen offers what its level may do", () => {
    expect(movesFrom("Commissioned", 4).map(({ to }) => to)).toEqual(["Inactive", "Destroyed"]);
    expect(movesFrom("Unassigned", 2)).toEqual([]);
  });

  test("an unknown wire number is refused", () => {
    expect(stateOfOpc(12)).toMatchObject({ ok: false, refusal: { code: "serials.unknown-state", at: "12" } });
  });
});

test("only states after encoding are told outside production", () => {
  expect(serialStates.filter((state) => epcisWordsOf(state) === undefined)).toEqual([
    "Unassigned",
    "Unallocated",
    "Allocated",
  ]);
});

test("the diagram has a line for every transition and every end", () => {
  expect(stateDiagram().trimEnd().split("\n")).toHaveLength(2 + serialTransitions.length + terminalStates.length);
});
