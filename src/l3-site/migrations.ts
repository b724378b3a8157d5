import { gxpSchema } from "../gxp/gxp.schema.ts";
import { messagesSchema } from "../runtime/messages/messages.schema.ts";
import type { Migration } from "../runtime/postgres/migrate.ts";
import { siteSchema } from "./site.schema.ts";

/** Every step of the site's database; a released one never changes. */
export const migrations: readonly Migration[] = [
  { id: "001-people-and-audit", sql: gxpSchema },
  { id: "002-messages", sql: messagesSchema },
  { id: "003-site", sql: siteSchema },
];
