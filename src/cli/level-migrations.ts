import type { Migration } from "../runtime/postgres/migrate.ts";

/** The migrations of a level that keeps its data in PostgreSQL; undefined for the others. */
export async function levelMigrations(level: string): Promise<readonly Migration[] | undefined> {
  switch (level) {
    case "site":
      return (await import("../l3-site/migrations.ts")).migrations;
    case "enterprise":
      return (await import("../l4-enterprise/migrations.ts")).migrations;
    case "network":
      return (await import("../l5-network/migrations.ts")).migrations;
    default:
      return undefined;
  }
}
