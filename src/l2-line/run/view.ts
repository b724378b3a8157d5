import type { RunView } from "../../contract/line-api.ts";
import { commandReasons } from "./commands.ts";
import type { Line } from "./line.ts";
import { closedCounts } from "./operation.ts";
import {
  binContent,
  goodPacks,
  type Level,
  type NumberState,
  palletsAside,
  placeCount,
  type Run,
  stateCount,
} from "./run.ts";

export type NumberLine = { readonly number: string; readonly state: NumberState; readonly parent: string | null };

/** The run as people and the site see it; counts only, so that it is quick to make for any size of run. */
export function viewRun(line: Line, run: Run): RunView {
  const { order } = run;
  const closed = closedCounts(run);
  return {
    runId: order.runId,
    workOrderId: order.workOrderId,
    owner: order.owner,
    market: order.market,
    gtin: order.gtin,
    productName: order.productName,
    lot: order.lot,
    expiry: order.expiry,
    quantity: order.quantity,
    state: run.state,
    lineCleared: run.cleared,
    binCounted: run.binCounted,
    ...(palletsAside(run).length === 0 ? {} : { palletsAside: palletsAside(run) }),
    ...(run.binCounted === null
      ? {}
      : { bin: { expected: binContent(run), counted: run.binCounted, writtenOff: run.writtenOff } }),
    counts: { pack: levelCounts(run, "pack"), case: levelCounts(run, "case"), pallet: levelCounts(run, "pallet") },
    good: goodPacks(run),
    packed: placeCount(run, "pack", "packed"),
    rejects: { printVerify: run.rejects.printVerify, downstream: run.rejects.downstream },
    cases: closed.cases,
    pallets: closed.pallets,
    alarms: [...run.alarms].map(([code, { detail, since }]) => ({ code, detail, since })),
    lastVerdicts: run.lastVerdicts.map((verdict) => ({ ...verdict })),
    commands: commandReasons(line, run),
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    packsPerMinute: packsPerMinute(run),
  };
}

function levelCounts(run: Run, level: Level): RunView["counts"]["pack"] {
  const count = (state: Parameters<typeof stateCount>[2]) => stateCount(run, level, state);
  return {
    allocated: run.numbers[level].size,
    sent: run.next[level],
    encoded: run.encoded[level],
    commissioned: count("Commissioned"),
    invalid: count("SNInvalid"),
    labelSampled: count("LabelSampled"),
    labelScrapped: count("LabelScrapped"),
    sampled: count("Sampled"),
    destroyed: count("Destroyed"),
    inactive: count("Inactive"),
  };
}

/** Over the latest verdicts while the belt runs; 0 otherwise. */
function packsPerMinute(run: Run): number {
  const [first] = run.lastVerdicts;
  const last = run.lastVerdicts.at(-1);
  if (run.state !== "Execute" || !first || !last || last.at <= first.at) return 0;
  return Math.round(((run.lastVerdicts.length - 1) * 600_000) / (last.at - first.at)) / 10;
}

export type NumbersQuery = { readonly level: Level; readonly state?: NumberLine["state"]; readonly limit: number };

/** Numbers in the order of the block. */
export function listNumbers(run: Run, query: NumbersQuery): NumberLine[] {
  const found: NumberLine[] = [];
  for (const [number, { state, parent }] of run.numbers[query.level]) {
    if (found.length >= query.limit) break;
    if (query.state === undefined || state === query.state) found.push({ number, state, parent });
  }
  return found;
}
