import { describe, expect, test } from "vitest";
import {
  type Core,
  dispositionOfStatus,
  evolve,
  type Fact,
  historyViolations,
  linkKindOf,
  nothing,
  type Role,
  standingOfStatus,
  standings,
  statusCode,
  type ViolationCode,
} from "./ledger-rules.ts";

const A = "0".repeat(31) + "a";
const B = "0".repeat(31) + "b";
const fact = (more: Partial<Fact>): Fact => ({
  id: "1".repeat(32),
  type: "ObjectEvent",
  action: "OBSERVE",
  bizStep: undefined,
  disposition: undefined,
  parent: undefined,
  lot: 0,
  source: "own",
  declared: false,
  declaration: false,
  unpacksAll: false,
  completeness: undefined,
  ...more,
});
const commissioned: Core = { standing: "good", disposition: "active", parent: undefined, lot: 3 };
const packed: Core = { ...commissioned, disposition: "in_progress", parent: A };
const destroyed: Core = { ...commissioned, standing: "destroyed", disposition: "destroyed" };
const inactive: Core = { ...commissioned, standing: "decommissioned", disposition: "inactive" };
const dispensed: Core = { ...commissioned, standing: "dispensed", disposition: "dispensed" };

const commission = fact({ action: "ADD", bizStep: "commissioning", disposition: "active", lot: 3 });
const pack = (parent: string) =>
  fact({ type: "AggregationEvent", action: "ADD", bizStep: "packing", disposition: "in_progress", parent });
const unpack = (parent: string, more: Partial<Fact> = {}) =>
  fact({
    type: "AggregationEvent",
    action: "DELETE",
    bizStep: "unpacking",
    disposition: "in_progress",
    parent,
    ...more,
  });
const observe = (bizStep: string, disposition: string) => fact({ bizStep, disposition });
const remove = (bizStep: string, disposition: string) => fact({ action: "DELETE", bizStep, disposition });

// before, event, role, what changes of the state, what is raised
type Case = [string, Core, Fact, Role, Partial<Core>, ViolationCode?];
const cases: Case[] = [
  ["a commissioning", nothing, commission, "object", { standing: "good", disposition: "active", lot: 3 }],
  ["a second commissioning", commissioned, { ...commission, lot: 9 }, "object", {}, "commissioned-again"],
  ["commissioned after decommissioning", inactive, commission, "object", {}, "commissioned-again"],
  ["packed", commissioned, pack(A), "child", { parent: A, disposition: "in_progress" }],
  ["packed again into the same", packed, pack(A), "child", {}],
  ["packed into another", packed, pack(B), "child", { parent: B }, "two-parents"],
  ["packed before it was commissioned", nothing, pack(A), "child", {}, "before-commissioning"],
  ["unpacked", packed, unpack(A), "child", { parent: undefined }],
  ["unpacked from what it is not in", packed, unpack(B), "child", {}, "not-inside"],
  ["everything unpacked from what it left", packed, unpack(B, { unpacksAll: true }), "child", {}],
  ["everything unpacked from what it is in", packed, unpack(A, { unpacksAll: true }), "child", { parent: undefined }],
  ["seen in its container", packed, fact({ type: "AggregationEvent", parent: A }), "child", {}],
  ["seen in another container", packed, fact({ type: "AggregationEvent", parent: B }), "child", {}, "not-inside"],
  ["a container packed full", commissioned, pack(A), "parent", { disposition: "in_progress" }],
  [
    "a container closed",
    commissioned,
    { ...pack(A), disposition: "container_closed" },
    "parent",
    { disposition: "container_closed" },
  ],
  ["in a container that closed", commissioned, { ...pack(A), disposition: "container_closed" }, "child", { parent: A }],
  ["shipped", commissioned, observe("shipping", "in_transit"), "object", { disposition: "in_transit" }],
  [
    "destroyed",
    commissioned,
    remove("destroying", "destroyed"),
    "object",
    { standing: "destroyed", disposition: "destroyed" },
  ],
  [
    "destroyed inside a container",
    packed,
    remove("destroying", "destroyed"),
    "object",
    { standing: "destroyed", disposition: "destroyed", parent: undefined },
    "ended-inside",
  ],
  ["shipped after destruction", destroyed, observe("shipping", "in_transit"), "object", {}, "after-destruction"],
  ["destroyed twice", destroyed, remove("destroying", "destroyed"), "object", {}, "after-destruction"],
  [
    "decommissioned, then destroyed",
    inactive,
    remove("destroying", "destroyed"),
    "object",
    { standing: "destroyed", disposition: "destroyed" },
  ],
  [
    "decommissioned, sent for disposal",
    inactive,
    observe("collecting", "disposed"),
    "object",
    { disposition: "disposed" },
  ],
  ["decommissioned, then shipped", inactive, observe("shipping", "in_transit"), "object", {}, "after-decommissioning"],
  [
    "sampled",
    commissioned,
    observe("sampling", "non_sellable_other"),
    "object",
    { standing: "sampled", disposition: "non_sellable_other" },
  ],
  [
    "sampled for good",
    commissioned,
    remove("sampling", "destroyed"),
    "object",
    { standing: "sampled-out", disposition: "destroyed" },
  ],
  [
    "dispensed",
    commissioned,
    observe("dispensing", "dispensed"),
    "object",
    { standing: "dispensed", disposition: "dispensed" },
  ],
  [
    "partly dispensed",
    commissioned,
    observe("dispensing", "partially_dispensed"),
    "object",
    { disposition: "partially_dispensed" },
  ],
  ["dispensed twice", dispensed, observe("dispensing", "dispensed"), "object", {}, "dispensed-twice"],
  [
    "given back after dispensing",
    dispensed,
    observe("receiving", "returned"),
    "object",
    { standing: "good", disposition: "returned" },
  ],
  [
    "reserved before it exists",
    nothing,
    fact({ type: "TransactionEvent", action: "ADD", bizStep: "reserving", disposition: "reserved" }),
    "object",
    { disposition: "reserved" },
  ],
  ["encoded before it is commissioned", nothing, observe("encoding", "encoded"), "object", { disposition: "encoded" }],
  [
    "a number voided",
    nothing,
    remove("decommissioning", "inactive"),
    "object",
    { standing: "voided", disposition: "inactive" },
  ],
  [
    "shipped before it was commissioned",
    nothing,
    observe("shipping", "in_transit"),
    "object",
    {},
    "before-commissioning",
  ],
  [
    "used up",
    packed,
    fact({ type: "TransformationEvent", action: undefined }),
    "input",
    { standing: "decommissioned", disposition: "inactive", parent: undefined },
  ],
  [
    "made of others",
    nothing,
    fact({ type: "TransformationEvent", action: undefined, disposition: "active", lot: 4 }),
    "output",
    { standing: "good", disposition: "active", lot: 4 },
  ],
  ["an event taken back", commissioned, { ...remove("destroying", "destroyed"), declared: true }, "object", {}],
  ["the declaration itself", commissioned, { ...remove("destroying", "destroyed"), declaration: true }, "object", {}],
];

