import { serialStates, type SerialState } from "../../../kernel/serials/states.ts";
import type { Facts, SiteOrder } from "../facts.ts";
import { serialOf } from "./serial-of.ts";

const levels = ["pack", "case", "pallet"] as const;
const ended: readonly string[] = ["reconciled", "closed", "submitted"];
const everCommissioned: readonly SerialState[] = ["Commissioned", "Sampled", "Inactive", "Destroyed", "Released"];

/**
 * 2: per order and level, what was allocated is accounted for: by the site's numbers, by what level 4 has back, and by
 * the things that lie there. Nothing is the rest of anything.
 */
export function balanced(facts: Facts): string[] {
  return facts.site.orders
    .filter(({ state }) => ended.includes(state))
    .flatMap((order) => [...ofNumbers(facts, order), ...ofThings(facts, order)]);
}

function ofNumbers({ site, allocations, retired }: Facts, { workOrderId }: SiteOrder): string[] {
  const wrong: string[] = [];
  for (const [index, level] of levels.entries()) {
    const numbers = site.numbers.filter((each) => each.workOrderId === workOrderId && each.level === index);
    const count = (...states: readonly SerialState[]) =>
      numbers.filter(({ state }) => states.includes(serialStates[state] as SerialState)).length;
    const issued = allocations.filter((each) => each.workOrderId === workOrderId && each.level === level);
    const allocated = sum(issued.map(({ from, to }) => to - from));
    const pools = new Set(issued.map(({ poolId }) => poolId));
    const back = sum(
      retired
        .filter((each) => each.workOrderId === workOrderId && pools.has(each.poolId))
        .map(({ from, to }) => to - from),
    );
    const [returned, invalid, sampled, scrapped, ever] = [
      count("Unassigned"),
      count("SNInvalid"),
      count("LabelSampled"),
      count("LabelScrapped"),
      count(...everCommissioned),
    ];
    const accounted = returned + invalid + sampled + scrapped + ever;
    const order = `order ${workOrderId}, ${level}`;
    if (allocated !== numbers.length)
      wrong.push(`${order}: level 4 allocated ${allocated}, the site holds ${numbers.length}`);
    if (allocated !== accounted)
      wrong.push(
        `${order}: ${allocated} allocated, ${returned} returned + ${invalid} invalid + ${sampled} label-sampled + ${scrapped} label-scrapped + ${ever} ever commissioned = ${accounted}`,
      );
    // SSCC pools serve cases and pallets apart, each level has its own.
    if (returned !== back) wrong.push(`${order}: the site returned ${returned}, level 4 retired ${back}`);
    const open = count("Allocated", "Encoded", "Unallocated");
    if (open > 0) wrong.push(`${order}: ${open} numbers have no end`);
    if (level === "pack") {
      const loose = numbers.filter(
        ({ state, parent }) => parent === null && ["Commissioned", "Released"].includes(serialStates[state] ?? ""),
      );
      if (loose.length > 0) wrong.push(`${order}: ${loose.length} good packs are in no case`);
    }
  }
  return wrong;
}

/** Everything with a number on it lies where its number's state says. */
function ofThings({ site, runs }: Facts, { workOrderId }: SiteOrder): string[] {
  const run = runs.find((each) => each.workOrderId === workOrderId);
  if (!run) return [];
  const wrong: string[] = [];
  const states = new Map(
    site.numbers
      .filter((each) => each.workOrderId === workOrderId && each.level === 0)
      .map(({ number, state }) => [number, serialStates[state]]),
  );
  const expect = (elements: string, where: string, allowed: readonly SerialState[]) => {
    const state = states.get(serialOf(elements));
    if (state === undefined || !allowed.includes(state))
      wrong.push(
        `order ${workOrderId}: pack ${serialOf(elements)} lies ${where} and its number is ${state ?? "not of this order"}`,
      );
  };
  for (const { packs } of run.cases)
    for (const pack of packs) expect(pack, "in a closed case", ["Commissioned", "Released"]);
  for (const pack of run.binned)
    if (pack !== null) expect(pack, "in the bin", ["LabelScrapped", "Destroyed", "SNInvalid"]);
  const good = [...states.values()].filter((state) => state === "Commissioned" || state === "Released").length;
  const packed = sum(run.cases.map(({ packs }) => packs.length));
  if (good !== packed) wrong.push(`order ${workOrderId}: ${good} good packs on record, ${packed} in closed cases`);
  return wrong;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
