import { Fault } from "../runtime/fault.ts";
import type { Database, Statement } from "../runtime/machine.ts";

// Where the tables of level 4 lie on Citus. The schema and every statement are the same as on one PostgreSQL; only this
// says what is spread. Tables that are not named stay on the coordinator.

/** On every node, so that what is spread joins with them where it is. Their numbers are given out by the coordinator. */
export const referenceTables = ["scope", "epc_class", "epc_name", "lot", "place"] as const;

/** By `bucket`, which stands in each of their keys; rows of one bucket lie on one node, whatever their table. */
export const distributedTables = ["container", "item", "pack_delta", "chunk", "event"] as const;
export const distributionColumn = "bucket";

/** Many more than nodes, so that one that is added takes its share. */
const shards = 64;
const HAS_CITUS: Statement = { text: "select 1 from pg_extension where extname = 'citus'" };

/** What is done for each table that is not spread yet. */
export function distributeStatement(table: string): Statement {
  const [leader] = distributedTables;
  if ((referenceTables as readonly string[]).includes(table))
    return { text: `select create_reference_table('${table}')` };
  const where = table === leader ? `shard_count => ${shards}` : `colocate_with => '${leader}'`;
  return { text: `select create_distributed_table('${table}', '${distributionColumn}', ${where})` };
}

/**
 * A transaction that wrote to several nodes at once may not write to a table of every node afterwards, and opens a
 * connection for every shard. One after the other is what a capture needs.
 */
const settings: readonly string[] = [
  "citus.multi_shard_modify_mode = 'sequential'",
  "citus.max_adaptive_executor_pool_size = 1",
];

/**
 * Spreads empty tables over the nodes of a Citus cluster, each once. Faults `store.no-citus` when the database has no
 * Citus, and `store.not-spread` when a table has rows already: moving them is an operator's work (`docs/growing.md`),
 * because it takes as long as they are many.
 */
export async function distribute(database: Database): Promise<string[]> {
  const [citus] = await database.run(HAS_CITUS);
  if (citus === undefined)
    throw new Fault(
      "permanent",
      "store.no-citus",
      "the configuration says store.kind = citus, and the database has no extension citus",
    );
  for (const setting of settings)
    await database.run({
      text: `do $$ begin execute format('alter database %I set ${setting.replaceAll("'", "''")}', current_database()); end $$`,
    });
  const spread: string[] = [];
  for (const table of [...referenceTables, ...distributedTables]) {
    const [known] = await database.run({
      text: `select 1 from pg_dist_partition where logicalrelid = '${table}'::regclass`,
    });
    if (known !== undefined) continue;
    const [row] = await database.run({ text: `select 1 from ${table} limit 1` });
    if (row !== undefined)
      throw new Fault(
        "permanent",
        "store.not-spread",
        `${table} has rows and is not spread yet; docs/growing.md says how`,
      );
    await database.run(distributeStatement(table));
    spread.push(table);
  }
  return spread;
}
