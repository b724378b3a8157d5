import { describe, expect, test } from "vitest";
import { benchRow, type BenchRow, quantile, resultHash, timeCalls, timedOf } from "./harness.ts";
import { loadBenches, runBench } from "./run.ts";

const keys = ["name", "unit", "rate", "p50Ms", "p99Ms", "limitRate", "ratio", "rssMiB", "hash"];

async function output(...args: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runBench(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
}

const benches = await loadBenches();

describe.each(benches.map((bench) => [bench.name, bench] as const))("bench %s, small", (name, bench) => {
  const run = async (): Promise<BenchRow[]> => {
    const rows: BenchRow[] = [];
    for await (const row of bench.rows("small")) rows.push(JSON.parse(JSON.stringify(row)) as BenchRow);
    return rows;
  };

  test("rows are whole, the headline first, and the results do not change", { timeout: 120_000 }, async () => {
    const rows = await run();
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual("bytesPerUnit" in row ? [...keys, "bytesPerUnit"] : keys);
      expect(row.name.split(/[.]/)[0]).toMatch(new RegExp(`^${name}(-|$)`));
      for (const figure of [row.rate, row.p50Ms, row.p99Ms, row.limitRate, row.ratio, row.rssMiB])
        expect(figure).toBeGreaterThan(0);
      expect(row.hash).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(rows[0]?.unit).toBe(bench.unit);
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
    // The same again, and the same as when the snapshot was taken: a faster bench must still do the same work.
    const again = await run();
    expect(again.map((row) => [row.name, row.hash])).toEqual(rows.map((row) => [row.name, row.hash]));
    expect(Object.fromEntries(rows.map((row) => [row.name, row.hash]))).toMatchSnapshot();
  });
});

describe("the command", () => {
  test("--json prints compact rows and nothing else", async () => {
    const { code, out, err } = await output("--", "numbers", "--json", "--small");
    expect({ code, err }).toEqual({ code: 0, err: [] });
    for (const line of out) expect(JSON.stringify(JSON.parse(line))).toBe(line);
    expect(out.map((line) => (JSON.parse(line) as BenchRow).name)[0]).toBe("numbers.allocate");
  });

  test("for people, a table with a head", async () => {
    const { out } = await output("numbers", "--small");
    expect(out[0]).toMatch(/^bench +rate +limit +ratio/);
    expect(out[1]).toMatch(/^numbers\.allocate +[\d,]+ serials\/s /);
    expect(new Set(out.map((line) => line.length)).size).toBe(1);
  });

  test("--list names every bench", async () => {
    const { out } = await output("--list");
    expect(out.map((line) => line.split(" ")[0])).toEqual(benches.map(({ name }) => name));
  });

  test.each([[["nothing-of-the-kind"]], [["--fast"]], [["numbers", "--full", "--small"]]])(
    "%j is not understood",
    async (args) => {
      const { code, out, err } = await output(...args);
      expect(code).toBe(2);
      expect(out).toEqual([]);
      expect(err.length).toBeGreaterThan(0);
    },
  );
});

describe("figures", () => {
  test("rate over the time inside calls; quantiles by rank", () => {
    const durations = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(timedOf(durations, 10)).toEqual({ rate: (1_000 * 1_000) / 5_050, p50Ms: 50, p99Ms: 99 });
    expect(quantile([7], 0.99)).toBe(7);
  });

  test("warm-up calls are not counted, results are settled in order", async () => {
    const seen: number[] = [];
    const settled: number[] = [];
    await timeCalls({
      calls: 3,
      unitsPerCall: 1,
      warmupCalls: 2,
      call: async (index) => (seen.push(index), index),
      settle: (result) => void settled.push(result),
    });
    expect(seen).toEqual([-2, -1, 0, 1, 2]);
    expect(settled).toEqual([0, 1, 2]);
  });

  test("ratio is of the rates, rounded alike", () => {
    const row = benchRow("x.y", "things", { rate: 123_456.7, p50Ms: 0.123456, p99Ms: 2 }, 1_000_000, "0".repeat(16));
    expect(row).toMatchObject({ rate: 123_500, ratio: 0.123, p50Ms: 0.1235 });
  });

  test("a hash depends on everything added", () => {
    const hashOf = (...parts: string[]) => {
      const hash = resultHash();
      for (const part of parts) hash.add(part);
      return hash.hex();
    };
    expect(hashOf("a", "b")).not.toBe(hashOf("a"));
    expect(hashOf("a", "b")).toBe(hashOf("ab"));
  });
});
