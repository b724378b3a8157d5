import type { RunOrder } from "../../src/contract/line-api.ts";
import type { WorkOrder } from "../../src/contract/site-api.ts";
import { checkDigit } from "../../src/kernel/gs1/check-digit.ts";
import { emptyBatch, evolveBatch } from "../../src/l3-site/lines/batch-fold.ts";
import type { Finding } from "../../src/l3-site/lines/finding.ts";
import { foldNumbers, keyOf, openFold } from "../../src/l3-site/lines/number-fold.ts";
import type { JournalEntry } from "../../src/contract/journal.ts";
import type { NumberRow } from "../../src/l3-site/number-buffer/number.store.ts";
import type { PackagingLevel } from "../../src/l3-site/number-buffer/packaging-level.ts";
import type { Order } from "../../src/l3-site/orders/order.ts";
import type { CountedNumbers } from "../../src/l3-site/reconciliation/reconciliation.ts";
import { signatureBy } from "./packed-batch.ts";

const withCheck = (digits: string) => digits + checkDigit(digits);

/** GLNs of the example prefix 952 1321. */
export const siteGln = withCheck("952132100001");
export const ownerGln = withCheck("952132100000");
export const exampleGtin = withCheck("0952132100011");

export function exampleOrder(changes: Partial<WorkOrder> = {}): WorkOrder {
  return {
    workOrderId: "01900000-0000-7000-8000-00000000a001",
    owner: ownerGln,
    environment: "production",
    market: "eu",
    marketRulesVersion: 1,
    gtin: exampleGtin,
    productName: "Auralin 20 mg",
    productVersion: 1,
    companyPrefixLength: 7,
    lot: "LOT-1",
    expiry: "281130",
    quantity: 20,
    packsPerCase: 4,
    casesPerPallet: 2,
    site: siteGln,
    ...changes,
  };
}

export const exampleRecipe = {
  recipeId: "carton-4x2",
  version: 1,
  packsPerCase: 4,
  casesPerPallet: 2,
  consecutiveRejectsMax: 8,
  gradeMin: 1.5,
  textScoreMin: 0.6,
  checkText: true,
  overagePercent: 5,
  overageMin: 24,
} as const;

/** Serials `S000001` … and SSCCs of the example prefix. */
export function exampleNumbers(level: PackagingLevel, count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => {
    const n = String(from + index + 1);
    return level === "pack"
      ? `S${n.padStart(6, "0")}`
      : withCheck(`${level === "case" ? 0 : 1}9521321${n.padStart(9, "0")}`);
  });
}

export function exampleRun(
  order: WorkOrder,
  block: Readonly<Record<PackagingLevel, number>>,
  runId = "01900000-0000-7000-8000-00000000b001",
): RunOrder {
  const { packsPerCase, casesPerPallet, site: _, ...rest } = order;
  return {
    ...rest,
    runId,
    lineId: "line-1",
    recipe: { ...exampleRecipe, packsPerCase, casesPerPallet },
    numbers: {
      pack: exampleNumbers("pack", block.pack),
      case: exampleNumbers("case", block.case),
      pallet: exampleNumbers("pallet", block.pallet),
    },
  };
}

export function orderOnLine(workOrder: WorkOrder, run: RunOrder): Order {
  return {
    workOrder,
    state: "on-line",
    traceId: "1".repeat(32),
    receivedAt: 0,
    batchRecordHash: null,
    assignment: {
      lineId: run.lineId,
      runId: run.runId,
      recipe: run.recipe,
      approval: signatureBy("01900000-0000-7000-8000-000000000003", 0),
      at: 0,
    },
  };
}

function freshRow(level: PackagingLevel, number: string): NumberRow {
  return {
    level,
    number,
    state: "Allocated",
    cause: "allocated-to-run",
    sentSeq: null,
    encodedSeq: null,
    judgedSeq: null,
    verifiedSeq: null,
    commissionedSeq: null,
    parent: null,
    closedSeq: null,
    children: null,
  };
}

/** Folds a whole journal in memory, as the site does batch by batch. */
export function foldJournal(order: WorkOrder, run: RunOrder, entries: readonly JournalEntry[]) {
  const levels = ["pack", "case", "pallet"] as const;
  const rows = levels.flatMap((level) => run.numbers[level].map((number) => freshRow(level, number)));
  const fold = openFold(rows, order);
  const block = { pack: run.numbers.pack.length, case: run.numbers.case.length, pallet: run.numbers.pallet.length };
  const findings: Finding[] = [];
  let batch = emptyBatch;
  for (const entry of entries) {
    foldNumbers(fold, entry);
    const isVerified = (serial: string) => fold.rows.get(keyOf({ level: "pack", number: serial }))?.verifiedSeq != null;
    const evolved = evolveBatch(batch, entry, { order: orderOnLine(order, run), block, isVerified });
    batch = evolved.batch;
    findings.push(...fold.findings.splice(0), ...evolved.findings);
  }
  return { batch, findings, numbers: levels.map((level) => countRows(level, [...fold.rows.values()], block[level])) };
}

/** The same figures that the database counts, counted here from the rows. */
function countRows(level: PackagingLevel, all: readonly NumberRow[], allocated: number): CountedNumbers {
  const rows = all.filter((row) => row.level === level);
  const count = (holds: (row: NumberRow) => boolean) => rows.filter(holds).length;
  const unused = (row: NumberRow) =>
    row.state === "Unassigned" || row.state === "Unallocated" || row.state === "Allocated";
  const good = (row: NumberRow) => row.state === "Commissioned" || row.state === "Released";
  return {
    level,
    allocated,
    returned: count((row) => unused(row) && row.sentSeq === null),
    deactivatedUnused: count((row) => row.state === "SNInvalid" && row.sentSeq === null),
    invalid: count((row) => row.state === "SNInvalid" && row.sentSeq !== null),
    invalidEncoded: count((row) => row.state === "SNInvalid" && row.encodedSeq !== null),
    labelSampled: count((row) => row.state === "LabelSampled"),
    labelScrapped: count((row) => row.state === "LabelScrapped"),
    everEncoded: count((row) => row.encodedSeq !== null),
    everCommissioned: count((row) => row.commissionedSeq !== null),
    good: count(good),
    sampled: count((row) => row.state === "Sampled"),
    destroyed: count((row) => row.state === "Destroyed"),
    decommissioned: count((row) => row.state === "Inactive"),
    missing: count((row) => row.state === "Inactive" && row.cause === "missing"),
    missingInvalid: count((row) => row.state === "SNInvalid" && row.cause === "missing"),
    packed: count((row) => good(row) && row.parent !== null),
    closed: count((row) => good(row) && row.closedSeq !== null && (row.children ?? 0) > 0),
    closedAlone: count((row) => good(row) && row.closedSeq !== null && (row.children ?? 0) > 0 && row.parent === null),
    stillAllocated: count((row) => unused(row) && row.sentSeq !== null),
    stillEncoded: count((row) => row.state === "Encoded"),
  };
}
