import type { BenchRow } from "./harness.ts";

const columns: readonly [title: string, text: (row: BenchRow) => string][] = [
  ["bench", (row) => row.name],
  ["rate", (row) => `${grouped(row.rate)} ${row.unit}/s`],
  ["limit", (row) => `${grouped(row.limitRate)}/s`],
  ["ratio", (row) => row.ratio.toFixed(3)],
  ["p50", (row) => `${row.p50Ms} ms`],
  ["p99", (row) => `${row.p99Ms} ms`],
  ["memory", (row) => `${row.rssMiB} MiB`],
  ["hash", (row) => row.hash],
];

const widths = [26, 28, 18, 7, 12, 12, 10, 16];

export function tableHead(): string {
  return line(columns.map(([title]) => title));
}

export function tableLine(row: BenchRow): string {
  return line(columns.map(([, text]) => text(row)));
}

/** The name to the left, figures to the right, so that they stand below each other. */
function line(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" ");
}

function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}
