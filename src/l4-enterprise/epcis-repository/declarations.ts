import type { Sql } from "../../runtime/machine.ts";
import { uuidOfHex } from "../ledger/encoding/epc-key.ts";
import type { EventRow } from "../ledger/event-row.ts";
import { declaredBefore, declareEvents, loadEvents } from "../ledger/event.store.ts";
import type { Raised } from "../ledger/exception.store.ts";
import type { AppliedEvent } from "../ledger/ledger-apply.ts";

/** Error declarations among the new events take out theirs, and new events may have been taken back before they came. */
export async function withDeclarations(
  sql: Sql,
  source: EventRow["source"],
  partner: string | undefined,
  added: readonly AppliedEvent[],
) {
  const before = await declaredBefore(
    sql,
    added.map(({ row }) => row.id),
    source,
    partner,
  );
  const targets = added.flatMap(({ row }) => (row.declares === undefined ? [] : [row.declares]));
  const withdrawn = await declareEvents(sql, [...new Set([...before, ...targets])], source, partner);
  const unmet = targets.filter((id) => !withdrawn.has(id));
  const known = new Map((await loadEvents(sql, unmet)).map((row) => [row.id, row]));
  const raised = added.flatMap(({ row, parent, members }): Raised[] => {
    const target = row.declares === undefined ? undefined : known.get(row.declares);
    if (target === undefined || target.declared) return [];
    return [
      {
        subject: (parent ?? members[0])?.id ?? "",
        eventId: uuidOfHex(row.id),
        code: "declared-by-other",
        severity: "error",
        message: "An error declaration takes back an event that another company recorded; it has no effect.",
      },
    ];
  });
  const declared = (row: EventRow): EventRow => (withdrawn.has(row.id) ? { ...row, declared: true } : row);
  return { events: added.map((event) => ({ ...event, row: declared(event.row) })), withdrawn, raised };
}
