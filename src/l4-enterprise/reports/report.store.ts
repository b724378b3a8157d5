import type { Static } from "typebox";
import type { ReportState, ReportView } from "../../contract/enterprise-api.ts";
import type { AuthorityReport } from "../../contract/network-api.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";

type Scope = Pick<Company, "owner" | "environment">;
type Reading = Pick<Sql, "run">;
export type State = Static<typeof ReportState>;
export type StoredReport = ReportView & { readonly gtin: string; readonly lot: string; readonly body: AuthorityReport };

type Row = {
  report_id: string;
  market: ReportView["market"];
  kind: string;
  subject: string;
  gtin: string;
  lot: string;
  state: State;
  packs: number;
  body: AuthorityReport;
  sent_at: string | null;
  answered_at: string | null;
  answer: string;
  simulated: boolean;
};
const columns =
  "report_id, market, kind, subject, gtin, lot, state, packs, body, sent_at, answered_at, answer, simulated";
const REPORTS: Statement = {
  name: "reports",
  text: `select ${columns} from market_report where owner = $1 and environment = $2 order by created_at desc limit $3`,
};
const REPORTS_OF_LOT: Statement = {
  name: "reports_of_lot",
  text: `select ${columns} from market_report where owner = $1 and environment = $2 and gtin = $3 and lot = $4 order by created_at`,
};
const REPORT_LOCKED: Statement = {
  name: "report_locked",
  text: `select ${columns} from market_report where owner = $1 and environment = $2 and report_id = $3 for update`,
};
const ADD: Statement = {
  text: `insert into market_report (report_id, owner, environment, market, kind, subject, gtin, lot, state, packs, body, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, 'generated', $9, $10, $11)`,
};
const REPORT: Statement = { name: "report", text: `select ${columns} from market_report where report_id = $1` };
const SENT: Statement = {
  text: `update market_report set state = 'sent', message_id = $2, sent_at = $3, packs = $4, body = $5, answered_at = null, answer = ''
    where report_id = $1`,
};
const DUE: Statement = {
  text: `update market_report set state = 'due-for-correction' where owner = $1 and environment = $2 and gtin = $3 and lot = $4
    and kind = any($5) and state <> 'due-for-correction' returning report_id`,
};
const ANSWERED: Statement = {
  // An answer to what was due for correction before it came is an answer to what is no longer so.
  text: `update market_report set state = case when state = 'due-for-correction' then state else $2 end,
    answered_at = $3, answer = $4, simulated = $5 where message_id = $1 returning report_id, kind, subject`,
};

const stored = (row: Row): StoredReport => ({
  reportId: row.report_id,
  market: row.market,
  kind: row.kind,
  subject: row.subject,
  gtin: row.gtin,
  lot: row.lot,
  state: row.state,
  packs: row.packs,
  body: row.body,
  sentAt: row.sent_at === null ? null : Number(row.sent_at),
  answeredAt: row.answered_at === null ? null : Number(row.answered_at),
  answer: row.answer,
  simulated: row.simulated,
});

export async function loadReports(sql: Reading, { owner, environment }: Scope, limit: number): Promise<StoredReport[]> {
  return (await sql.run<Row>(REPORTS, [owner, environment, limit])).map(stored);
}

export async function reportsOfLot(
  sql: Reading,
  { owner, environment }: Scope,
  gtin: string,
  lot: string,
): Promise<StoredReport[]> {
  return (await sql.run<Row>(REPORTS_OF_LOT, [owner, environment, gtin, lot])).map(stored);
}

export async function lockReport(
  sql: Sql,
  { owner, environment }: Scope,
  reportId: string,
): Promise<StoredReport | undefined> {
  const [row] = await sql.run<Row>(REPORT_LOCKED, [owner, environment, reportId]);
  return row && stored(row);
}

export type NewReport = {
  readonly reportId: string;
  readonly kind: string;
  readonly subject: string;
  readonly gtin: string;
  readonly lot: string;
  readonly packs: number;
  readonly body: AuthorityReport;
  readonly at: number;
};

export async function addReport(sql: Sql, { owner, environment }: Scope, report: NewReport): Promise<void> {
  const { reportId, kind, subject, gtin, lot, packs, body, at } = report;
  await sql.run(ADD, [
    reportId,
    owner,
    environment,
    body.market,
    kind,
    subject,
    gtin,
    lot,
    packs,
    JSON.stringify(body),
    at,
  ]);
}

/** What was sent is kept: a report sent again after a refusal says what the last one said. */
export async function markSent(
  sql: Sql,
  reportId: string,
  sent: { readonly messageId: string; readonly at: number; readonly packs: number; readonly body: AuthorityReport },
): Promise<StoredReport> {
  const { messageId, at, packs, body } = sent;
  await sql.run(SENT, [reportId, messageId, at, packs, JSON.stringify(body)]);
  const [row] = await sql.run<Row>(REPORT, [reportId]);
  invariant(row !== undefined, "a report that was sent is not there");
  return stored(row);
}

/** Undefined: the message was no report. */
export async function markAnswered(
  sql: Sql,
  messageId: string,
  state: State,
  answer: { readonly at: number; readonly text: string; readonly simulated: boolean },
): Promise<{ reportId: string; kind: string; subject: string } | undefined> {
  const [row] = await sql.run<{ report_id: string; kind: string; subject: string }>(ANSWERED, [
    messageId,
    state,
    answer.at,
    answer.text,
    answer.simulated,
  ]);
  return row && { reportId: row.report_id, kind: row.kind, subject: row.subject };
}

export function reportView({ gtin: _gtin, lot: _lot, body: _body, ...view }: StoredReport): ReportView {
  return view;
}

/** Reports of these kinds on a lot whose packs changed: what they say may no longer be so. Their ids. */
export async function markDueForCorrection(
  sql: Sql,
  { owner, environment }: Scope,
  { gtin, lot }: { readonly gtin: string; readonly lot: string },
  kinds: readonly string[],
): Promise<string[]> {
  const rows = await sql.run<{ report_id: string }>(DUE, [owner, environment, gtin, lot, kinds]);
  return rows.map((row) => row.report_id);
}
