import type { Sql } from "../../runtime/machine.ts";
import { allocationsBetween, retiredBetween } from "../serial-numbers/allocation.store.ts";
import { uuidOfHex } from "../ledger/encoding/epc-key.ts";
import type { Raised } from "../ledger/exception.store.ts";
import type { AppliedEvent } from "../ledger/ledger-apply.ts";
import type { Thing } from "../ledger/identity.ts";

const messages = {
  "not-issued": "A number of our form was used that was never issued: somebody made it up, or a record is missing.",
  "retired-number": "A number was commissioned that had come back unused and was retired.",
  "other-lot": "A number was commissioned in another lot than the one it was issued for.",
} as const;

/** Commissionings of numbers that nobody was given, or that had come back. One range of each pool is asked for. */
export async function unissuedNumbers(
  sql: Sql,
  events: readonly AppliedEvent[],
  lotNumbers: ReadonlyMap<number, string>,
): Promise<Raised[]> {
  const raised: Raised[] = [];
  const raise = (thing: Thing, event: AppliedEvent, code: keyof typeof messages) =>
    raised.push({
      subject: thing.id,
      eventId: uuidOfHex(event.row.id),
      code,
      severity: "error",
      message: messages[code],
    });
  const byPool = new Map<number, Group[]>();
  for (const event of events) {
    const commissions =
      event.row.type === "ObjectEvent" && event.row.action === "ADD" && event.row.declares === undefined;
    for (const thing of event.members) if (thing.unissued) raise(thing, event, "not-issued");
    for (const group of groupsOf(event, commissions ? event.members : event.outputs)) {
      const groups = byPool.get(group.pool);
      if (groups === undefined) byPool.set(group.pool, [group]);
      else groups.push(group);
    }
  }
  for (const [pool, groups] of byPool) {
    const low = Math.min(...groups.map((group) => group.low));
    const high = Math.max(...groups.map((group) => group.high));
    const allocations = await allocationsBetween(sql, pool, low, high);
    const retired = await retiredBetween(sql, pool, low, high);
    for (const group of groups) judge(group, { allocations, retired, lotNumbers }, raise);
  }
  return raised;
}

/** What one event commissions of one pool. */
type Group = {
  readonly pool: number;
  readonly event: AppliedEvent;
  readonly things: Thing[];
  low: number;
  high: number;
};

function groupsOf(event: AppliedEvent, things: readonly Thing[]): Group[] {
  const groups = new Map<number, Group>();
  let group: Group | undefined;
  for (const thing of things) {
    if (thing.home !== "chunk") continue;
    const { pool, counter } = thing;
    if (group?.pool !== pool) group = groups.get(pool);
    if (group === undefined) groups.set(pool, (group = { pool, event, things: [], low: counter, high: counter }));
    group.things.push(thing);
    if (counter < group.low) group.low = counter;
    if (counter > group.high) group.high = counter;
  }
  return [...groups.values()];
}

type Range = { readonly from: number; readonly to: number };
type Known = {
  readonly allocations: readonly (Range & { readonly lot: string })[];
  readonly retired: readonly Range[];
  readonly lotNumbers: ReadonlyMap<number, string>;
};

function judge(
  { event, things, low, high }: Group,
  { allocations, retired, lotNumbers }: Known,
  raise: (thing: Thing, event: AppliedEvent, code: keyof typeof messages) => void,
): void {
  const lot = lotNumbers.get(event.row.lot);
  const fits = (each: { readonly lot: string }) => lot === undefined || lot === each.lot;
  const mayBeRetired = retired.filter(({ from, to }) => from <= high && low < to);
  const whole = allocations.find(({ from, to }) => from <= low && high < to);
  if (mayBeRetired.length === 0 && whole !== undefined && fits(whole)) return;
  const within = (ranges: readonly Range[], counter: number) =>
    ranges.some(({ from, to }) => counter >= from && counter < to);
  let told = false;
  for (const thing of things) {
    if (!within(allocations, thing.counter)) raise(thing, event, "not-issued");
    else if (within(mayBeRetired, thing.counter)) raise(thing, event, "retired-number");
    else if (!told && !allocations.some((each) => within([each], thing.counter) && fits(each))) {
      // It is the event that is wrong, not each of its packs.
      told = true;
      raise(thing, event, "other-lot");
    }
  }
}
