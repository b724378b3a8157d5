import { ok, refuse, type Result } from "../base/result.ts";
import { unreachable } from "../base/invariant.ts";

/** OPC 30260 `SNStateEnum`: the states that govern production. A state's index is its number on the wire. */
export const serialStates = [
  "Unassigned",
  "Unallocated",
  "Allocated",
  "SNInvalid",
  "Encoded",
  "LabelSampled",
  "LabelScrapped",
  "Commissioned",
  "Sampled",
  "Inactive",
  "Destroyed",
  "Released",
] as const;

export type SerialState = (typeof serialStates)[number];

/** Levels that write a number's state: the line, the site, the enterprise. */
export type WriterLevel = 2 | 3 | 4;

/** What has to be known, and on record, before the number may move. */
export type SerialEvidence = "never-sent" | "print-confirmed" | "read-and-accepted" | "disposed";

export type SerialTransition = {
  readonly from: SerialState;
  readonly to: SerialState;
  readonly by: readonly WriterLevel[];
  /** The causes on record for this move; the first is the usual one. */
  readonly causes: readonly string[];
  readonly needs?: SerialEvidence;
};

type Row = readonly [SerialState, SerialState, readonly WriterLevel[], readonly string[], SerialEvidence?];

// Of the levels named, the one that writes at the moment is decided by where the order stands: the line
// until its run is complete, the site until the submission is accepted, then the enterprise.
const rows: readonly Row[] = [
  ["Unassigned", "Unallocated", [4], ["assigned-to-site"]],
  ["Unassigned", "SNInvalid", [4], ["domain-closed", "used-by-earlier-system"]],

  ["Unallocated", "Allocated", [3], ["allocated-to-run"]],
  ["Unallocated", "Unassigned", [3], ["returned-unused"], "never-sent"],
  ["Unallocated", "SNInvalid", [3, 4], ["retired-unused", "domain-closed", "used-by-earlier-system"]],

  ["Allocated", "Encoded", [2], ["print-confirmed"], "print-confirmed"],
  ["Allocated", "Unallocated", [2, 3], ["returned-unused"], "never-sent"],
  // Sent to a device and not proved printed: it may be on a pack somewhere, so it is lost, never issued again.
  ["Allocated", "SNInvalid", [2, 3], ["sent-unproved", "retired-unused", "domain-closed"]],

  ["Encoded", "Commissioned", [2], ["verified-and-accepted", "reworked"], "read-and-accepted"],
  ["Encoded", "LabelSampled", [2], ["first-article", "in-process-control", "retained-label"]],
  // A print-and-verify reject stays Encoded until its bin is counted and disposed of: it can still be reworked.
  ["Encoded", "LabelScrapped", [2, 3], ["bin-disposed", "label-destroyed"], "disposed"],
  ["Encoded", "SNInvalid", [2, 3], ["lost-before-commissioning", "print-doubted", "missing"]],

  ["Commissioned", "Released", [3], ["submission-accepted"]],
  ["Commissioned", "Sampled", [2, 3], ["in-process-control", "retention-sample", "archive-sample"]],
  ["Commissioned", "Inactive", [2, 3, 4], ["decommissioned", "missing", "relabelled"]],
  ["Commissioned", "Destroyed", [2, 3, 4], ["destroyed"], "disposed"],

  ["Sampled", "Inactive", [3, 4], ["decommissioned"]],
  ["Sampled", "Destroyed", [2, 3, 4], ["destroyed"], "disposed"],

  // Inactive never leads back to Commissioned: a decommissioned number does not return.
  ["Inactive", "Destroyed", [2, 3, 4], ["destroyed"], "disposed"],

  ["Released", "Inactive", [4], ["decommissioned", "missing", "relabelled"]],
  ["Released", "Destroyed", [4], ["destroyed"], "disposed"],
];

/** The one table: the server's rule, the button's reason and the manual's diagram are read from it. */
export const serialTransitions: readonly SerialTransition[] = rows.map(([from, to, by, causes, needs]) => ({
  from,
  to,
  by,
  causes,
  ...(needs === undefined ? {} : { needs }),
}));

