import type { CheckCode } from "./discrepancies.ts";

/**
 * What was counted for one packaging level of one order, each figure from its own records. Nothing here may be
 * computed as "the rest": a remainder always fits, so it proves nothing (EU GMP 5.56, 21 CFR 211.125(c)).
 */
export type NumberCounts = {
  /** Packaging level by its name in the recipe: pack, case, pallet. */
  readonly level: string;
  readonly allocated: number;
  /** Given back unused and untouched. */
  readonly returned: number;
  /** Never sent to a device, retired instead of given back. */
  readonly deactivatedUnused: number;
  /** SNInvalid for any other cause, printed or not. */
  readonly invalid: number;
  /** Those of `invalid` whose print was confirmed. */
  readonly invalidEncoded: number;
  readonly labelSampled: number;
  readonly labelScrapped: number;
  /** Prints confirmed for numbers of the allocation. */
  readonly everEncoded: number;
  readonly everCommissioned: number;
  /** Commissioned and still sellable: states Commissioned and Released. */
  readonly good: number;
  readonly sampled: number;
  readonly destroyed: number;
  readonly decommissioned: number;
  /** Inside a closed parent. */
  readonly packed: number;
  /** Good, in no parent, and somebody with the right said so. */
  readonly looseAuthorised: number;
  /** Children summed over the parents' closing records. */
  readonly childrenOfClosedParents: number;
  /** Still undecided; both must be zero at the end. */
  readonly stillAllocated: number;
  readonly stillEncoded: number;
};

/** What machines and people counted, beside the number states. Leave out what the level does not have. */
export type Counters = {
  /** Prints counted by the printer itself: counter at the end less counter at the start. */
  readonly printer?: { readonly printed: number };
  readonly camera?: { readonly triggers: number; readonly good: number; readonly rejected: number };
  readonly plc?: { readonly accepted: number; readonly rejected: number };
  /** Packs taken out of the reject bins and counted by hand. */
  readonly bin?: { readonly counted: number };
  /** OPC 30050 ProdProcessedCount[0] and ProdDefectiveCount[0]. */
  readonly packml?: { readonly processed: number; readonly defective: number };
  /** Prints of challenge numbers and of test patterns: printed and rejected, never of the allocation. */
  readonly challengePrinted: number;
  /** Packs that passed the camera without an own print: challenge kit, operator's dummies. */
  readonly challengePassed: number;
  /** Prints taken off between printer and camera: label samples, first articles. */
  readonly takenBeforeCamera: number;
  /** Packs commissioned at the rework bench, which the line's gate never accepted. */
  readonly reworked: number;
};

export type CounterName = "printer" | "camera" | "plc" | "bin" | "packml";

/** One equation: both sides as counted. It holds when `difference` is 0. */
export type Check = {
  readonly code: CheckCode;
  readonly level: string;
  readonly left: Readonly<Record<string, number>>;
  readonly right: Readonly<Record<string, number>>;
  /** Left less right. */
  readonly difference: number;
};

export type Discrepancy = {
  readonly code: CheckCode;
  readonly level: string;
  readonly difference: number;
  /** The figure or counter it is about, where there is one. */
  readonly at?: string;
};

export type Reconciliation = {
  readonly reconciled: boolean;
  readonly checks: readonly Check[];
  readonly discrepancies: readonly Discrepancy[];
};

export type LevelReconciliation = {
  readonly counts: NumberCounts;
  readonly counters: Counters;
  /** Counters that the recipe says the level has; one that is missing is a discrepancy, not a pass. */
  readonly required: readonly CounterName[];
};

/** Every level's equations and cross-checks. Reconciled means no discrepancy of any kind, at tolerance zero. */
export function reconcile(levels: readonly LevelReconciliation[]): Reconciliation {
  const checks = levels.flatMap(({ counts, counters }) => [...equations(counts), ...crossChecks(counts, counters)]);
  const discrepancies = [
    ...levels.flatMap(({ counts, counters }) => malformed(counts, counters)),
    ...levels.flatMap(missing),
    ...checks
      .filter((check) => check.difference !== 0)
      .map(({ code, level, difference }) => ({ code, level, difference })),
  ];
  return { reconciled: discrepancies.length === 0, checks, discrepancies };
}

