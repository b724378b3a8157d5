import { gxpSchema } from "../gxp/gxp.schema.ts";
import { messagesSchema } from "../runtime/messages/messages.schema.ts";
import type { Migration } from "../runtime/postgres/migrate.ts";
import { companySchema } from "./companies/company.store.ts";
import { documentSchema } from "./documents/document.store.ts";

/** Forward only: a migration that was released is never changed. */
export const migrations: readonly Migration[] = [
  { id: "0001-messages", sql: messagesSchema },
  { id: "0002-people", sql: gxpSchema },
  { id: "0003-companies", sql: companySchema },
  { id: "0004-documents", sql: documentSchema },
];
