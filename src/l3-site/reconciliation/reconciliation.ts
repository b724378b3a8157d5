import type { Static } from "typebox";
import type { CrossCheck as CrossCheckSchema, LevelReconciliation, Reconciliation } from "../../contract/site-api.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { reconciliationChecks } from "../../kernel/serials/discrepancies.ts";
import { type Check, type Counters, type NumberCounts, reconcile } from "../../kernel/serials/reconciliation.ts";
import type { Batch } from "../lines/batch-fold.ts";
import type { PackagingLevel } from "../number-buffer/packaging-level.ts";

export type CrossCheck = Static<typeof CrossCheckSchema>;

/** One level's numbers, each figure counted by itself from the rows of the order's numbers. */
export type CountedNumbers = Omit<NumberCounts, "level" | "looseAuthorised" | "childrenOfClosedParents"> & {
  readonly level: PackagingLevel;
  /** Of `decommissioned`, and of `invalid`: written off as missing. */
  readonly missing: number;
  readonly missingInvalid: number;
  /** Containers that were closed with something in them. */
  readonly closed: number;
  /** Of these, those in no container themselves. */
  readonly closedAlone: number;
};

/** What a person signs: the balance, without what the integrity rules say of it. */
export type Balance = Pick<Reconciliation, "workOrderId" | "levels" | "rejects" | "crossChecks" | "balanced">;

/**
 * The balance of an order: every number of every level has one final state, and what was counted by machines and
 * people agrees with what the numbers say (EU GMP 5.56, 21 CFR 211.125(c)). Balanced only when nothing is
 * unaccounted for, every check agrees, and the line has ended the run.
 */
export function balanceOf(workOrderId: string, numbers: readonly CountedNumbers[], batch: Batch): Balance {
  const counts = numbers.map((each) => numberCounts(each, batch));
  const kernel = reconcile(
    counts.map((each) => ({
      counts: each,
      counters: countersOf(each.level as PackagingLevel, batch),
      required: ["printer"] as const,
    })),
  );
  const levels = counts.map((each, index) =>
    levelView(
      each,
      numbers[index]?.missing ?? 0,
      kernel.checks.filter(({ level }) => level === each.level),
    ),
  );
  const crossChecks = [
    ...kernel.checks.filter(({ code }) => !isEquation(code)).map(checkView),
    ...machineChecks(counts, batch),
    ...missingChecks(numbers, batch),
  ].map((check) => (isSetAside(check, batch) ? { ...check, setAside: true } : check));
  const agree =
    crossChecks.every(({ agrees, setAside }) => agrees || setAside === true) &&
    kernel.discrepancies.every(({ code }) => code !== "not-a-count");
  return {
    workOrderId,
    levels,
    rejects: { printVerify: batch.rejects.printVerify, downstream: batch.rejects.downstream },
    crossChecks,
    balanced: batch.completed !== null && agree && levels.every(({ unaccounted }) => unaccounted === 0),
  };
}

/** Why the balance cannot be signed: `site.not-ended`, `site.unaccounted`, `site.counters-disagree`; the message says which. */
export function checkBalance(balance: Balance, batch: Batch): Result<Balance> {
  if (batch.completed === null) return refuse("site.not-ended", balance.workOrderId);
  const unaccounted = balance.levels.filter((each) => each.unaccounted !== 0);
  if (unaccounted.length > 0) {
    return refuse(
      "site.unaccounted",
      unaccounted[0]?.level,
      unaccounted.map(({ level, unaccounted: count }) => `${level}: ${count}`).join("; "),
    );
  }
  const disagreeing = balance.crossChecks.filter(({ agrees, setAside }) => !agrees && setAside !== true);
  if (disagreeing.length > 0 || !balance.balanced) {
    const words = disagreeing.map(
      ({ source, what, expected, counted }) => `${source}: ${what}: ${expected} expected, ${counted} counted`,
    );
    return refuse("site.counters-disagree", disagreeing[0]?.source, words.join("; "));
  }
  return ok(balance);
}

// ---------------------------------------------------------------- the numbers

/**
 * Pallets stand alone: a closed one is loose with authority. Packs and cases are good only inside a closed parent; but
 * whoever aborts a run leaves its closed cases off the pallets, where the palletiser will not put them any more.
 */
function numberCounts({ closed, closedAlone, ...counted }: CountedNumbers, batch: Batch): NumberCounts {
  const inside: Record<PackagingLevel, number> = {
    pack: batch.closed.packs,
    case: batch.closed.casesInside,
    pallet: 0,
  };
  return {
    ...counted,
    looseAuthorised: counted.level === "pallet" ? closed : counted.level === "case" && batch.aborted ? closedAlone : 0,
    childrenOfClosedParents: inside[counted.level],
  };
}

function countersOf(level: PackagingLevel, batch: Batch): Counters {
  return {
    ...(batch.counters === null ? {} : { printer: { printed: batch.counters.printed[level] } }),
    challengePrinted: 0,
    challengePassed: 0,
    takenBeforeCamera: batch.labelSamplesTaken,
    reworked: batch.reworked,
  };
}

/** These three make up `unaccounted`; the kernel's other checks are cross-checks. */
function isEquation(code: Check["code"]): boolean {
  return code === "allocated" || code === "commissioned" || code === "good";
}

