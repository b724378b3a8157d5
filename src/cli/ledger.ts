import { openPoolKeys } from "../l4-enterprise/serial-numbers/pool-keys.ts";
import { verifyDocuments } from "../l4-enterprise/capture-jobs/verify-documents.ts";
import type { LedgerContext } from "../l4-enterprise/ledger/ledger.ts";
import {
  type Difference,
  oneSnapshot,
  type VerifyProgress,
  verifyLedger,
} from "../l4-enterprise/ledger/replay/verify.ts";
import { EnterpriseConfig } from "../l4-enterprise/config.ts";
import { readConfig, readSecret } from "../runtime/config.ts";
import { isFault } from "../runtime/fault.ts";
import { readKeyFile } from "../runtime/key-wrap.ts";
import { createLog } from "../runtime/log.ts";
import type { Database } from "../runtime/machine.ts";
import { realMachine } from "../runtime/machine.real.ts";
import { parseArguments, UsageError } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";

export type LedgerIo = {
  out(line: string): void;
  err(line: string): void;
  /** A line that the next one takes the place of; absent where nobody looks on. */
  readonly progress: ((line: string) => void) | undefined;
};

const usage = "ledger verify --config FILE [--json]";
const shownMax = 50;
const progressEveryMs = 200;

/** What `--json` prints. */
export type LedgerVerified = {
  readonly verified: boolean;
  readonly documents: number;
  readonly events: number;
  readonly objects: number;
  readonly differences: readonly Difference[];
  readonly more: boolean;
  readonly seconds: number;
};

/** `packtrail ledger verify`: everything of a company's level 4 derived anew, and compared. Exit 1 for a difference. */
export async function ledgerCommand(args: readonly string[], io: LedgerIo): Promise<number> {
  const { values, positionals } = parseArguments(args, { config: { type: "string" }, json: { type: "boolean" } });
  if (positionals.join(" ") !== "verify" || values.config === undefined) throw new UsageError(usage);
  const machine = realMachine({ log: createLog({ level: "error" }) });
  try {
    const config = readConfig(EnterpriseConfig, { file: values.config, env: process.env });
    const { environment, company } = config;
    const ctx: LedgerContext = { owner: company.gln, environment, keys: openPoolKeys(readKeyFile(config.keyFile)) };
    const database = machine.database.postgres(readSecret(config.databaseUrlFile));
    try {
      const result = await verifyAll(database, ctx, progressLine(io));
      report(result, values.json ?? false, io);
      return result.verified ? exitCodes.ok : exitCodes.failed;
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!isFault(error)) throw error;
    io.err(`packtrail: ${error.code}: ${error.message}`);
    // A row whose checksum is wrong is the answer that was asked for.
    return error.code === "ledger.chunk-damaged" ? exitCodes.failed : exitCodes.unavailable;
  }
}

/** All of it from one snapshot, so that capture may go on. */
export async function verifyAll(
  database: Database,
  ctx: LedgerContext,
  progress: VerifyProgress,
): Promise<LedgerVerified> {
  const began = performance.now();
  const { documents, ledger } = await database.transaction(async (sql) => {
    await oneSnapshot(sql);
    return { documents: await verifyDocuments(sql, ctx, progress), ledger: await verifyLedger(sql, ctx, progress) };
  });
  const differences = [...documents.differences, ...ledger.differences];
  return {
    verified: differences.length === 0,
    documents: documents.documents,
    events: ledger.events,
    objects: ledger.objects,
    differences,
    more: ledger.more,
    seconds: Number(((performance.now() - began) / 1_000).toFixed(1)),
  };
}

const stages = {
  documents: "reading documents",
  replay: "replaying events",
  packs: "comparing packs",
  others: "comparing the rest",
} as const;
const barWidth = 24;

function progressLine({ progress }: LedgerIo): VerifyProgress {
  let shownAt = 0;
  return (stage, done, total) => {
    const now = performance.now();
    if (progress === undefined || (done < total && now - shownAt < progressEveryMs)) return;
    shownAt = now;
    const filled = Math.round((barWidth * done) / Math.max(1, total));
    progress(`${stages[stage].padEnd(20)} [${"#".repeat(filled).padEnd(barWidth)}] ${done} of ${total}`);
  };
}

function report(result: LedgerVerified, json: boolean, io: LedgerIo): void {
  io.progress?.("");
  if (json) return io.out(JSON.stringify(result));
  const { documents, events, objects, differences, more, seconds } = result;
  for (const { what, name, stored, derived } of differences.slice(0, shownMax)) {
    io.out(`${what} ${name}`);
    io.out(`  stored  ${stored || "nothing"}`);
    io.out(`  derived ${derived || "nothing"}`);
  }
  const hidden = differences.length - shownMax;
  if (hidden > 0 || more) io.out(`and ${more ? "more" : hidden} than are shown; --json has up to 200 of the ledger's`);
  const outcome = differences.length === 0 ? "all as derived" : `${differences.length}${more ? " or more" : ""} differ`;
  io.out(`${documents} documents, ${events} events, ${objects} objects in ${seconds} s: ${outcome}`);
}
