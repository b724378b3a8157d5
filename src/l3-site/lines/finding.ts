/** Something that the records of a batch do not agree on. Errors block the closing, warnings are shown at it. */
export type Finding = {
  readonly rule: IntegrityRule;
  readonly severity: "error" | "warning";
  /** Which journal entry said so; 0 for what is found at the closing. */
  readonly seq: number;
  /** What it is about: `pack/S0001`, `case/…`, `journal/17`. */
  readonly at: string;
  readonly message: string;
};

/**
 * The rules that a batch is held against before it is closed: those of a single journal entry are asked when it comes
 * in, those of the whole when the order is closed. A rule's id is part of the batch record; it never changes its meaning.
 */
export const integrityRules = {
  "number.foreign": { severity: "error", says: "Every number on the line is of this order's allocation." },
  "number.state": { severity: "error", says: "Every number moves as the table of OPC 30260 states allows." },
  "number.repeated": { severity: "error", says: "No number is sent to a printer twice." },
  "number.unread": {
    severity: "error",
    says: "No pack is commissioned without a camera's accepting verdict on its number.",
  },
  "number.ended-inside": { severity: "error", says: "Nothing rejected, sampled or destroyed is inside a container." },
  "number.undecided": { severity: "error", says: "No printed number is left undecided." },
  "number.loose": { severity: "error", says: "Every good pack and case is in a closed container." },
  "container.foreign-child": {
    severity: "error",
    says: "A container holds only commissioned children of the level below, of this order.",
  },
  "container.two-parents": { severity: "error", says: "No child has two open parents." },
  "container.closed-twice": { severity: "error", says: "A closed container is not closed again." },
  "container.count": {
    severity: "error",
    says: "A container is full as the recipe says, or marked partial, and never empty.",
  },
  "container.not-inside": { severity: "error", says: "Only what is in a container leaves it." },
  "order.differs": {
    severity: "error",
    says: "Product, lot, expiry, recipe and block on the line are those of the order.",
  },
  "order.totals": { severity: "error", says: "The line's own totals at its end are those of its journal." },
  "order.balance": { severity: "error", says: "Nothing is unaccounted for and every counter agrees." },
  "deviation.missing": {
    severity: "warning",
    says: "Every pack that should be in the bin is there: what was written off as missing is a deviation.",
  },
  "deviation.counters": {
    severity: "warning",
    says: "Every machine kept its counters: what one forgot during the run is a deviation.",
  },
  "deviation.loose-cases": {
    severity: "warning",
    says: "Every case is on a pallet: those that an aborted run left off are a deviation.",
  },
  "time.order": { severity: "warning", says: "Entries follow one another in time." },
  "time.window": { severity: "error", says: "No entry is older than the order or of the future." },
  "journal.chain": { severity: "error", says: "The copy of the line's journal is whole and as it was written." },
  "journal.after-end": { severity: "error", says: "Nothing is told of a run after its end." },
  "recipe.approved": { severity: "error", says: "The recipe was approved by somebody else than its author." },
  "signature.clearance": { severity: "error", says: "The line clearance is signed by two people." },
  "signature.disposition": { severity: "error", says: "The disposal of the reject bin is signed by two people." },
  "signature.missing": { severity: "error", says: "Every write-off of missing packs is signed by two people." },
  "signature.reconciliation": { severity: "error", says: "The reconciliation is signed." },
} as const satisfies Record<string, { readonly severity: "error" | "warning"; readonly says: string }>;

export type IntegrityRule = keyof typeof integrityRules;

export function finding(rule: IntegrityRule, seq: number, at: string, message: string): Finding {
  return { rule, severity: integrityRules[rule].severity, seq, at, message };
}