const byPair = new Map(serialTransitions.map((row) => [`${row.from}>${row.to}`, row]));

/** Nothing leaves these states. */
export const terminalStates: readonly SerialState[] = serialStates.filter(
  (state) => !serialTransitions.some((row) => row.from === state),
);

export function isTerminal(state: SerialState): boolean {
  return terminalStates.includes(state);
}

/** What is known about the move; what is left out is not checked (a screen that only asks whether it could be). */
export type MoveClaim = {
  readonly by?: WriterLevel;
  readonly cause?: string;
  readonly evidence?: readonly SerialEvidence[];
};

/**
 * The row of the table that allows the move. Refuses `serials.terminal-state`, `serials.never-returns`
 * (Inactive back to life), `serials.not-allowed`, `serials.not-your-move` (another level writes),
 * `serials.cause` and `serials.no-evidence`. Asking for the state that already is refuses as not allowed:
 * applying a message twice is caught by its id, not here.
 */
export function moveNumber(from: SerialState, to: SerialState, claim: MoveClaim = {}): Result<SerialTransition> {
  const row = byPair.get(`${from}>${to}`);
  if (row === undefined) {
    if (isTerminal(from)) return refuse("serials.terminal-state", from);
    if (from === "Inactive" && to === "Commissioned") return refuse("serials.never-returns", from);
    return refuse("serials.not-allowed", from, `${from} does not lead to ${to}`);
  }
  if (claim.by !== undefined && !row.by.includes(claim.by)) return refuse("serials.not-your-move", `level ${claim.by}`);
  if (claim.cause !== undefined && !row.causes.includes(claim.cause)) return refuse("serials.cause", claim.cause);
  if (row.needs !== undefined && claim.evidence !== undefined && !claim.evidence.includes(row.needs)) {
    return refuse("serials.no-evidence", row.needs);
  }
  return ok(row);
}

/** The moves that a level may offer from a state, in the table's order. */
export function movesFrom(state: SerialState, by: WriterLevel): readonly SerialTransition[] {
  return serialTransitions.filter((row) => row.from === state && row.by.includes(by));
}

/** The number of OPC 30260 `SNStateEnum`. */
export function opcStateOf(state: SerialState): number {
  return serialStates.indexOf(state);
}

/** Refuses `serials.unknown-state` outside 0..11. */
export function stateOfOpc(value: number): Result<SerialState> {
  const state = serialStates[value];
  return state === undefined ? refuse("serials.unknown-state", value) : ok(state);
}

export type EpcisWords = { readonly bizStep: string; readonly disposition: string };

/** The CBV 2.0 words of the event that reports the state; undefined while nobody outside production is told. */
export function epcisWordsOf(state: SerialState): EpcisWords | undefined {
  switch (state) {
    case "Unassigned":
    case "Unallocated":
    case "Allocated":
      return undefined;
    case "Encoded":
      return { bizStep: "encoding", disposition: "encoded" };
    case "SNInvalid":
    case "LabelSampled":
    case "LabelScrapped":
    case "Inactive":
      return { bizStep: "decommissioning", disposition: "inactive" };
    case "Commissioned":
      return { bizStep: "commissioning", disposition: "active" };
    case "Sampled":
      return { bizStep: "sampling", disposition: "non_sellable_other" };
    case "Destroyed":
      return { bizStep: "destroying", disposition: "destroyed" };
    case "Released":
      return { bizStep: "storing", disposition: "sellable_not_accessible" };
    default:
      return unreachable(state);
  }
}

/** The table as a Mermaid state diagram, for the manual. */
export function stateDiagram(): string {
  const lines = serialTransitions.map((row) => {
    const needs = row.needs === undefined ? "" : ` [${row.needs}]`;
    return `  ${row.from} --> ${row.to} : ${row.causes.join(" / ")}${needs} (level ${row.by.join(", ")})`;
  });
  const ends = terminalStates.map((state) => `  ${state} --> [*]`);
  return ["stateDiagram-v2", "  [*] --> Unassigned", ...lines, ...ends, ""].join("\n");
}
