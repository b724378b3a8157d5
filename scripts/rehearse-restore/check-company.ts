import { verifyAllChains } from "../../src/gxp/audit/audit.ts";
import { loadDocument } from "../../src/l4-enterprise/epcis-repository/capture.store.ts";
import type { LedgerContext } from "../../src/l4-enterprise/ledger/identity.ts";
import { type StateHash, stateHash } from "../../src/l4-enterprise/ledger/replay/state-hash.ts";
import { verifyLedger } from "../../src/l4-enterprise/ledger/replay/verify.ts";
import type { Database } from "../../src/runtime/machine.ts";
import type { Acknowledged } from "./company-at-work.ts";

export type Checked = {
  readonly events: number;
  readonly state: StateHash;
  /** Acknowledged before the moment, and not there: none may be. */
  readonly missing: readonly string[];
  /** Begun after the moment, and there all the same: none may be. */
  readonly tooLate: readonly string[];
  readonly wrong: readonly string[];
};

const FOUND = {
  text: `select capture_id as id from capture where capture_id = any($1)
union all select allocation_id from number_allocation where allocation_id = any($1)`,
};
const CAPTURES = { text: "select capture_id from capture order by 1" };

/** Whether a restored company is whole as of `moment` (ms UTC; absent: to the end), and adds up in itself. */
export async function checkCompany(
  database: Database,
  ctx: LedgerContext,
  acknowledged: readonly Acknowledged[],
  moment?: number,
): Promise<Checked> {
  const found = new Set(
    (await database.run<{ id: string }>(FOUND, [acknowledged.map(({ id }) => id)])).map(({ id }) => id),
  );
  const until = moment ?? Number.POSITIVE_INFINITY;
  const named = ({ kind, id }: Acknowledged) => `${kind} ${id}`;
  const missing = acknowledged.filter(({ id, answeredAt }) => answeredAt < until && !found.has(id)).map(named);
  const tooLate = acknowledged.filter(({ id, begunAt }) => begunAt > until && found.has(id)).map(named);
  const wrong: string[] = [];
  const { ledger, state } = await database.transaction(async (sql) => {
    for (const { capture_id } of await sql.run<{ capture_id: string }>(CAPTURES))
      if ((await loadDocument(sql, ctx, capture_id)) === undefined) wrong.push(`document ${capture_id} is gone`);
    return { ledger: await verifyLedger(sql, ctx), state: await stateHash(sql) };
  });
  wrong.push(...ledger.differences.map((each) => `ledger: ${JSON.stringify(each)}`));
  for await (const { chain, intact } of verifyAllChains(database)) if (!intact) wrong.push(`audit chain ${chain}`);
  return { events: ledger.events, state, missing, tooLate, wrong };
}
