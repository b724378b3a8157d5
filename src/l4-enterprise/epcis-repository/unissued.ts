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
  const byPool = new Map<number, { things: Thing[]; events: AppliedEvent[]; low: number; high: number }>();
  for (const event of events) {
    const commissions =
      event.row.type === "ObjectEvent" && event.row.action === "ADD" && event.row.declares === undefined;
    for (const thing of event.members) if (thing.unissued) raise(thing, event, "not-issued");
    for (const thing of commissions ? event.members : event.outputs) {
      if (thing.home !== "chunk") continue;
      let group = byPool.get(thing.pool);
      if (group === undefined)
        byPool.set(thing.pool, (group = { things: [], events: [], low: thing.counter, high: thing.counter }));
      group.things.push(thing);
      group.events.push(event);
      group.low = Math.min(group.low, thing.counter);
      group.high = Math.max(group.high, thing.counter);
    }
  }
  for (const [pool, { things, events: by, low, high }] of byPool) {
    const allocations = await allocationsBetween(sql, pool, low, high);
    const retired = await retiredBetween(sql, pool, low, high);
    const lotOf = (event: AppliedEvent) => lotNumbers.get(event.row.lot);
    const fits = (event: AppliedEvent, lot: string) => lotOf(event) === undefined || lotOf(event) === lot;
    const [only] = allocations.filter(({ from, to }) => from <= low && high < to);
    if (retired.length === 0 && only !== undefined && by.every((event) => fits(event, only.lot))) continue;
    const within = (ranges: readonly { from: number; to: number }[], counter: number) =>
      ranges.some(({ from, to }) => counter >= from && counter < to);
    const told = new Set<AppliedEvent>();
    things.forEach((thing, index) => {
      const event = by[index] as AppliedEvent;
      if (!within(allocations, thing.counter)) raise(thing, event, "not-issued");
      else if (within(retired, thing.counter)) raise(thing, event, "retired-number");
      else if (
        !told.has(event) &&
        !allocations.some((each) => within([each], thing.counter) && fits(event, each.lot))
      ) {
        // It is the event that is wrong, not each of its packs.
        told.add(event);
        raise(thing, event, "other-lot");
      }
    });
  }
  return raised;
}
