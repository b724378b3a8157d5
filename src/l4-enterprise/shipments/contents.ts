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
};

/** What top-level containers and packs hold, by lot. */
export async function contentsOf(sql: Sql, ctx: LedgerContext, ids: readonly string[]): Promise<Contents> {
  const states = await statesOf(sql, ctx, ids);
  const lots = new Map<string, LotContent>();
  let packs = 0;
  for (const id of ids) {
    const inside = await packsIn(sql, ctx, id);
    const packIds = inside.length > 0 ? inside : isPack(id) ? [id] : [];
    for (const [packId, state] of await statesOf(sql, ctx, packIds)) {
      const gtin = gtinOf(packId);
      const key = `${gtin}|${state.lot ?? ""}`;
      const known = lots.get(key);
      lots.set(key, { gtin, lot: state.lot ?? "", expiry: state.expiry ?? "", packs: (known?.packs ?? 0) + 1 });
      packs += 1;
    }
  }
  return { states, lots: [...lots.values()], packs };
}

/** Whether each of them is ours to ship: known, not ended, and not on its way already. */
export function areHere(ids: readonly string[], states: ReadonlyMap<string, ObjectState>): Result<true> {
  for (const id of ids) {
    const state = states.get(id);
    if (!state || (state.standing !== "good" && state.standing !== "observed"))
      return refuse("shipment.not-here", id, state?.standing ?? "unknown");
    if (state.disposition === "in_transit") return refuse("shipment.not-here", id, "on its way already");
  }
  return ok(true);
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

function isPack(id: string): boolean {
  return /\/01\/\d{14}\/21\//.test(id);
}
