import { ssccCounterOf } from "../../kernel/serials/sscc.ts";
import type { Sql } from "../../runtime/machine.ts";
import { uuidOfHex } from "../ledger/encoding/epc-key.ts";
import type { EventRow } from "../ledger/event-row.ts";
import type { Raised } from "../ledger/exception.store.ts";
import { canonicalUri, ssccClass } from "../ledger/identifier.ts";
import type { LedgerContext, Thing } from "../ledger/identity.ts";
import type { AppliedEvent } from "../ledger/ledger-apply.ts";
import { entriesOf, loadLineage } from "../ledger/lineage.ts";
import { commissions, type Entry, isHere, lastOwn } from "../ledger/timeline.ts";
import { loadAllPools } from "../serial-numbers/number-pool.store.ts";
import { membersOf } from "./capture.ts";

// What another company's document may change here. It speaks for itself: of what it made, had or has. What we made it
// may speak of once we sent it there, and what stands here is ours to tell about.

/** `echo`: what is known already, told again as it travels with the goods. */
export type Verdict = "told" | "echo" | "held-here" | "not-theirs";

export const claimMessages = {
  "held-here": "Another company tells of something that by our own records stands here; it has no effect.",
  "not-theirs": "Another company tells of something of ours that it did not have from us; it has no effect.",
} as const;

/**
 * Whether a company may tell this of an object. `entries`: all that is known of it; `ours`: its number is one that only
 * we give out; `partner`: the company's GLN. Pure.
 */
export function judgeClaim(claim: EventRow, entries: readonly Entry[], ours: boolean, partner: string): Verdict {
  if (entries.some(({ row, through }) => through === undefined && repeats(claim, row))) return "echo";
  const before = entries.filter(({ row }) => row.id < claim.id);
  // Somebody else's older news may still come (who made it, what it was packed in), but not that it ended.
  if (isHere(before) || (claim.action === "DELETE" && isHere(entries))) return "held-here";
  const own = lastOwn(entries);
  if (commissions(claim) && own !== undefined && entries.some(({ row }) => commissions(row) && !row.declared))
    return "not-theirs";
  if (!ours) return "told";
  const sent = commissions(claim) ? undefined : lastOwn(before);
  return sent !== undefined && receiverOf(sent) === partner ? "told" : "not-theirs";
}

function repeats(claim: EventRow, { type, action, bizStep, at, parent, declared, declares }: EventRow): boolean {
  if (declared || declares !== undefined) return false;
  return (
    claim.type === type &&
    claim.action === action &&
    claim.bizStep === bizStep &&
    claim.at === at &&
    claim.parent === parent
  );
}

/** GLN of the company that the goods were sent to (CBV 2.0 §7.4.2). */
function receiverOf({ body }: EventRow): string | undefined {
  const list = body?.destinationList as readonly { type: string; destination: string }[] | undefined;
  const party = list?.find(({ type }) => type === "owning_party")?.destination;
  return party === undefined ? undefined : /\/41[47]\/(\d{13})/.exec(canonicalUri(party))?.[1];
}

export type Judged = { readonly events: AppliedEvent[]; readonly raised: Raised[] };

/**
 * The events with only those objects that their sender may tell of. An event keeps the key of all that it said, so that
 * it is known when it comes again and can be taken back; the document is kept as it came.
 */
export async function setClaimsAside(
  sql: Sql,
  ctx: LedgerContext,
  events: readonly AppliedEvent[],
  partner: string,
): Promise<Judged> {
  const isOurs = await ourNumbers(sql, ctx);
  const things = new Set(events.flatMap(({ parent, members, outputs }) => [parent, ...members, ...outputs]));
  things.delete(undefined);
  const lineage = await loadLineage(sql, ctx, [...things] as Thing[], {});
  const entries = new Map([...things].map((thing) => [thing, entriesOf(lineage, thing as Thing)]));
  const raised: Raised[] = [];
  const judged = events.map((event): AppliedEvent => {
    const { row, parent, members, outputs } = event;
    // A declaration changes its own event only.
    if (row.declares !== undefined) return event;
    const aside = new Map<Thing, Verdict>();
    for (const thing of [...(parent ? [parent] : []), ...members, ...outputs]) {
      const verdict = judgeClaim(row, entries.get(thing) ?? [], isOurs(thing), partner);
      if (verdict !== "told") aside.set(thing, verdict);
    }
    if (aside.size === 0) return event;
    raised.push(...raisedBy(row, aside));
    const about = parent && aside.get(parent);
    const whole = about === "held-here" || about === "not-theirs";
    const kept = (list: readonly Thing[]) => (whole ? [] : list.filter((thing) => !aside.has(thing)));
    return without(event, kept(members), kept(outputs));
  });
  return { events: judged, raised };
}

/** Without any object left the event names no container either: "everything in it" would mean something else. */
function without(event: AppliedEvent, members: readonly Thing[], outputs: readonly Thing[]): AppliedEvent {
  const { memberBytes: _, ...told } = event.row;
  const row = { ...told, members: membersOf(members, outputs) };
  if (members.length + outputs.length > 0) return { row, parent: event.parent, members, outputs };
  return { row: { ...row, parent: undefined }, parent: undefined, members, outputs };
}

function raisedBy(row: EventRow, aside: ReadonlyMap<Thing, Verdict>): Raised[] {
  return (["held-here", "not-theirs"] as const).flatMap((code): Raised[] => {
    const [first, ...more] = [...aside].filter(([, verdict]) => verdict === code).map(([thing]) => thing);
    if (first === undefined) return [];
    const others = more.length === 0 ? "" : ` And of ${more.length} more.`;
    const message = claimMessages[code] + others;
    return [{ subject: first.id, eventId: uuidOfHex(row.id), code, severity: "error", message }];
  });
}

/** Numbers that only we give out: of a product or a range of containers that a pool of ours is for. */
async function ourNumbers(sql: Sql, ctx: LedgerContext): Promise<(thing: Thing) => boolean> {
  const pools = await loadAllPools(sql, ctx);
  const gtins = new Set(pools.map((stored) => (stored.kind === "serials" ? stored.pool.gtin : undefined)));
  const sequences = pools.flatMap((stored) => (stored.kind === "ssccs" ? [stored.sequence] : []));
  return ({ className, serial }) =>
    className === ssccClass ? sequences.some((sequence) => ssccCounterOf(sequence, serial).ok) : gtins.has(className);
}
