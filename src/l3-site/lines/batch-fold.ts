import type { JournalEntry } from "../../contract/journal.ts";
import type { SignatureRecord } from "../../contract/shapes.ts";
import type { Instant } from "../../kernel/base/time.ts";
import { type Finding, finding } from "./finding.ts";
import type { Order } from "../orders/order.ts";

type Of<Kind extends JournalEntry["body"]["kind"]> = Extract<JournalEntry["body"], { readonly kind: Kind }>;

type PerLevel = { readonly pack: number; readonly case: number; readonly pallet: number };

/** One signature of the line's journal, and what it is under. */
export type LineSignature = { readonly subject: string; readonly signature: SignatureRecord };

/** A signed statement of what is not there, as the journal holds it; `found` only counted. */
export type Missing = Omit<Of<"missing-declared">, "kind" | "found"> & { readonly at: Instant; readonly found: number };

/**
 * What an order's journal counts beside the states of its numbers: machines' counters, verdicts, rejects, people. A
 * plain value, so that it is kept as JSON; `evolveBatch` is its only writer.
 */
export type Batch = {
  readonly prepared: boolean;
  readonly completed: Omit<Of<"run-completed">, "kind"> | null;
  readonly counters: Omit<Of<"counters">, "kind"> | null;
  /** Packs of this run found in the reject bin, counted by hand: disposed of before, and counted now. */
  readonly binCounted: number | null;
  readonly verdicts: { readonly accepted: number; readonly rejected: number };
  /**
   * `carried`: of those at the gate, let through by it against the verdict and carried to the bin by hand. `byHand`: of
   * those downstream, taken out by people after an abort, which the conveyor does not count.
   */
  readonly rejects: {
    readonly printVerify: number;
    readonly downstream: number;
    readonly carried: number;
    readonly byHand: number;
  };
  /** Packs that were taken from the belt between print head and gate. */
  readonly lost: number;
  /** Packs that are nowhere and without a number of their own to end: expected in the bin or among those missing. */
  readonly awaited: number;
  /** What two people wrote off as missing, oldest first. */
  readonly missing: readonly Missing[];
  /** Machines that forgot their counters during the run, as the line's alarms said. */
  readonly forgetful: readonly ("conveyor" | "printer")[];
  readonly aborted: boolean;
  /** Commissioned at the bench. */
  readonly reworked: number;
  readonly labelSamplesTaken: number;
  /** Closing records of containers, and children summed over them, less those taken out. */
  readonly closed: {
    readonly cases: number;
    readonly pallets: number;
    readonly packs: number;
    readonly casesInside: number;
  };
  readonly commissioned: PerLevel;
  readonly signatures: readonly LineSignature[];
  readonly operatedBy: readonly string[];
  readonly startedAt: Instant | null;
  readonly lastAt: Instant;
};

export const emptyBatch: Batch = {
  prepared: false,
  completed: null,
  counters: null,
  binCounted: null,
  verdicts: { accepted: 0, rejected: 0 },
  rejects: { printVerify: 0, downstream: 0, carried: 0, byHand: 0 },
  lost: 0,
  awaited: 0,
  missing: [],
  forgetful: [],
  aborted: false,
  reworked: 0,
  labelSamplesTaken: 0,
  closed: { cases: 0, pallets: 0, packs: 0, casesInside: 0 },
  commissioned: { pack: 0, case: 0, pallet: 0 },
  signatures: [],
  operatedBy: [],
  startedAt: null,
  lastAt: 0,
};

export type BatchContext = {
  readonly order: Order;
  readonly block: PerLevel;
  /** Whether a camera's accepting verdict on this pack's number is on record so far. */
  readonly isVerified: (serial: string) => boolean;
};

export type BatchFold = { readonly batch: Batch; readonly findings: readonly Finding[] };

/** One entry applied to the order's batch, and what is wrong with it. */
export function evolveBatch(before: Batch, entry: JournalEntry, context: BatchContext): BatchFold {
  const findings = [...timeFindings(before, entry, context.order), ...preparedFindings(entry, context)];
  const timed = {
    ...before,
    startedAt: before.startedAt ?? entry.at,
    lastAt: Math.max(before.lastAt, entry.at),
    operatedBy: withPerson(before.operatedBy, entry.body),
  };
  return { batch: counted(timed, entry, context), findings };
}