function equations(n: NumberCounts): Check[] {
  const check = checker(n.level);
  return [
    check("allocated", pick(n, "allocated"), {
      ...pick(n, "returned", "deactivatedUnused", "invalid", "labelSampled", "labelScrapped", "everCommissioned"),
      ...pick(n, "stillAllocated", "stillEncoded"),
    }),
    check("encoded", pick(n, "everEncoded"), {
      ...pick(n, "invalidEncoded", "labelSampled", "labelScrapped", "everCommissioned", "stillEncoded"),
    }),
    check("commissioned", pick(n, "everCommissioned"), pick(n, "good", "sampled", "destroyed", "decommissioned")),
    check("good", pick(n, "good"), pick(n, "packed", "looseAuthorised")),
    check("packed", pick(n, "packed"), pick(n, "childrenOfClosedParents")),
    check("still-allocated", pick(n, "stillAllocated"), {}),
    check("still-encoded", pick(n, "stillEncoded"), {}),
  ];
}

function crossChecks(n: NumberCounts, c: Counters): Check[] {
  const check = checker(n.level);
  const checks: Check[] = [];
  const challengePrinted = { challengePrinted: c.challengePrinted };
  if (c.printer)
    checks.push(check("printer", { printed: c.printer.printed }, { ...pick(n, "everEncoded"), ...challengePrinted }));
  if (c.camera) {
    checks.push(check("camera", { triggers: c.camera.triggers }, { good: c.camera.good, rejected: c.camera.rejected }));
    const seen = { triggers: c.camera.triggers, takenBeforeCamera: c.takenBeforeCamera };
    const passed = { ...pick(n, "everEncoded"), ...challengePrinted, challengePassed: c.challengePassed };
    checks.push(check("camera-printed", seen, passed));
  }
  if (c.plc && c.camera) {
    checks.push(check("gate", { accepted: c.plc.accepted, rejected: c.plc.rejected }, { triggers: c.camera.triggers }));
  }
  if (c.plc) {
    const throughGate = { ...pick(n, "everCommissioned"), reworked: -c.reworked };
    checks.push(check("accepted", { accepted: c.plc.accepted }, throughGate));
  }
  if (c.plc && c.bin) checks.push(check("bin", { counted: c.bin.counted }, { rejected: c.plc.rejected }));
  if (c.plc && c.packml) {
    const processed = { processed: c.packml.processed, defective: -c.packml.defective };
    checks.push(check("packml", processed, { accepted: c.plc.accepted }));
  }
  return checks;
}

function missing({ counts, counters, required }: LevelReconciliation): Discrepancy[] {
  return required
    .filter((name) => counters[name] === undefined)
    .map((name) => ({ code: "not-counted" as const, level: counts.level, difference: 0, at: name }));
}

/** A negative or broken figure could make an equation hold that should not. */
function malformed(counts: NumberCounts, counters: Counters): Discrepancy[] {
  const figures: [string, number][] = [];
  const collect = (source: object, prefix: string): void => {
    for (const [name, value] of Object.entries(source)) {
      if (typeof value === "number") figures.push([prefix + name, value]);
      else if (typeof value === "object" && value !== null) collect(value, `${prefix}${name}.`);
    }
  };
  collect(counts, "");
  collect(counters, "");
  return figures
    .filter(([, value]) => !Number.isSafeInteger(value) || value < 0)
    .map(([at, value]) => ({ code: "not-a-count" as const, level: counts.level, difference: value, at }));
}

function checker(level: string) {
  return (code: CheckCode, left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>): Check => ({
    code,
    level,
    left,
    right,
    difference: sum(left) - sum(right),
  });
}

function pick(counts: NumberCounts, ...names: readonly Exclude<keyof NumberCounts, "level">[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, counts[name]]));
}

function sum(terms: Readonly<Record<string, number>>): number {
  return Object.values(terms).reduce((total, term) => total + term, 0);
}
