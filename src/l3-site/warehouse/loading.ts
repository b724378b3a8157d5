import type { DeliveryOrder } from "../../contract/site-api.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { parseSpelling } from "../../kernel/gs1/spelling.ts";
import type { ContainerLevel } from "../number-buffer/packaging-level.ts";

/** A closed top-level container of a submitted order. */
export type StockContainer = {
  readonly sscc: string;
  readonly owner: string;
  readonly level: ContainerLevel;
  readonly gtin: string;
  readonly lot: string;
  /** As printed, and the day that it means. */
  readonly expiry: string;
  readonly expiresOn: string;
  readonly packs: number;
  /** The delivery it was loaded for; null while it stands here. */
  readonly deliveryId: string | null;
};

/** What the warehouse knows of an SSCC that was scanned. */
export type Scanned =
  | { readonly kind: "stock"; readonly container: StockContainer }
  /** A container of this site that is no stock of its own: inside another, not closed, or its order not submitted. */
  | { readonly kind: "number"; readonly parent: string | null; readonly submitted: boolean }
  | { readonly kind: "unknown" };

/**
 * The SSCC of a logistic label, scanned or typed: an element string with or without symbology identifier, or a Digital
 * Link. Refuses `gs1.*` at the character, and `site.scan-not-sscc` for anything that is no container.
 */
export function readSscc(scan: string): Result<string> {
  const parsed = parseSpelling(scan.trim(), { partners: false });
  if (!parsed.ok) return parsed;
  const sscc = parsed.value.elements.find(({ ai }) => ai === "00");
  return sscc === undefined ? refuse("site.scan-not-sscc", scan.slice(0, 60)) : ok(sscc.value);
}

/** Packs of a product and lot that a delivery still wants; undefined where it wants none of them at all. */
function openPacks(
  delivery: DeliveryOrder,
  of: Pick<StockContainer, "gtin" | "lot">,
  loaded: readonly StockContainer[],
): number | undefined {
  const same = (each: Pick<StockContainer, "gtin" | "lot">) => each.gtin === of.gtin && each.lot === of.lot;
  const lines = delivery.lines.filter(same);
  if (lines.length === 0) return undefined;
  const ordered = lines.reduce((total, { quantity }) => total + quantity, 0);
  return loaded.filter(same).reduce((left, { packs }) => left - packs, ordered);
}

/**
 * The containers that would serve a delivery, first expired first out: as many as fit whole into what is still open of
 * each line. `stock` stands here and is of the delivery's owner.
 */
export function candidatesFor(delivery: DeliveryOrder, stock: readonly StockContainer[]): StockContainer[] {
  const oldestFirst = [...stock].sort((a, b) => compare(a.expiresOn, b.expiresOn) || compare(a.sscc, b.sscc));
  const chosen: StockContainer[] = [];
  for (const container of oldestFirst) {
    if (container.packs <= (openPacks(delivery, container, chosen) ?? 0)) chosen.push(container);
  }
  return chosen;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Which containers the scans load, each judged by what was loaded before it. Refuses, at the SSCC: `site.container-unknown`,
 * `site.container-inside` another, `site.container-not-closed`, `site.container-owner`, `site.container-loaded`,
 * `site.container-twice`, `site.container-not-ordered`, `site.container-expired`, `site.over-pick`.
 */
export function decideLoading(
  delivery: DeliveryOrder,
  scanned: ReadonlyMap<string, Scanned>,
  ssccs: readonly string[],
  today: string,
): Result<StockContainer[]> {
  const loaded: StockContainer[] = [];
  for (const sscc of ssccs) {
    const found = scanned.get(sscc) ?? ({ kind: "unknown" } as const);
    if (found.kind === "unknown") return refuse("site.container-unknown", sscc);
    if (found.kind === "number") return refuseNumber(sscc, found);
    const { container } = found;
    if (container.owner !== delivery.owner) return refuse("site.container-owner", sscc);
    if (container.deliveryId !== null) return refuse("site.container-loaded", sscc);
    if (loaded.some((each) => each.sscc === sscc)) return refuse("site.container-twice", sscc);
    const left = openPacks(delivery, container, loaded);
    if (left === undefined)
      return refuse("site.container-not-ordered", sscc, `GTIN ${container.gtin}, lot ${container.lot}`);
    if (container.expiresOn < today) return refuse("site.container-expired", sscc, container.expiresOn);
    if (container.packs > left)
      return refuse(
        "site.over-pick",
        sscc,
        `${container.packs} packs, ${left} still to be loaded of lot ${container.lot}`,
      );
    loaded.push(container);
  }
  return ok(loaded);
}

function refuseNumber(
  sscc: string,
  found: { readonly parent: string | null; readonly submitted: boolean },
): Result<never> {
  if (found.parent !== null) return refuse("site.container-inside", sscc, `inside ${found.parent}`);
  return found.submitted ? refuse("site.container-not-closed", sscc) : refuse("site.container-not-submitted", sscc);
}
