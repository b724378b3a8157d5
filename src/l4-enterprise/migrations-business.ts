import type { Migration } from "../runtime/postgres/migrate.ts";
import { businessSchema } from "./business.schema.ts";
import { tracingSchema } from "./tracing/tracing.schema.ts";

/** Master data, orders, lots, reports and shipments; after those of the ledger and the numbers. */
export const businessMigrations: readonly Migration[] = [
  { id: "0005-business", sql: businessSchema },
  { id: "0006-tracing", sql: tracingSchema },
];
