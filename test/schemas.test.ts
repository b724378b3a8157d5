import { expect, test } from "vitest";
import { migrations as site } from "../src/l3-site/migrations.ts";
import { migrations as enterprise } from "../src/l4-enterprise/migrations.ts";
import { migrations as network } from "../src/l5-network/migrations.ts";
import { schemaDifference } from "../src/runtime/postgres/schema-check.ts";
import { scratchDatabase } from "./support/scratch-database.ts";

// The sum of a level's migrations stands in the repository as text: a migration's effect is in its diff.

const levels = { site, enterprise, network };

test.each(Object.keys(levels) as (keyof typeof levels)[])(
  "the migrations of level %s make the schema in docs/schema",
  async (level) => {
    const scratch = await scratchDatabase(levels[level]);
    try {
      expect(await schemaDifference(scratch.database, new URL(`../docs/schema/${level}.txt`, import.meta.url))).toBe(
        "",
      );
    } finally {
      await scratch.drop();
    }
  },
);
