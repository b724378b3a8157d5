import { type Right, segregation } from "../../contract/rights.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Instant } from "../../kernel/base/time.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";

/** `lot/09521234543213/L1`, `recipe/r1/3`: the kind before the slash is that of the table of segregation. */
export type DutySubject = string;

/** Whether somebody who did `did` on a subject may use `right` on it (contract/rights.ts). Pure. */
export function checkSegregation(right: Right, subject: DutySubject, did: readonly string[]): Result<true> {
  const kind = subject.split("/")[0];
  const rule = segregation.find((each) => each.mayNot === right && each.subject === kind && did.includes(each.did));
  return rule === undefined ? ok(true) : refuse(rule.code, subject, rule.did);
}

const RECORD: Statement = {
  name: "duty-record",
  text: "insert into duty (subject, right_used, user_id, first_at) values ($1, $2, $3, $4) on conflict do nothing",
};
const DID: Statement = {
  name: "duty-did",
  text: `select right_used as "right" from duty where subject = $1 and user_id = $2`,
};

/** Notes that a person used a right on a subject; the first time counts, again is nothing new. */
export async function recordDuty(
  sql: Sql,
  duty: { readonly subject: DutySubject; readonly right: Right; readonly userId: string; readonly at: Instant },
): Promise<void> {
  await sql.run(RECORD, [duty.subject, duty.right, duty.userId, duty.at]);
}

/** `gxp.segregation` when what the person did on this subject excludes the right. */
export async function checkDuty(
  sql: Pick<Sql, "run">,
  duty: { readonly subject: DutySubject; readonly right: Right; readonly userId: string },
): Promise<Result<true>> {
  const rows = await sql.run<{ right: string }>(DID, [duty.subject, duty.userId]);
  return checkSegregation(
    duty.right,
    duty.subject,
    rows.map(({ right }) => right),
  );
}
