import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWeb } from "../../../scripts/build-web.ts";
import { createLog } from "../../runtime/log.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import { freePorts } from "../all/ports.ts";
import { type All, startAll } from "../all/start-all.ts";
import { oneOf, parseArguments, wholeNumber } from "../arguments.ts";
import { exitCodes } from "../exit-codes.ts";
import { collectResult } from "./collect.ts";
import { dispenseAndTrace, shipToPharmacy, shipToWholesaler } from "./distribute.ts";
import { furnish, keepPasswords, type World } from "./furnish.ts";
import { scanFirstCase } from "./hall.ts";
import { closeOrder, orderBatch, releaseLot, runLine } from "./produce.ts";
import { createProgress, type Progress } from "./progress.ts";
import { printResult } from "./report.ts";
import type { DemoResult } from "./result.ts";

const defaultPacks = 480;
/** Faster than most lines: what the virtual devices keep up with on two cores. */
const packsPerMinute = 1500;

export type DemoOptions = { readonly packs: number; readonly market: "us" | "eu"; readonly seed: number };

/** `packtrail demo`: one work order through all five levels, in a place of its own that is gone afterwards. */
export async function demoCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArguments(args, {
    packs: { type: "string" },
    market: { type: "string" },
    seed: { type: "string" },
    json: { type: "boolean" },
    keep: { type: "boolean" },
  });
  const options: DemoOptions = {
    packs: wholeNumber(values.packs, "packs", defaultPacks, 1),
    market: oneOf(values.market, "market", ["us", "eu"] as const, "us"),
    seed: wholeNumber(values.seed, "seed", 1),
  };
  const progress = createProgress(values.json ? undefined : process.stdout);
  const dataDir = mkdtempSync(join(tmpdir(), "packtrail-demo-"));
  let starting: Promise<All> | undefined;
  let all: All | undefined;
  let abandoned = false;
  const abandon = async () => {
    if (abandoned) return;
    abandoned = true;
    // What is half started is finished first: only then is it known what there is to stop.
    const half = await starting?.catch(() => undefined);
    await half?.stop();
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(exitCodes.failed);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void abandon());
  let passed = false;
  try {
    if (!buildWeb()) return exitCodes.failed;
    all = await progress.stage("start", 1, "system", async (at) => {
      const ports = await freePorts();
      const tell = (line: string) => console.error(line);
      starting = startAll({ dataDir, ports, seed: options.seed, packsPerMinute, temporary: !values.keep, tell });
      const started = await starting;
      at(1);
      return started;
    });
    const result = await runDemo(all, progress, options, values.keep ? dataDir : undefined);
    if (values.json) console.log(JSON.stringify(result));
    else printResult(result, progress, (line) => console.log(line));
    passed = result.invariants.violated === 0 && result.lot.released && result.verification.verified;
  } catch (error) {
    // Stopped on purpose: what fails for it is no news.
    if (!abandoned) throw error;
  } finally {
    await all?.stop();
    // What went wrong is in the logs: they stay when it did.
    if (passed && !values.keep) rmSync(dataDir, { recursive: true, force: true });
    else if (!abandoned) console.error(`logs${values.keep ? " and data" : ""} are kept in ${dataDir}`);
    if (passed && values.keep)
      console.error(`npx packtrail all --data ${dataDir} goes on with it; people: secrets/demonstration-people.txt`);
  }
  return passed ? exitCodes.ok : exitCodes.failed;
}

/**
 * The journey of one batch over the interfaces of five levels, in a system that was just started. People's passwords
 * are kept in `passwordsIn`, where it is given.
 */
async function runDemo(
  all: All,
  progress: Progress,
  options: DemoOptions,
  passwordsIn: string | undefined,
): Promise<DemoResult> {
  const { fetch } = realMachine({ log: createLog({ level: "error" }) }).network;
  const world = await progress.stage("furnish", 1, "company set", async (at) => {
    const furnished = await furnish(all, fetch);
    if (passwordsIn !== undefined) keepPasswords(furnished, passwordsIn);
    at(1);
    return furnished;
  });
  return runBatch(world, progress, options);
}

/** One work order from the printer to the patient; also what `scripts/survive.ts` disturbs. */
export async function runBatch(world: World, progress: Progress, options: DemoOptions): Promise<DemoResult> {
  const started = performance.now();
  const lot = `D${String(options.seed).padStart(4, "0")}`;
  const batch = await orderBatch(world, progress, options.market, options.packs, lot);
  const run = await runLine(world, progress, batch);
  const reconciliation = await closeOrder(world, progress, batch);
  const released = await releaseLot(world, progress, batch);
  await shipToWholesaler(world, progress, batch);
  const chosen = await scanFirstCase(world);
  await shipToPharmacy(world, progress, batch, chosen);
  const patient = await dispenseAndTrace(world, progress, chosen.packScan);
  const totalSeconds = Math.round((performance.now() - started) / 10) / 100;
  return collectResult({
    world,
    options,
    batch,
    run,
    reconciliation,
    released,
    patient,
    seconds: { ...progress.seconds, total: totalSeconds },
  });
}
