import type { Sql, Statement } from "../../runtime/machine.ts";

type Scope = { readonly owner: string; readonly environment: string };
type Reading = Pick<Sql, "run">;

export type NoteKind = "comment" | "assigned" | "resolved";
export type Note = { readonly at: number; readonly by: string; readonly kind: NoteKind; readonly words: string };
export type WorkRow = {
  readonly exceptionId: string;
  readonly at: number;
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly subject: string;
  readonly eventId: string;
  readonly message: string;
  readonly state: "open" | "resolved";
  readonly assignedTo: { readonly userId: string; readonly name: string } | undefined;
  readonly resolvedAt: number | undefined;
  readonly resolvedBy: string | undefined;
  readonly reason: string | undefined;
};

export type Filter = {
  readonly state: "open" | "resolved";
  readonly severity?: string | undefined;
  readonly code?: string | undefined;
  /** Of this person; null: of nobody; absent: whosever. */
  readonly assignedTo?: string | null;
  readonly subject?: string | undefined;
  /** Only those older than this one. */
  readonly before?: string | undefined;
};

const columns =
  "exception_id, at, code, severity, subject, event_id, message, state, assigned_to, assigned_name, resolved_at, resolved_by, reason";
export const WORKLIST: Statement = {
  name: "exception_worklist",
  text: `select ${columns} from ledger_exception x where owner = $1 and environment = $2 and state = $3
  and ($4::text is null or severity = $4) and ($5::text is null or code = $5) and ($6::text is null or subject = $6)
  and (not $7 or assigned_to is null) and ($8::uuid is null or assigned_to = $8)
  and ($9::uuid is null or (at, exception_id) < (select b.at, b.exception_id from ledger_exception b where b.exception_id = $9))
order by at desc, exception_id desc limit $10`,
};
const ONE: Statement = {
  name: "exception_locked",
  text: `select ${columns} from ledger_exception where exception_id = $1 and owner = $2 and environment = $3 for update`,
};
export const OPEN_COUNTS: Statement = {
  name: "exception_open_counts",
  text: "select severity, count(*) as n from ledger_exception where owner = $1 and environment = $2 and state = 'open' group by severity",
};
const NOTES: Statement = {
  name: "exception_notes",
  text: "select exception_id, at, by_name, kind, words from exception_note where exception_id = any($1) order by at, note_id",
};
const ADD_NOTE: Statement = {
  text: "insert into exception_note (exception_id, at, note_id, by_name, kind, words) values ($1, $2, $3, $4, $5, $6)",
};
const ASSIGN: Statement = {
  text: "update ledger_exception set assigned_to = $2, assigned_name = $3 where exception_id = $1",
};
export const OPEN_OF_PRODUCT: Statement = {
  name: "exception_open_of_product",
  text: `select subject from ledger_exception where subject ~>=~ $1 and subject ~<~ $2 and owner = $3 and environment = $4 and state = 'open' limit $5`,
};

type Row = {
  exception_id: string;
  at: string;
  code: string;
  severity: WorkRow["severity"];
  subject: string;
  event_id: string;
  message: string;
  state: WorkRow["state"];
  assigned_to: string | null;
  assigned_name: string | null;
  resolved_at: string | null;
  resolved_by: string | null;
  reason: string | null;
};

const read = (row: Row): WorkRow => ({
  exceptionId: row.exception_id,
  at: Number(row.at),
  code: row.code,
  severity: row.severity,
  subject: row.subject,
  eventId: row.event_id,
  message: row.message,
  state: row.state,
  assignedTo: row.assigned_to === null ? undefined : { userId: row.assigned_to, name: row.assigned_name ?? "" },
  resolvedAt: row.resolved_at === null ? undefined : Number(row.resolved_at),
  resolvedBy: row.resolved_by ?? undefined,
  reason: row.reason ?? undefined,
});

/** The newest first, up to `countMax`. */
export async function loadWorklist(
  sql: Reading,
  { owner, environment }: Scope,
  filter: Filter,
  countMax: number,
): Promise<WorkRow[]> {
  const { state, severity, code, subject, assignedTo, before } = filter;
  const values = [owner, environment, state, severity ?? null, code ?? null, subject ?? null];
  const rows = await sql.run<Row>(WORKLIST, [
    ...values,
    assignedTo === null,
    assignedTo ?? null,
    before ?? null,
    countMax,
  ]);
  return rows.map(read);
}

/** Locked to the end of the transaction: two people who work on one wait for each other. */
export async function lockException(
  sql: Sql,
  { owner, environment }: Scope,
  exceptionId: string,
): Promise<WorkRow | undefined> {
  const [row] = await sql.run<Row>(ONE, [exceptionId, owner, environment]);
  return row && read(row);
}

export async function openCounts(
  sql: Reading,
  { owner, environment }: Scope,
): Promise<{ error: number; warning: number }> {
  const rows = await sql.run<{ severity: "error" | "warning"; n: string }>(OPEN_COUNTS, [owner, environment]);
  const of = (severity: string) => Number(rows.find((row) => row.severity === severity)?.n ?? 0);
  return { error: of("error"), warning: of("warning") };
}

export async function loadNotes(sql: Reading, exceptionIds: readonly string[]): Promise<Map<string, Note[]>> {
  const rows = await sql.run<{ exception_id: string; at: string; by_name: string; kind: NoteKind; words: string }>(
    NOTES,
    [exceptionIds],
  );
  const notes = new Map<string, Note[]>(exceptionIds.map((id) => [id, []]));
  for (const { exception_id, at, by_name, kind, words } of rows)
    notes.get(exception_id)?.push({ at: Number(at), by: by_name, kind, words });
  return notes;
}

export async function addNote(sql: Sql, exceptionId: string, noteId: string, note: Note): Promise<void> {
  await sql.run(ADD_NOTE, [exceptionId, note.at, noteId, note.by, note.kind, note.words]);
}

export async function setAssigned(
  sql: Sql,
  exceptionId: string,
  to: { readonly userId: string; readonly name: string } | undefined,
): Promise<void> {
  await sql.run(ASSIGN, [exceptionId, to?.userId ?? null, to?.name ?? null]);
}

/** Packs of a product with an open exception, each as often as it has one. */
export async function openSubjectsOf(
  sql: Reading,
  { owner, environment }: Scope,
  stem: string,
  countMax: number,
): Promise<string[]> {
  // "0" follows "/".
  const rows = await sql.run<{ subject: string }>(OPEN_OF_PRODUCT, [
    `${stem}/`,
    `${stem}0`,
    owner,
    environment,
    countMax,
  ]);
  return rows.map(({ subject }) => subject);
}
