import type { LegalHold, RetentionGroup } from "../../contract/retention-api.ts";
import type { Instant } from "../../kernel/base/time.ts";
import { type MarketCode, markets } from "../../kernel/markets/market.ts";
import { keepUntil, type RetentionMoments, retentionOf, retentionUsual } from "../../kernel/markets/retention.ts";

// What may go, and why not. Pure.

export type LotFacts = {
  readonly gtin: string;
  readonly lot: string;
  /** Undefined for a lot of somebody else's: then every market's rules hold. */
  readonly market: MarketCode | undefined;
  readonly moments: RetentionMoments;
};

/** Lots that hang together: what one of them needs, all of them keep. */
export type GroupFacts = {
  readonly lots: readonly LotFacts[];
  readonly documents: readonly string[];
  readonly companies: readonly string[];
  /** More hangs together than is looked at in one go. */
  readonly tooLarge: boolean;
};

/** The latest end of all rules of the lot's market and of the house. Undefined: for ever, because nothing is known. */
export function lotKeptUntil({ market, moments }: LotFacts): Instant | undefined {
  const soldIn = market === undefined ? Object.values(markets) : [markets[market]];
  return keepUntil([...retentionOf(soldIn), ...retentionUsual], moments);
}

/** Moment at which the last day of an expiry (`2027-06-30`, `2027-06`) is over, UTC. */
export function expiryEnd(expiry: string): Instant | undefined {
  const match = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(expiry);
  if (match === null) return undefined;
  const [, year, month, day] = match.map(Number) as [number, number, number, number];
  return Number.isNaN(day) || day === 0 ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1);
}

/** Until when the group is kept, and what keeps it. `keptBy` null: it may go. */
export function judgeGroup(
  group: GroupFacts,
  holds: readonly LegalHold[],
  owner: string,
  now: Instant,
): Pick<RetentionGroup, "keptUntil" | "keptBy"> {
  const ends = group.lots.map(lotKeptUntil);
  const unknown = group.lots.find((_, index) => ends[index] === undefined);
  const keptUntil = unknown === undefined ? Math.max(...(ends as Instant[])) : null;
  if (group.tooLarge) return { keptUntil, keptBy: { code: "too-large", subject: "" } };
  const hold = holds.find((each) => isHeld(each, group, owner));
  if (hold !== undefined) return { keptUntil, keptBy: { code: "legal-hold", subject: hold.holdId } };
  if (unknown !== undefined) return { keptUntil, keptBy: { code: "no-end-known", subject: lotName(unknown) } };
  const latest = group.lots[ends.indexOf(keptUntil as Instant)] as LotFacts;
  return { keptUntil, keptBy: (keptUntil as Instant) > now ? { code: "retention", subject: lotName(latest) } : null };
}

export const lotName = ({ gtin, lot }: Pick<LotFacts, "gtin" | "lot">): string => `${gtin}/${lot}`;

function isHeld({ kind, subject }: LegalHold, { lots, documents, companies }: GroupFacts, owner: string): boolean {
  switch (kind) {
    case "lot":
      return lots.some((lot) => lotName(lot) === subject);
    case "product":
      return lots.some(({ gtin }) => gtin === subject);
    case "document":
      return documents.includes(subject);
    case "company":
      return subject === owner || companies.includes(subject);
  }
}
