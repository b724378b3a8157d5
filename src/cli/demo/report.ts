import type { Progress } from "./progress.ts";
import type { DemoResult } from "./result.ts";

/** The demo's tables: the balance, the pack's way, and where the time went. */
export function printResult(result: DemoResult, progress: Progress, out: (line: string) => void): void {
  const { packs, rejects } = result;
  out("");
  out(`Reconciliation of lot ${result.lot.lot} (GTIN ${result.lot.gtin}, expiry ${result.lot.expiry})`);
  const rows: [string, number][] = [
    ["allocated", packs.allocated],
    ["  returned unused", packs.returned],
    ["  deactivated unused", packs.deactivated],
    ["  invalid", packs.invalid],
    ["  label sampled", packs.labelSampled],
    ["  label scrapped", packs.labelScrapped],
    ["  ever commissioned", packs.everCommissioned],
    ["    sampled", packs.sampled],
    ["    destroyed", packs.destroyed],
    ["    decommissioned", packs.decommissioned],
    ["    good", packs.good],
    ["      packed in closed cases", packs.packed],
    ["      loose, authorised", packs.loose],
    ["unaccounted", packs.unaccounted],
  ];
  for (const [name, count] of rows) out(`  ${name.padEnd(30)}${String(count).padStart(8)}`);
  out(
    `  rejected: ${rejects.printVerify} at print and verify, ${rejects.downstream} further on; ${result.cases} cases, ${result.pallets} pallets`,
  );
  out("");
  out("One pack from print to patient");
  for (const hop of result.trace) {
    const inside = hop.parent === null ? "" : `in ${hop.parent.replace("https://id.gs1.org/", "")}`;
    out(
      `  ${hop.at}  ${hop.bizStep.padEnd(14)}${hop.disposition.padEnd(24)}${hop.company.padEnd(36)}${hop.source.padEnd(8)}${inside}`,
    );
  }
  out("");
  out("Events captured");
  for (const [company, count] of Object.entries(result.events.byCompany))
    out(`  ${company.padEnd(36)}${String(count).padStart(8)}`);
  out("");
  out("Where the time went");
  for (const [stage, seconds] of Object.entries(result.seconds)) {
    out(`  ${stage.padEnd(14)}${seconds.toFixed(2).padStart(8)} s  ${progress.rates[stage] ?? ""}`);
  }
  out("");
  out(
    result.invariants.violated === 0
      ? `${result.invariants.checked} invariants checked, none violated.`
      : `VIOLATED: ${result.invariants.violations.join("; ")}`,
  );
  if (result.market === "eu") out("The European hub of this run is SIMULATED; nothing left this machine.");
  out(
    "Printers, cameras, conveyor and packs of this run are SIMULATED; they spoke the devices' own protocols over TCP.",
  );
}
