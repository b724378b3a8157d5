import { describe, expect, test } from "vitest";
import type { EventRow } from "../ledger/event-row.ts";
import type { Entry } from "../ledger/timeline.ts";
import { judgeClaim } from "./claims.ts";

const customer = "9521444000007";
const stranger = "9521555000004";
const noMembers = { inputs: { own: [], keys: [] }, outputs: { own: [], keys: [] } };

const row = (at: number, change: Partial<EventRow>): EventRow => ({
  id: at.toString(16).padStart(32, "0"),
  scope: 1,
  at,
  offsetMinutes: 0,
  recordedAt: at,
  captureId: "c",
  type: "ObjectEvent",
  action: "OBSERVE",
  bizStep: undefined,
  disposition: undefined,
  parent: undefined,
  readPoint: undefined,
  bizLocation: undefined,
  lot: 0,
  source: "own",
  declares: undefined,
  declared: false,
  ref: undefined,
  members: noMembers,
  body: undefined,
  ...change,
});
const known = (...rows: EventRow[]): Entry[] => rows.map((each) => ({ row: each, through: undefined }));

const made = row(10, { action: "ADD", bizStep: "commissioning" });
const sent = row(20, {
  bizStep: "shipping",
  body: { destinationList: [{ type: "owning_party", destination: `https://id.gs1.org/414/${customer}` }] },
});
const back = row(30, { bizStep: "receiving" });
const madeElsewhere = row(5, { action: "ADD", bizStep: "commissioning", source: "shared" });
const tell = (at: number, change: Partial<EventRow> = {}) => row(at, { source: "shared", ...change });
const ends = { action: "DELETE", bizStep: "destroying" } as const;
const makes = { action: "ADD", bizStep: "commissioning" } as const;

describe("what another company may tell of our own numbers [REQ-CAP-08]", () => {
  test.each([
    ["before we made it", tell(5), known(made), customer, "not-theirs"],
    ["while it stands here", tell(15), known(made), customer, "held-here"],
    ["its end, while it stands here", tell(15, ends), known(made), customer, "held-here"],
    ["once we sent it there", tell(25), known(made, sent), customer, "told"],
    ["its end, once we sent it there", tell(25, ends), known(made, sent), customer, "told"],
    ["somebody else, once we sent it", tell(25), known(made, sent), stranger, "not-theirs"],
    ["from when it was there, though it came back", tell(25), known(made, sent, back), customer, "told"],
    [
      "its end from when it was there, though it came back",
      tell(25, ends),
      known(made, sent, back),
      customer,
      "held-here",
    ],
    ["after it came back", tell(35), known(made, sent, back), customer, "held-here"],
    ["that it made it", tell(5, makes), known(made), customer, "not-theirs"],
    ["that it made it, before anybody did", tell(5, makes), [], customer, "not-theirs"],
    ["that it made it, after it had it", tell(25, makes), known(made, sent), customer, "not-theirs"],
    ["that it ended before anybody made it", tell(5, ends), [], customer, "not-theirs"],
    ["what we said ourselves", tell(10, makes), known(made, sent), customer, "echo"],
  ] as const)("%s", (_, claim, entries, partner, expected) => {
    expect(judgeClaim(claim, entries, true, partner)).toBe(expected);
  });

  test("what was taken back is no record", () => {
    expect(judgeClaim(tell(25), known(made, { ...sent, declared: true }), true, customer)).toBe("held-here");
    expect(judgeClaim(tell(10, makes), known({ ...made, declared: true }), true, customer)).toBe("not-theirs");
  });
});

describe("and of others' [REQ-CAP-08]", () => {
  const received = row(20, { bizStep: "receiving" });
  test.each([
    ["anything, before we know of it", tell(5), [], "told"],
    ["who made it, late", tell(5, makes), known(received), "told"],
    ["another maker, once we have it", tell(4, makes), known(madeElsewhere, received), "not-theirs"],
    ["another maker, before: the ledger's own rules judge", tell(4, makes), known(madeElsewhere), "told"],
    ["its past before we had it", tell(15), known(madeElsewhere, received), "told"],
    ["that it had ended before we had it", tell(15, ends), known(madeElsewhere, received), "held-here"],
    ["while it stands here", tell(25), known(madeElsewhere, received), "held-here"],
    ["after we sent it on", tell(35), known(madeElsewhere, received, row(30, { bizStep: "shipping" })), "told"],
  ] as const)("%s", (_, claim, entries, expected) => {
    expect(judgeClaim(claim, entries, false, stranger)).toBe(expected);
  });
});