function counted(batch: Batch, { body, at }: JournalEntry, { isVerified }: BatchContext): Batch {
  switch (body.kind) {
    case "run-prepared":
      return { ...batch, prepared: true };
    case "line-cleared":
      return {
        ...batch,
        signatures: [
          ...batch.signatures,
          ...body.signatures.map((signature) => ({ subject: lineClearance, signature })),
        ],
      };
    case "signed":
      return { ...batch, signatures: [...batch.signatures, { subject: body.subject, signature: body.signature }] };
    case "verdict": {
      const { accepted, rejected } = batch.verdicts;
      return {
        ...batch,
        verdicts:
          body.verdict === "accept" ? { accepted: accepted + 1, rejected } : { accepted, rejected: rejected + 1 },
      };
    }
    case "rejected": {
      const { rejects } = batch;
      if (body.stage === "downstream") {
        const byHand = batch.aborted && body.cause === "held" ? 1 : 0;
        return {
          ...batch,
          rejects: { ...rejects, downstream: rejects.downstream + 1, byHand: rejects.byHand + byHand },
        };
      }
      // The gate has only two ways to be wrong: it rejected what was accepted, or let through what was not.
      const carried = body.cause === "gate" && !(body.number !== null && isVerified(body.number)) ? 1 : 0;
      return {
        ...batch,
        rejects: { ...rejects, printVerify: rejects.printVerify + 1, carried: rejects.carried + carried },
      };
    }
    case "pack-lost":
      return {
        ...batch,
        awaited: batch.awaited + 1,
        lost: batch.lost + (body.stage === "print-verify" ? 1 : 0),
      };
    case "missing-declared": {
      const { kind: _, found, ...stated } = body;
      return { ...batch, missing: [...batch.missing, { ...stated, at, found: found.length }] };
    }
    case "alarm":
      return body.active ? { ...batch, forgetful: withForgetful(batch.forgetful, body.code) } : batch;
    case "run-state":
      return body.to === "Aborted" ? { ...batch, aborted: true } : batch;
    case "number-moved":
      return movedCounts(batch, body);
    case "aggregated":
      return { ...batch, closed: closedCounts(batch.closed, body.level, 1, body.children.length) };
    case "disaggregated":
      return { ...batch, closed: closedCounts(batch.closed, body.level, 0, -body.children.length) };
    case "counters": {
      const { kind: _, ...counters } = body;
      return { ...batch, counters };
    }
    case "bin-counted":
      return { ...batch, binCounted: body.counted };
    case "run-completed": {
      const { kind: _, ...completed } = body;
      return { ...batch, completed };
    }
    default:
      return batch;
  }
}

/** The line's alarms that say that a machine's counters prove nothing of this run. */
const forgetting: Readonly<Record<string, Batch["forgetful"][number]>> = {
  "counters-lost": "conveyor",
  "print-counters-lost": "printer",
};

function withForgetful(known: Batch["forgetful"], code: string): Batch["forgetful"] {
  const machine = forgetting[code];
  return machine === undefined || known.includes(machine) ? known : [...known, machine];
}

/** The subject under which the two signatures of a line clearance are counted. */
export const lineClearance = "line-clearance";

function movedCounts(batch: Batch, body: Of<"number-moved">): Batch {
  if (body.to === "Commissioned") {
    const commissioned = { ...batch.commissioned, [body.level]: batch.commissioned[body.level] + 1 };
    return {
      ...batch,
      commissioned,
      reworked: batch.reworked + (body.level === "pack" && body.cause === "reworked" ? 1 : 0),
    };
  }
  if (body.level !== "pack") return batch;
  if (body.to === "LabelSampled") return { ...batch, labelSamplesTaken: batch.labelSamplesTaken + 1 };
  // Only a pack on the belt has a tracking id: its number ended because the pack was gone.
  return body.to === "SNInvalid" && body.trackingId !== undefined ? { ...batch, lost: batch.lost + 1 } : batch;
}

function closedCounts(
  closed: Batch["closed"],
  level: "case" | "pallet",
  containers: number,
  children: number,
): Batch["closed"] {
  return level === "case"
    ? { ...closed, cases: closed.cases + containers, packs: closed.packs + children }
    : { ...closed, pallets: closed.pallets + containers, casesInside: closed.casesInside + children };
}

/** Everybody who touched the batch: commands, counts and signatures name their person. */
function withPerson(people: readonly string[], body: JournalEntry["body"]): readonly string[] {
  const named = peopleOf(body).filter((each) => !people.includes(each));
  return named.length === 0 ? people : [...people, ...new Set(named)];
}

function peopleOf(body: JournalEntry["body"]): string[] {
  switch (body.kind) {
    case "line-cleared":
      return body.signatures.map(({ userId }) => userId);
    case "signed":
      return [body.signature.userId];
    case "run-state":
    case "number-moved":
    case "disaggregated":
    case "bin-counted":
    case "pack-lost":
    case "container-judged":
    case "missing-declared":
      return body.by === undefined ? [] : [body.by];
    default:
      return [];
  }
}

// ---------------------------------------------------------------- what may be wrong with an entry

/** Clocks of a line and a site are apart by less than this, or time synchronisation has failed. */
export const clockSkewMaxMs = 60_000;

function timeFindings(before: Batch, entry: JournalEntry, order: Order): Finding[] {
  const at = `journal/${entry.seq}`;
  const found: Finding[] = [];
  if (entry.at < before.lastAt)
    found.push(finding("time.order", entry.seq, at, `${before.lastAt - entry.at} ms before the entry it follows`));
  if (entry.at < order.receivedAt - clockSkewMaxMs)
    found.push(finding("time.window", entry.seq, at, "older than the order"));
  return found;
}

function preparedFindings({ body, seq }: JournalEntry, { order, block }: BatchContext): Finding[] {
  if (body.kind !== "run-prepared") return [];
  const { workOrder, assignment } = order;
  const pairs: readonly [string, unknown, unknown][] = [
    ["workOrderId", body.workOrderId, workOrder.workOrderId],
    ["gtin", body.gtin, workOrder.gtin],
    ["lot", body.lot, workOrder.lot],
    ["expiry", body.expiry, workOrder.expiry],
    ["quantity", body.quantity, workOrder.quantity],
    ["recipeId", body.recipeId, assignment?.recipe.recipeId],
    ["recipeVersion", body.recipeVersion, assignment?.recipe.version],
    ...(["pack", "case", "pallet"] as const).map((level): [string, unknown, unknown] => [
      `allocated.${level}`,
      body.allocated[level],
      block[level],
    ]),
  ];
  return pairs
    .filter(([, there, here]) => there !== here)
    .map(([name, there, here]) =>
      finding("order.differs", seq, `run/${name}`, `${String(there)} on the line, ${String(here)} in the order`),
    );
}
