// `npm run fuzz`: mutated inputs at every parser, ten million at each unless told otherwise. An input is one call of one
// parser with one text (or, for a device's protocol, its bytes) made of a seed of ours by one to six mutations and never
// equal to that seed; inputs may repeat. What must hold is said beside each parser in scripts/fuzz/*-targets.ts.
import { parseArgs } from "node:util";
import { inputAt, inputsOf, type Leg, minimised, tallyHash } from "./fuzz/campaign.ts";
import { fuzz } from "./fuzz/pool.ts";
import { targets } from "./fuzz/targets.ts";

const usage = `npm run fuzz -- [--seed N] [--count N] [--parser NAME]… [--workers 1|2] [--index N] [--json] [--list]
  --count    inputs of every parser (default 10000000)
  --parser   only those whose name contains NAME; may be said more than once
  --index    only input N of one parser: printed, tried, made small
  --json     one object a line, nothing else`;

const countUsual = 10_000_000;
const whole = (text: string | undefined, otherwise: number): number => {
  const number = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(usage);
  process.exit(2);
};

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      count: { type: "string" },
      parser: { type: "string", multiple: true },
      workers: { type: "string" },
      index: { type: "string" },
      json: { type: "boolean" },
      list: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return say(usage);
  const wanted = targets.filter(({ name }) => values.parser?.some((part) => name.includes(part)) ?? true);
  if (wanted.length === 0 || values.list) return say(targets.map(({ name }) => name).join("\n"), wanted.length > 0);
  const seed = whole(values.seed, 1);
  if (values.index !== undefined) return tryOne(wanted[0]?.name ?? "", seed, whole(values.index, 0));
  const count = whole(values.count, countUsual);
  const started = performance.now();
  let escapes = 0;
  let inputs = 0;
  for (const { name } of wanted) {
    const began = performance.now();
    const results = await fuzz([name], {
      seed,
      count,
      workers: whole(values.workers, 2),
      module: new URL("fuzz/targets.ts", import.meta.url),
      progress: (_, done) => drawn(name, done, count),
    });
    const leg = results.get(name) as Leg;
    inputs += inputsOf(leg.tally).inputs;
    if (leg.found) escapes++;
    report(name, leg, seed, performance.now() - began, values.json === true);
  }
  const total = { parsers: wanted.length, inputs, escapes, seed, count };
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    values.json
      ? JSON.stringify(total)
      : `${inputs} inputs at ${wanted.length} parsers, seed ${seed}: ${escapes} escapes (${seconds} s)`,
  );
  return escapes === 0 ? 0 : 1;
}

function say(text: string, good = true): number {
  console.log(text);
  return good ? 0 : 2;
}

/** A bar, where a person looks. */
function drawn(name: string, done: number, count: number): void {
  if (!process.stderr.isTTY) return;
  const width = 30;
  const full = Math.round((done / count) * width);
  process.stderr.write(`\r${name.padEnd(28)} [${"#".repeat(full)}${".".repeat(width - full)}] ${done}\x1b[K`);
}

function report(name: string, leg: Leg, seed: number, ms: number, asJson: boolean): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const { inputs, accepted, codes } = inputsOf(leg.tally);
  const hash = tallyHash(leg.tally);
  if (asJson) {
    console.log(
      JSON.stringify({ parser: name, inputs, accepted, answers: leg.tally, hash, escape: leg.found ?? null }),
    );
    return;
  }
  const rate = Math.round((inputs / Math.max(ms, 1)) * 1000);
  console.log(
    `${name.padEnd(26)} ${String(inputs).padStart(9)} inputs ${String(accepted).padStart(8)} accepted ${String(codes).padStart(3)} refusals ${String(rate).padStart(7)}/s ${hash}`,
  );
  if (!leg.found) return;
  console.log(`  ESCAPE at input ${leg.found.index}: ${leg.found.rule}`);
  console.log(`  smallest: ${JSON.stringify(leg.found.smallest)}`);
  console.log(`  again: npm run fuzz -- --seed ${seed} --parser ${name} --index ${leg.found.index}`);
}

function tryOne(name: string, seed: number, index: number): number {
  const target = targets.find((one) => one.name === name);
  if (!target) return say(usage, false);
  const input = inputAt(target, seed, index);
  console.log(JSON.stringify(input));
  try {
    console.log(target.attempt(input));
    return 0;
  } catch (error) {
    const rule = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.log(rule);
    const head = error instanceof Error && error.name === "Escape" ? error.message : `throws ${String(error)}`;
    console.log(`smallest: ${JSON.stringify(minimised(target, input, head))}`);
    return 1;
  }
}

process.exit(await main());