describe("what one more event means to a number of ours [REQ-CAP-06] [REQ-AGG-02]", () => {
  test.each(cases)("%s", (_, before, event, role, change, violation) => {
    expect(evolve(before, event, role, true)).toEqual({
      core: { ...before, ...change },
      ...(violation ? { violation } : {}),
    });
  });

  test("every violation is reached", () => {
    const lenient = evolve(nothing, observe("shipping", "in_transit"), "object", false);
    expect(lenient).toEqual({
      core: { standing: "observed", disposition: "in_transit", parent: undefined, lot: 0 },
      violation: "not-commissioned",
    });
    const reached = new Set([lenient.violation, ...cases.map(([, , , , , violation]) => violation)]);
    expect(historyViolations.filter((code) => !reached.has(code))).toEqual([]);
  });
});

test("the state of a row says standing and disposition", () => {
  for (const standing of standings) {
    const status = statusCode({ standing, disposition: "in_transit", parent: undefined, lot: 0 });
    expect([standingOfStatus(status), dispositionOfStatus(status)]).toEqual([standing, "in_transit"]);
    expect(status).toBeLessThan(2 ** 15);
  }
  expect(dispositionOfStatus(statusCode({ ...commissioned, disposition: "https://example.com/words/blessed" }))).toBe(
    "another",
  );
  expect(statusCode(nothing)).toBe(0);
});

test.each([
  ["our own packing", pack(A), "verified"],
  ["another's packing", { ...pack(A), source: "shared" as const }, "unverified"],
  ["a packing that only counted", { ...pack(A), completeness: "inferred" as const }, "implied"],
  ["what we saw inside", fact({ type: "AggregationEvent", parent: A }), "verified"],
  ["what another saw inside", fact({ type: "AggregationEvent", parent: A, source: "shared" }), undefined],
  ["an unpacking", unpack(A), undefined],
])("%s makes a link %s", (_, event, kind) => expect(linkKindOf(event)).toBe(kind));
