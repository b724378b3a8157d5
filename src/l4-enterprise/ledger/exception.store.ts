import { createHash } from "node:crypto";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { uuidOfHex } from "./encoding/epc-key.ts";

export type ExceptionRow = {
  readonly exceptionId: string;
  readonly at: number;
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly subject: string;
  /** Key of the event, as a UUID. */
  readonly eventId: string;
  readonly message: string;
  readonly state: "open" | "resolved";
};

type Scope = { readonly owner: string; readonly environment: string };

/** Who closed an exception that later events explained. */
const byLedger = "ledger";

// Raised again after the ledger itself had closed it, it is open again; one that a person closed stays closed.
const RAISE: Statement = {
  name: "ledger_raise_exceptions",
  text: `insert into ledger_exception as x (exception_id, owner, environment, at, code, severity, subject, event_id, message, state)
select e.id, $1, $2, $3, e.code, e.severity, e.subject, e.event_id, e.message, 'open'
from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[]) as e(id, code, severity, subject, event_id, message)
on conflict (exception_id) do update set state = 'open', resolved_at = null, resolved_by = null, reason = null
where x.state = 'resolved' and x.resolved_by = '${byLedger}'`,
};
const SETTLE: Statement = {
  name: "ledger_settle_exceptions",
  text: `update ledger_exception set state = 'resolved', resolved_at = $1, resolved_by = '${byLedger}', reason = 'explained by later events'
where subject = any($2) and owner = $3 and environment = $4 and code = any($5) and state = 'open' and exception_id <> all($6)`,
};
const LIST: Statement = {
  text: `select exception_id, at, code, severity, subject, event_id, message, state from ledger_exception
where owner = $1 and environment = $2 order by (state = 'open') desc, at desc, exception_id limit $3`,
};
const RESOLVE: Statement = {
  text: `update ledger_exception set state = 'resolved', resolved_at = $1, resolved_by = $2, reason = $3
where exception_id = $4 and owner = $5 and environment = $6 and state = 'open'
returning exception_id, at, code, severity, subject, event_id, message, state`,
};

export type Raised = {
  readonly subject: string;
  readonly eventId: string;
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
};

export function exceptionId(scope: Scope, raised: Pick<Raised, "subject" | "eventId" | "code">): string {
  const text = `${scope.owner}|${scope.environment}|${raised.subject}|${raised.eventId}|${raised.code}`;
  return uuidOfHex(createHash("sha256").update(text).digest("hex").slice(0, 32));
}

/**
 * Records exceptions; of the subjects judged anew, those of `derivedCodes` that are not among them are over.
 */
export async function saveExceptions(
  sql: Sql,
  scope: Scope,
  raised: readonly Raised[],
  judged: { readonly subjects: readonly string[]; readonly derivedCodes: readonly string[] },
  at: number,
): Promise<void> {
  const distinct = new Map(raised.map((each) => [exceptionId(scope, each), each]));
  const rows = [...distinct].sort(([a], [b]) => (a < b ? -1 : 1));
  if (judged.subjects.length > 0) {
    await sql.run(SETTLE, [
      at,
      judged.subjects,
      scope.owner,
      scope.environment,
      judged.derivedCodes,
      rows.map(([id]) => id),
    ]);
  }
  if (rows.length === 0) return;
  const column = (of: (row: Raised) => string) => rows.map(([, row]) => of(row));
  await sql.run(RAISE, [
    scope.owner,
    scope.environment,
    at,
    rows.map(([id]) => id),
    column(({ code }) => code),
    column(({ severity }) => severity),
    column(({ subject }) => subject),
    column(({ eventId }) => eventId),
    column(({ message }) => message),
  ]);
}

type Stored = {
  exception_id: string;
  at: string;
  code: string;
  severity: "error" | "warning";
  subject: string;
  event_id: string;
  message: string;
  state: "open" | "resolved";
};

function readException(row: Stored): ExceptionRow {
  return {
    exceptionId: row.exception_id,
    at: Number(row.at),
    code: row.code,
    severity: row.severity,
    subject: row.subject,
    eventId: row.event_id,
    message: row.message,
    state: row.state,
  };
}

/** Open ones first, then by time, newest first. */
export async function loadExceptions(sql: Sql, scope: Scope, countMax: number): Promise<ExceptionRow[]> {
  return (await sql.run<Stored>(LIST, [scope.owner, scope.environment, countMax])).map(readException);
}

/** Undefined when there is no such open exception. */
export async function closeException(
  sql: Sql,
  scope: Scope,
  exceptionId: string,
  by: string,
  reason: string,
  at: number,
): Promise<ExceptionRow | undefined> {
  const rows = await sql.run<Stored>(RESOLVE, [at, by, reason, exceptionId, scope.owner, scope.environment]);
  return rows[0] === undefined ? undefined : readException(rows[0]);
}
