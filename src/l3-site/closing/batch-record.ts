import type { BatchRecord, Reconciliation, Waiver, WorkOrder } from "../../contract/site-api.ts";
import type { SignatureRecord } from "../../contract/shapes.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { BatchRow } from "../lines/batch.store.ts";
import type { Assignment } from "../orders/order.ts";

/** Everything of a batch but QA's own signature and the seal: what that signature is put under. */
export type BatchContent = Omit<BatchRecord, "hash">;

export function batchContent(of: {
  readonly workOrder: WorkOrder;
  readonly assignment: Assignment;
  readonly reconciliation: Reconciliation;
  readonly reconciled: readonly SignatureRecord[];
  readonly row: BatchRow;
  readonly waivers: readonly Waiver[];
  readonly sealedAt: Instant;
}): BatchContent {
  const { workOrder, assignment, reconciliation, reconciled, row, waivers, sealedAt } = of;
  const { firstSeq, lastSeq, firstHash, lastHash, entries } = row;
  return {
    workOrderId: workOrder.workOrderId,
    order: workOrder,
    lineId: assignment.lineId,
    runId: assignment.runId,
    recipe: assignment.recipe,
    recipeApproval: assignment.approval,
    reconciliation,
    signatures: [...row.batch.signatures.map(({ signature }) => signature), ...reconciled],
    ...(row.batch.missing.length > 0 ? { missing: [...row.batch.missing] } : {}),
    ...(waivers.length > 0 ? { waivers: [...waivers] } : {}),
    journal: { entries, firstSeq, lastSeq, firstHash, lastHash },
    sealedAt,
  };
}

/** The record with QA's signature and its seal; `hash` is of everything beside it. */
export function sealed(
  content: BatchContent,
  closing: SignatureRecord,
  hashOf: (value: unknown) => string,
): BatchRecord {
  const signed = { ...content, signatures: [...content.signatures, closing] };
  return { ...signed, hash: hashOf(signed) };
}

/** Who touched the batch: none of them may certify its lot. */
export function operators(row: BatchRow, record: BatchRecord): string[] {
  return [...new Set([...row.batch.operatedBy, ...record.signatures.map(({ userId }) => userId)])];
}
