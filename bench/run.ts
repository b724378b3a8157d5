import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Bench, BenchSize } from "./harness.ts";
import { tableHead, tableLine } from "./table.ts";

export type BenchIo = { out(line: string): void; err(line: string): void };

const folder = fileURLToPath(new URL(".", import.meta.url));
const usage = "bench NAME… [--json] [--full | --small] [--list]";
const exit = { ok: 0, failed: 1, usage: 2 } as const;

/**
 * `packtrail bench NAME… [--json] [--full]`; all benches without a name. Answers the exit code: 0, 1 when a bench
 * failed, 2 when the command was not understood. With `--json` standard output holds rows and nothing else.
 */
export async function runBench(args: readonly string[], io: BenchIo): Promise<number> {
  const parsed = parseCommand(args);
  if (typeof parsed === "string") {
    io.err(parsed);
    io.err(`usage: ${usage}`);
    return exit.usage;
  }
  const benches = await loadBenches();
  if (parsed.list) {
    for (const bench of benches) io.out(`${bench.name.padEnd(16)} ${bench.summary}`);
    return exit.ok;
  }
  const unknown = parsed.names.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    io.err(`no bench ${unknown.join(", ")}; there are ${benches.map(({ name }) => name).join(", ")}`);
    return exit.usage;
  }
  const chosen =
    parsed.names.length === 0
      ? benches
      : parsed.names.map((name) => benches.find((bench) => bench.name === name) as Bench);
  return runAll(chosen, parsed, io);
}

/** Every `bench/<name>.ts` that exports a `bench`, by name. */
export async function loadBenches(): Promise<Bench[]> {
  const files = readdirSync(folder).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "run.ts",
  );
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, import.meta.url).href) as Promise<{ bench?: Bench }>),
  );
  return modules.flatMap((module) => module.bench ?? []).sort((a, b) => a.name.localeCompare(b.name));
}

type Command = {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly list: boolean;
  readonly size: BenchSize;
};

function parseCommand(args: readonly string[]): Command | string {
  try {
    const { values, positionals } = parseArgs({
      // `npm run bench -- numbers` and `packtrail bench -- numbers` mean the same.
      args: args.filter((arg) => arg !== "--"),
      options: {
        json: { type: "boolean" },
        full: { type: "boolean" },
        small: { type: "boolean" },
        list: { type: "boolean" },
      },
      allowPositionals: true,
    });
    if (values.full && values.small) return "--full and --small exclude each other";
    const size = values.full ? "full" : values.small ? "small" : "normal";
    return { names: positionals, json: values.json ?? false, list: values.list ?? false, size };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function runAll(benches: readonly Bench[], command: Command, io: BenchIo): Promise<number> {
  const stop = benches.some((bench) => bench.needs === "postgres") ? await startDatabase() : undefined;
  if (!command.json) io.out(tableHead());
  let code: number = exit.ok;
  try {
    for (const bench of benches) {
      try {
        for await (const row of bench.rows(command.size)) io.out(command.json ? JSON.stringify(row) : tableLine(row));
      } catch (error) {
        io.err(`bench ${bench.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        code = exit.failed;
      }
    }
  } finally {
    await stop?.();
  }
  return code;
}

/** The same temporary PostgreSQL as the tests', or the one that DATABASE_URL names. */
async function startDatabase(): Promise<() => Promise<void>> {
  const { setup, teardown } = await import("../test/support/global-setup.ts");
  await setup();
  return teardown;
}
