import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Sql } from "../../runtime/machine.ts";
import { parseIdentifier } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { type ObjectState, packsIn, statesOf } from "../ledger/ledger.ts";

/** Packs of one lot in a shipment. `expiry`: the last day it may be used, `2027-06-30`; "" when it was never told. */
export type LotContent = {
  readonly gtin: string;
  readonly lot: string;
  readonly expiry: string;
  readonly packs: number;
};
export type Contents = {
  readonly states: ReadonlyMap<string, ObjectState>;
  readonly lots: readonly LotContent[];
  readonly packs: number;
  /** Those of the ids that stand in another of them. */
  readonly nested: readonly string[];
};

/** What top-level containers and packs hold together, by lot; lots in one order everywhere, because they are locked. */
export async function contentsOf(sql: Sql, ctx: LedgerContext, ids: readonly string[]): Promise<Contents> {
  const states = await statesOf(sql, ctx, ids);
  const { packs, nested } = await packsIn(sql, ctx, ids);
  const lots = new Map<string, LotContent>();
  for (const [packId, state] of await statesOf(sql, ctx, packs)) {
    const gtin = gtinOf(packId);
    const key = `${gtin}|${state.lot ?? ""}`;
    const known = lots.get(key);
    lots.set(key, { gtin, lot: state.lot ?? "", expiry: state.expiry ?? "", packs: (known?.packs ?? 0) + 1 });
  }
  const sorted = [...lots].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, lot]) => lot);
  return { states, lots: sorted, packs: sorted.reduce((sum, lot) => sum + lot.packs, 0), nested };
}

/** Whether each of them is ours to hand on: known, not ended, and by our own records here. */
export function areHere(ids: readonly string[], states: ReadonlyMap<string, ObjectState>): Result<true> {
  for (const id of ids) {
    const state = states.get(id);
    if (!state || (state.standing !== "good" && state.standing !== "observed"))
      return refuse("shipment.not-here", id, state?.standing ?? "unknown");
    if (!state.here) return refuse("shipment.not-here", id, "on its way, or never received");
  }
  return ok(true);
}

/** What we do comes after all that is known of the things we do it to, whatever the clocks of others say. */
export function afterAll(states: ReadonlyMap<string, ObjectState>, at: number): number {
  return [...states.values()].reduce((latest, { lastEventAt }) => Math.max(latest, (lastEventAt ?? 0) + 1), at);
}

/** Never another product or lot than ordered, and never more of it. Less is a partial delivery. */
export function wereOrdered(
  lots: readonly LotContent[],
  lines: readonly { readonly gtin: string; readonly lot: string; readonly quantity: number }[],
): Result<true> {
  for (const { gtin, lot, packs } of lots) {
    const ordered = lines
      .filter((line) => line.gtin === gtin && line.lot === lot)
      .reduce((sum, line) => sum + line.quantity, 0);
    if (packs > ordered)
      return refuse("shipment.not-ordered", `${gtin} lot ${lot}`, `${packs} packs, ordered were ${ordered}`);
  }
  return ok(true);
}

export function gtinOf(id: string): string {
  const parsed = parseIdentifier(id);
  return parsed.ok ? parsed.value.className : "";
}
