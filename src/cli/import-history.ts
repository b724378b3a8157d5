import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { canonicalJson } from "../kernel/base/canonical-json.ts";
import { deny, RefusalError } from "../kernel/base/result.ts";
import { type TakenOver, takeOverEvents, takeOverNumbers } from "../l4-enterprise/history/history.handler.ts";
import { stateHash } from "../l4-enterprise/ledger/replay/state-hash.ts";
import { oneSnapshot } from "../l4-enterprise/ledger/replay/verify.ts";
import { parseArguments, UsageError } from "./arguments.ts";
import { showProgress } from "./progress.ts";
import { type CompanyAtWork, withCompany } from "./transfer.ts";
import { linesOf } from "./transfer-files.ts";

const contentTypes: Readonly<Record<string, string>> = {
  ".xml": "application/xml",
  ".json": "application/ld+json",
  ".jsonld": "application/ld+json",
};
const listExtension = ".csv";

/**
 * `packtrail import-history --config FILE --from DIR`: lists of used serial numbers first, then EPCIS documents, each by
 * name, each once. Stops at the first file that is refused and names it; what came before it stays and is not done again.
 */
export async function importHistoryCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArguments(args, { config: { type: "string" }, from: { type: "string" } });
  const { config, from } = values;
  if (config === undefined || from === undefined) throw new UsageError("import-history --config FILE --from DIR");
  return withCompany(config, async (company) => {
    if (!existsSync(from)) deny("transfer.directory", from);
    const names = readdirSync(from).sort();
    const lists = names.filter((name) => extname(name).toLowerCase() === listExtension);
    const documents = names.filter((name) => extname(name).toLowerCase() in contentTypes);
    const progress = showProgress("history");
    const files = [...lists, ...documents];
    for (const [done, name] of files.entries()) {
      progress.at(done, files.length);
      const taken = await takeOver(company, join(from, name), name);
      progress.end();
      console.log(canonicalJson(taken));
    }
    const state = await company.database.transaction(async (sql) => {
      await oneSnapshot(sql);
      return stateHash(sql);
    });
    console.log(canonicalJson({ files: files.length, state }));
  });
}

async function takeOver({ machine, database, ctx }: CompanyAtWork, path: string, name: string): Promise<TakenOver> {
  const file = { name, sha256: await hashOf(path) };
  try {
    const contentType = contentTypes[extname(name).toLowerCase()];
    if (contentType === undefined) return await takeOverNumbers(machine, database, ctx, file, () => linesOf(path));
    return await takeOverEvents(machine, database, ctx, file, { document: readFileSync(path), contentType });
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    const { code, at, message } = error.refusal;
    return deny(code, `${name}${at === undefined ? "" : ` at ${at}`}`, message);
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest("hex");
}
