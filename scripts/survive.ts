// `npm run survive`: batches go from the printer to the patient while every process of the system is killed with
// `kill -9`, PostgreSQL among them, also several at once. Exit 1 when anything was lost, doubled or left unaccounted.
import { parseArgs } from "node:util";
import { holds, type Round, runHallRound, runRound } from "./survive/round.ts";
import { drawBlows } from "./survive/schedule.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    packs: { type: "string", default: "96" },
    json: { type: "boolean", default: false },
  },
});
const number = (text: string, name: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} takes a whole number from 1`);
};

const [rounds, firstSeed, packs] = [
  number(values.rounds, "rounds"),
  number(values.seed, "seed"),
  number(values.packs, "packs"),
];
let failed = 0;
for (let seed = firstSeed; seed < firstSeed + rounds; seed += 1) {
  const started = performance.now();
  const tell = (line: string) =>
    console.error(`  ${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  console.error(`round ${seed}`);
  try {
    // Every other market by turns: the European one has reports and a hub on its way.
    const market = seed % 2 === 0 ? "eu" : "us";
    const round = await runRound({ seed, packs, market, blows: drawBlows(seed), tell });
    if (!holds(round)) failed += 1;
    if (values.json) console.log(JSON.stringify(round));
    else print(round);
  } catch (error) {
    failed += 1;
    console.error(error);
  }
}
console.error("the hall is lost, and its data directory with it");
try {
  const wrong = await runHallRound({ seed: firstSeed, packs, tell: (line) => console.error(`  ${line}`) });
  if (wrong.length > 0) failed += 1;
  if (values.json) console.log(JSON.stringify({ hall: "lost", wrong }));
  else
    console.log(
      wrong.length === 0
        ? "hall lost: the line stands and says so, what is missing is written off, everything works"
        : `hall lost: ${wrong.join("; ")}`,
    );
} catch (error) {
  failed += 1;
  console.error(error);
}
process.exitCode = failed === 0 ? 0 : 1;

function print(round: Round): void {
  const slowest = Math.max(0, ...round.kills.map(({ backMs }) => backMs));
  console.log(
    `seed ${round.seed}: ${round.kills.length} processes killed, each back within ${slowest} ms; ${round.good} good packs, ` +
      `${round.unaccounted} unaccounted; ${round.acknowledged} acknowledged changes, ${round.lost.length} lost, ` +
      `${round.twice.length} doubled, ${round.violations.length} invariants violated (${round.seconds} s)`,
  );
  for (const line of [...round.lost, ...round.twice, ...round.violations]) console.log(`  ${line}`);
}
