import type { Guard } from "./guards.ts";
import type { SeedResult } from "./seed-run.ts";

const minuteMs = 60_000;

/** A seed on one line. */
export function seedLine(result: SeedResult): string {
  const { seed, orders, packs, kills, lost, duplicated, virtualMs, violations, failures } = result;
  const outcome = [
    ...(violations.length > 0 ? [`${violations.length} VIOLATIONS`] : []),
    ...(failures.length > 0 ? [`${failures.length} FAILURES`] : []),
  ];
  const parts = [
    `seed ${String(seed).padStart(4)}`,
    `${orders} orders`,
    `${String(packs).padStart(3)} packs`,
    `${String(kills).padStart(2)} kills`,
    `${String(lost).padStart(3)} lost`,
    `${String(duplicated).padStart(2)} twice`,
    `${(virtualMs / minuteMs).toFixed(1).padStart(6)} min`,
    outcome.join(", ") || "ok",
  ];
  return parts.join("  ");
}

export function summaryLine(results: readonly SeedResult[], seconds: number): string {
  const total = (count: (result: SeedResult) => number) => results.reduce((sum, result) => sum + count(result), 0);
  const bad = results.filter(({ violations, failures }) => violations.length > 0 || failures.length > 0);
  const counts = [
    `${results.length} seeds`,
    `${total(({ orders }) => orders)} orders`,
    `${total(({ packs }) => packs)} packs`,
    `${total(({ kills }) => kills)} kills`,
    `${total(({ lost }) => lost)} messages lost`,
    `${total(({ duplicated }) => duplicated)} delivered twice`,
  ];
  const outcome =
    bad.length === 0 ? "all eight invariants hold" : `FAILED: seeds ${bad.map(({ seed }) => seed).join(", ")}`;
  return `${counts.join(", ")} in ${seconds.toFixed(0)} s: ${outcome}.`;
}

export function guardLine({ name, invariant, what }: Guard, noticed: boolean): string {
  return noticed
    ? `Without ${name} (${what}) invariant ${invariant} does not hold, and the simulation noticed.`
    : `Without ${name} (${what}) nothing of invariant ${invariant} was noticed.`;
}
