import type { EnterpriseConfig } from "../l4-enterprise/config.ts";
import { readConfig, readSecret } from "../runtime/config.ts";
import { isFault } from "../runtime/fault.ts";
import { readKeyFile } from "../runtime/key-wrap.ts";
import { createLog } from "../runtime/log.ts";
import { realMachine } from "../runtime/machine.real.ts";
import { parseArguments, UsageError } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { starters } from "./level.ts";

const usage = "keys rewrap --config FILE --to KEYFILE";

/** `packtrail keys rewrap`: the keys of a level 4's number pools under the key in another file. Audited as the console's. */
export async function keysCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, { config: { type: "string" }, to: { type: "string" } });
  const { config: file, to: toFile } = values;
  if (positionals.join(" ") !== "rewrap" || !file || !toFile) throw new UsageError(usage);
  const machine = realMachine({ log: createLog({ level: "error" }) });
  try {
    const { schema } = await starters["enterprise"]!();
    const config = readConfig(schema, { file, env: process.env }) as EnterpriseConfig;
    const [from, to] = [readKeyFile(config.keyFile), readKeyFile(toFile)];
    if (Buffer.from(from).equals(to)) throw new UsageError(`${toFile} holds the key that is in use`);
    const { rewrapPoolKeys } = await import("../l4-enterprise/serial-numbers/rewrap.handler.ts");
    const database = machine.database.postgres(readSecret(config.databaseUrlFile));
    try {
      const scope = { owner: config.company.gln, environment: config.environment };
      const count = await database.transaction((sql) => rewrapPoolKeys(sql, machine, { ...scope, from, to }));
      console.log(`${count} keys are wrapped by ${toFile}; name it as keyFile before the level is started`);
      return exitCodes.ok;
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!isFault(error)) throw error;
    console.error(`packtrail: ${error.code}: ${error.message}`);
    return exitCodes.unavailable;
  }
}
