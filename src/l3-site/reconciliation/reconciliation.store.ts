import type { Statement } from "../../runtime/machine.ts";
import { levelOfCode, type PackagingLevel, packagingLevels } from "../number-buffer/packaging-level.ts";
import type { Reads } from "../site.ts";
import type { CountedNumbers } from "./reconciliation.ts";

// States by their numbers in OPC 30260: 0 to 2 not used, 3 SNInvalid, 4 Encoded, 5 LabelSampled, 6 LabelScrapped,
// 7 Commissioned, 8 Sampled, 9 Inactive, 10 Destroyed, 11 Released.
export const NUMBER_COUNTS: Statement = {
  name: "number-counts",
  text: `select level,
  count(*) filter (where state in (0, 1, 2) and sent_seq is null)::int as returned,
  count(*) filter (where state = 3 and sent_seq is null)::int as "deactivatedUnused",
  count(*) filter (where state = 3 and sent_seq is not null)::int as invalid,
  count(*) filter (where state = 3 and encoded_seq is not null)::int as "invalidEncoded",
  count(*) filter (where state = 5)::int as "labelSampled",
  count(*) filter (where state = 6)::int as "labelScrapped",
  count(*) filter (where encoded_seq is not null)::int as "everEncoded",
  count(*) filter (where commissioned_seq is not null)::int as "everCommissioned",
  count(*) filter (where state in (7, 11))::int as good,
  count(*) filter (where state = 8)::int as sampled,
  count(*) filter (where state = 10)::int as destroyed,
  count(*) filter (where state = 9)::int as decommissioned,
  count(*) filter (where state = 9 and cause = 'missing')::int as missing,
  count(*) filter (where state = 3 and cause = 'missing')::int as "missingInvalid",
  count(*) filter (where state in (7, 11) and parent is not null)::int as packed,
  count(*) filter (where state in (7, 11) and closed_seq is not null and children > 0)::int as closed,
  count(*) filter (where state in (7, 11) and closed_seq is not null and children > 0 and parent is null)::int as "closedAlone",
  count(*) filter (where state in (0, 1, 2) and sent_seq is not null)::int as "stillAllocated",
  count(*) filter (where state = 4)::int as "stillEncoded"
from number where work_order_id = $1 group by level`,
};

type Counted = Omit<CountedNumbers, "level" | "allocated">;

const nothing: Counted = {
  returned: 0,
  deactivatedUnused: 0,
  invalid: 0,
  invalidEncoded: 0,
  labelSampled: 0,
  labelScrapped: 0,
  everEncoded: 0,
  everCommissioned: 0,
  good: 0,
  sampled: 0,
  destroyed: 0,
  decommissioned: 0,
  missing: 0,
  missingInvalid: 0,
  packed: 0,
  closed: 0,
  closedAlone: 0,
  stillAllocated: 0,
  stillEncoded: 0,
};

/** Every level's figures; `allocated` is what level 4 said that it gave, the others are counted from the numbers. */
export async function countNumbers(
  sql: Reads,
  workOrderId: string,
  allocated: Readonly<Record<PackagingLevel, number>>,
): Promise<CountedNumbers[]> {
  const rows = await sql.run<Counted & { level: number }>(NUMBER_COUNTS, [workOrderId]);
  const counted = new Map(rows.map(({ level, ...row }) => [levelOfCode(level), row]));
  return packagingLevels.map((level) => ({ ...nothing, ...counted.get(level), level, allocated: allocated[level] }));
}
