import type { Sql } from "../../runtime/machine.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { statesOf } from "../ledger/ledger.ts";
import { openSubjectsOf } from "./exception-work.store.ts";

/** Open exceptions of one product that are looked through. */
const subjectsMax = 2_000;

/** How many open exceptions there are about packs of a lot. */
export async function openExceptionsOfLot(sql: Sql, ctx: LedgerContext, gtin: string, lot: string): Promise<number> {
  const subjects = await openSubjectsOf(sql, ctx, `https://id.gs1.org/01/${gtin}/21`, subjectsMax);
  const states = await statesOf(sql, ctx, [...new Set(subjects)]);
  return subjects.filter((subject) => states.get(subject)?.lot === lot).length;
}
