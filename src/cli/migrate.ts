import { readConfig, readSecret } from "../runtime/config.ts";
import { isFault } from "../runtime/fault.ts";
import { createLog } from "../runtime/log.ts";
import { realMachine } from "../runtime/machine.real.ts";
import { migrate } from "../runtime/postgres/migrate.ts";
import { parseArguments, UsageError } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { starters } from "./level.ts";
import { levelMigrations } from "./level-migrations.ts";

/** `packtrail migrate LEVEL --config FILE`: the database of one level, and nothing else, brought to this release. */
export async function migrateCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, { config: { type: "string" } });
  const [level = ""] = positionals;
  const migrations = await levelMigrations(level);
  const starter = await starters[level]?.();
  if (!migrations || !starter || values.config === undefined)
    throw new UsageError("migrate site|enterprise|network --config FILE");
  const machine = realMachine({ log: createLog({ fields: { packtrail: "migrate" } }) });
  try {
    const config = readConfig(starter.schema, { file: values.config, env: process.env }) as { databaseUrlFile: string };
    const database = machine.database.postgres(readSecret(config.databaseUrlFile));
    try {
      const applied = await migrate(database, migrations);
      for (const id of applied) console.log(`applied ${id}`);
      if (applied.length === 0) console.log("up to date");
    } finally {
      await database.close();
    }
    return exitCodes.ok;
  } catch (error) {
    if (!isFault(error)) throw error;
    console.error(`packtrail: ${error.code}: ${error.message}`);
    return exitCodes.unavailable;
  }
}
