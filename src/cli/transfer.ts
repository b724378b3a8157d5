import { canonicalJson } from "../kernel/base/canonical-json.ts";
import { RefusalError } from "../kernel/base/result.ts";
import { EnterpriseConfig } from "../l4-enterprise/config.ts";
import type { LedgerContext } from "../l4-enterprise/ledger/identity.ts";
import { migrations } from "../l4-enterprise/migrations.ts";
import { openPoolKeys } from "../l4-enterprise/serial-numbers/pool-keys.ts";
import { exportCompany } from "../l4-enterprise/transfer/export.handler.ts";
import { importCompany } from "../l4-enterprise/transfer/import.handler.ts";
import type { Manifest } from "../l4-enterprise/transfer/manifest.ts";
import { readConfig, readSecret } from "../runtime/config.ts";
import { isFault } from "../runtime/fault.ts";
import { readKeyFile } from "../runtime/key-wrap.ts";
import { createLog } from "../runtime/log.ts";
import type { Database, Machine } from "../runtime/machine.ts";
import { realMachine } from "../runtime/machine.real.ts";
import { migrate } from "../runtime/postgres/migrate.ts";
import { parseArguments, UsageError } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { showProgress } from "./progress.ts";
import { openExportFiles, openImportFiles } from "./transfer-files.ts";

export type CompanyAtWork = {
  readonly config: EnterpriseConfig;
  readonly machine: Machine;
  readonly database: Database;
  readonly ctx: LedgerContext;
};

/** `packtrail export --config FILE --to DIR`: everything of one company, while its level works on. */
export async function exportCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArguments(args, { config: { type: "string" }, to: { type: "string" } });
  const { config: file, to } = values;
  if (file === undefined || to === undefined) throw new UsageError("export --config FILE --to DIR");
  return withCompany(file, async ({ machine, database, ctx, config }) => {
    const files = openExportFiles(to);
    const progress = showProgress("export");
    try {
      const manifest = await exportCompany(machine, database, ctx, config.company, files.write, progress.at);
      await files.finish(manifest);
      progress.end();
      tell("exported", manifest);
    } finally {
      await files.close();
    }
  });
}

/** `packtrail import --config FILE --from DIR`: into an empty database, all of it or nothing. */
export async function importCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArguments(args, { config: { type: "string" }, from: { type: "string" } });
  const { config: file, from } = values;
  if (file === undefined || from === undefined) throw new UsageError("import --config FILE --from DIR");
  return withCompany(file, async ({ machine, database, ctx }) => {
    const { manifest, lines } = openImportFiles(from);
    const progress = showProgress("import");
    await importCompany(machine, database, ctx, { manifest, lines, progress: progress.at });
    progress.end();
    tell("imported", manifest);
  });
}

/** The company of a level 4's configuration, its database brought to this release; refusals and faults become exit codes. */
export async function withCompany(file: string, work: (company: CompanyAtWork) => Promise<void>): Promise<number> {
  const machine = realMachine({ log: createLog({ level: "error" }) });
  try {
    const config = readConfig(EnterpriseConfig, { file, env: process.env });
    const database = machine.database.postgres(readSecret(config.databaseUrlFile));
    try {
      await migrate(database, migrations);
      const keys = openPoolKeys(readKeyFile(config.keyFile));
      const ctx: LedgerContext = { owner: config.company.gln, environment: config.environment, keys };
      await work({ config, machine, database, ctx });
    } finally {
      await database.close();
    }
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof RefusalError) {
      const { code, at, message } = error.refusal;
      console.error(`packtrail: ${[code, at, message].filter((part) => part !== undefined).join(": ")}`);
      return exitCodes.failed;
    }
    if (!isFault(error)) throw error;
    console.error(`packtrail: ${error.code}: ${error.message}`);
    return exitCodes.unavailable;
  }
}

function tell(done: string, { files, state, contentSha256 }: Manifest): void {
  const rows = files.reduce((sum, each) => sum + each.rows, 0);
  console.log(canonicalJson({ [done]: { rows, objects: state.objects, state: state.sha256, content: contentSha256 } }));
}
