import { resolve } from "node:path";
import { buildWeb } from "../../../scripts/build-web.ts";
import { parseArguments, wholeNumber } from "../arguments.ts";
import { exitCodes } from "../exit-codes.ts";
import { portsFrom, portsNeeded } from "./plan.ts";
import { takenPort } from "./ports.ts";
import { type All, startAll } from "./start-all.ts";

const defaultPort = 4100;
const defaultPacksPerMinute = 300;
const parentPollMs = 500;

/** `packtrail all`, that is `npm start`: everything, until Ctrl-C. */
export async function allCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArguments(args, {
    data: { type: "string" },
    port: { type: "string" },
    empty: { type: "boolean" },
    seed: { type: "string" },
    "packs-per-minute": { type: "string" },
  });
  const first = wholeNumber(values.port, "port", defaultPort, 1024);
  const dataDir = resolve(values.data ?? ".packtrail");
  // What is half started is finished first, and a second Ctrl-C changes nothing: stopping is bounded by itself.
  const stopped = new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => done());
    whenNpmEnds(done);
  });
  const taken = await takenPort(first);
  if (taken !== undefined) {
    console.error(`packtrail: port ${taken} is in use; --port N takes ${portsNeeded} ports from N on`);
    return exitCodes.unavailable;
  }
  console.log("Building the pages …");
  if (!buildWeb()) return exitCodes.failed;
  console.log(`Starting PostgreSQL and five levels in ${dataDir} …`);
  const all = await startAll({
    dataDir,
    ports: portsFrom(first),
    seed: wholeNumber(values.seed, "seed", 1),
    packsPerMinute: wholeNumber(values["packs-per-minute"], "packs-per-minute", defaultPacksPerMinute, 1),
    temporary: false,
    tell: (line) => console.log(line),
  });
  try {
    const furnishing = !values.empty && all.firstAdministrators.size > 0;
    if (furnishing) {
      const [{ furnish, keepPasswords }, { realMachine }, { silentLog }] = await Promise.all([
        import("../demo/furnish.ts"),
        import("../../runtime/machine.real.ts"),
        import("../../runtime/log.ts"),
      ]);
      console.log("Furnishing the demonstration: companies, people, products, pools, a recipe …");
      const world = await furnish(all, realMachine({ log: silentLog }).network.fetch);
      console.log(`Its people and their passwords: ${keepPasswords(world, dataDir)}`);
    }
    // Furnishing took the administrators' accounts over: their one-time passwords are spent.
    printAddresses(all, furnishing ? new Map() : all.firstAdministrators);
    await stopped;
    console.log("\nStopping …");
  } finally {
    await all.stop();
  }
  return exitCodes.ok;
}

/** npm hands a termination on to the shell between us, which ends without a word: then our parent is another. */
function whenNpmEnds(done: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) done();
  }, parentPollMs);
  timer.unref();
}

function printAddresses(all: All, firstAdministrators: All["firstAdministrators"]): void {
  const addresses = all.addresses();
  console.log("");
  for (const instance of all.instances) {
    console.log(`${instance.title}  (${instance.name})`);
    for (const { label, url } of addresses.get(instance.name) ?? []) console.log(`  ${label.padEnd(30)}${url}`);
    const first = firstAdministrators.get(instance.name);
    if (first)
      console.log(`  ${"first administrator".padEnd(30)}${first.userName}, one-time password ${first.password}`);
  }
  const home = addresses.get("enterprise-maker")?.[0]?.url;
  if (home) console.log(`\nOpen ${home} in a browser. Ctrl-C stops everything.`);
}
