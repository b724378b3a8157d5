import { readdirSync, readFileSync } from "node:fs";
import { migrations } from "../src/l4-enterprise/migrations.ts";
import type { Database } from "../src/runtime/machine.ts";
import { scratchDatabase } from "../test/support/scratch-database.ts";
import { type Floor, makeDocuments, openFloor, palletPacks, take, type Wanted } from "./enterprise/floor.ts";
import { type Bench, type BenchRow, benchRow, bySize, quantile, resultHash } from "./harness.ts";

const unit = "packs";
const batchPallets = 60;
const lotPallets = 600;
/** The first packs warm up both sides and are not counted. */
const parts = 10;

/**
 * What capturing a pack costs the database as the ledger grows tenfold: packs a second of the server's processor time in
 * the last tenth, beside the first. A ratio of 0.9 says that a pack costs a ninth more than at the start.
 */
export const bench: Bench = {
  name: "growth",
  unit,
  summary: "packs per second of the database's processor time, in the last tenth of ten million beside the first",
  needs: "postgres",
  async *rows(size) {
    const pallets = bySize(size, { small: 10, normal: 200, full: 5_209 });
    yield await grow("growth", pallets, {});
    yield await grow("growth-foreign", Math.max(10, Math.ceil(pallets / 3)), { foreign: true });
  },
};

async function grow(name: string, pallets: number, wanted: Omit<Wanted, "pallets" | "lot">): Promise<BenchRow> {
  const scratch = await scratchDatabase(migrations);
  try {
    const floor = await openFloor(scratch.database);
    const each = Math.ceil(pallets / parts);
    const hash = resultHash();
    const costs: { cpuSeconds: number; durations: number[] }[] = [];
    for (let part = 0; part < parts; part++) costs.push(await tenth(floor, each, part, wanted, hash));
    const [first, last] = [costs[0], costs.at(-1)];
    const rate = (of: typeof first) => (each * palletPacks) / (of?.cpuSeconds ?? 1);
    const durations = last?.durations ?? [];
    const timed = { rate: rate(last), p50Ms: quantile(durations, 0.5), p99Ms: quantile(durations, 0.99) };
    return benchRow(name, unit, timed, rate(first), hash.hex());
  } finally {
    await scratch.drop();
  }
}

async function tenth(
  floor: Floor,
  pallets: number,
  part: number,
  wanted: Omit<Wanted, "pallets" | "lot">,
  hash: ReturnType<typeof resultHash>,
) {
  const durations: number[] = [];
  let cpuSeconds = 0;
  for (let done = 0; done < pallets; done += batchPallets) {
    const size = Math.min(batchPallets, pallets - done);
    const lot = `G${Math.floor((part * pallets + done) / lotPallets)}`;
    const { documents } = await makeDocuments(floor, { ...wanted, pallets: size, lot });
    const before = await serverCpuSeconds(floor.database);
    for (const document of documents) {
      const from = performance.now();
      const { captured, exceptions } = await take(floor, document);
      durations.push(performance.now() - from);
      hash.add(`${captured}/${exceptions}`);
    }
    cpuSeconds += (await serverCpuSeconds(floor.database)) - before;
  }
  return { durations, cpuSeconds: Math.max(cpuSeconds, 1 / ticksPerSecond) };
}

/** Linux counts processor time in these (USER_HZ). */
const ticksPerSecond = 100;

/** Processor time of the server and of all that it started, those that ended included; its clock's where there is no /proc. */
async function serverCpuSeconds(database: Database): Promise<number> {
  const [row] = await database.run<{ pid: number }>({
    text: "select (regexp_match(pg_read_file('postmaster.pid'), '^[0-9]+'))[1]::int as pid",
  });
  const server = row?.pid ?? 0;
  let ticks = 0;
  for (const name of readdirSync("/proc").filter((each) => /^[0-9]+$/.test(each))) {
    const fields = statOf(name);
    // utime, stime; of the server itself also those of children that ended (proc(5)).
    if (Number(name) === server) ticks += sum(fields.slice(11, 15));
    else if (Number(fields[1]) === server) ticks += sum(fields.slice(11, 13));
  }
  return ticks / ticksPerSecond;
}

const sum = (fields: readonly string[]) => fields.reduce((total, field) => total + Number(field), 0);

/** Fields from the state on: the name before it may hold anything. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
