import { gxpSchema } from "../gxp/gxp.schema.ts";
import { messagesSchema } from "../runtime/messages/messages.schema.ts";
import type { Migration } from "../runtime/postgres/migrate.ts";
import { historySchema } from "./history/history.schema.ts";
import { ledgerSchema } from "./ledger/ledger.schema.ts";
import { captureJobSchema } from "./capture-jobs/capture-job.schema.ts";
import { businessMigrations } from "./migrations-business.ts";
import { retentionSchema } from "./retention/retention.schema.ts";
import { numbersSchema } from "./serial-numbers/numbers.schema.ts";

/** Level 4's database, in the order in which it is made. A released one never changes. */
export const migrations: readonly Migration[] = [
  { id: "0001-ledger", sql: ledgerSchema },
  { id: "0002-numbers", sql: numbersSchema },
  { id: "0003-messages", sql: messagesSchema },
  { id: "0004-gxp", sql: gxpSchema },
  ...businessMigrations,
  { id: "0006-history", sql: historySchema },
  { id: "0007-capture-jobs", sql: captureJobSchema },
  { id: "0008-retention", sql: retentionSchema },
];
