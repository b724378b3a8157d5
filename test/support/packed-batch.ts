import type { JournalBody, JournalEntry } from "../../src/contract/journal.ts";
import type { RunOrder } from "../../src/contract/line-api.ts";
import type { SignatureRecord } from "../../src/contract/shapes.ts";
import { chainJournal, emptyJournal, type JournalHead } from "../../src/kernel/serials/journal-chain.ts";
import { sha256 } from "../../src/runtime/sha256.ts";

/** What happens to a batch on its way, by the pack's place on the belt or the container's place in the run, from 1. */
export type Mishaps = {
  /** Read wrong at the camera: rejected at the gate, its label scrapped. */
  readonly misread?: (pack: number) => boolean;
  /** Passed the head without a print. */
  readonly unprinted?: (pack: number) => boolean;
  /** Commissioned, then taken out of its case unread: destroyed. */
  readonly takenOut?: (pack: number) => boolean;
  /** Commissioned, then taken as a sample. */
  readonly sampled?: (pack: number) => boolean;
  /** Of the rejects, from 1: not in the bin when it is counted, and written off. */
  readonly gone?: (reject: number) => boolean;
  /** The case's first label could not be read back. */
  readonly badLabel?: (container: number) => boolean;
};

export type BatchPeople = { readonly operator: string; readonly supervisor: string; readonly qa: string };

export const batchPeople: BatchPeople = {
  operator: "01900000-0000-7000-8000-000000000001",
  supervisor: "01900000-0000-7000-8000-000000000002",
  qa: "01900000-0000-7000-8000-000000000003",
};

type Draft = { readonly at: number; readonly body: JournalBody };

/**
 * What a line writes of a run without its devices: every pack sent, printed, judged, commissioned or rejected, packed
 * and put on pallets until `quantity` good ones are; then the bin counted and disposed of. One entry a millisecond.
 */
