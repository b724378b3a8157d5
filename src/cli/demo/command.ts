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
import { furnish } from "./furnish.ts";
import { scanFirstCase } from "./hall.ts";
import { closeOrder, orderBatch, releaseLot, runLine } from "./produce.ts";
import { createProgress, type Progress } from "./progress.ts";
import { printResult } from "./report.ts";
import type { DemoResult } from "./result.ts";

const defaultPacks = 480;
/** Faster than most lines: what the virtual devices keep up with on two cores. */
const packsPerMinute = 1500;

type Options = { readonly packs: number; readonly market: "us" | "eu"; readonly seed: number };

/** `packtrail demo`: one work order through all five levels, in a place of its own that is gone afterwards. */
export async function demoCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArguments(args, {
    packs: { type: "string" },
    market: { type: "string" },
    seed: { type: "string" },
    json: { type: "boolean" },
    keep: { type: "boolean" },
  });
  const options: Options = {
    packs: wholeNumber(values.packs, "packs", defaultPacks, 1),
    market: oneOf(values.market, "market", ["us", "eu"] as const, "us"),
    seed: wholeNumber(values.seed, "seed", 1),
  };
  const progress = createProgress(values.json ? undefined : process.stdout);
  const dataDir = mkdtempSync(join(tmpdir(), "packtrail-demo-"));
  let all: All | undefined;
  const abandon = () => {
    void (all?.stop() ?? Promise.resolve()).finally(() => {
      rmSync(dataDir, { recursive: true, force: true });
      process.exit(exitCodes.failed);
    });
  };
  process.once("SIGINT", abandon);
  process.once("SIGTERM", abandon);
  let passed = false;
  try {
    if (!buildWeb()) return exitCodes.failed;
    all = await progress.stage("start", 1, "system", async (at) => {
      const started = await startAll({
        dataDir,
        ports: await freePorts(),
        seed: options.seed,
        packsPerMinute,
        temporary: true,
        tell: (line) => console.error(line),
      });
      at(1);
      return started;
    });
    const result = await runDemo(all, progress, options);
    if (values.json) console.log(JSON.stringify(result));
    else printResult(result, progress, (line) => console.log(line));
    passed = result.invariants.violated === 0 && result.lot.released && result.verification.verified;
  } finally {
    await all?.stop();
    // What went wrong is in the logs: they stay when it did.
    if (passed && !values.keep) rmSync(dataDir, { recursive: true, force: true });
    else console.error(`logs and data are kept in ${dataDir}`);
  }
  return passed ? exitCodes.ok : exitCodes.failed;
}

/** The journey of one batch over the interfaces of five levels; also what the journey test runs. */
export async function runDemo(all: All, progress: Progress, options: Options): Promise<DemoResult> {
  const started = performance.now();
  const { fetch } = realMachine({ log: createLog({ level: "error" }) }).network;
  const world = await progress.stage("furnish", 1, "company set", async (at) => {
    const furnished = await furnish(all, fetch);
    at(1);
    return furnished;
  });
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
