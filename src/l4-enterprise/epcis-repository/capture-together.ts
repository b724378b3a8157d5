import type { Database, Machine } from "../../runtime/machine.ts";
import { sharedTransactions } from "../../runtime/postgres/shared-transactions.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import {
  type Captured,
  type CaptureInput,
  capture,
  captureReady,
  identifierCountOf,
  type ReadyDocument,
  readyDocument,
} from "./capture.handler.ts";

/** Two, so that one is read and decided while the other is written. */
export const captureLimits = { transactionsMax: 2, weightMax: 20_000 };

/**
 * Captures documents as `capture` does; those of our own that come at the same time share transactions, and with them
 * their statements and their commit. Each is answered once it is durable.
 */
export function captureTogether(
  machine: Machine,
  database: Database,
  ctx: LedgerContext,
): (input: CaptureInput) => Promise<Captured> {
  const shared = sharedTransactions<ReadyDocument, Captured>(database, captureLimits, identifierCountOf, (sql, ready) =>
    captureReady(sql, ctx, ready),
  );
  // Another company's word is judged against what is known of each object: one document at a time.
  return async (input) =>
    input.source === "own" ? shared(readyDocument(machine, input)) : capture(machine, database, ctx, input);
}
