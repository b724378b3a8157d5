import type { Role } from "../contract/rights.ts";
import type { Environment } from "../contract/envelope.ts";
import { systemActor } from "../gxp/audit/audit.ts";
import { argon2Hasher } from "../gxp/people/password-hasher.ts";
import { createUser } from "../gxp/people/user.handler.ts";
import { readConfig, readSecret } from "../runtime/config.ts";
import { isFault } from "../runtime/fault.ts";
import { createLog } from "../runtime/log.ts";
import type { Machine, Sql } from "../runtime/machine.ts";
import { realMachine } from "../runtime/machine.real.ts";
import { migrate } from "../runtime/postgres/migrate.ts";
import { parseArguments, UsageError } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { starters } from "./level.ts";
import { levelMigrations } from "./level-migrations.ts";

const usage = "user add enterprise|network --config FILE --name NAME --full-name TEXT --roles ROLE,ROLE";

/** `packtrail user add`: for the first account, and for the day nobody can sign in any more. Audited as the console's. */
export async function userCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    config: { type: "string" },
    name: { type: "string" },
    "full-name": { type: "string" },
    roles: { type: "string" },
  });
  const [verb, level = ""] = positionals;
  const { config: file, name: userName, "full-name": fullName, roles } = values;
  // People are issued at levels 4 and 5 and copied from there.
  const issues = level === "enterprise" || level === "network";
  if (verb !== "add" || !issues || !file || !userName || !fullName || !roles) throw new UsageError(usage);
  const machine = realMachine({ log: createLog({ level: "error" }) });
  try {
    const config = readConfig((await starters[level]!()).schema, { file, env: process.env }) as Issuing;
    const database = machine.database.postgres(readSecret(config.databaseUrlFile));
    try {
      await migrate(database, (await levelMigrations(level)) ?? []);
      const gxp = {
        ...config,
        database,
        clock: machine.clock,
        random: machine.random,
        log: machine.log,
        hasher: argon2Hasher(machine.random),
        onPeopleChange: await passedOn(config, machine),
      };
      const made = await createUser(
        gxp,
        { userName, fullName, roles: roles.split(",") as Role[], reason: "added at the console" },
        { actor: systemActor("console") },
      );
      if (!made.ok) {
        console.error(`packtrail: ${made.refusal.code}${made.refusal.at ? ` at ${made.refusal.at}` : ""}`);
        return exitCodes.failed;
      }
      console.log(`${userName}, one-time password: ${made.value.oneTimePassword}`);
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

type Issuing = {
  readonly instance: string;
  readonly environment: Environment;
  readonly databaseUrlFile: string;
  readonly company?: { readonly gln: string };
  readonly sites?: readonly { readonly gln: string }[];
};

/** What the level itself does with a change of its people; level 5 has nobody to tell. */
async function passedOn({ environment, company, sites = [] }: Issuing, machine: Machine) {
  if (company === undefined) return () => Promise.resolve();
  const { sendPeopleDown } = await import("../l4-enterprise/people-down.ts");
  const down = { machine, owner: company.gln, environment, sites: sites.map(({ gln }) => gln) };
  return (sql: Sql) => sendPeopleDown(sql, down);
}