export function packBatch(
  order: RunOrder,
  startAt: number,
  mishaps: Mishaps = {},
  people: BatchPeople = batchPeople,
): Draft[] {
  const drafts: Draft[] = [];
  const write = (body: JournalBody): void => void drafts.push({ at: startAt + drafts.length, body });
  const next = { pack: 0, case: 0, pallet: 0 };
  const printed = { pack: 0, case: 0, pallet: 0 };
  const counts = {
    infeed: 0,
    accepted: 0,
    rejected: 0,
    downstreamRejected: 0,
    cases: 0,
    pallets: 0,
    labels: { case: 0, pallet: 0 },
  };
  const bin: { serial: string; state: "Encoded" | "Commissioned" }[] = [];
  let loose: string[] = [];
  let stacked: string[] = [];
  let packed = 0;
  const move = (
    level: "pack" | "case" | "pallet",
    number: string,
    from: Move["from"],
    to: Move["to"],
    cause: string,
    trackingId?: number,
  ): void =>
    write({
      kind: "number-moved",
      level,
      number,
      from,
      to,
      cause,
      ...(trackingId === undefined ? {} : { trackingId }),
    });
  const print = (level: "pack" | "case" | "pallet", trackingId?: number): string => {
    const number = order.numbers[level][next[level]++];
    if (number === undefined) throw new Error(`the ${level} numbers are used up`);
    write({ kind: "number-sent", level, number, seq: next[level], device: `${level}Printer` });
    move(level, number, "Allocated", "Encoded", "print-confirmed", trackingId);
    printed[level]++;
    return number;
  };
  const label = (level: "case" | "pallet", children: string[], whole: number): void => {
    if (mishaps.badLabel?.(++counts.labels[level]))
      move(level, print(level), "Encoded", "LabelScrapped", "label-destroyed");
    const sscc = print(level);
    move(level, sscc, "Encoded", "Commissioned", "verified-and-accepted");
    write({ kind: "aggregated", level, parent: sscc, children, partial: children.length < whole });
    if (level === "pallet") return void counts.pallets++;
    counts.cases++;
    packed += children.length;
    stacked.push(sscc);
    if (stacked.length === order.recipe.casesPerPallet) stack();
  };
  const stack = (): void => {
    const children = stacked;
    stacked = [];
    label("pallet", children, order.recipe.casesPerPallet);
  };
  const close = (): void => {
    const children = loose;
    loose = [];
    label("case", children, order.recipe.packsPerCase);
  };
  const reject = (trackingId: number, serial: string | null, cause: "no-read" | "no-print"): void => {
    write({ kind: "verdict", trackingId, expected: serial, bears: serial, verdict: "reject", cause });
    write({ kind: "rejected", stage: "print-verify", trackingId, number: serial, cause });
    counts.rejected++;
    if (serial !== null) bin.push({ serial, state: "Encoded" });
  };
  const pass = (trackingId: number): void => {
    counts.infeed++;
    if (mishaps.unprinted?.(trackingId)) return reject(trackingId, null, "no-print");
    const serial = print("pack", trackingId);
    if (mishaps.misread?.(trackingId)) return reject(trackingId, serial, "no-read");
    write({ kind: "verdict", trackingId, expected: serial, bears: serial, verdict: "accept", grade: 4 });
    move("pack", serial, "Encoded", "Commissioned", "verified-and-accepted", trackingId);
    counts.accepted++;
    if (mishaps.takenOut?.(trackingId)) {
      write({ kind: "rejected", stage: "downstream", trackingId, number: serial, cause: "content" });
      counts.downstreamRejected++;
      bin.push({ serial, state: "Commissioned" });
    } else if (mishaps.sampled?.(trackingId)) {
      write({
        kind: "number-moved",
        level: "pack",
        number: serial,
        from: "Commissioned",
        to: "Sampled",
        cause: "in-process-control",
        by: people.operator,
      });
    } else loose.push(serial);
    if (loose.length === order.recipe.packsPerCase || packed + loose.length === order.quantity) close();
  };

  const { workOrderId, gtin, lot, expiry, quantity, recipe, numbers } = order;
  write({
    kind: "run-prepared",
    workOrderId,
    gtin,
    lot,
    expiry,
    quantity,
    recipeId: recipe.recipeId,
    recipeVersion: recipe.version,
    allocated: { pack: numbers.pack.length, case: numbers.case.length, pallet: numbers.pallet.length },
  });
  write({
    kind: "line-cleared",
    checklist: ["bin empty"],
    signatures: [signatureBy(people.operator, startAt), signatureBy(people.supervisor, startAt)],
  });
  write({ kind: "run-state", from: "Idle", to: "Starting", cause: "start", by: people.operator });
  write({ kind: "counters-started", printed: { pack: 0, case: 0, pallet: 0 } });
  write({ kind: "run-state", from: "Starting", to: "Execute", cause: "belt-runs" });
  for (let trackingId = 1; packed < quantity; trackingId++) pass(trackingId);
  if (stacked.length > 0) stack();
  write({ kind: "run-state", from: "Execute", to: "Completing", cause: "quantity-reached" });
  const { infeed, accepted, rejected, downstreamRejected, cases, pallets } = counts;
  write({
    kind: "counters",
    printed,
    pictures: { pack: infeed, caseContent: cases, caseLabel: printed.case, palletLabel: printed.pallet },
    conveyor: { infeed, triggers: infeed, accepted, rejected, downstreamRejected, bin: rejected, cases, pallets },
    packMl: { processed: accepted + rejected, defective: rejected },
  });
  write({ kind: "run-state", from: "Completing", to: "Complete", cause: "drained" });
  const expected = rejected + downstreamRejected;
  const gone = bin.filter((_, index) => mishaps.gone?.(index + 1));
  const left = bin.filter((each) => !gone.includes(each));
  write({ kind: "bin-counted", counted: expected - gone.length, by: people.supervisor });
  if (gone.length > 0) {
    write({
      kind: "missing-declared",
      expected,
      counted: expected - gone.length,
      missing: gone.length,
      found: left.map(({ serial }) => serial),
      unnumbered: expected - bin.length,
      numbers: gone.length,
      reason: "searched for, not found",
      by: people.supervisor,
    });
    for (const { serial, state } of gone)
      move("pack", serial, state, state === "Encoded" ? "SNInvalid" : "Inactive", "missing");
    for (const person of [people.supervisor, people.qa])
      write({ kind: "signed", subject: "missing-packs", signature: signatureBy(person, startAt) });
  }
  for (const { serial, state } of left) {
    if (state === "Encoded") move("pack", serial, "Encoded", "LabelScrapped", "bin-disposed");
    else move("pack", serial, "Commissioned", "Destroyed", "destroyed");
  }
  for (const person of [people.supervisor, people.qa])
    write({ kind: "signed", subject: "bin-disposition", signature: signatureBy(person, startAt) });
  write({ kind: "run-completed", packed, cases, pallets });
  return drafts;
}

type Move = Extract<JournalBody, { readonly kind: "number-moved" }>;

export function signatureBy(userId: string, at: number): SignatureRecord {
  return {
    signatureId: userId.replace("0190", "0191"),
    userId,
    userName: `user-${userId.slice(-1)}`,
    meaning: "done",
    at,
    recordHash: "a".repeat(64),
  };
}

/** The drafts as entries of a line's journal that ends at `head`. */
export function journalOf(runId: string, drafts: readonly Draft[], head: JournalHead = emptyJournal): JournalEntry[] {
  let last = head;
  return drafts.map(({ at, body }) => {
    const entry = chainJournal(last, { at, offsetMinutes: 60, runId, body }, sha256);
    last = entry;
    return entry;
  });
}
