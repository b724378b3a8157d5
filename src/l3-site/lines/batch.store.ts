import type { Environment } from "../../contract/envelope.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Reads } from "../site.ts";
import { type Batch, emptyBatch } from "./batch-fold.ts";

/** What an order's journal adds up to, and which part of its line's journal that is. */
export type BatchRow = {
  readonly batch: Batch;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstHash: string;
  readonly lastHash: string;
  readonly entries: number;
};

const batchColumns = `work_order_id as "workOrderId", first_seq as "firstSeq", last_seq as "lastSeq", first_hash as "firstHash", last_hash as "lastHash", entries, fold`;
const BATCH: Statement = { name: "batch", text: `select ${batchColumns} from batch where work_order_id = $1` };
const BATCHES: Statement = { name: "batches", text: `select ${batchColumns} from batch where work_order_id = any($1)` };
const BATCH_SAVE: Statement = {
  name: "batch-save",
  text: `insert into batch (work_order_id, owner, environment, first_seq, last_seq, first_hash, last_hash, entries, fold)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (work_order_id) do update set last_seq = $5, last_hash = $7, entries = $8, fold = $9`,
};

type StoredBatch = {
  workOrderId: string;
  firstSeq: string;
  lastSeq: string;
  firstHash: string;
  lastHash: string;
  entries: string;
  fold: string;
};

function batchOf(row: StoredBatch): BatchRow {
  const { firstHash, lastHash } = row;
  return {
    // A batch that an earlier release folded lacks what this one counts beside.
    batch: { ...emptyBatch, ...(JSON.parse(row.fold) as Partial<Batch>) },
    firstSeq: Number(row.firstSeq),
    lastSeq: Number(row.lastSeq),
    firstHash,
    lastHash,
    entries: Number(row.entries),
  };
}

export async function readBatch(sql: Reads, workOrderId: string): Promise<BatchRow | undefined> {
  const [row] = await sql.run<StoredBatch>(BATCH, [workOrderId]);
  return row && batchOf(row);
}

export async function readBatches(sql: Reads, workOrderIds: readonly string[]): Promise<Map<string, BatchRow>> {
  const rows = await sql.run<StoredBatch>(BATCHES, [workOrderIds]);
  return new Map(rows.map((row) => [row.workOrderId, batchOf(row)]));
}

export type OfOrder = { readonly workOrderId: string; readonly owner: string; readonly environment: Environment };

export async function saveBatch(sql: Sql, of: OfOrder, row: BatchRow): Promise<void> {
  const { batch, firstSeq, lastSeq, firstHash, lastHash, entries } = row;
  await sql.run(BATCH_SAVE, [
    of.workOrderId,
    of.owner,
    of.environment,
    firstSeq,
    lastSeq,
    firstHash,
    lastHash,
    entries,
    JSON.stringify(batch),
  ]);
}
