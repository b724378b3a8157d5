import type { JournalEntry } from "../../contract/journal.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { must, ok, refuse, type Result } from "../../kernel/base/result.ts";
import { followJournal } from "../../kernel/serials/journal-chain.ts";
import type { Sql } from "../../runtime/machine.ts";
import { sha256 } from "../../runtime/sha256.ts";
import { type NumberRow, numbersByName, saveNumbers } from "../number-buffer/number.store.ts";
import { packagingLevels } from "../number-buffer/packaging-level.ts";
import { audit, systemActor } from "../../gxp/audit/audit.ts";
import type { Order } from "../orders/order.ts";
import { nextState } from "../orders/order-state.ts";
import { lockOrder, orderOfRun, saveState } from "../orders/order.store.ts";
import { allocatedCounts } from "../orders/order-message.store.ts";
import { hasLine, type Site } from "../site.ts";
import { emptyBatch, evolveBatch } from "./batch-fold.ts";
import { type Finding, finding } from "./finding.ts";
import { type BatchRow, readBatch, saveBatch } from "./batch.store.ts";
import { insertFindings } from "./finding.store.ts";
import { heldHashes, insertEntries, lockHead, saveHead } from "./journal.store.ts";
import { changedRows, foldNumbers, keyOf, numbersNamed, openFold } from "./number-fold.ts";

/**
 * Takes what is new of a line's journal, as far as it follows what is held: entries that came before are compared and
 * skipped, those after a gap are left for the line to send again. Answers the highest entry held. Refuses
 * `site.line-unknown`, `site.journal-forked` where an entry differs from the one held, and `serials.journal-chain`.
 */
export async function takeJournal(
  site: Site,
  sql: Sql,
  lineId: string,
  received: readonly JournalEntry[],
): Promise<number> {
  const { config, machine } = site;
  if (!hasLine(config, lineId)) must(refuse("site.line-unknown", lineId));
  const head = await lockHead(sql, lineId, config.environment, machine.clock.now());
  const sorted = [...received].sort((a, b) => a.seq - b.seq);
  must(
    await checkHeld(
      sql,
      lineId,
      sorted.filter(({ seq }) => seq <= head.seq),
    ),
  );
  const fresh = contiguous(sorted, head.seq);
  if (fresh.length === 0) return head.seq;
  const next = must(followJournal(head, fresh, sha256));
  const orders = await ordersOf(sql, lineId, fresh);
  await insertEntries(sql, { lineId, environment: config.environment }, fresh, (runId) => orders.get(runId)?.workOrder);
  for (const [runId, order] of orders) {
    await fold(
      site,
      sql,
      order.workOrder.workOrderId,
      fresh.filter((entry) => entry.runId === runId),
    );
  }
  await saveHead(sql, lineId, next);
  return next.seq;
}

/** The entries that follow `after` without a gap, each once. */
export function contiguous(sorted: readonly JournalEntry[], after: number): JournalEntry[] {
  const taken: JournalEntry[] = [];
  let seq = after;
  for (const entry of sorted) {
    if (entry.seq === seq + 1) {
      taken.push(entry);
      seq = entry.seq;
    } else if (entry.seq > seq + 1) break;
  }
  return taken;
}

/** A line that tells another past than it told before has lost its file, or somebody wrote in it. */
async function checkHeld(sql: Sql, lineId: string, again: readonly JournalEntry[]): Promise<Result<true>> {
  const [first] = again;
  const last = again.at(-1);
  if (first === undefined || last === undefined) return ok(true);
  const held = await heldHashes(sql, lineId, first.seq, last.seq);
  const forked = again.find(({ seq, hash }) => held.get(seq) !== hash);
  return forked === undefined ? ok(true) : refuse("site.journal-forked", forked.seq);
}

async function ordersOf(sql: Sql, lineId: string, entries: readonly JournalEntry[]): Promise<Map<string, Order>> {
  const orders = new Map<string, Order>();
  for (const runId of new Set(entries.map((entry) => entry.runId))) {
    const order = await orderOfRun(sql, runId);
    // Only the line that was given the run can tell of it.
    if (order?.assignment?.lineId === lineId) orders.set(runId, order);
  }
  return orders;
}

/** Applies new entries of one order to its numbers and its batch; the order is complete when the line says so. */
async function fold(site: Site, sql: Sql, workOrderId: string, entries: readonly JournalEntry[]): Promise<void> {
  const order = await lockOrder(sql, workOrderId);
  invariant(order !== undefined, `the run of order ${workOrderId} is known, the order is not`);
  const { workOrder } = order;
  const last = entries.at(-1);
  const [first] = entries;
  if (first === undefined || last === undefined) return;
  const numbers = openFold(await loadNumbers(sql, order, entries), workOrder);
  const held = await readBatch(sql, workOrder.workOrderId);
  const block = await allocatedCounts(sql, workOrder.workOrderId);
  const findings: Finding[] = [];
  let batch = held?.batch ?? emptyBatch;
  for (const entry of entries) {
    if (batch.completed !== null && entry.body.kind !== "alarm") {
      findings.push(
        finding("journal.after-end", entry.seq, `journal/${entry.seq}`, `${entry.body.kind} of a run that had ended`),
      );
      continue;
    }
    foldNumbers(numbers, entry);
    const isVerified = (serial: string) =>
      numbers.rows.get(keyOf({ level: "pack", number: serial }))?.verifiedSeq != null;
    const evolved = evolveBatch(batch, entry, { order, block, isVerified });
    batch = evolved.batch;
    findings.push(...numbers.findings.splice(0), ...evolved.findings);
  }
  const row: BatchRow = {
    batch,
    firstSeq: held?.firstSeq ?? first.seq,
    firstHash: held?.firstHash ?? first.hash,
    lastSeq: last.seq,
    lastHash: last.hash,
    entries: (held?.entries ?? 0) + entries.length,
  };
  await saveNumbers(sql, workOrder.gtin, changedRows(numbers));
  await saveBatch(sql, workOrder, row);
  await insertFindings(sql, workOrder, findings);
  if (batch.completed !== null) await completeOrder(site, sql, order);
}

async function loadNumbers(sql: Sql, order: Order, entries: readonly JournalEntry[]): Promise<NumberRow[]> {
  const { workOrderId, gtin } = order.workOrder;
  const named = entries.flatMap(numbersNamed);
  const rows: NumberRow[] = [];
  for (const level of packagingLevels) {
    const numbers = [...new Set(named.filter((each) => each.level === level).map(({ number }) => number))];
    rows.push(...(await numbersByName(sql, { workOrderId, gtin, level }, numbers)));
  }
  return rows;
}

async function completeOrder(site: Site, sql: Sql, order: Order): Promise<void> {
  const next = nextState(order.state, "complete");
  if (!next.ok) return;
  const { workOrderId, owner } = order.workOrder;
  await saveState(sql, workOrderId, next.value);
  await audit(sql, {
    actor: systemActor(`line/${order.assignment?.lineId ?? ""}`),
    action: "order.complete",
    subject: `order/${workOrderId}`,
    before: { state: order.state },
    after: { state: next.value },
    at: site.machine.clock.now(),
    traceId: order.traceId,
    owner,
  });
}
