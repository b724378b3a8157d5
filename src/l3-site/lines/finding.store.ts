import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Reads } from "../site.ts";
import type { OfOrder } from "./batch.store.ts";
import type { Finding } from "./finding.ts";

/** Past this many an order's findings are only more of the same; the first are kept. */
export const findingsMax = 1000;

const FINDING_COUNT: Statement = {
  name: "finding-count",
  text: "select count(*)::int as count from finding where work_order_id = $1",
};
const FINDINGS: Statement = {
  name: "findings",
  text: "select rule, severity, seq, at, message from finding where work_order_id = $1 order by seq, position",
};
const FINDINGS_INSERT: Statement = {
  name: "findings-insert",
  text: `insert into finding (work_order_id, owner, environment, seq, position, rule, severity, at, message)
select $1, $2, $3, f.seq, f.position, f.rule, f.severity, f.at, f.message
from unnest($4::bigint[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[]) as f(seq, position, rule, severity, at, message)`,
};

export async function insertFindings(sql: Sql, of: OfOrder, found: readonly Finding[]): Promise<void> {
  if (found.length === 0) return;
  const [row] = await sql.run<{ count: number }>(FINDING_COUNT, [of.workOrderId]);
  const kept = found.slice(0, Math.max(0, findingsMax - (row?.count ?? 0)));
  const column = <T>(get: (each: Finding, index: number) => T): T[] => kept.map(get);
  await sql.run(FINDINGS_INSERT, [
    of.workOrderId,
    of.owner,
    of.environment,
    column(({ seq }) => seq),
    column((_, index) => index),
    column(({ rule }) => rule),
    column(({ severity }) => severity),
    column(({ at }) => at),
    column(({ message }) => message),
  ]);
}

export async function readFindings(sql: Reads, workOrderId: string): Promise<Finding[]> {
  const rows = await sql.run<Omit<Finding, "seq"> & { seq: string }>(FINDINGS, [workOrderId]);
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}
