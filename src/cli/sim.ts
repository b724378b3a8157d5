import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArguments, UsageError, wholeNumber } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { type Ground, openGround } from "./sim/ground.ts";
import { type Guard, guards } from "./sim/guards.ts";
import { guardLine, seedLine, summaryLine } from "./sim/report.ts";
import { runSeed, type SeedResult } from "./sim/seed-run.ts";

const seedsDefault = 20;
const violationsShownMax = 10;

type Options = { readonly from: number; readonly seeds: number; readonly json: boolean };

/** `packtrail sim`: whole companies in this process, on seeds; exit 1 when an invariant does not hold. */
export async function simCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArguments(args, {
    seeds: { type: "string" },
    from: { type: "string" },
    break: { type: "string" },
    json: { type: "boolean" },
  });
  if (values.break === "list") {
    for (const { name, invariant, what } of guards) console.log(`${name.padEnd(18)} invariant ${invariant}: ${what}`);
    return exitCodes.ok;
  }
  const removed = guardsNamed(values.break);
  const options: Options = {
    from: wholeNumber(values.from, "from", 1),
    seeds: wholeNumber(values.seeds, "seeds", seedsDefault, 1),
    json: values.json ?? false,
  };
  const ground = await openGround();
  const stop = () => void ground.stop().finally(() => process.exit(exitCodes.failed));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const clean = removed.length === 0 ? await runSeeds(ground, options) : await runWithout(ground, options, removed);
    return clean ? exitCodes.ok : exitCodes.failed;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
    await ground.stop();
  }
}

function guardsNamed(name: string | undefined): readonly Guard[] {
  if (name === undefined) return [];
  if (name === "all") return guards;
  const found = guards.filter((each) => each.name === name);
  if (found.length === 0) throw new UsageError(`there is no guard ${name}; --break list names them`);
  return found;
}

async function runSeeds(ground: Ground, { from, seeds, json }: Options): Promise<boolean> {
  const started = performance.now();
  const results: SeedResult[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await runSeed(seed, ground, undefined);
    results.push(result);
    console.log(json ? printJson(result) : seedLine(result));
    if (!isClean(result) && !json) showFailure(result, undefined);
  }
  if (!json) console.log(summaryLine(results, (performance.now() - started) / 1000));
  return results.every(isClean);
}

/** Each guard taken out in its turn, until a seed notices. A violation is what is asked for, and is exit 1 all the same. */
async function runWithout(ground: Ground, { from, seeds, json }: Options, removed: readonly Guard[]): Promise<boolean> {
  let clean = true;
  for (const guard of removed) {
    let noticed = false;
    for (let seed = from; seed < from + seeds && !noticed; seed++) {
      const result = await runSeed(seed, ground, guard);
      noticed = result.violations.some(({ invariant }) => invariant === guard.invariant);
      clean &&= isClean(result);
      console.log(json ? printJson(result, guard) : seedLine(result));
      if (!isClean(result) && !json) showFailure(result, guard);
    }
    if (!json) console.log(guardLine(guard, noticed));
  }
  return clean;
}

function isClean(result: SeedResult): boolean {
  return result.violations.length === 0 && result.failures.length === 0;
}

function printJson({ logLines: _log, ...result }: SeedResult, guard?: Guard): string {
  return JSON.stringify(guard ? { withoutGuard: guard.name, guards: guard.invariant, ...result } : result);
}

/** What does not hold, how to run it again, and where its log is. */
function showFailure({ seed, violations, failures, logLines }: SeedResult, guard: Guard | undefined): void {
  for (const { invariant, what } of violations.slice(0, violationsShownMax)) {
    console.log(`  invariant ${invariant}: ${what}`);
  }
  if (violations.length > violationsShownMax) console.log(`  and ${violations.length - violationsShownMax} more`);
  for (const what of failures) console.log(`  ${what}`);
  const folder = join(tmpdir(), "packtrail-sim-logs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `seed-${seed}${guard ? `-${guard.name}` : ""}.jsonl`);
  writeFileSync(file, `${logLines.join("\n")}\n`, { mode: 0o600 });
  console.log(`  again: packtrail sim --from ${seed} --seeds 1${guard ? ` --break ${guard.name}` : ""}; log: ${file}`);
}