function levelView(counts: NumberCounts, missing: number, checks: readonly Check[]): LevelReconciliation {
  const undecided = counts.stillAllocated + counts.stillEncoded;
  const apart = checks
    .filter(({ code }) => isEquation(code))
    .reduce((total, { difference }) => total + Math.abs(difference), 0);
  return {
    level: counts.level as PackagingLevel,
    allocated: counts.allocated,
    returned: counts.returned,
    deactivated: counts.deactivatedUnused,
    invalid: counts.invalid,
    labelSampled: counts.labelSampled,
    labelScrapped: counts.labelScrapped,
    everCommissioned: counts.everCommissioned,
    good: counts.good,
    sampled: counts.sampled,
    destroyed: counts.destroyed,
    decommissioned: counts.decommissioned,
    // A balance signed by an earlier release knows no such line.
    ...(missing > 0 ? { missing } : {}),
    packed: counts.packed,
    loose: counts.looseAuthorised,
    unaccounted: undecided + apart,
  };
}

function checkView({ code, level, left, right }: Check): CrossCheck {
  const total = (terms: Readonly<Record<string, number>>) => Object.values(terms).reduce((sum, term) => sum + term, 0);
  const source = code === "printer" ? "printer" : code === "packed" ? "children" : "numbers";
  return crossCheck(source, `${level}: ${reconciliationChecks[code].title}`, total(right), total(left));
}

// ---------------------------------------------------------------- machines and people

function crossCheck(source: string, what: string, expected: number, counted: number): CrossCheck {
  return { source, what, expected, counted, agrees: expected === counted };
}

/** Packs that two people wrote off. */
export function writtenOff({ missing }: Batch): number {
  return missing.reduce((total, each) => total + each.missing, 0);
}

/** What was stated of missing packs against the numbers that ended by it; and against itself, pack by pack. */
function missingChecks(numbers: readonly CountedNumbers[], { missing }: Batch): CrossCheck[] {
  const sum = (of: (each: Batch["missing"][number]) => number) => missing.reduce((total, each) => total + of(each), 0);
  const ended = numbers.reduce((total, each) => total + each.missing + each.missingInvalid, 0);
  if (missing.length === 0 && ended === 0) return [];
  return [
    crossCheck(
      "missing",
      "Numbers that ended as missing are those written off.",
      sum((each) => each.numbers),
      ended,
    ),
    crossCheck(
      "missing",
      "Packs scanned, unreadable and missing are those that should have been in the bin.",
      sum((each) => each.expected),
      sum((each) => each.found + each.unnumbered + each.missing),
    ),
  ];
}

const forgottenBy: Readonly<Record<Batch["forgetful"][number], readonly string[]>> = {
  conveyor: ["conveyor", "camera", "packml"],
  printer: ["printer"],
};

/** Disagrees, and it is on record that the machine forgot what it had counted. */
function isSetAside({ source, agrees }: CrossCheck, { forgetful }: Batch): boolean {
  return !agrees && forgetful.some((machine) => forgottenBy[machine].includes(source));
}

/** Each compares two counts that were made apart; none of them is made of the other. */
function machineChecks(counts: readonly NumberCounts[], batch: Batch): CrossCheck[] {
  const { rejects, closed, completed } = batch;
  const missing = writtenOff(batch);
  const packs = counts.find(({ level }) => level === "pack");
  const bin = crossCheck(
    "bin",
    missing === 0
      ? "Packs counted by hand in the bin are the rejects on record."
      : "Packs counted by hand in the bin and those written off are the rejects on record.",
    rejects.printVerify + rejects.downstream + batch.awaited,
    (batch.binCounted ?? 0) + missing,
  );
  if (batch.counters === null || packs === undefined) {
    return [crossCheck("conveyor", "The counters of the machines were read at the end of the run.", 1, 0), bin];
  }
  const { conveyor, pictures, packMl } = batch.counters;
  const gated = packs.everCommissioned - batch.reworked;
  return [
    crossCheck("camera", "The camera took one picture of every pack at its trigger.", conveyor.triggers, pictures.pack),
    crossCheck(
      "conveyor",
      "Every pack that came in is commissioned, rejected or known as lost.",
      gated + rejects.printVerify + batch.lost,
      conveyor.infeed,
    ),
    crossCheck(
      "conveyor",
      "Packs let through are the packs commissioned at the gate.",
      gated + rejects.carried,
      conveyor.accepted,
    ),
    // After an abort people empty the belt: those rejects never reached the gate.
    ...(batch.aborted
      ? []
      : [
          crossCheck(
            "conveyor",
            "Packs rejected are the rejects on record.",
            rejects.printVerify - rejects.carried,
            conveyor.rejected,
          ),
        ]),
    crossCheck(
      "conveyor",
      "Packs taken out after the gate are those on record.",
      rejects.downstream - rejects.byHand,
      conveyor.downstreamRejected,
    ),
    crossCheck("conveyor", "The bin's sensor counted every pack rejected.", conveyor.rejected, conveyor.bin),
    bin,
    crossCheck(
      "packml",
      "Processed less defective are the packs let through.",
      conveyor.accepted,
      packMl.processed - packMl.defective,
    ),
    crossCheck("conveyor", "Cases closed are those on record.", closed.cases, conveyor.cases),
    crossCheck("conveyor", "Pallets closed are those on record.", closed.pallets, conveyor.pallets),
    ...(completed === null
      ? []
      : [
          crossCheck(
            "children",
            "The line's own total of packed packs is that of its cases.",
            closed.packs,
            completed.packed,
          ),
        ]),
  ];
}
